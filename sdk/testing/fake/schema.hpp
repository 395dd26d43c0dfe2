#pragma once
// The part of JSON Schema that manifests use for messages between plugins: type, enum, const, required, properties,
// additionalProperties, items, pattern, and the limits of text, numbers and lists. A keyword that is not known is a
// mistake of the schema, so that nothing is left unchecked by accident.

#include <string>

#include "sdk/cpp/bridge.hpp"

namespace onebudget::testing {

using plugin::Json;

/// Where and how `value` differs from `schema`, as one sentence; empty when it fits.
std::string schema_mistake(const Json& value, const Json& schema, const std::string& pointer = {});

} // namespace onebudget::testing
