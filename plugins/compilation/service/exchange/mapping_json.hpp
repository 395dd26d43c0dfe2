#pragma once
// The saved form of a mapping (import_mapping.definition).

#include "plugins/compilation/domain/exchange/mapping.hpp"
#include "plugins/compilation/service/service.hpp"

namespace onebudget::compilation {

/// {"sheet", "header_rows", "skip_rows", "unit": "元|千元|万元|亿元", "columns": [{"field", "source", "kind":
/// "text|number|year|amount", "required", "fill_down", "default", "codes": {…}, "closed"}], "wide": [{"source",
/// "fields": {…}}], "constants": {…}, "sums": [{"total", "parts": […]}], "skip": {"列": ["小计"]}}. Unknown members are
/// refused. Faults: compilation.import_mapping with the place; the mapping is checked.
Result<Mapping> mapping_of(const Json& definition);

} // namespace onebudget::compilation
