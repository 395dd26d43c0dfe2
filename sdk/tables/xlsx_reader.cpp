#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <optional>

#include "sdk/tables/xlsx_parts.hpp"

namespace onebudget::tables {

namespace {

constexpr zip_int64_t kEntries = 4000;
constexpr std::size_t kSpoolBytes = std::size_t{128} << 20;

struct Archive {
  zip_t* zip = nullptr;
  std::string path;
  ~Archive() {
    if (zip != nullptr) zip_discard(zip);
    if (!path.empty()) ::unlink(path.c_str());
  }
};

/// Zip needs to seek, so the bytes go to a temporary file first.
Result<void> spool(const ByteSource& source, Archive& archive) {
  const char* folder = std::getenv("TMPDIR");
  archive.path = std::string(folder != nullptr ? folder : "/tmp") + "/onebudget-import-XXXXXX";
  const int handle = ::mkstemp(archive.path.data());
  if (handle < 0) {
    archive.path.clear();
    return fault(FaultKind::internal, "exchange.spool",
                 {"服务器无法写入临时文件。请联系管理员检查磁盘空间。",
                  "The server could not write a temporary file. Ask the administrator to check the disk."});
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(::fdopen(handle, "wb"), std::fclose);
  std::array<char, 64 * 1024> buffer{};
  std::size_t total = 0;
  while (true) {
    OB_TRY(const std::size_t got, source(buffer.data(), buffer.size()));
    if (got == 0) break;
    total += got;
    if (total > kSpoolBytes)
      return fault(FaultKind::too_large, "exchange.file_size",
                   {"Excel 文件过大，请拆分或改用 CSV。", "The workbook is too large; split it or use CSV."});
    if (std::fwrite(buffer.data(), 1, got, file.get()) != got)
      return bad_workbook("临时文件写入失败", "it could not be spooled");
  }
  if (std::fflush(file.get()) != 0) return bad_workbook("临时文件写入失败", "it could not be spooled");
  return {};
}

Result<void> open_archive(Archive& archive) {
  int error = 0;
  archive.zip = zip_open(archive.path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &error);
  if (archive.zip == nullptr)
    return bad_workbook("它不是 .xlsx 文件或已损坏", "it is not an .xlsx file, or it is damaged");
  const zip_int64_t entries = zip_get_num_entries(archive.zip, 0);
  if (entries > kEntries) return bad_workbook("其中的文件过多", "it holds too many parts");
  for (zip_int64_t i = 0; i < entries; ++i) {
    const char* name = zip_get_name(archive.zip, static_cast<zip_uint64_t>(i), 0);
    const std::string_view part = name != nullptr ? name : "";
    if (part.find("vbaProject") != std::string_view::npos) return bad_workbook("其中含有宏", "it holds macros");
    if (part.find("externalLinks/") != std::string_view::npos)
      return bad_workbook("其中含有外部链接", "it holds links to other files");
    if (part.find("embeddings/") != std::string_view::npos)
      return bad_workbook("其中含有嵌入对象", "it holds embedded objects");
  }
  return {};
}

/// 0-based column of a reference like "BC12"; -1 when it is none.
int column_of(std::string_view reference) {
  int column = 0;
  std::size_t i = 0;
  for (; i < reference.size() && reference[i] >= 'A' && reference[i] <= 'Z'; ++i) {
    column = column * 26 + (reference[i] - 'A' + 1);
    if (column > 16'384) return -1;
  }
  return i == 0 ? -1 : column - 1;
}

/// A spreadsheet's number as plain decimals: 15 significant digits, no exponent.
std::string plain_number(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0' || !std::isfinite(number)) return text;
  if (text.find_first_of("eE.") == std::string::npos) return text;
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.15g", number);
  std::string shown = buffer.data();
  if (shown.find('e') == std::string::npos) return shown;
  if (std::fabs(number) >= 1e21 || std::fabs(number) < 1e-12) return shown;
  std::snprintf(buffer.data(), buffer.size(), "%.12f", number);
  shown = buffer.data();
  shown.erase(shown.find_last_not_of('0') + 1);
  if (shown.back() == '.') shown.pop_back();
  return shown;
}

/// A date serial as text; 1900 system has the day that never was, so serials from 61 on count from 1899-12-30.
std::string date_text(const std::string& serial, bool base_1904) {
  char* end = nullptr;
  const double value = std::strtod(serial.c_str(), &end);
  if (end == serial.c_str() || *end != '\0' || value < 0 || value > 2'958'465.999) return serial;
  const auto days = static_cast<std::int64_t>(value);
  const auto seconds = static_cast<int>(std::llround((value - static_cast<double>(days)) * 86'400.0));
  const std::int64_t base = base_1904 ? 24'107 : (days < 61 ? 25'568 : 25'569); // days from the base to 1970-01-01
  std::int64_t z = days - base + 719'468;
  const std::int64_t era = (z >= 0 ? z : z - 146'096) / 146'097;
  const std::int64_t doe = z - era * 146'097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  const std::int64_t day = doy - (153 * mp + 2) / 5 + 1;
  const std::int64_t month = mp < 10 ? mp + 3 : mp - 9;
  const std::int64_t year = yoe + era * 400 + (month <= 2 ? 1 : 0);
  std::string text = fmt::format("{:04}-{:02}-{:02}", year, month, day);
  if (seconds > 0 && seconds < 86'400)
    text += fmt::format("T{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return text;
}

bool date_format(int id, const std::map<int, std::string>& custom) {
  if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return true;
  const auto found = custom.find(id);
  if (found == custom.end()) return false;
  bool quoted = false, bracket = false;
  for (const char c : found->second) {
    if (c == '"') quoted = !quoted;
    if (c == '[') bracket = true;
    if (!quoted && !bracket && (c == 'y' || c == 'Y' || c == 'd' || c == 'D')) return true;
    if (c == ']') bracket = false;
  }
  return false;
}

class XlsxReader final : public TableReader {
 public:
  XlsxReader(Limits limits, std::string sheet)
      : limits_(limits), allowance_(limits.xlsx_bytes), wanted_sheet_(std::move(sheet)) {}

  Result<void> start(const ByteSource& source) {
    OB_CHECK(spool(source, archive_));
    OB_CHECK(open_archive(archive_));
    OB_CHECK(read_workbook());
    OB_CHECK(read_styles());
    OB_CHECK(read_shared());
    XmlHandlers handlers;
    handlers.start = [this](std::string_view name, const XML_Char** attributes) { open(name, attributes); };
    handlers.end = [this](std::string_view name) { close(name); };
    handlers.text = [this](std::string_view text) {
      if (in_value_ && value_.size() < limits_.cell_bytes) value_.append(text);
    };
    sheet_ = std::make_unique<XmlPart>(archive_.zip, sheet_path_, &allowance_, std::move(handlers));
    if (!sheet_->exists()) return bad_workbook("其中没有工作表", "it holds no worksheet");
    return {};
  }

  Result<bool> next(TableRow& row) override {
    while (ready_.empty() && !ended_) {
      OB_TRY(const bool more, sheet_->step());
      ended_ = !more;
      if (failed_) return *failed_;
    }
    if (ready_.empty()) return false;
    row = std::move(ready_.front());
    ready_.pop_front();
    return true;
  }

 private:
  Result<void> read_workbook() {
    std::string wanted;
    XmlHandlers handlers;
    handlers.start = [&](std::string_view name, const XML_Char** attributes) {
      if (name == "workbookPr") {
        const std::string_view flag = attribute(attributes, "date1904");
        base_1904_ = flag == "1" || flag == "true";
      }
      if (name != "sheet" || !wanted.empty()) return;
      const std::string_view state = attribute(attributes, "state");
      if (wanted_sheet_.empty() ? state.empty() || state == "visible" : attribute(attributes, "name") == wanted_sheet_)
        wanted = attribute(attributes, "r:id");
    };
    XmlPart book(archive_.zip, "xl/workbook.xml", &allowance_, handlers);
    if (!book.exists()) return bad_workbook("它不是 Excel 工作簿", "it is not a workbook");
    OB_CHECK(book.all());
    std::string target;
    XmlHandlers relations;
    relations.start = [&](std::string_view name, const XML_Char** attributes) {
      if (name == "Relationship" && attribute(attributes, "Id") == wanted) target = attribute(attributes, "Target");
    };
    XmlPart part(archive_.zip, "xl/_rels/workbook.xml.rels", &allowance_, relations);
    if (wanted.empty() && !wanted_sheet_.empty())
      return bad_workbook("其中没有工作表“" + wanted_sheet_ + "”", "it has no sheet \"" + wanted_sheet_ + "\"");
    if (!part.exists() || wanted.empty()) return bad_workbook("其中没有可见的工作表", "it has no visible worksheet");
    OB_CHECK(part.all());
    sheet_path_ = !target.empty() && target.front() == '/' ? target.substr(1) : "xl/" + target;
    return {};
  }

  Result<void> read_styles() {
    std::map<int, std::string> custom;
    bool in_cells = false;
    XmlHandlers handlers;
    handlers.start = [&](std::string_view name, const XML_Char** attributes) {
      const auto number = [&](std::string_view key) {
        return std::atoi(std::string(attribute(attributes, key)).c_str());
      };
      if (name == "numFmt" && custom.size() < 10'000) custom[number("numFmtId")] = attribute(attributes, "formatCode");
      if (name == "cellXfs") in_cells = true;
      if (name == "xf" && in_cells && dates_.size() < 100'000)
        dates_.push_back(date_format(number("numFmtId"), custom));
    };
    handlers.end = [&](std::string_view name) {
      if (name == "cellXfs") in_cells = false;
    };
    XmlPart part(archive_.zip, "xl/styles.xml", &allowance_, handlers);
    return part.exists() ? part.all() : Result<void>();
  }

  Result<void> read_shared() {
    std::string text;
    std::size_t total = 0;
    bool inside = false, phonetic = false, full = false;
    XmlHandlers handlers;
    handlers.start = [&](std::string_view name, const XML_Char**) {
      if (name == "si") text.clear();
      if (name == "rPh") phonetic = true;
      if (name == "t") inside = !phonetic;
    };
    handlers.end = [&](std::string_view name) {
      if (name == "t") inside = false;
      if (name == "rPh") phonetic = false;
      if (name != "si") return;
      total += text.size() + sizeof(std::string);
      full = full || total > limits_.shared_string_bytes;
      if (!full) shared_.push_back(text);
    };
    handlers.text = [&](std::string_view piece) {
      if (inside && text.size() < limits_.cell_bytes) text.append(piece);
    };
    XmlPart part(archive_.zip, "xl/sharedStrings.xml", &allowance_, handlers);
    if (part.exists()) OB_CHECK(part.all());
    return full ? Result<void>(bad_workbook("其中的文字过多", "it holds too much text")) : Result<void>();
  }

  void open(std::string_view name, const XML_Char** attributes) {
    if (name == "row") {
      const std::string number(attribute(attributes, "r"));
      row_.line = number.empty() ? last_line_ + 1 : std::atoll(number.c_str());
      last_line_ = row_.line;
      row_.cells.clear();
    } else if (name == "c") {
      const int column = column_of(attribute(attributes, "r"));
      column_ = column >= 0 ? static_cast<std::size_t>(column) : row_.cells.size();
      type_ = attribute(attributes, "t");
      style_ = static_cast<std::size_t>(std::max(0, std::atoi(std::string(attribute(attributes, "s")).c_str())));
      value_.clear();
    } else if (name == "v" || (name == "t" && type_ == "inlineStr")) {
      in_value_ = true;
    }
  }

  void close(std::string_view name) {
    if (name == "v" || name == "t") in_value_ = false;
    if (name == "c") put_cell();
    if (name != "row") return;
    while (!row_.cells.empty() && row_.cells.back().empty()) row_.cells.pop_back();
    if (row_.cells.empty()) return;
    if (++rows_ > limits_.xlsx_rows) {
      failed_ = fault(FaultKind::too_large, "exchange.xlsx_rows",
                      {fmt::format("Excel 文件超过 {} 行，请改用 CSV。", limits_.xlsx_rows),
                       fmt::format("The workbook has more than {} rows; use CSV.", limits_.xlsx_rows)});
      return;
    }
    ready_.push_back(row_);
  }

  void put_cell() {
    if (column_ >= limits_.columns) return;
    if (row_.cells.size() <= column_) row_.cells.resize(column_ + 1);
    std::string& cell = row_.cells[column_];
    if (type_ == "s") {
      std::size_t index = 0;
      const auto [end, error] = std::from_chars(value_.data(), value_.data() + value_.size(), index);
      if (error == std::errc() && end == value_.data() + value_.size() && index < shared_.size()) cell = shared_[index];
    } else if (type_ == "e") {
      failed_ = fault(FaultKind::malformed, "exchange.error_value",
                      {fmt::format("第 {} 行第 {} 列是错误值 {}。请更正公式后再导入。", row_.line, column_ + 1, value_),
                       fmt::format("Line {}, column {} is the error value {}; correct the formula and import again.",
                                   row_.line, column_ + 1, value_)});
    } else if (type_ == "b") {
      cell = value_ == "1" ? "true" : "false";
    } else if (type_.empty() || type_ == "n") {
      cell = style_ < dates_.size() && dates_[style_] && !value_.empty() ? date_text(value_, base_1904_)
                                                                         : plain_number(value_);
    } else {
      cell = value_;
    }
    if (cell.size() > 1 && cell[0] == '\'' && looks_like_formula(std::string_view(cell).substr(1))) cell.erase(0, 1);
  }

  Limits limits_;
  std::size_t allowance_;
  std::string wanted_sheet_; ///< empty = the first visible
  Archive archive_;
  std::string sheet_path_;
  bool base_1904_ = false;
  std::vector<bool> dates_;
  std::vector<std::string> shared_;
  std::unique_ptr<XmlPart> sheet_;
  std::deque<TableRow> ready_;
  bool ended_ = false;
  std::optional<Fault> failed_;
  TableRow row_;
  std::int64_t last_line_ = 0, rows_ = 0;
  std::size_t column_ = 0, style_ = 0;
  std::string type_, value_;
  bool in_value_ = false;
};

} // namespace

Result<std::unique_ptr<TableReader>> open_xlsx(const ByteSource& source, Limits limits, const std::string& sheet) {
  auto reader = std::make_unique<XlsxReader>(limits, sheet);
  OB_CHECK(reader->start(source));
  return std::unique_ptr<TableReader>(std::move(reader));
}

} // namespace onebudget::tables
