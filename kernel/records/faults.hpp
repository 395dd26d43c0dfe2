#pragma once
// The faults that several parts of the room answer, each with a sentence that says what to do.

#include <string>
#include <string_view>
#include <vector>

#include "kernel/records/entity.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::records::faults {

Fault unknown_entity(std::string_view name);
Fault not_found(const Entity& entity);
Fault read_only(const Entity& entity);
Fault unauthenticated();
Fault forbidden(const Entity& entity, std::string_view verb);
/// 400: names the field and the nearest one that exists.
Fault unknown_field(const Entity& entity, std::string_view name, std::string_view pointer);
Fault version_moved(const Entity& entity);
Fault invalid(const Entity& entity, std::vector<FieldFault> fields);
Fault taken_key(const Entity& entity, const std::vector<const Field*>& key);
Fault not_editable(const Entity& entity, const State* state);
Fault bad_query(std::string code, Text message);

/// A field fault at "/<name>".
FieldFault at(const Field& field, std::string code, Text message, Text remedy);

} // namespace onebudget::records::faults
