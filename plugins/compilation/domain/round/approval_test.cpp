#include "plugins/compilation/domain/round/approval.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

TEST(Approval, is_checked_in_every_case) {
  EXPECT_EQ(run("congress_approval",
                [](const Case& one) {
                  ApprovalFacts facts;
                  facts.today = testing::day(one, "today", "2026-02-01");
                  facts.approved_on = testing::day(one, "approved", "2026-01-31");
                  if (has(one, "sent")) facts.draft_sent_on = testing::day(one, "sent", "");
                  facts.general = yuan(one, "general", "10000.00");
                  if (has(one, "reserve")) facts.reserve = yuan(one, "reserve");
                  facts.has_late_reason = has(one, "reason");
                  return lines(check_approval(facts, {}));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::compilation
