// Files as rows of cells whose columns are known.

#include <fmt/format.h>
#include <algorithm>

#include "kernel/records/faults.hpp"
#include "kernel/records/import/import.hpp"
#include "sdk/tables/tables.hpp"
#include "sdk/text/nearest.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::records {

namespace {

Fault unknown_format(const std::string& format) {
  return fault(FaultKind::media_type, "records.format",
               {fmt::format("不支持格式“{}”。请用 csv、xlsx 或 jsonl。", format.substr(0, 32)),
                fmt::format("The format \"{}\" is not supported. Use csv, xlsx or jsonl.", format.substr(0, 32))});
}

/// "Name *" as in our own templates is "Name".
std::string plain_title(const std::string& title) {
  std::string plain = trimmed(title);
  while (!plain.empty() && plain.back() == '*') plain = trimmed(plain.substr(0, plain.size() - 1));
  return plain;
}

int column_of(const Served& served, const std::string& title) {
  for (std::size_t i = kFirstField; i < served.columns.size(); ++i) {
    const Field& field = *served.columns[i].field;
    if (title == field.name || title == field.title.zh || (!field.title.en.empty() && title == field.title.en))
      return static_cast<int>(i);
  }
  return -1;
}

class Header {
 public:
  explicit Header(const Served& served) : served_(served) {
    for (std::size_t i = kFirstField; i < served.columns.size(); ++i) {
      names_.push_back(served.columns[i].name);
      names_.push_back(served.columns[i].field->title.zh);
    }
  }

  Result<std::vector<int>> read(const tables::TableRow& row) {
    std::vector<int> columns;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const std::string title = plain_title(row.cells[i]);
      const int column = title.empty() ? -1 : column_of(served_, title);
      if (column < 0 && !title.empty()) unknown(row.line, i, title);
      if (column >= 0 && std::find(columns.begin(), columns.end(), column) != columns.end()) twice(row.line, i, title);
      columns.push_back(column);
    }
    for (const std::string& key : served_.entity.key)
      if (served_.entity.field(key)->required &&
          std::find(columns.begin(), columns.end(), served_.column(key)) == columns.end())
        missing(row.line, key);
    if (wrong_.empty()) return columns;
    return fault(FaultKind::rule, "records.import_header",
                 {"文件的表头与该实体不符，请逐项改正后再导入。",
                  "The header of the file does not fit; correct each mistake and import again."},
                 std::move(wrong_));
  }

 private:
  void unknown(std::int64_t line, std::size_t at, const std::string& title) {
    const std::string near = nearest(title, names_);
    const std::string shown = title.substr(0, 60);
    wrong_.push_back({fmt::format("line {}, column {}", line, at + 1),
                      "import.unknown_column",
                      {fmt::format("第 {} 列“{}”不是该实体的字段。", at + 1, shown),
                       fmt::format("Column {} \"{}\" is not a field.", at + 1, shown)},
                      near.empty()
                          ? Text{"请删除该列，或使用导入模板的表头。",
                                 "Remove the column, or use the header of the import template."}
                          : Text{fmt::format("是否想写“{}”？", near), fmt::format("Did you mean \"{}\"?", near)}});
  }
  void twice(std::int64_t line, std::size_t at, const std::string& title) {
    wrong_.push_back({fmt::format("line {}, column {}", line, at + 1),
                      "import.column_twice",
                      {fmt::format("“{}”出现两次。", title), fmt::format("\"{}\" occurs twice.", title)},
                      {"请只保留一列。", "Keep one of them."}});
  }
  void missing(std::int64_t line, const std::string& key) {
    const Field* field = served_.entity.field(key);
    wrong_.push_back({fmt::format("line {}", line),
                      "import.key_missing",
                      {fmt::format("缺少键字段“{}”。", field->title.zh),
                       fmt::format("The key field \"{}\" is missing.", field->title.in("en"))},
                      {"请补上该列。", "Add the column."}});
  }

  const Served& served_;
  std::vector<std::string> names_;
  std::vector<FieldFault> wrong_;
};

RawTable json_table(const ByteSource& source) {
  auto lines = std::make_shared<tables::JsonLines>(source);
  return {{}, [lines](RawRow& row) -> Result<bool> {
            tables::JsonLines::Item item{0, Json()};
            OB_TRY(const bool more, lines->next(item));
            if (!more) return false;
            row = {};
            row.line = item.line;
            if (item.value)
              row.object = *std::move(item.value);
            else
              row.broken = std::move(item.value).fault();
            return true;
          }};
}

} // namespace

Result<RawTable> open_table(const Served& served, const ByteSource& source, const std::string& format) {
  if (format == "jsonl") return json_table(source);
  if (format != "csv" && format != "xlsx") return unknown_format(format);
  OB_TRY(std::unique_ptr<tables::TableReader> opened,
         format == "csv" ? tables::open_csv(source) : tables::open_xlsx(source));
  std::shared_ptr<tables::TableReader> reader = std::move(opened);
  tables::TableRow first;
  OB_TRY(const bool any, reader->next(first));
  if (!any)
    return fault(FaultKind::rule, "records.import_empty",
                 {"文件为空。请填入表头和数据后再导入。", "The file is empty. Put in a header and data."});
  OB_TRY(std::vector<int> columns, Header(served).read(first));
  return RawTable{std::move(columns), [reader](RawRow& row) -> Result<bool> {
                    tables::TableRow next;
                    OB_TRY(const bool more, reader->next(next));
                    if (!more) return false;
                    row = {};
                    row.line = next.line;
                    row.cells = std::move(next.cells);
                    return true;
                  }};
}

} // namespace onebudget::records
