// What is wrong with the rows of an import, as a table for whoever has to correct them.

#include <fmt/format.h>
#include <algorithm>

#include "kernel/records/import/import.hpp"

namespace onebudget::records {

namespace {

tables::Column text_column(std::string title, int width) {
  return {std::move(title), tables::CellKind::text, 0, width};
}

} // namespace

Result<std::unique_ptr<tables::TableWriter>> open_writer(const std::string& format,
                                                         const std::vector<tables::Column>& columns,
                                                         const std::string& sheet, const ByteSink& sink) {
  if (format == "csv") return tables::write_csv(columns, sink);
  if (format == "xlsx") return tables::write_xlsx(columns, sheet, sink);
  return fault(FaultKind::media_type, "records.format",
               {fmt::format("不支持格式“{}”。请用 csv、xlsx 或 jsonl。", format.substr(0, 32)),
                fmt::format("The format \"{}\" is not supported. Use csv, xlsx or jsonl.", format.substr(0, 32))});
}

ErrorBook::ErrorBook(const Served& served, const RawTable& table, std::string language)
    : served_(served), table_(table), language_(std::move(language)) {}

Result<void> ErrorBook::open(const std::string& format, const ByteSink& sink) {
  const bool english = language_.rfind("en", 0) == 0;
  std::vector<tables::Column> columns{{english ? "Line" : "行号", tables::CellKind::number, 0, 8}};
  for (const int column : table_.columns) {
    const Field* field = column < 0 ? nullptr : served_.columns[static_cast<std::size_t>(column)].field;
    columns.push_back(text_column(field == nullptr ? std::string() : field->title.in(language_), 16));
  }
  if (table_.columns.empty()) columns.push_back(text_column(english ? "Row" : "原行", 48));
  cells_ = columns.size() - 1;
  columns.push_back(text_column(english ? "Field" : "字段", 20));
  columns.push_back(text_column(english ? "Reason" : "原因", 48));
  columns.push_back(text_column(english ? "What to do" : "处理办法", 48));
  columns.push_back(text_column(english ? "Code" : "代码", 20));
  OB_TRY(writer_, open_writer(format, columns, english ? "Errors" : "错误", sink));
  return {};
}

Result<void> ErrorBook::add(const RawRow& row, const FieldFault& wrong) {
  std::vector<std::string> cells{std::to_string(row.line)};
  const auto encrypted = [](const Field* field) { return field != nullptr && field->encrypted; };
  Json shown = row.object;
  if (shown.is_object())
    for (auto it = shown.begin(); it != shown.end(); ++it)
      if (encrypted(served_.entity.field(it.key()))) *it = "***";
  if (table_.columns.empty())
    cells.push_back(shown.is_null() ? "" : shown.dump());
  else
    cells.insert(cells.end(), row.cells.begin(),
                 row.cells.begin() + static_cast<std::ptrdiff_t>(std::min(row.cells.size(), cells_)));
  cells.resize(cells_ + 1);
  for (std::size_t i = 0; i < table_.columns.size(); ++i) // whoever sent the file has the value
    if (table_.columns[i] >= kFirstField &&
        encrypted(served_.columns[static_cast<std::size_t>(table_.columns[i])].field))
      cells[i + 1] = "***";
  const std::size_t slash = wrong.field.empty() || wrong.field.front() != '/' ? 0 : 1;
  const std::string name = wrong.field.substr(slash);
  const Field* field = served_.entity.field(name);
  for (const std::string& text : {field == nullptr ? name : field->title.in(language_), wrong.message.in(language_),
                                  wrong.remedy.in(language_), wrong.code})
    cells.push_back(text);
  return writer_->row(cells);
}

} // namespace onebudget::records
