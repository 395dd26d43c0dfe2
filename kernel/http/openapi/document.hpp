#pragma once
// The description of the REST interface as it stands at this moment.

#include <string>
#include <vector>

#include "kernel/host/host.hpp"
#include "kernel/records/entity.hpp"
#include "sdk/text/json_door.hpp"

namespace onebudget::http {

/// OpenAPI 3.1: the kernel's own routes (kernel_api.json) with those of `entities` and of the plugins that run in
/// `host`; texts as Text::in() gives them for `language`. Thread-safe.
Json openapi_document(const std::vector<std::shared_ptr<const records::Entity>>& entities, const host::Host& host,
                      const std::string& language, const std::string& version);

} // namespace onebudget::http
