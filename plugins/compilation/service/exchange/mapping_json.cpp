#include "plugins/compilation/service/exchange/mapping_json.hpp"

#include <algorithm>

namespace onebudget::compilation {

namespace {

Fault unreadable(const std::string& place) {
  return refusal("compilation.import_mapping",
                 {"映射的定义写法不对，请改正。", "The mapping cannot be read; correct it."},
                 {{"/definition" + place,
                   "compilation.import_mapping",
                   {"写法不对或不认识。", "It cannot be read, or is not known."},
                   {"请参照说明书中的映射格式。", "See the form of a mapping in the manual."}}});
}

Result<void> only(const Json& object, const std::string& place, std::initializer_list<std::string_view> known) {
  if (!object.is_object()) return unreadable(place);
  for (const auto& [name, value] : object.items())
    if (std::find(known.begin(), known.end(), name) == known.end()) return unreadable(place + "/" + name);
  return {};
}

Result<std::map<std::string, std::string>> texts(const Json& object, const std::string& place) {
  std::map<std::string, std::string> out;
  if (object.is_null()) return out;
  if (!object.is_object()) return unreadable(place);
  for (const auto& [name, value] : object.items()) {
    if (!value.is_string()) return unreadable(place + "/" + name);
    out[name] = value.get<std::string>();
  }
  return out;
}

Result<std::vector<std::string>> list(const Json& array, const std::string& place) {
  std::vector<std::string> out;
  if (!array.is_array()) return unreadable(place);
  for (const Json& item : array) {
    if (!item.is_string()) return unreadable(place);
    out.push_back(item.get<std::string>());
  }
  return out;
}

Result<MappedColumn> column_of(const Json& json, const std::string& place) {
  OB_CHECK(only(json, place,
                {"field", "source", "kind", "required", "optional", "fill_down", "default", "codes", "closed"}));
  const Row row(json);
  const std::string kind = row.text("kind");
  MappedColumn out;
  using Kind = MappedColumn::Kind;
  if (kind == "number")
    out.kind = Kind::number;
  else if (kind == "year")
    out.kind = Kind::year;
  else if (kind == "amount")
    out.kind = Kind::amount;
  else if (!kind.empty() && kind != "text")
    return unreadable(place + "/kind");
  if (row.flag("optional") && out.kind != Kind::text) return unreadable(place + "/optional");
  out.field = row.text("field");
  out.source = row.text("source");
  out.required = row.flag("required");
  out.optional = row.flag("optional");
  out.fill_down = row.flag("fill_down");
  out.otherwise = row.text("default");
  out.closed = row.flag("closed");
  OB_TRY(out.codes, texts(row.at("codes"), place + "/codes"));
  return out;
}

Result<void> read_wide(const Row& row, Mapping& out) {
  const Json wide = row.at("wide"), sums = row.at("sums");
  for (std::size_t i = 0; i < wide.size(); ++i) {
    const std::string place = "/wide/" + std::to_string(i);
    OB_CHECK(only(wide[i], place, {"source", "fields"}));
    WideColumn column{Row(wide[i]).text("source"), {}};
    OB_TRY(column.fields, texts(Row(wide[i]).at("fields"), place + "/fields"));
    out.wide.push_back(std::move(column));
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const std::string place = "/sums/" + std::to_string(i);
    OB_CHECK(only(sums[i], place, {"total", "parts"}));
    RowSum sum{Row(sums[i]).text("total"), {}};
    OB_TRY(sum.parts, list(Row(sums[i]).at("parts"), place + "/parts"));
    out.sums.push_back(std::move(sum));
  }
  return {};
}

} // namespace

Result<Mapping> mapping_of(const Json& definition) {
  OB_CHECK(only(definition, "",
                {"sheet", "header_rows", "skip_rows", "unit", "columns", "wide", "constants", "sums", "skip"}));
  static const std::map<std::string, std::int64_t> kUnits = {
      {"", 100}, {"元", 100}, {"千元", 100'000}, {"万元", 1'000'000}, {"亿元", 10'000'000'000}};
  const Row row(definition);
  Mapping out;
  out.sheet = row.text("sheet");
  out.header_rows = static_cast<int>(row.number("header_rows", 1));
  out.skip_rows = static_cast<int>(row.number("skip_rows", 0));
  const auto unit = kUnits.find(row.text("unit"));
  out.unit_fen = unit == kUnits.end() ? 0 : unit->second;
  const Json columns = row.at("columns"), skip = row.at("skip");
  for (std::size_t i = 0; i < columns.size(); ++i) {
    OB_TRY(auto column, column_of(columns[i], "/columns/" + std::to_string(i)));
    out.columns.push_back(std::move(column));
  }
  OB_CHECK(read_wide(row, out));
  OB_TRY(out.constants, texts(row.at("constants"), "/constants"));
  if (skip.is_object())
    for (const auto& [source, values] : skip.items()) {
      OB_TRY(out.skip[source], list(values, "/skip/" + source));
    }
  auto findings = check_mapping(out);
  if (findings.empty()) return out;
  return refusal("compilation.import_mapping", {"映射有误，请逐项改正。", "The mapping has mistakes; correct each."},
                 std::move(findings));
}

} // namespace onebudget::compilation
