// R02 and R45: what a project has cost, still owes and has brought, from the ledger, its contracts and its progress.

#include <algorithm>

#include "plugins/monitoring/service/told/told.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kToldBy = "execution";

struct Cost {
  Money budget, paid, contracted;
  std::int64_t year = 0;
};

Result<Cost> cost_of(const Call& call, const std::string& code) {
  Cost out;
  const std::string filter = "stage==executable;project_code==" + plugin::quoted(code);
  OB_CHECK(call.records().each("ledger.indicator", where(filter), [&](const Row& row) -> Result<void> {
    out.budget = sum(out.budget, row.money("amount"));
    out.paid = sum(out.paid, row.money("paid"));
    out.year = std::max(out.year, row.number("fiscal_year"));
    return {};
  }));
  return out;
}

/// What contracts in force, with their changes, still owe.
Result<Money> owed(const Call& call, const std::string& code) {
  Money out;
  OB_TRY(const auto rows,
         call.records().list(kContract, where("status==in_force;project_code==" + plugin::quoted(code))));
  OB_TRY(const auto objects, objects_of(call, kContract, rows, call.today()));
  for (const Object& object : objects) {
    const auto& contract = std::get<ContractFacts>(object.facts);
    const Money whole = sum(contract.amount, contract.changes), paid = contract.paid.value_or(Money());
    if (paid < whole) out = sum(out, sum(whole, Money::from_fen(-paid.fen())));
  }
  return out;
}

Result<void> tell_project(const Call& call, const Row& project) {
  const std::string code = project.text("code");
  OB_TRY(Cost cost, cost_of(call, code));
  if (cost.year == 0) return {}; // no money yet
  OB_TRY(cost.contracted, owed(call, code));
  Json facts = {{"approved_total", project.number("total_amount")},
                {"budget", cost.budget.fen()},
                {"paid", cost.paid.fen()},
                {"contracted", cost.contracted.fen()}};
  OB_TRY(const auto progress,
         call.records().first("monitoring.progress", where("project_code==" + plugin::quoted(code), "-as_of")));
  if (progress) {
    if (progress->has("forecast_amount")) facts["forecast"] = progress->number("forecast_amount");
    if (progress->has("actual_output")) facts["output"] = progress->at("actual_output");
  }
  const Row told(Json{{"unit", project.text("unit")}, {"fiscal_year", cost.year}, {"told_by", kToldBy}});
  return keep_fact(
      call, told,
      Row(Json{{"subject", "project"}, {"object", code}, {"title", project.text("name")}, {"facts", facts}}));
}

} // namespace

Result<void> tell_projects(const Call& call, const std::set<std::string>& codes) {
  std::vector<Row> projects;
  const auto read = by_hundreds(codes, "code", [&](const std::string& filter) {
    return call.records().each("compilation.project", where(filter), [&](const Row& row) -> Result<void> {
      projects.push_back(row);
      return {};
    });
  });
  if (!read) return not_there(read.fault()) ? Result<void>() : read;
  for (const Row& project : projects) {
    const auto told = tell_project(call, project);
    if (!told) return not_there(told.fault()) ? Result<void>() : told;
  }
  return {};
}

} // namespace onebudget::monitoring
