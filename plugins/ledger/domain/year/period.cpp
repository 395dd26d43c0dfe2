#include "plugins/ledger/domain/year/period.hpp"

namespace onebudget::ledger {

namespace {

bool shut(const std::string& state) { return !state.empty() && state != "open"; }

} // namespace

std::optional<Fault> check_posting(Day posted_on, const PeriodMarks& marks) {
  if (marks.year == "finished")
    return fault(FaultKind::closed, "ledger.period_closed",
                 {std::to_string(posted_on.year()) + " 年度已年结，不能再记账。请在本年度更正。",
                  "The year " + std::to_string(posted_on.year()) + " is finished. Correct it in the current year."});
  if (!shut(marks.year) && !shut(marks.month)) return std::nullopt;
  const std::string month = posted_on.str().substr(0, 7);
  return fault(FaultKind::closed, "ledger.period_closed",
               {month + " 已结账，不能记入。请改用当前日期，或由两人重开该期间。",
                "The period " + month + " is closed. Post at today's date, or have two people reopen it."});
}

std::optional<FieldFault> check_posting_date(Day posted_on, Day today) {
  if (!(today < posted_on)) return std::nullopt;
  return FieldFault{"/posted_on",
                    "ledger.posting_date",
                    {"记账日期在将来。", "The posting date lies ahead."},
                    {"请填写今天或以前的日期。", "Use today or an earlier day."}};
}

std::vector<FieldFault> check_period(const ClosingFacts& facts) {
  std::vector<FieldFault> findings;
  const auto say = [&](const Text& message, const Text& remedy) {
    findings.push_back({"/status", "ledger.period", message, remedy});
  };
  if (facts.month != 0) {
    if (facts.transition == "finish")
      say({"年结只对全年办理。", "Only the whole year is finished."},
          {"请在月份为 0 的期间上办理。", "Use the period of month 0."});
    if (facts.year_state == "finished" && facts.transition != "start_close" && facts.transition != "close")
      say({"年度已年结，不再重开。", "The year is finished; nothing reopens."},
          {"请在本年度更正。", "Correct it in the current year."});
    return findings;
  }
  const bool ends = facts.transition == "start_close" || facts.transition == "finish";
  if (ends && !facts.months_not_closed.empty())
    say({"还有月份没有结账：" + std::to_string(facts.months_not_closed.front()) + " 月。",
         "A month is not closed yet: " + std::to_string(facts.months_not_closed.front()) + "."},
        {"请先结清各月。", "Close the months first."});
  if (facts.transition == "finish" && facts.in_flight)
    say({"还有未支付的占用。", "Reservations are still open."},
        {"请支付、释放，或结转。", "Pay or release them first."});
  if (facts.transition == "finish" && facts.left)
    say({"还有余额没有结转或核销。", "Money is left that is neither carried over nor written off."},
        {"请先记账年末文书。", "Post the year's end documents first."});
  return findings;
}

} // namespace onebudget::ledger
