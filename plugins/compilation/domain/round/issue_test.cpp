#include "plugins/compilation/domain/round/issue.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

EarlyGround ground_of(const std::string& text) {
  const char* const names[] = {"none",       "carry_over",      "like_amount",
                               "legal_duty", "disaster_relief", "advance_transfer"};
  for (int i = 0; i < 6; ++i)
    if (text == names[i]) return static_cast<EarlyGround>(i);
  return EarlyGround::none;
}

TEST(Issue, is_allowed_in_every_case) {
  EXPECT_EQ(run("issue",
                [](const Case& one) {
                  IssueFacts f;
                  f.ground = ground_of(one.value("ground", "none"));
                  if (!has(one, "unapproved"))
                    f.approval = Approval{*Day::parse("2026-01-20"), {{"1", yuan(one, "approved", "100.00")}}};
                  f.issued_on = *Day::parse(one.value("day", "2026-02-01"));
                  if (!has(one, "empty")) f.amounts[one.value("fund", "1")] = yuan(one, "amount", "100.00");
                  f.issued_before["1"] = yuan(one, "before");
                  f.early_before = yuan(one, "early", "0.00");
                  if (has(one, "like")) f.last_year_like = yuan(one, "like");
                  if (has(one, "balance")) f.carry_over_balance = yuan(one, "balance");
                  f.has_document = has(one, "document");
                  f.to_unit = has(one, "received");
                  if (f.to_unit) f.received_on = Day::parse(one.value("received"));
                  return lines(one.when == "late" ? issue_lateness(f, {}) : check_issue(f));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::compilation
