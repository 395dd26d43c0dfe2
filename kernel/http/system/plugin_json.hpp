#pragma once
// A plugin as the REST interface shows it.

#include "kernel/http/api/toolbox.hpp"

namespace onebudget::http {

inline constexpr const char* kPluginManage = "system.plugin.manage";
Json plugin_json(const host::PluginInfo& plugin);

} // namespace onebudget::http
