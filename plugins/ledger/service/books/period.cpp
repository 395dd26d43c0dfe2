// Periods: closing and reopening take two people each; every posting looks at the rows.

#include "plugins/ledger/domain/balance/balance.hpp"
#include "plugins/ledger/service/read.hpp"

namespace onebudget::ledger {

namespace {

Result<std::string> region_of(const Call& call, const Row& period) {
  OB_TRY(const Row node, call.node(period.ref("region")));
  return node.text("region_code");
}

Result<ClosingFacts> facts_of(const Call& call, const Change& change, const std::string& region) {
  ClosingFacts facts;
  const Row& row = change.after;
  const std::string year = std::to_string(row.number("fiscal_year"));
  facts.month = static_cast<int>(row.number("month"));
  facts.transition = change.transition;
  std::set<int> closed;
  OB_CHECK(call.records().each(kPeriod, where("region==" + row.text("region") + ";fiscal_year==" + year),
                               [&](const Row& one) -> Result<void> {
                                 const int month = static_cast<int>(one.number("month"));
                                 if (month == 0) facts.year_state = one.text("status");
                                 if (one.text("status") == "closed") closed.insert(month);
                                 return {};
                               }));
  if (facts.month != 0) return facts;
  for (int month = 1; month <= 12; ++month)
    if (closed.count(month) == 0) facts.months_not_closed.push_back(month);
  if (change.transition != "finish") return facts;
  const std::string here = "fiscal_year==" + year + ";region_code==" + plugin::quoted(region);
  OB_TRY(const auto sums,
         call.records().aggregate(kIndicator,
                                  {here, {}, {"sum:reserved", "sum:confirmed", "sum:available", "sum:frozen"}}));
  for (const Row& sum : sums) {
    facts.in_flight = sum.number("sum_reserved") + sum.number("sum_confirmed") > 0;
    facts.left = sum.number("sum_available") + sum.number("sum_frozen") > 0;
  }
  return facts;
}

/// What the closed period holds, so that later changes would show.
Result<void> seal(const Call& call, const Row& period, const std::string& region, Verdict& verdict) {
  const int year = static_cast<int>(period.number("fiscal_year")), month = static_cast<int>(period.number("month"));
  const Day from = *Day::of(year, month == 0 ? 1 : month, 1);
  const Day next = month == 0 || month == 12 ? *Day::of(year + 1, 1, 1) : *Day::of(year, month + 1, 1);
  const std::string filter =
      "region_code==" + plugin::quoted(region) + ";posted_on=ge=" + from.str() + ";posted_on=lt=" + next.str();
  std::vector<Entry> entries;
  Money turnover;
  OB_CHECK(call.records().each(kEntry, where(filter), [&](const Row& row) -> Result<void> {
    entries.push_back(entry_of(row));
    OB_TRY(turnover, turnover.plus(row.money("amount")));
    return {};
  }));
  OB_TRY(const std::string digest, digest_of(call, canonical(entries, {})));
  verdict.assign("entries", entries.size());
  verdict.assign("turnover", plugin::abi(turnover));
  verdict.assign("digest", digest);
  return {};
}

} // namespace

Result<void> validate_period(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) {
    if (change.before.text("status") != "open")
      verdict.report("/status", "ledger.period", Text{"已结账的期间不能删除。", "A closed period is not removed."},
                     Text{"请申请重开。", "Ask to reopen it."});
    return {};
  }
  if (change.action != Action::transition) return {};
  OB_TRY(const std::string region, region_of(call, change.after));
  OB_TRY(const ClosingFacts facts, facts_of(call, change, region));
  verdict.report(check_period(facts));
  if (verdict.findings() > 0) return {};
  if (change.transition == "close") OB_CHECK(seal(call, change.after, region, verdict));
  return remember_period(call, change.after, change.id);
}

Result<void> validate_dated(Call& call, const Change& change, Verdict& verdict) {
  static_cast<void>(call);
  look_at_chart_again();
  if (change.action == Action::remove) return {};
  const auto from = change.after.day("valid_from"), to = change.after.day("valid_to");
  if (from && to && *to < *from)
    verdict.report("/valid_to", "ledger.dated", Text{"失效日期早于生效日期。", "It ends before it begins."},
                   Text{"请改正日期。", "Correct the days."});
  return {};
}

} // namespace onebudget::ledger
