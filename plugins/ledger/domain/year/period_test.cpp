#include "plugins/ledger/domain/year/period.hpp"

#include "plugins/ledger/tests/lines.hpp"

namespace onebudget::ledger {
namespace {

TEST(PeriodRule, holds_in_every_case) {
  EXPECT_EQ(run("period",
                [](const Case& one) {
                  if (one.when == "post") {
                    const auto closed = check_posting(day(one, "on", "2026-06-30"),
                                                      {one.value("month_state"), one.value("year_state")});
                    return closed ? Lines{closed->code} : Lines{};
                  }
                  if (one.when == "date") {
                    const auto ahead =
                        check_posting_date(day(one, "on", "2026-06-30"), day(one, "today", "2026-06-30"));
                    return ahead ? Lines{ahead->code + " " + ahead->field} : Lines{};
                  }
                  ClosingFacts facts{number(one, "month"),  one.when,        one.value("year_state"), {},
                                     has(one, "in_flight"), has(one, "left")};
                  if (has(one, "open_month")) facts.months_not_closed = {number(one, "open_month")};
                  return lines(check_period(facts));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::ledger
