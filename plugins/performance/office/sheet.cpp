#include "plugins/performance/office/sheet.hpp"

#include "sdk/tables/tables.hpp"

namespace onebudget::performance {

namespace {

using tables::CellKind;
using tables::Column;
using tables::WorkbookWriter;

constexpr int kWidth = 22;

/// Digits with at most one point and a sign, without the separators of thousands; what is none stays as it is.
std::string number_in(const std::string& text) {
  std::string out;
  int digits = 0, points = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ',') continue;
    if (c == '-' ? i != 0 : c == '.' ? ++points > 1 : (c < '0' || c > '9')) return text;
    digits += c >= '0' && c <= '9' ? 1 : 0;
    out += c;
  }
  return digits == 0 ? text : out;
}

Result<void> add(WorkbookWriter& book, const std::string& title, const std::vector<ColumnName>& names,
                 const std::vector<std::vector<Printed>>& rows) {
  std::vector<Column> columns;
  for (const ColumnName& name : names)
    columns.push_back({name.title, name.number ? CellKind::number : CellKind::text, 2, kWidth, true});
  OB_CHECK(book.sheet(columns, title));
  for (const auto& row : rows) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < row.size() && i < names.size(); ++i)
      cells.push_back(names[i].number ? number_in(row[i].text) : row[i].text);
    OB_CHECK(book.row(cells));
  }
  return {};
}

} // namespace

Result<std::string> xlsx_of(const Catalogue& catalogue, const Facts& facts) {
  std::string out;
  OB_TRY(const auto book, tables::write_workbook([&out](std::string_view bytes) -> Result<void> {
           out += bytes;
           return {};
         }));
  std::vector<std::vector<Printed>> overview;
  for (const FieldName& field : catalogue.fields)
    if (const Printed& value = facts.at(field.code); !value.text.empty())
      overview.push_back({{field.title, ""}, value});
  OB_CHECK(add(*book, "概况", {{"item", "项目"}, {"value", "内容"}}, overview));
  for (const TableName& table : catalogue.tables) {
    const auto rows = facts.tables.find(table.code);
    OB_CHECK(add(*book, table.title, table.columns,
                 rows == facts.tables.end() ? std::vector<std::vector<Printed>>() : rows->second));
  }
  OB_CHECK(book->finish());
  return out;
}

} // namespace onebudget::performance
