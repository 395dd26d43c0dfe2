#pragma once
// The facts of a report as a workbook: an overview of the fields, then a sheet for each table.

#include "plugins/performance/domain/report/facts.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::performance {

/// Numbers are numbers where a spreadsheet holds them exactly (15 digits), everything else stays text. Equal facts give
/// equal bytes. Faults of sdk/tables when its temporary file cannot be written.
Result<std::string> xlsx_of(const Catalogue& catalogue, const Facts& facts);

} // namespace onebudget::performance
