#include "plugins/compilation/domain/exchange/mapping.hpp"

#include <sstream>

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

TextRow cells(const std::string& text) {
  TextRow out;
  std::istringstream words(text);
  for (std::string cell; std::getline(words, cell, '|');) out.push_back(cell);
  return out;
}

Mapping mapping_of(const Case& one) {
  Mapping out;
  out.header_rows = number(one, "header_rows", 1);
  out.skip_rows = number(one, "skip_rows", 0);
  out.unit_fen = one.value("unit", "元") == "万元" ? 1'000'000 : one.value("unit", "元") == "元" ? 100 : 7;
  MappedColumn unit{MappedColumn::Kind::text,
                    "unit",
                    one.value("unit_column", "单位"),
                    true,
                    has(one, "fill_down"),
                    "",
                    {{"一中", "106001"}},
                    has(one, "closed")};
  MappedColumn year{MappedColumn::Kind::year, "year", "年度", false, false, "2026", {{"FY25-26", "2026"}}, false};
  out.columns = {unit, year};
  if (has(one, "topic")) {
    out.columns.push_back({MappedColumn::Kind::text, "hot_std", "hot_std", false, false, "", {}, false});
    out.columns.back().optional = has(one, "optional");
  }
  if (has(one, "wide"))
    out.wide = {{"工资", {{"class", "301"}}}, {"商品", {{"class", "302"}}}};
  else if (!has(one, "no_amount"))
    out.columns.push_back(
        {MappedColumn::Kind::amount, "amount", one.value("amount_column", "金额"), true, false, "", {}, false});
  if (has(one, "sum")) out.sums = {{"合计", {"工资", "商品"}}};
  if (has(one, "skip")) out.skip["单位"] = {"小计", "合计"};
  return out;
}

TEST(Mapping, brings_rows_in_in_every_case) {
  EXPECT_EQ(run("import_mapping",
                [](const Case& one) {
                  const Mapping mapping = mapping_of(one);
                  const Lines wrong = lines(check_mapping(mapping));
                  if (!wrong.empty()) return wrong;
                  std::vector<TextRow> rows;
                  for (const auto& [name, value] : one.given)
                    if (name == "row") rows.push_back(cells(value));
                  const auto table = map_rows(mapping, rows);
                  if (!table) {
                    Lines out{table.fault().code};
                    for (const FieldFault& field : table.fault().fields) out.push_back(field.field);
                    return out;
                  }
                  Lines out;
                  for (const MappedRecord& record : table->records) {
                    std::string line = std::to_string(record.line);
                    for (const auto& [field, value] : record.fields) line += " " + field + ":" + value;
                    out.push_back(line);
                  }
                  for (const RowError& error : table->errors)
                    out.push_back(std::to_string(error.line) + " " + error.column + " " + error.code);
                  return out;
                }),
            Lines());
}

/// "field:kind:default" of a column, "field=value" of constants and, joined by spaces, of a wide column.
Mapping named_mapping(const Case& one) {
  Mapping out;
  const auto put = [](std::map<std::string, std::string>& fields, const std::string& text) {
    const auto equals = text.find('=');
    fields[text.substr(0, equals)] = text.substr(equals + 1);
  };
  for (const auto& [name, value] : one.given) {
    std::istringstream parts(value);
    if (name == "constant") put(out.constants, value);
    if (name == "column") {
      MappedColumn column;
      std::string kind;
      std::getline(std::getline(std::getline(parts, column.field, ':'), kind, ':'), column.otherwise, ':');
      column.source = column.field;
      column.kind = kind == "year"     ? MappedColumn::Kind::year
                    : kind == "amount" ? MappedColumn::Kind::amount
                                       : MappedColumn::Kind::text;
      if (kind == "blank") column.codes[""] = column.codes["无"] = "";
      out.columns.push_back(column);
    }
    if (name == "wide") {
      WideColumn column{"栏", {}};
      for (std::string field; parts >> field;) put(column.fields, field);
      out.wide.push_back(column);
    }
  }
  return out;
}

TEST(Mapping, names_every_field_that_its_target_lacks_in_every_case) {
  const MappingTarget target{
      {"fiscal_year", "stage", "department", "amount"}, {"fiscal_year", "stage", "amount"}, "fiscal_year"};
  EXPECT_EQ(run("mapping_target",
                [&](const Case& one) {
                  Mapping mapping = named_mapping(one);
                  Lines out = lines(check_target(mapping, target));
                  for (const MappedColumn& column : mapping.columns)
                    if (column.required) out.push_back("required " + column.field);
                  return out;
                }),
            Lines());
}

TEST(Mapping, reads_amounts_as_people_write_them) {
  const std::pair<const char*, const char*> good[] = {
      {"1,234.50", "1234.50"}, {"(15,000)", "-15000.00"}, {"¥ 12", "12.00"},    {"15000.0", "15000.00"},
      {"-0.01", "-0.01"},      {"$1,000", "1000.00"},     {"0.120000", "0.12"}, {"(-3)", "3.00"}};
  for (const auto& [cell, wanted] : good) EXPECT_EQ(read_amount(cell, 100)->to_yuan(), wanted) << cell;
  EXPECT_EQ(read_amount("1.234567", 1'000'000)->to_yuan(), "12345.67");
  for (const char* cell : {"1.234", "1e6", "abc", "", "1.2.3", "--1", "99999999999999999999"})
    EXPECT_FALSE(read_amount(cell, 100).ok()) << cell;
  EXPECT_FALSE(read_amount("1.2345678", 1'000'000).ok()) << "a part of a fen";
}

} // namespace
} // namespace onebudget::compilation
