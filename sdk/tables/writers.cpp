#include <unistd.h>
#include <xlsxwriter.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>

#include "sdk/tables/tables.hpp"

namespace onebudget::tables {

namespace {

constexpr std::size_t kFlush = 64 * 1024;

class CsvWriter final : public TableWriter {
 public:
  CsvWriter(const std::vector<Column>& columns, ByteSink sink)
      : columns_(columns), sink_(std::move(sink)), text_("\xEF\xBB\xBF") {
    std::vector<std::string_view> titles;
    for (const Column& column : columns_) titles.push_back(column.title);
    append(titles, true);
  }

  Result<void> cells(std::span<const std::string_view> row) override {
    append(row, false);
    if (text_.size() < kFlush) return {};
    return flush();
  }

  Result<void> finish() override { return flush(); }

 private:
  void append(std::span<const std::string_view> cells, bool head) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) text_.push_back(',');
      const bool number = !head && i < columns_.size() && columns_[i].kind == CellKind::number;
      cell(cells[i], number);
    }
    text_ += "\r\n";
  }

  void cell(std::string_view value, bool number) {
    const bool guard = !number && looks_like_formula(value);
    if (!guard && std::none_of(value.begin(), value.end(), [](char c) { return quoted(c); })) {
      text_ += value;
      return;
    }
    text_.push_back('"');
    if (guard) text_.push_back('\'');
    for (const char c : value) {
      if (c == '"') text_.push_back('"');
      text_.push_back(c);
    }
    text_.push_back('"');
  }

  static bool quoted(char c) { return c == ',' || c == '"' || c == '\r' || c == '\n' || c == '\t' || c == '\''; }

  Result<void> flush() {
    OB_CHECK(sink_(text_));
    text_.clear();
    return {};
  }

  std::vector<Column> columns_;
  ByteSink sink_;
  std::string text_;
};

Fault spool_failed() {
  return fault(FaultKind::internal, "exchange.spool",
               {"服务器无法写入临时文件，导出未完成。请联系管理员检查磁盘空间。",
                "The server could not write a temporary file; the export was not finished. Ask the administrator to "
                "check the disk."});
}

/// A double holds 15 digits for sure; longer numbers are written as text rather than bent.
bool exact_as_double(std::string_view number) {
  int digits = 0;
  for (const char c : number) digits += std::isdigit(static_cast<unsigned char>(c)) != 0 ? 1 : 0;
  return digits > 0 && digits <= 15;
}

