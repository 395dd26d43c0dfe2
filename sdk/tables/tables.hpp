#pragma once
// CSV, XLSX and JSON lines as tables of text cells. Pure codecs: they know neither entities nor databases. A reader or
// writer belongs to the thread that uses it.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/text/json_door.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::tables {

/// Byte source: fills the buffer, answers how many bytes; 0 = end. Byte sink: takes all bytes or faults.
using ByteSource = std::function<Result<std::size_t>(char* buffer, std::size_t size)>;
using ByteSink = std::function<Result<void>(std::string_view bytes)>;

struct Limits {
  std::size_t cell_bytes = 1 << 20;
  std::size_t columns = 1024;
  std::int64_t xlsx_rows = 200'000;
  std::size_t xlsx_bytes = std::size_t{512} << 20; ///< real inflated bytes of all parts read
  std::size_t shared_string_bytes = std::size_t{128} << 20;
  std::size_t json_line_bytes = 1 << 20;
};

/// One row. `line` is the line (CSV) or row (XLSX) on which it begins, from 1. A cell that a spreadsheet guards with a
/// leading apostrophe against being read as a formula comes without it.
struct TableRow {
  std::int64_t line = 0;
  std::vector<std::string> cells;
};

class TableReader {
 public:
  virtual ~TableReader() = default;
  /// False at the end. Wholly empty rows are left out. A fault ends the reading: its FieldFault names the line.
  virtual Result<bool> next(TableRow& row) = 0;
};

/// RFC 4180 with comma or, when the first line has tabs and no comma, tab. UTF-8 with or without BOM, UTF-16 with BOM,
/// or GB18030 (what a Chinese Excel saves as CSV), told apart by their bytes.
Result<std::unique_ptr<TableReader>> open_csv(ByteSource source, Limits limits = {});

/// The first visible sheet, or the one of that name. Macros, external links, DOCTYPE, zip bombs and damaged files are
/// refused. Dates come as YYYY-MM-DD (with time: RFC 3339 without zone), numbers in plain decimals with at most 15
/// significant digits.
Result<std::unique_ptr<TableReader>> open_xlsx(const ByteSource& source, Limits limits = {},
                                               const std::string& sheet = {});

class JsonLines {
 public:
  JsonLines(ByteSource source, Limits limits = {});
  ~JsonLines();
  struct Item {
    std::int64_t line = 0;
    Result<Json> value = Json(); ///< a bad line is a fault of its own; reading can go on
  };
  /// False at the end.
  Result<bool> next(Item& item);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

enum class CellKind { text, number };
struct Column {
  std::string title;
  CellKind kind = CellKind::text;
  int decimals = 0;  ///< for numbers in XLSX: 0, 2 or 4
  int width = 16;    ///< characters
  bool wrap = false; ///< XLSX: a long text goes on in the next line of its cell
};

class TableWriter {
 public:
  virtual ~TableWriter() = default;
  /// As many cells as columns; empty text = empty cell.
  virtual Result<void> cells(std::span<const std::string_view> row) = 0;
  Result<void> row(const std::vector<std::string>& texts) {
    return cells(std::vector<std::string_view>(texts.begin(), texts.end()));
  }
  /// Must be called once at the end.
  virtual Result<void> finish() = 0;
};

/// UTF-8 with BOM, CRLF. Text that a spreadsheet would take for a formula (= + - @, tab, CR and their full-width forms)
/// gets a leading apostrophe.
Result<std::unique_ptr<TableWriter>> write_csv(const std::vector<Column>& columns, ByteSink sink);
/// A workbook of one sheet. Text cells stay text (long codes and leading zeros survive), frozen head, filter row.
/// Spooled to a temporary file. Carries no clock: equal rows give equal bytes.
Result<std::unique_ptr<TableWriter>> write_xlsx(const std::vector<Column>& columns, const std::string& sheet,
                                                ByteSink sink);

/// A workbook of several sheets: each begins with sheet() and takes the rows that follow.
class WorkbookWriter : public TableWriter {
 public:
  /// `title` within 31 characters and without []:*?/\ or it becomes "Sheet<n>".
  virtual Result<void> sheet(const std::vector<Column>& columns, const std::string& title) = 0;
};
/// As write_xlsx.
Result<std::unique_ptr<WorkbookWriter>> write_workbook(ByteSink sink);

/// True for text that a spreadsheet would take for a formula, also behind apostrophes: each writing adds one, each
/// reading takes one away.
[[nodiscard]] bool looks_like_formula(std::string_view cell);

} // namespace onebudget::tables
