#include "plugins/treasury/domain/request/card.hpp"

#include <sstream>

#include "plugins/treasury/tests/lines.hpp"

namespace onebudget::treasury {
namespace {

Day day_of(const std::string& text) { return Day::parse(text).value_or(Day()); }

std::vector<Swipe> swipes_of(const Case& one) {
  std::vector<Swipe> swipes;
  for (const auto& [name, value] : one.given) {
    if (name != "swipe") continue;
    std::istringstream words(value);
    std::string on, amount, mark;
    words >> on >> amount >> mark;
    Swipe swipe;
    swipe.line = static_cast<int>(swipes.size()) + 1;
    swipe.swiped = day_of(on);
    swipe.due = due_day(swipe.swiped, 10, 20);
    swipe.amount = yuan(amount);
    swipe.personal = mark == "private";
    swipe.same_unit = mark != "other-unit";
    swipes.push_back(swipe);
  }
  return swipes;
}

TEST(Card, is_swiped_within_its_limit_in_every_case) {
  EXPECT_EQ(run("card",
                [](const Case& one) {
                  const CardFacts card{!has(one, "suspended"), yuan(one, "limit", "1000.00"), yuan(one, "open")};
                  return lines(check_swipe(card, yuan(one, "amount", "100.00"), day(one, "swiped", "2026-03-10"),
                                           day(one, "today", "2026-03-10")));
                }),
            Lines());
}

TEST(Card, is_paid_back_once_in_every_case) {
  EXPECT_EQ(run("card_claim",
                [](const Case& one) {
                  const auto swipes = swipes_of(one);
                  const Day on = day(one, "day", "2026-03-20");
                  Lines out = lines(check_claims(swipes, yuan(one, "amount", "100.00"), on));
                  for (const std::string& line : lines(late_swipes(swipes, on))) out.push_back(line);
                  return out;
                }),
            Lines());
}

TEST(Card, is_due_after_the_next_statement) {
  EXPECT_EQ(due_day(day_of("2026-03-10"), 10, 20).str(), "2026-03-30");
  EXPECT_EQ(due_day(day_of("2026-03-11"), 10, 20).str(), "2026-04-30");
  EXPECT_EQ(due_day(day_of("2026-12-31"), 10, 20).str(), "2027-01-30");
}

} // namespace
} // namespace onebudget::treasury
