// R04 over the plan to date, R05 执行进度滞后, R06 年底突击花钱, R07 资金闲置: a line and its pace.
#include <algorithm>

#include "plugins/monitoring/domain/rules.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::monitoring {

namespace {

struct Pace {
  Money paid, whole; ///< what should be paid by now is a share of `whole`
  Ratio expected;
  Text measure;
};

/// Without a dated plan the days of the year are the plan, from the issue on for what was issued within it; with one,
/// all of the plan to date should be paid.
Pace pace_of(const LineFacts& facts) {
  if (facts.plan_to_date)
    return {*facts.paid, *facts.plan_to_date, Ratio::from_percent(100), {"累计计划", "of the plan to date"}};
  const Day last = *Day::of(facts.as_of->year(), 12, 31);
  const Day first =
      std::max(*Day::of(facts.as_of->year(), 1, 1), std::min(facts.issued_on.value_or(Day()), *facts.as_of));
  const std::int64_t gone = facts.as_of->number() - first.number() + 1, days = last.number() - first.number() + 1;
  return {*facts.paid, *facts.budget, Ratio::from_millionths(gone * Ratio::kOne / days), {"预算", "of the budget"}};
}

void behind(const LineFacts& facts, Look look) {
  if (facts.scheduled || facts.frozen) return;
  if (!facts.paid || !facts.as_of) return look.out.missing("R05", source::kTreasury);
  if (!facts.budget && !facts.plan_to_date) return look.out.missing("R05", source::kLedger);
  const Pace pace = pace_of(facts);
  const auto lags = [&](const char* by) {
    const std::int64_t least = pace.expected.millionths() - look.limits.share("R05", by).millionths();
    return below_share(pace.paid, Ratio::from_millionths(least), pace.whole);
  };
  if (!lags("lag")) return;
  const std::string shown = percent(pace.paid, pace.whole);
  look.out.hit(
      "R05",
      {"执行进度滞后：已支付" + pace.measure.zh + "的 " + shown + "，应达 " + pace.expected.percent() + "。",
       "Execution lags: " + shown + " " + pace.measure.en + " is paid, " + pace.expected.percent() + " was due."},
      {{"已支付", grouped(pace.paid)},
       {pace.measure.zh, grouped(pace.whole)},
       {"进度", shown},
       {"应达进度", pace.expected.percent()}},
      lags("lag_escalate"));
}

void above_plan(const LineFacts& facts, Findings& out) {
  if (!facts.plan_to_date) return;
  if (!facts.paid) return out.missing("R04", source::kTreasury);
  if (*facts.paid <= *facts.plan_to_date) return;
  out.hit("R04",
          {"累计支付 " + grouped(*facts.paid) + " 元超过累计计划 " + grouped(*facts.plan_to_date) + " 元。",
           "Payments of " + grouped(*facts.paid) + " yuan exceed the plan to date, " + grouped(*facts.plan_to_date) +
               " yuan."},
          {{"已支付", grouped(*facts.paid)}, {"累计计划", grouped(*facts.plan_to_date)}});
}

void rush(const LineFacts& facts, Look look) {
  if (facts.personnel || !facts.as_of || facts.as_of->month() != 12) return;
  if (!facts.paid) return look.out.missing("R06", source::kTreasury);
  const bool month = above_share(facts.december, look.limits.share("R06", "december"), *facts.paid);
  const bool days = above_share(facts.last_ten_days, look.limits.share("R06", "last_ten_days"), *facts.paid);
  if (!month && !days) return;
  const Money part = month ? facts.december : facts.last_ten_days;
  const Text when = month ? Text{"12 月", "December"} : Text{"最后十天", "the last ten days"};
  const std::string shown = percent(part, *facts.paid);
  look.out.hit("R06", {when.zh + "支付占全年的 " + shown + "。", shown + " of the year was paid in " + when.en + "."},
               {{when.zh + "支付", grouped(part)}, {"全年支付", grouped(*facts.paid)}, {"比例", shown}});
}

void idle(const LineFacts& facts, Look look) {
  if (facts.frozen || !facts.issued_on || !facts.as_of) return;
  if (facts.first_paid_on && *facts.first_paid_on <= *facts.as_of) return;
  const int days = facts.as_of->number() - facts.issued_on->number();
  if (days < look.limits.count("R07", "days")) return;
  look.out.hit("R07",
               {"指标下达 " + std::to_string(days) + " 天未支付。",
                "Nothing was paid in the " + std::to_string(days) + " days since the issue."},
               {{"下达日期", facts.issued_on->str()}, {"天数", std::to_string(days)}},
               days >= look.limits.count("R07", "days_escalate"));
}

} // namespace

void check_progress(const LineFacts& facts, Look look) {
  behind(facts, look);
  above_plan(facts, look.out);
  rush(facts, look);
  idle(facts, look);
}

} // namespace onebudget::monitoring
