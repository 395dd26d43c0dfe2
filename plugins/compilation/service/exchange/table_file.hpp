#pragma once
// A file as a spreadsheet program saves it, as rows of text.

#include "plugins/compilation/domain/exchange/mapping.hpp"
#include "plugins/compilation/service/service.hpp"

namespace onebudget::compilation {

/// CSV (UTF-8, UTF-16 or GB18030) or XLSX, told apart by the first bytes. Rows stand at their places in the file, empty
/// ones included, so that an error names the right line. `sheet` empty: the first visible one. Faults of sdk/tables for
/// a damaged file; compilation.mapping_rows beyond `most` rows.
Result<std::vector<TextRow>> rows_of_file(const std::string& bytes, const std::string& sheet, std::size_t most);

} // namespace onebudget::compilation
