#pragma once
// The tables of functions that a plugin may get.

#include <cstdint>
#include <string_view>

#include "sdk/include/onebudget/core.h"

namespace onebudget::host::service {

const ob_core_v0* core_table();

/// The table of a service of ours, and its size; null when there is none.
const void* find_table(std::string_view id, std::uint32_t& size);

// One per file of this folder.
const void* log_table(std::uint32_t& size);
const void* config_table(std::uint32_t& size);
const void* crypto_table(std::uint32_t& size);
const void* metric_table(std::uint32_t& size);
const void* call_table(std::uint32_t& size);
const void* identity_table(std::uint32_t& size);
const void* permission_table(std::uint32_t& size);
const void* i18n_table(std::uint32_t& size);
const void* audit_table(std::uint32_t& size);
const void* tree_table(std::uint32_t& size);
const void* records_table(std::uint32_t& size);
const void* hook_table(std::uint32_t& size);
const void* service_table(std::uint32_t& size);
const void* http_table(std::uint32_t& size);
const void* event_table(std::uint32_t& size);
const void* job_table(std::uint32_t& size);
const void* kv_table(std::uint32_t& size);

} // namespace onebudget::host::service
