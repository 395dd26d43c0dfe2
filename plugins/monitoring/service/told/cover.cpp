// R51: a region's three guarantees against the treasury's cover, told when the cover of a month comes.

#include "plugins/monitoring/service/told/registers.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kCover = "monitoring.treasury_cover";

/// What the projects of the three guarantees may spend in a region and year, and have spent.
Result<std::pair<Money, Money>> guarantees_of(const Call& call, const std::string& region_code, int year) {
  std::set<std::string> projects;
  OB_CHECK(
      call.records().each("compilation.project", where("three_guarantees==true"), [&](const Row& row) -> Result<void> {
        projects.insert(row.text("code"));
        return {};
      }));
  Money due, paid;
  OB_CHECK(by_hundreds(projects, "project_code", [&](const std::string& filter) {
    plugin::Query query = where("stage==executable;region_code==" + plugin::quoted(region_code) +
                                ";fiscal_year==" + std::to_string(year) + ";" + filter);
    query.fields = {"amount", "paid"};
    return call.records().each("ledger.indicator", query, [&](const Row& row) -> Result<void> {
      due = sum(due, row.money("amount"));
      paid = sum(paid, row.money("paid"));
      return {};
    });
  }));
  return std::pair(due, paid);
}

Result<void> tell_cover(const Call& call, const Row& cover) {
  OB_TRY(const Row region, call.node(cover.ref("region")));
  const Day day = cover.day("as_of").value_or(call.today());
  const std::string code = region.text("region_code").empty() ? region.text("code") : region.text("region_code");
  const auto money = guarantees_of(call, code, day.year());
  if (!money) return not_there(money.fault()) ? Result<void>() : Result<void>(money.fault());
  const auto& [due, paid] = *money;
  const Json facts = {{"as_of", day.str()},
                      {"guarantee", true},
                      {"due", due.fen()},
                      {"paid", paid.fen()},
                      {"coverage", cover.at("cover")}};
  const Row told(Json{{"unit", cover.text("region")}, {"fiscal_year", day.year()}, {"told_by", "cover"}});
  return keep_fact(call, told,
                   Row(Json{{"subject", "line"},
                            {"object", "cover/" + code},
                            {"title", region.text("name") + " 三保"},
                            {"as_of", day.str()},
                            {"facts", facts}}));
}

} // namespace

Result<void> tell_covers(const Call& call, const std::set<std::string>& covers) {
  std::map<std::string, Row> newest; // by region
  OB_CHECK(by_hundreds(covers, "id", [&](const std::string& filter) {
    return call.records().each(kCover, where(filter, "as_of"), [&](const Row& row) -> Result<void> {
      newest[row.text("region")] = row;
      return {};
    });
  }));
  for (const auto& [region, cover] : newest) {
    const auto last = call.records().first(kCover, where("region==" + region, "-as_of"));
    if (!last) return last.fault();
    OB_CHECK(tell_cover(call, last->value_or(cover)));
  }
  return {};
}

} // namespace onebudget::monitoring
