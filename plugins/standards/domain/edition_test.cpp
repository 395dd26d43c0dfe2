#include "plugins/standards/domain/edition.hpp"

#include <gtest/gtest.h>

namespace onebudget::standards {
namespace {

Edition edition(std::int64_t id, int number, EditionState state) { return {id, 1, number, state, {}}; }

TEST(Editions, count_up_and_wait_for_the_open_one) {
  EXPECT_EQ(*next_edition({}), 1);
  EXPECT_EQ(*next_edition({edition(1, 1, EditionState::superseded), edition(2, 2, EditionState::in_force)}), 3);
  EXPECT_EQ(next_edition({edition(1, 1, EditionState::in_force), edition(2, 2, EditionState::submitted)}).fault().code, "standards.edition_open");
}

TEST(Editions, approval_replaces_older_ones_in_force_only) {
  const Edition approved = edition(3, 3, EditionState::submitted);
  const auto replaced = replaced_by(approved, {edition(1, 1, EditionState::superseded), edition(2, 2, EditionState::in_force), approved});
  ASSERT_EQ(replaced.size(), 1U);
  EXPECT_EQ(replaced[0].id, 2);
}

TEST(Editions, end_after_they_begin) {
  EXPECT_TRUE(check_validity({Day::of(2026, 1, 1), std::nullopt}).empty());
  EXPECT_EQ(check_validity({Day::of(2026, 1, 1), Day::of(2026, 1, 1)}).size(), 1U);
}

CodeFacts road_works() { return {"2140106", "公路养护", true, EditionState::in_force, {Day::of(2026, 1, 1), std::nullopt}, 2026, {}}; }

TEST(Postable, a_leaf_in_force_of_the_year) { EXPECT_TRUE(check_postable(road_works(), 2026, *Day::of(2026, 6, 1), "/functional_class").empty()); }

TEST(Postable, nothing_else) {
  CodeFacts other_year = road_works();
  other_year.list_year = 2025;
  CodeFacts withdrawn = road_works();
  withdrawn.state = EditionState::withdrawn;
  withdrawn.successors = {"2140107", "2140108"};
  CodeFacts branch = road_works();
  branch.leaf = false;
  for (const CodeFacts& code : {other_year, withdrawn, branch}) {
    const auto findings = check_postable(code, 2026, *Day::of(2026, 6, 1), "/functional_class");
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].field, "/functional_class");
  }
  EXPECT_EQ(check_postable(road_works(), 2026, *Day::of(2025, 12, 31), "/f").size(), 1U);
  EXPECT_NE(check_postable(withdrawn, 2026, *Day::of(2026, 6, 1), "/f")[0].remedy.en.find("2140107"), std::string::npos);
}

} // namespace
} // namespace onebudget::standards
