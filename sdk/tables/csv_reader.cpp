#include <fmt/format.h>
#include <algorithm>

#include "sdk/tables/text_source.hpp"

namespace onebudget::tables {

namespace {

Fault at_line(std::int64_t line, std::string code, Text message, Text remedy) {
  FieldFault where{fmt::format("line {}", line), code, message, std::move(remedy)};
  Text whole{fmt::format("第 {} 行：{}", line, message.zh), fmt::format("Line {}: {}", line, message.en)};
  return fault(FaultKind::malformed, std::move(code), std::move(whole), {std::move(where)});
}

class CsvReader final : public TableReader {
 public:
  CsvReader(ByteSource source, Limits limits) : source_(std::move(source)), limits_(limits) {}

  Result<void> start() {
    while (text_.find('\n') == std::string::npos && !ended_) OB_CHECK(more());
    const std::string_view first = std::string_view(text_).substr(0, text_.find('\n'));
    if (first.find('\t') != std::string_view::npos && first.find(',') == std::string_view::npos) separator_ = '\t';
    return {};
  }

  Result<bool> next(TableRow& row) override {
    while (true) {
      row.cells.clear();
      row.line = line_;
      OB_TRY(const bool any, read_row(row));
      if (!any) return false;
      for (const std::string& cell : row.cells)
        if (!cell.empty()) return true;
    }
  }

 private:
  Result<void> more() {
    if (at_ > 0) {
      text_.erase(0, at_);
      at_ = 0;
    }
    OB_TRY(const bool any, source_.read(text_));
    ended_ = !any;
    return {};
  }

  /// The character at the reading place, or -1 at the end of the file.
  Result<int> peek(std::size_t ahead = 0) {
    while (at_ + ahead >= text_.size() && !ended_) OB_CHECK(more());
    if (at_ + ahead >= text_.size()) return -1;
    return static_cast<unsigned char>(text_[at_ + ahead]);
  }

  Result<bool> read_row(TableRow& row) {
    OB_TRY(const int first, peek());
    if (first < 0) return false;
    while (true) {
      std::string cell;
      OB_TRY(const int quote, peek());
      if (quote == '"') {
        OB_CHECK(quoted(cell));
      } else {
        OB_CHECK(plain(cell));
      }
      if (cell.size() > 1 && cell[0] == '\'' && looks_like_formula(std::string_view(cell).substr(1))) cell.erase(0, 1);
      if (row.cells.size() >= limits_.columns)
        return at_line(line_, "exchange.columns", {"列数过多。", "Too many columns."},
                       {"请使用导入模板。", "Use the import template."});
      row.cells.push_back(std::move(cell));
      OB_TRY(const int end, peek());
      if (end == separator_) {
        ++at_;
        continue;
      }
      if (end == '\r') ++at_;
      OB_TRY(const int feed, peek());
      if (feed == '\n') ++at_;
      ++line_;
      return true;
    }
  }

  Result<void> plain(std::string& cell) {
    while (true) {
      OB_TRY(const int c, peek());
      if (c < 0 || c == separator_ || c == '\n') return {};
      if (c == '\r') {
        OB_TRY(const int after, peek(1));
        if (after == '\n' || after < 0) return {};
      }
      if (c == '"')
        return at_line(line_, "exchange.quote",
                       {"引号只能出现在以引号开头的单元格中。", "A quote stands inside an unquoted cell."},
                       {"请把整个单元格放入双引号，并把其中的双引号写成两个。",
                        "Put the whole cell in double quotes and double the quotes inside it."});
      OB_CHECK(add(cell, c));
      ++at_;
    }
  }

  Result<void> quoted(std::string& cell) {
    const std::int64_t begun = line_;
    ++at_;
    while (true) {
      OB_TRY(const int c, peek());
      if (c < 0)
        return at_line(begun, "exchange.quote_open", {"引号没有结束。", "A quoted cell is never closed."},
                       {"请检查该行的双引号是否成对。", "Check that the double quotes of this line come in pairs."});
      ++at_;
      if (c == '"') {
        OB_TRY(const int after, peek());
        if (after == '"') {
          cell.push_back('"');
          ++at_;
          continue;
        }
        if (after < 0 || after == separator_ || after == '\r' || after == '\n') return {};
        return at_line(line_, "exchange.quote", {"引号结束后还有文字。", "There is text behind a closing quote."},
                       {"请把单元格中的双引号写成两个。", "Double the quotes inside the cell."});
      }
      if (c == '\n') ++line_;
      OB_CHECK(add(cell, c));
    }
  }

  Result<void> add(std::string& cell, int c) {
    if (c == 0)
      return at_line(line_, "exchange.nul", {"文件中有空字符，不是文本文件。", "The file holds a NUL and is not text."},
                     {"请另存为 CSV 后再试。", "Save it as CSV and try again."});
    if (cell.size() >= limits_.cell_bytes)
      return at_line(line_, "exchange.cell_size", {"单元格内容过长。", "A cell is too long."},
                     {"请检查引号是否成对，或缩短内容。", "Check the quotes, or shorten it."});
    cell.push_back(static_cast<char>(c));
    return {};
  }

  TextSource source_;
  Limits limits_;
  std::string text_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
  char separator_ = ',';
  bool ended_ = false;
};

} // namespace

bool looks_like_formula(std::string_view cell) {
  cell.remove_prefix(std::min(cell.find_first_not_of('\''), cell.size()));
  if (cell.empty()) return false;
  switch (cell.front()) {
    case '=':
    case '+':
    case '-':
    case '@':
    case '\t':
    case '\r':
      return true;
    default:
      break;
  }
  for (const std::string_view wide : {"＝", "＋", "－", "＠"})
    if (cell.substr(0, wide.size()) == wide) return true;
  return false;
}

Result<std::unique_ptr<TableReader>> open_csv(ByteSource source, Limits limits) {
  auto reader = std::make_unique<CsvReader>(std::move(source), limits);
  OB_CHECK(reader->start());
  return std::unique_ptr<TableReader>(std::move(reader));
}

} // namespace onebudget::tables
