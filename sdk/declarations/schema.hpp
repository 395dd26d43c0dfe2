#pragma once
// The part of JSON Schema that manifests use for messages: type, enum, const, required, properties, items, anyOf,
// additionalProperties, pattern, format (date and date-time), the limits of texts, numbers and lists, and $ref to a
// schema by name. A keyword that is not known is a mistake of the schema, so that nothing is left unchecked by
// accident.

#include <string>
#include <vector>

#include "sdk/text/json_door.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::declarations {

/// What `$ref` to a schema of the plugin `id` begins with; the name follows.
[[nodiscard]] std::string schema_base(const std::string& id);

/// Where and how `value` differs from `schema`, at most 20 places; empty when it fits. `named`: the whole `$ref` of a
/// schema → the schema. Codes: field.type, field.required, field.unknown, field.enum, field.pattern, field.date,
/// field.time, field.range, field.schema (the schema itself is wrong).
std::vector<FieldFault> schema_mistakes(const Json& value, const Json& schema, const Json& named = Json::object());

} // namespace onebudget::declarations
