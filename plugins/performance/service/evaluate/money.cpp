#include "plugins/performance/service/evaluate/money.hpp"

namespace onebudget::performance {

namespace {

constexpr const char* kLedger = "ledger/1";
constexpr const char* kIndicator = "ledger.indicator";
constexpr const char* kEntry = "ledger.entry";
constexpr std::size_t kFiscal = 0, kCarried = 1;

EvaluationMoney typed(const Row& row, const char* provenance, std::string told) {
  EvaluationMoney out;
  for (std::size_t i = 0; i < out.of.size(); ++i) {
    const std::string source = kMoneySources[i];
    out.of[i] = {row.money(source + "_initial"), row.money(source + "_full"), row.money(source + "_executed")};
  }
  out.provenance = provenance;
  out.told = std::move(told);
  return out;
}

Result<void> add(Money& to, Money what) {
  OB_TRY(to, to.plus(what));
  return {};
}

/// Executable indicators of the year: id → the source its money belongs to.
Result<std::map<std::string, std::size_t>> sources_of(const Call& call, const Row& balance, int year,
                                                      std::set<std::string>& at_start) {
  std::set<std::string> ids;
  for (const Json& item : balance.at("items"))
    if (Row(item).text("stage") == "executable") ids.insert(Row(item).text("indicator"));
  std::map<std::string, std::size_t> out;
  OB_CHECK(by_hundreds(ids, "id", [&](const std::string& filter) {
    return call.records().each(kIndicator, where(filter), [&](const Row& row) -> Result<void> {
      const std::string origin = row.text("budget_source");
      const bool carried = origin == "carried" || (row.has("source_year") && row.number("source_year") < year);
      out[row.id().str()] = carried ? kCarried : kFiscal;
      if (origin.empty() || origin == "year_start" || row.flag("is_advance")) at_start.insert(row.id().str());
      return {};
    });
  }));
  return out;
}

/// 年初 from the issues and what was carried in; what was carried out of the year belongs to its full budget.
Result<void> add_entries(const Call& call, const std::map<std::string, std::size_t>& sources,
                         const std::set<std::string>& at_start, Day until, EvaluationMoney& money) {
  std::set<std::string> ids;
  for (const auto& [id, source] : sources) ids.insert(id);
  const std::string more = ";event=in=(issue,carry_in,carry_out);posted_on=le=" + until.str();
  return by_hundreds(ids, "indicator", [&](const std::string& filter) {
    return call.records().each(kEntry, where(filter + more), [&](const Row& row) -> Result<void> {
      const std::string event = row.text("event"), indicator = row.text("indicator");
      const auto source = sources.find(indicator);
      if (source == sources.end()) return {};
      SourceMoney& part = money.of[source->second];
      if (event == "carry_out")
        return row.text("credit").empty() ? Result<void>() : add(part.full, row.money("amount"));
      if (row.text("debit").empty() || (event == "issue" && at_start.count(indicator) == 0)) return {};
      return add(part.initial, row.money("amount"));
    });
  });
}

Result<EvaluationMoney> booked(const Call& call, const Row& row, const Row& balance, Day until, EvaluationMoney money) {
  std::set<std::string> at_start;
  OB_TRY(const auto sources, sources_of(call, balance, until.year(), at_start));
  const Text asked = {"指标账截至 " + until.str(), "The ledger as of " + until.str()};
  if (sources.empty()) {
    const Text told = {asked.zh + " 没有本项目的可执行指标，资金为填报数",
                       asked.en + " has no executable indicator; the money is typed in"};
    return typed(row, "typed_unknown", told.in(call.language()));
  }
  money.of[kFiscal] = money.of[kCarried] = {};
  for (const Json& item : balance.at("items")) {
    const Row one(item);
    const auto source = sources.find(one.text("indicator"));
    if (source == sources.end()) continue;
    OB_CHECK(add(money.of[source->second].full, one.money("amount")));
    OB_CHECK(add(money.of[source->second].executed, one.money("paid")));
  }
  OB_CHECK(add_entries(call, sources, at_start, until, money));
  const std::string count = std::to_string(sources.size());
  const Text told = {asked.zh + "：" + count + " 个可执行指标；其他资金为填报数",
                     asked.en + ": " + count + " executable indicators; other funds are typed in"};
  money.provenance = "ledger";
  money.as_of = until;
  money.told = told.in(call.language());
  return money;
}

} // namespace

Result<Execution> EvaluationMoney::execution() const {
  Execution out;
  for (const SourceMoney& part : of) {
    OB_CHECK(add(out.budget, part.full));
    OB_CHECK(add(out.executed, part.executed));
  }
  return out;
}

Result<EvaluationMoney> money_of(const Call& call, const Row& row) {
  const int year = static_cast<int>(row.number("fiscal_year"));
  const Day until = Day::parse(std::to_string(year) + "-12-31").value_or(call.today());
  Json request = {{"unit", row.text("unit")}, {"fiscal_year", year}, {"as_of", until.str()}};
  if (row.has("project")) {
    OB_TRY(const Row project, call.records().get(kProject, row.ref("project")));
    request["project"] = project.text("code");
  }
  const auto balance = call.send(kLedger, "balance", request);
  if (!balance && balance.fault().code == "host.no_service") {
    const Text told = {"未启用指标账，资金为填报数", "No ledger is enabled; the money is typed in"};
    return typed(row, "typed", told.in(call.language()));
  }
  if (!balance) return balance.fault();
  return booked(call, row, Row(*balance), until, typed(row, "ledger", ""));
}

Result<void> assign_money(const EvaluationMoney& money, Verdict& verdict) {
  for (std::size_t i = 0; i < money.of.size(); ++i) {
    const std::string source = kMoneySources[i];
    verdict.assign(source + "_initial", plugin::abi(money.of[i].initial));
    verdict.assign(source + "_full", plugin::abi(money.of[i].full));
    verdict.assign(source + "_executed", plugin::abi(money.of[i].executed));
  }
  OB_TRY(const Execution sums, money.execution());
  verdict.assign("full_budget", plugin::abi(sums.budget));
  verdict.assign("executed", plugin::abi(sums.executed));
  verdict.assign("money_source", money.provenance);
  verdict.assign("money_as_of", money.as_of ? plugin::abi(*money.as_of) : Json(nullptr));
  verdict.assign("money_told", money.told);
  return {};
}

} // namespace onebudget::performance