/// At most 32,000 bytes, ending on a code point border.
std::string shortened(std::string_view text) {
  std::size_t end = std::min<std::size_t>(text.size(), 32'000);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end));
}

struct WorkbookClose {
  void operator()(lxw_workbook* workbook) const { workbook_close(workbook); }
};

/// 1980-01-01, the first day that a ZIP can name.
constexpr std::time_t kNoClock = 315'532'800;

class XlsxWriter final : public WorkbookWriter {
 public:
  explicit XlsxWriter(ByteSink sink) : sink_(std::move(sink)) {}
  ~XlsxWriter() override {
    book_.reset();
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  Result<void> start() {
    const char* folder = std::getenv("TMPDIR");
    path_ = std::string(folder != nullptr ? folder : "/tmp") + "/onebudget-xlsx-XXXXXX";
    const int file = ::mkstemp(path_.data());
    if (file < 0) {
      path_.clear();
      return spool_failed();
    }
    ::close(file);
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    book_.reset(workbook_new_opt(path_.c_str(), &options));
    if (!book_) return spool_failed();
    lxw_doc_properties properties{};
    properties.created = kNoClock;
    workbook_set_properties(book_.get(), &properties);
    head_ = workbook_add_format(book_.get());
    format_set_bold(head_);
    format_set_bg_color(head_, 0xE8EEF7);
    text_ = workbook_add_format(book_.get());
    format_set_num_format(text_, "@");
    wrapped_ = workbook_add_format(book_.get());
    format_set_num_format(wrapped_, "@");
    format_set_text_wrap(wrapped_);
    format_set_align(wrapped_, LXW_ALIGN_VERTICAL_TOP);
    for (std::size_t i = 0; i < formats_.size(); ++i) formats_[i] = workbook_add_format(book_.get());
    format_set_num_format(formats_[0], "0");
    format_set_num_format(formats_[1], "#,##0.00");
    format_set_num_format(formats_[2], "0.0000");
    return {};
  }

  Result<void> sheet(const std::vector<Column>& columns, const std::string& title) override {
    filter();
    columns_ = columns;
    row_ = 0;
    sheet_ = workbook_add_worksheet(book_.get(), title.substr(0, 31).c_str());
    if (sheet_ == nullptr) sheet_ = workbook_add_worksheet(book_.get(), nullptr);
    if (sheet_ == nullptr) return spool_failed();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto column = static_cast<lxw_col_t>(i);
      worksheet_set_column(sheet_, column, column, columns_[i].width,
                           columns_[i].kind == CellKind::text ? text_ : nullptr);
      worksheet_write_string(sheet_, 0, column, columns_[i].title.c_str(), head_);
    }
    worksheet_freeze_panes(sheet_, 1, 0);
    return {};
  }

  Result<void> cells(std::span<const std::string_view> cells) override {
    ++row_;
    if (row_ >= LXW_ROW_MAX)
      return fault(FaultKind::too_large, "exchange.xlsx_rows",
                   {"行数超过 Excel 工作表的上限，请改用 CSV 导出。",
                    "More rows than a worksheet holds; export as CSV instead."});
    for (std::size_t i = 0; i < cells.size() && i < columns_.size(); ++i) {
      if (cells[i].empty()) continue;
      const auto column = static_cast<lxw_col_t>(i);
      lxw_error error = LXW_NO_ERROR;
      if (columns_[i].kind == CellKind::number && exact_as_double(cells[i])) {
        lxw_format* format = formats_[columns_[i].decimals == 0 ? 0 : columns_[i].decimals == 2 ? 1 : 2];
        error =
            worksheet_write_number(sheet_, row_, column, std::strtod(std::string(cells[i]).c_str(), nullptr), format);
      } else {
        // A text cell is safe as it stands; readers take an apostrophe away, so one that belongs to the text gets
        // another.
        const std::string guard = cells[i][0] == '\'' && looks_like_formula(cells[i]) ? "'" : "";
        // Excel holds at most 32,767 characters in a cell.
        error = worksheet_write_string(sheet_, row_, column, shortened(guard + std::string(cells[i])).c_str(),
                                       columns_[i].wrap ? wrapped_ : text_);
      }
      if (error != LXW_NO_ERROR) return spool_failed();
    }
    return {};
  }

  Result<void> finish() override {
    filter();
    if (workbook_close(book_.release()) != LXW_NO_ERROR) return spool_failed();
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path_.c_str(), "rb"), std::fclose);
    if (!file) return spool_failed();
    std::array<char, kFlush> buffer{};
    while (true) {
      const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get());
      if (got == 0) break;
      OB_CHECK(sink_(std::string_view(buffer.data(), got)));
    }
    return std::ferror(file.get()) != 0 ? Result<void>(spool_failed()) : Result<void>();
  }

 private:
  /// The sheet is as long as it will be.
  void filter() {
    if (sheet_ != nullptr && !columns_.empty())
      worksheet_autofilter(sheet_, 0, 0, row_, static_cast<lxw_col_t>(columns_.size() - 1));
  }

  std::vector<Column> columns_;
  ByteSink sink_;
  std::string path_;
  std::unique_ptr<lxw_workbook, WorkbookClose> book_;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format *head_ = nullptr, *text_ = nullptr, *wrapped_ = nullptr;
  std::array<lxw_format*, 3> formats_{};
  lxw_row_t row_ = 0;
};

} // namespace

Result<std::unique_ptr<TableWriter>> write_csv(const std::vector<Column>& columns, ByteSink sink) {
  return std::unique_ptr<TableWriter>(std::make_unique<CsvWriter>(columns, std::move(sink)));
}

Result<std::unique_ptr<TableWriter>> write_xlsx(const std::vector<Column>& columns, const std::string& sheet,
                                                ByteSink sink) {
  OB_TRY(auto writer, write_workbook(std::move(sink)));
  OB_CHECK(writer->sheet(columns, sheet));
  return std::unique_ptr<TableWriter>(std::move(writer));
}

Result<std::unique_ptr<WorkbookWriter>> write_workbook(ByteSink sink) {
  auto writer = std::make_unique<XlsxWriter>(std::move(sink));
  OB_CHECK(writer->start());
  return std::unique_ptr<WorkbookWriter>(std::move(writer));
}

} // namespace onebudget::tables
