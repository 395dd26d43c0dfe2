#pragma once
// The two halves of parse_entity(): reading the file, and checking that its parts fit together.

#include "sdk/declarations/entity.hpp"
#include "sdk/declarations/reader.hpp"

namespace onebudget::declarations {

/// Field types by the name that declarations use.
[[nodiscard]] const char* type_name(FieldType type);
bool type_of(std::string_view name, FieldType& type);

/// True for columns that the kernel adds itself.
bool reserved_name(std::string_view name);

Field read_field(const Json& json, const std::string& pointer, Mistakes& mistakes);
void check_entity(const Entity& entity, Mistakes& mistakes);

} // namespace onebudget::declarations
