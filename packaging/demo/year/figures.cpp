// What the play came to: figures of the platform's own assessment, the ledger's word, and the truth that the seed knew.

#include <algorithm>

#include "packaging/demo/year/parts.hpp"
#include "packaging/demo/year/year.hpp"

namespace onebudget::demo {

namespace {

constexpr const char* kAuditor = "budget-division.320000000";

Json number(const Json& figures, const char* group, const char* name) {
  return figures.value(group, Json::object()).value(name, Json());
}

Json days(const Json& figures, const char* group) {
  return {{"calendar", number(figures, group, "calendar_days")},
          {"working", number(figures, group, "workdays")},
          {"count", number(figures, group, "count")}};
}

/// The figures of one regime, in the names of the closing line.
Json told(const Json& item) {
  const Json& figures = item["figures"];
  return {{"label", item.value("label", std::string())},
          {"declaration_cycle_days", days(figures, "declaration")},
          {"approval_days", days(figures, "project_approval")},
          {"all_approvals_days", days(figures, "approval")},
          {"returned", number(figures, "project_approval", "returned")},
          {"evaluation_coverage", number(figures, "evaluation", "coverage")},
          {"findings", number(figures, "findings", "count")},
          {"findings_amount", number(figures, "findings", "amount")},
          {"alerts", number(figures, "alerts", "by_rule")},
          {"payments", number(figures, "payments", "count")},
          {"payments_amount", number(figures, "payments", "amount")},
          {"results", number(figures, "results", "count")},
          {"results_amount", number(figures, "results", "amount")}};
}

/// Recall and precision of what was found against what the seed had put in.
Json rated(Json counts) {
  const double put_in = counts["put_in"].get<double>(), found = counts["found"].get<double>();
  const double right = counts["right"].get<double>();
  counts["recall"] = put_in == 0 ? Json() : Json(right / put_in);
  counts["precision"] = found == 0 ? Json() : Json(right / found);
  return counts;
}

Money yuan(const Json& row, const char* field) {
  const auto amount = Money::parse_yuan(row.value(field, std::string("0.00")));
  return amount ? *amount : Money();
}

/// Indicators of the played regions that were paid above their amount or have less than nothing available.
Result<std::int64_t> overspent(Stage& stage, int year) {
  std::int64_t over = 0;
  for (const auto& region : stage.regions) {
    OB_TRY(const auto rows, stage.desk.every(region->person("budget-division"), "/ledger/indicator",
                                             "fiscal_year==" + std::to_string(year)));
    over += std::count_if(rows.begin(), rows.end(), [](const Json& row) {
      return yuan(row, "amount") < yuan(row, "paid") || yuan(row, "available") < Money();
    });
  }
  return over;
}

/// Balances against the documents that they follow from.
Result<std::int64_t> drifted(Stage& stage, int year) {
  std::int64_t differences = 0;
  for (const auto& region : stage.regions) {
    OB_TRY(const Json found,
           stage.desk.make(region->person("budget-division"), "/ledger/drift", {{"fiscal_year", year}}));
    differences += static_cast<std::int64_t>(found["differences"].size());
  }
  return differences;
}

/// The year replayed from its entries, twice for each region.
Result<bool> replays_alike(Stage& stage, int year) {
  for (const auto& region : stage.regions) {
    const std::string path = "/ledger/replay?fiscal_year=" + std::to_string(year);
    OB_TRY(const Json one, stage.desk.get(region->person("budget-division"), path));
    OB_TRY(const Json two, stage.desk.get(region->person("treasury-division"), path));
    if (one["digest"] != two["digest"]) return false;
  }
  return true;
}

/// Every unit's second up has reached the assessment, which follows the events a moment later.
Result<Json> assessed(Stage& stage, int year) {
  std::size_t units = 0;
  for (const auto& region : stage.regions) units += region->units.size();
  Json answer;
  OB_CHECK(wait_for("figures", [&]() -> Result<bool> {
    OB_TRY(answer, stage.desk.get(kAuditor, "/usage/figures?by=regime&year=" + std::to_string(year)));
    std::int64_t declared = 0, evaluated = 0;
    for (const Json& item : answer["items"]) {
      if (item["key"] == "") continue;
      declared += item["figures"]["declaration"]["count"].get<std::int64_t>();
      evaluated += item["figures"]["evaluation"]["evaluated"].get<std::int64_t>();
    }
    return declared >= static_cast<std::int64_t>(units) && evaluated > 0;
  }));
  return answer;
}

} // namespace

Result<Json> figures_of(Stage& stage, int year) {
  OB_TRY(const Json answer, assessed(stage, year));
  OB_TRY(const Json next, stage.desk.get(kAuditor, "/usage/figures?by=regime&year=" + std::to_string(year + 1)));
  Json out = {{"year", year}, {"label", "推演"}, {"seed", stage.settings.seed}};
  for (const Json& item : answer["items"])
    if (item["key"] != "") out["regimes"][item["key"].get<std::string>()] = told(item);
  for (const Json& item : next["items"])
    if (item["key"] != "")
      out["regimes"][item["key"].get<std::string>()]["next_declaration_cycle_days"] =
          days(item["figures"], "declaration");
  OB_TRY(const Json rules, judged_alerts(stage, year));
  for (const auto& [rule, counts] : rules.items()) out["alerts_judged"][rule] = rated(counts);
  out["inflated_scores_judged"] = rated(judged_scores(stage, year));
  OB_TRY(out["overspend"], overspent(stage, year));
  OB_TRY(out["ledger_drift"], drifted(stage, year));
  OB_TRY(out["replay_digest_equal"], replays_alike(stage, year));
  out["counted"] = stage.counted;
  out["removed"] = stage.removed;
  out["assumptions"] = {{"paper_case_calendar_days", stage.settings.case_days},
                        {"paper_case_desks", stage.settings.case_handings},
                        {"desk_workdays", "0-2, the same draw in both regimes"}};
  out["people"] = stage.desk.people();
  out["requests"] = stage.desk.requests();
  return out;
}

} // namespace onebudget::demo
