#include "plugins/compilation/domain/review/cost_review.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

TEST(CostReview, is_checked_in_every_case) {
  EXPECT_EQ(run("cost_review",
                [](const Case& one) {
                  CostReview review;
                  review.cost = !has(one, "other_kind");
                  review.submitted = yuan(one, "submitted", "100.00");
                  if (has(one, "approved")) review.approved = yuan(one, "approved");
                  if (one.when == "cut") return Lines{cost_cut(review)->to_yuan()};
                  return lines(check_cost_review(review));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::compilation
