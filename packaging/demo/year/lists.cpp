// The code lists of later years: the people of the standards bring them in as a file, as every year.

#include <algorithm>

#include "packaging/demo/year/year.hpp"
#include "sdk/tables/tables.hpp"

namespace onebudget::demo {

namespace {

constexpr const char* kLoader = "year.loader";
constexpr const char* kPassword = "Ob7-lists-of-a-year";

std::string route_of(std::string entity) {
  for (char& c : entity) c = c == '.' ? '/' : c == '_' ? '-' : c;
  return "/" + entity;
}

/// The rows of one year's list as those of another; empty when the list knows no years.
Result<std::string> moved(const std::string& text, int from, int to) {
  OB_TRY(const auto reader,
         tables::open_csv([&text, at = std::size_t{0}](char* buffer, std::size_t size) mutable -> Result<std::size_t> {
           const std::size_t count = std::min(size, text.size() - at);
           std::copy_n(text.data() + at, count, buffer);
           at += count;
           return count;
         }));
  std::string out;
  std::vector<std::string> names;
  std::unique_ptr<tables::TableWriter> writer;
  tables::TableRow row;
  for (;;) {
    OB_TRY(const bool any, reader->next(row));
    if (!any) break;
    if (names.empty()) {
      names = row.cells;
      if (std::find(names.begin(), names.end(), "list_year") == names.end()) return std::string();
      std::vector<tables::Column> columns;
      for (const std::string& name : names) columns.push_back({name});
      OB_TRY(writer, tables::write_csv(columns, [&out](std::string_view bytes) -> Result<void> {
               out += bytes;
               return {};
             }));
      continue;
    }
    const auto cell = [&](std::string_view name) -> std::string& {
      const auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
      return row.cells[std::min(at, row.cells.size() - 1)];
    };
    if (cell("list_year") != std::to_string(from)) continue;
    cell("list_year") = std::to_string(to);
    if (std::find(names.begin(), names.end(), "valid_from") != names.end())
      cell("valid_from") = std::to_string(to) + "-01-01";
    OB_CHECK(writer->row(row.cells));
  }
  if (writer) OB_CHECK(writer->finish());
  return out;
}

/// Somebody who may load lists, for the time of the play.
Result<void> hire(Stage& stage, const std::string& root) {
  if (stage.desk.knows(kLoader)) return {};
  stage.desk.know(kLoader, kPassword);
  const Json user = {{"username", kLoader},
                     {"display_name", "年度代码维护"},
                     {"node_code", root},
                     {"password", kPassword},
                     {"must_change_password", false}};
  const Json grant = {{"username", kLoader},
                      {"role_code", "data_loader"},
                      {"node_code", root},
                      {"reach", "subtree"},
                      {"departments", Json::array()}};
  const auto made = stage.desk.upload("sysadmin", "/system/user/import", "application/x-ndjson", user.dump() + "\n");
  if (!made && made.fault().kind != FaultKind::conflict && made.fault().kind != FaultKind::rule) return made.fault();
  if (!made) return {}; // from an earlier play
  const auto given = stage.desk.upload("secadmin", "/system/grant/import", "application/x-ndjson", grant.dump() + "\n");
  return given ? Result<void>() : Result<void>(given.fault());
}

} // namespace

Result<void> bring_lists(Stage& stage, const Json& vocabulary, const std::string& folder, int year) {
  OB_CHECK(hire(stage, vocabulary["root"].value("code", std::string())));
  OB_TRY(const Json known,
         stage.desk.get(kLoader, "/standards/functional-class?limit=1&filter=list_year==" + std::to_string(year)));
  if (!known.value("items", Json::array()).empty()) return {};
  for (const Json& list : vocabulary["reference"]) {
    const std::string entity = list[0];
    if (entity.rfind("standards.", 0) != 0) continue;
    OB_TRY(const std::string text, client::file_text(folder + "/" + list[1].get<std::string>()));
    OB_TRY(const std::string table, moved(text, vocabulary["records"].value("year", year), year));
    if (table.empty()) continue;
    OB_TRY(const Json report,
           stage.desk.upload(kLoader, route_of(entity) + "/import?format=csv&import_state=true", "text/csv", table));
  }
  return {};
}

} // namespace onebudget::demo
