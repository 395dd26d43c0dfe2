#include "plugins/compilation/domain/round/issue_change.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

BudgetSource source_of(const std::string& text) {
  if (text == "adjustment") return BudgetSource::adjustment;
  return text == "reallocation" ? BudgetSource::reallocation : BudgetSource::initial;
}

TEST(IssueChange, is_checked_in_every_case) {
  EXPECT_EQ(run("issue_change",
                [](const Case& one) {
                  IssueChange c;
                  c.source = source_of(one.value("source", "reallocation"));
                  c.names_earlier = !has(one, "names_none");
                  c.earlier_issued = !has(one, "not_issued");
                  c.same_receiver = !has(one, "other_receiver");
                  c.has_document = has(one, "document");
                  c.before = yuan(one, "before", "100.00");
                  c.after = yuan(one, "after", "100.00");
                  c.earlier = c.replaced = {"1", "2"};
                  if (has(one, "line_left_out")) c.replaced.erase("2");
                  return lines(check_change(c));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::compilation
