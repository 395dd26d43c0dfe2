#pragma once
// What a plugin's own work ("service:<plugin>") may do: exactly what its manifest asks for under capabilities.

#include <string>
#include <vector>

#include "kernel/host/life/prepare.hpp"

namespace onebudget::host {

/// Full permission codes. `world` knows the entities of the plugins that a capability names; those that are not there
/// give nothing.
std::vector<std::string> service_permissions(const Bundle& bundle, const World& world);

/// True when the value is of the type that the setting declares.
[[nodiscard]] bool fits(const DeclaredSetting& setting, const Json& value);

/// The settings of a plugin as one JSON object: configured values, else the manifest's defaults. A configured value of
/// another type than declared is a fault (host.setting) that names the key.
Result<std::string> settings_json(const Manifest& manifest, const std::map<std::string, std::string>& configured);

} // namespace onebudget::host
