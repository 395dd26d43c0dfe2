#include "plugins/ledger/domain/year/carry_over.hpp"

namespace onebudget::ledger {

namespace {

constexpr int kSurplusAfter = 2, kFundPercent = 30;

Disposition decide(const Leftover& one) {
  if (one.in_flight > Money() || one.frozen > Money())
    return {one.indicator,
            Fate::in_flight,
            {},
            {"还有占用或冻结，先支付、释放或解冻。",
             "Something is reserved or frozen: pay, release or unfreeze it first."}};
  const bool old = years_carried(one) >= kSurplusAfter;
  if (old && !one.upper_document_no.empty() && one.stage != "executable")
    return {one.indicator,
            Fate::return_upper,
            one.available,
            {"上级专项转移支付结转满两年未分配，交回上级。",
             "A transfer from the level above, not given out for two years, goes back."}};
  if (old)
    return {one.indicator,
            Fate::recover,
            one.available,
            {one.fund_kind == "5" ? "部门资金连续两年未用完，收回。" : "结转满两年，作结余收回。",
             "Carried for two years it is surplus and is recovered."}};
  return {one.indicator, Fate::carry_over, one.available, {"结转下年继续使用。", "Carried into the next year."}};
}

} // namespace

int years_carried(const Leftover& one) { return one.fiscal_year - one.source_year; }

std::vector<Disposition> dispositions(const std::vector<Leftover>& leftovers) {
  std::vector<Disposition> out;
  for (const Leftover& one : leftovers)
    if (one.available > Money() || one.in_flight > Money() || one.frozen > Money()) out.push_back(decide(one));
  return out;
}

std::vector<FieldFault> check_fund_limit(Money carried, Money income) {
  const auto most = income.scaled(kFundPercent, 100, Rounding::down);
  if (most && !(*most < carried)) return {};
  const std::string limit = most ? most->to_yuan() : "0.00";
  return {
      {"/fund_income",
       "ledger.carry_over_fund",
       {"政府性基金结转 " + carried.to_yuan() + " 元，超过当年收入的 30%（" + limit + " 元）。",
        "A government fund carries over " + carried.to_yuan() + " yuan, more than 30% of its income (" + limit + ")."},
       {"请填写基金当年收入；超出部分调入一般公共预算。",
        "Give the fund's income; the rest goes to the general budget."}}};
}

} // namespace onebudget::ledger
