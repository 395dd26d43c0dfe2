#include "plugins/workflow/domain/workday.hpp"

#include <array>
#include <string>

namespace onebudget::workflow {

namespace {

constexpr int kLongestTerm = 1000;
constexpr int kFirstDayOfNextList = 25;
constexpr std::int32_t kLongestSpan = 20 * 366;

bool weekend(Day day) {
  // 1970-01-01 was a Thursday; days before it have negative numbers.
  const int from_monday = ((day.number() + 3) % 7 + 7) % 7;
  return from_monday >= 5;
}

Fault bad_line(int line) {
  return fault(
      FaultKind::malformed, "workflow.calendar",
      {"节假日数据第 " + std::to_string(line) +
           " 行有误：应为 list_year,day,kind,name,paper，kind 为 off 或 work，日期不得重复。",
       "Line " + std::to_string(line) +
           " of the holiday data is wrong: write list_year,day,kind,name,paper with kind off or work, each day "
           "once."});
}

Fault bad_term() {
  return fault(FaultKind::rule, "workflow.term",
               {"期限应为 1 至 1000 个工作日，起止相距不超过 20 年。",
                "A term has 1 to 1000 workdays, and both days lie within 20 years."});
}

} // namespace

Result<Calendar> Calendar::parse(std::string_view csv) {
  Calendar out;
  for (int number = 1; !csv.empty(); ++number) {
    const std::size_t end = csv.find('\n');
    std::string_view line = csv.substr(0, end);
    csv = end == std::string_view::npos ? std::string_view() : csv.substr(end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (number == 1 || line.empty()) continue;
    std::array<std::string_view, 3> cells;
    for (std::string_view& cell : cells) {
      const std::size_t comma = line.find(',');
      if (comma == std::string_view::npos) return bad_line(number);
      cell = line.substr(0, comma);
      line.remove_prefix(comma + 1);
    }
    const auto year = Day::parse(std::string(cells[0]) + "-01-01");
    const auto day = Day::parse(cells[1]);
    if (!year || !day || (cells[2] != "off" && cells[2] != "work")) return bad_line(number);
    if (!out.special_.emplace(*day, cells[2] == "work").second) return bad_line(number);
    out.years_.insert(year->year());
  }
  return out;
}

bool Calendar::workday(Day day) const {
  const auto found = special_.find(day);
  return found != special_.end() ? found->second : !weekend(day);
}

bool Calendar::announced(Day day) const {
  // New Year's days off begin in the December before and stand in the new year's list.
  const bool next_list_matters = day.month() == 12 && day.day() >= kFirstDayOfNextList;
  return years_.contains(day.year()) && (!next_list_matters || years_.contains(day.year() + 1));
}

Result<DueDay> Calendar::after(Day start, int workdays) const {
  if (workdays == 0 || workdays > kLongestTerm || workdays < -kLongestTerm) return bad_term();
  const int step = workdays > 0 ? 1 : -1;
  DueDay out{start, false};
  for (int left = workdays * step; left > 0;) {
    out.day = out.day.plus_days(step);
    if (!announced(out.day)) out.assumed = true;
    if (workday(out.day)) --left;
  }
  return out;
}

Result<WorkdayCount> Calendar::between(Day from, Day to) const {
  if (to < from) {
    // Going back counts the same days that after() counts with a negative term: those before `from`, down to `to`.
    OB_TRY(WorkdayCount back, between(to.plus_days(-1), from.plus_days(-1)));
    back.workdays = -back.workdays;
    return back;
  }
  if (to.number() - from.number() > kLongestSpan) return bad_term();
  WorkdayCount out;
  for (Day day = from.plus_days(1); day <= to; day = day.plus_days(1)) {
    if (!announced(day)) out.assumed = true;
    if (workday(day)) ++out.workdays;
  }
  return out;
}

} // namespace onebudget::workflow
