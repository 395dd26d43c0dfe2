#include "plugins/workflow/domain/workday.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "sdk/testing/cases.hpp"

namespace onebudget::workflow {
namespace {

Calendar published() {
  std::ifstream file(ONEBUDGET_PLUGIN_SOURCE "/data/holiday.csv");
  std::stringstream text;
  text << file.rdbuf();
  auto calendar = Calendar::parse(text.str());
  EXPECT_TRUE(calendar.ok());
  return *calendar;
}

Day day(const std::string& text) { return Day::parse(text).value(); }

TEST(Workday, holds_in_every_case) {
  const Calendar calendar = published();
  EXPECT_EQ(testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/workday.case",
                               [&](const testing::Case& one) -> std::vector<std::string> {
                                 const Day from = day(one.value("from"));
                                 const std::string to = one.value("to");
                                 if (!to.empty()) {
                                   const auto count = calendar.between(from, day(to));
                                   if (!count) return {count.fault().code};
                                   return {std::to_string(count->workdays) + (count->assumed ? " assumed" : "")};
                                 }
                                 const auto due = calendar.after(from, std::stoi(one.value("workdays")));
                                 if (!due) return {due.fault().code};
                                 return {due->day.str() + (due->assumed ? " assumed" : "")};
                               }),
            std::vector<std::string>());
}

TEST(Workday, counting_undoes_adding_in_both_directions_over_two_years) {
  const Calendar calendar = published();
  for (Day start = day("2024-12-20"); start < day("2026-12-01"); start = start.plus_days(1))
    for (const int term : {1, 2, 5, 15, -1, -2, -15}) {
      const auto due = calendar.after(start, term);
      ASSERT_TRUE(due.ok());
      ASSERT_TRUE(calendar.workday(due->day));
      ASSERT_EQ(calendar.between(start, due->day)->workdays, term) << start.str() << " " << term;
    }
}

TEST(Workday, a_wrong_line_of_the_list_is_named) {
  const std::string head = "list_year,day,kind,name,paper\n";
  for (const char* line :
       {"2026,2026-02-30,off,a,b\n", "2026,2026-01-01,free,a,b\n", "x,2026-01-01,off,a,b\n", "2026,2026-01-01\n"}) {
    const auto bad = Calendar::parse(head + line);
    ASSERT_FALSE(bad.ok()) << line;
    EXPECT_EQ(bad.fault().code, "workflow.calendar");
    EXPECT_NE(bad.fault().message.en.find("Line 2"), std::string::npos);
  }
  EXPECT_FALSE(Calendar::parse(head + "2026,2026-01-01,off,a,b\n2026,2026-01-01,work,a,b\n").ok());
}

} // namespace
} // namespace onebudget::workflow
