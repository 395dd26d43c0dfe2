#include <charconv>
#include <map>

#include "plugins/compilation/service/service.hpp"

namespace onebudget::compilation {

namespace {

constexpr std::size_t kMost = 1000;

} // namespace

Result<void> list_code_changes(Exchange& exchange) {
  OB_TRY(const std::string text, exchange.parameter("year"));
  int year = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), year);
  if (error != std::errc() || end != text.data() + text.size() || year < 1990 || year > 2100)
    return fault(FaultKind::malformed, "compilation.year", {"请给出四位年度，如 year=2026。", "Give a year of four digits, such as year=2026."});
  OB_TRY(const Json answer, exchange.call_service("standards/1", "successions", {{"list", "functional_class"}, {"from_year", year}}));
  std::map<std::string, Json> touched;
  for (const Json& item : answer["items"]) {
    const std::string from = item.value("from_code", std::string());
    Json& entry = touched.try_emplace(from, Json{{"kind", item["kind"]}, {"to", Json::array()}}).first->second;
    if (const std::string to = item.value("to_code", std::string()); !to.empty()) entry["to"].push_back(to);
  }
  Json items = Json::array();
  for (const auto& [code, change] : touched) {
    const std::string filter = "fiscal_year==" + std::to_string(year) + ";functional_class.code==\"" + code + "\"";
    OB_CHECK(exchange.query("compilation.project", {{"filter", filter}, {"sort", "code"}, {"limit", 0}}, [&](const Json& row) {
      items.push_back({{"id", row["id"]}, {"code", row.value("code", Json())}, {"name", row.value("name", Json())}, {"functional_class", code}, {"kind", change["kind"]}, {"to", change["to"]}});
      return items.size() < kMost;
    }));
    if (items.size() >= kMost) break;
  }
  const bool full = items.size() >= kMost;
  return exchange.respond(200, {{"items", items}, {"truncated", full}});
}

} // namespace onebudget::compilation
