#pragma once
// A saved mapping of somebody's table onto our fields: columns, codes, unit, header rows, merged cells, wide tables.
// Rows of text in, fields out, every mistake with line and column. Reading files is not its business.

#include <map>
#include <string>
#include <vector>

#include "sdk/values/money.hpp"

namespace onebudget::compilation {

struct MappedColumn {
  enum class Kind { text, number, year, amount } kind = Kind::text;
  std::string field;                        ///< ours
  std::string source;                       ///< header of theirs; of several header rows joined by "/"
  bool required = false, fill_down = false; ///< `fill_down`: an empty cell repeats the one above (merged cells)
  std::string otherwise;                    ///< for an empty cell
  std::map<std::string, std::string> codes; ///< their value → ours; what is not listed is an error when `closed`
  bool closed = false;
  bool optional = false; ///< an extract may come without the column: its cells are then empty
};

/// Columns that become rows: each non-zero amount makes one record with these further fields.
struct WideColumn {
  std::string source;
  std::map<std::string, std::string> fields;
};

/// A stated total that must equal the sum of its parts in each row (勾稽).
struct RowSum {
  std::string total;
  std::vector<std::string> parts;
};

struct Mapping {
  std::string sheet;                  ///< empty = the first
  int header_rows = 1, skip_rows = 0; ///< rows above the header that say nothing
  std::int64_t unit_fen = 100;        ///< of one in an amount cell: 元 100, 万元 1,000,000, 千元 100,000
  std::vector<MappedColumn> columns;
  std::vector<WideColumn> wide;
  std::string wide_field = "amount";
  std::map<std::string, std::string> constants;
  std::vector<RowSum> sums;
  std::map<std::string, std::vector<std::string>> skip; ///< column → values whose rows are left out (小计, 合计)
};

/// Rule compilation.import_mapping: 1–3 header rows, every field once, a known unit, at least one amount.
std::vector<FieldFault> check_mapping(const Mapping& mapping);

/// What the records of a mapping are written to.
struct MappingTarget {
  std::vector<std::string> fields, required;
  std::string year; ///< the field that holds a year of four digits
};

/// Rule compilation.import_mapping: only fields that there are; every required one from a column, a constant or each
/// wide column, and never empty; the year always four digits. Every field that is wrong or missing is named. Columns of
/// required fields without a `default` become required themselves, so that a trial finds the empty cell.
std::vector<FieldFault> check_target(Mapping& mapping, const MappingTarget& target);

using TextRow = std::vector<std::string>;
struct MappedRecord {
  int line = 0; ///< in the file, from 1
  std::map<std::string, std::string> fields;
  Money amount;
};
struct RowError {
  int line = 0;
  std::string cell; ///< as a spreadsheet names it: "C12"
  std::string column, value, code;
  Text message, remedy;
};
struct MappedTable {
  std::vector<MappedRecord> records;
  std::vector<RowError> errors; ///< at most 1,000
  int rows = 0, skipped = 0;
  Money total;
};

/// Applies a checked mapping. `rows` begin with the first row of the sheet. Fault compilation.mapping_header when a
/// mapped column is not in the header, naming each. A row with an error makes no record.
Result<MappedTable> map_rows(const Mapping& mapping, const std::vector<TextRow>& rows);

/// An amount as people write it: "1,234.50", "(15,000)", "¥ 12", "15000.0"; more decimals than a fen holds are refused.
Result<Money> read_amount(const std::string& cell, std::int64_t unit_fen);

} // namespace onebudget::compilation
