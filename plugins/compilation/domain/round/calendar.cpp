#include "plugins/compilation/domain/round/calendar.hpp"

#include <string>

namespace onebudget::compilation {

std::vector<FieldFault> check_round(const Round& round, const std::vector<Round>& others, int fiscal_year) {
  constexpr const char* kRule = "compilation.round_calendar";
  std::vector<FieldFault> findings;
  if (round.closes < round.opens)
    findings.push_back({"/closes_on",
                        kRule,
                        {"截止日早于开始日。", "It closes before it opens."},
                        {"请修改日期。", "Change the days."}});
  const int year = round.opens.year();
  if (year < fiscal_year - 1 || year > fiscal_year)
    findings.push_back(
        {"/opens_on",
         kRule,
         {"编制应在预算年度上一年或当年进行。", "A budget is compiled in the year before it or in its own."},
         {"请核对年度和日期。", "Check year and day."}});
  for (const Round& other : others) {
    const bool before = other.step < round.step;
    if (before ? other.closes < round.opens : other.step == round.step || round.closes < other.opens) continue;
    findings.push_back({before ? "/opens_on" : "/closes_on",
                        kRule,
                        {"与相邻环节的日期重叠。", "It overlaps the step beside it."},
                        {"上一环节截止后才能开始下一环节。", "A step begins after the one before has closed."}});
  }
  return findings;
}

std::vector<FieldFault> check_opening(const Round& round, const std::vector<Round>& others, Day today) {
  constexpr const char* kRule = "compilation.round_open";
  std::vector<FieldFault> findings;
  if (today < round.opens || round.closes < today)
    findings.push_back({"/opens_on",
                        kRule,
                        {"今天不在 " + round.opens.str() + " 至 " + round.closes.str() + " 之间。",
                         "Today is not between " + round.opens.str() + " and " + round.closes.str() + "."},
                        {"请按日历开放，或先修改日历。", "Open it on its days, or change the calendar first."}});
  for (const Round& other : others)
    if (other.open && other.step != round.step)
      findings.push_back(
          {"", kRule, {"另一环节尚未关闭。", "Another step is still open."}, {"请先关闭。", "Close it first."}});
  return findings;
}

std::vector<FieldFault> check_editing(const std::optional<Round>& round, Day today) {
  if (round && round->open && !(today < round->opens) && !(round->closes < today)) return {};
  return {{"",
           "compilation.round_closed",
           {"当前没有开放的申报环节，或环节已经关闭。", "No round is open for declarations, or it has closed."},
           {"请在开放期间填报；确需修改的，请财政部门重新开放。",
            "Write while it is open; if you must change something, ask finance to open it again."}}};
}

} // namespace onebudget::compilation
