#include "kernel/access/rule/patterns.hpp"

#include <gtest/gtest.h>

namespace onebudget::access {
namespace {

TEST(Pattern, exact_codes_hold_themselves_only) {
  EXPECT_TRUE(matches("compilation.project.read", "compilation.project.read"));
  EXPECT_FALSE(matches("compilation.project.read", "compilation.project.read_all"));
  EXPECT_FALSE(matches("compilation.project.read", "compilation.project"));
}

TEST(Pattern, wildcards_hold_what_stands_below_them) {
  EXPECT_TRUE(matches("compilation.*", "compilation.project.read"));
  EXPECT_TRUE(matches("compilation.*", "compilation.submit_all"));
  EXPECT_TRUE(matches("compilation.project.*", "compilation.project.read"));
  EXPECT_FALSE(matches("compilation.project.*", "compilation.project_type.read"));
  EXPECT_FALSE(matches("compilation.*", "compilations.project.read"));
  EXPECT_FALSE(matches("compilation.*", "compilation."));
}

TEST(Pattern, malformed_ones_are_refused) {
  for (const char* good : {"a.b", "a.b.c", "a.*", "a.b.*", "a1.b_2.c"}) EXPECT_TRUE(valid_pattern(good)) << good;
  for (const char* bad : {"", "*", "*.*", "a", "a.", ".a", "a..b", "a.*.b", "A.b", "a.b*", "a.b.c.d.e", "a.b.c.d.*",
                          "1a.b", "a b.c", "a.b\n"}) {
    EXPECT_FALSE(valid_pattern(bad)) << bad;
  }
}

TEST(Pattern, covers_compares_sets_of_permissions) {
  EXPECT_TRUE(covers("a.*", "a.b.*"));
  EXPECT_TRUE(covers("a.*", "a.*"));
  EXPECT_TRUE(covers("a.*", "a.b.read"));
  EXPECT_FALSE(covers("a.b.*", "a.*"));
  EXPECT_FALSE(covers("a.b.read", "a.b.*"));
}

TEST(Pattern, unmask_belongs_to_the_same_entity) {
  EXPECT_EQ(unmask_of("compilation.project.read"), "compilation.project.unmask");
}

TEST(Pattern, sets_hold_the_union) {
  const Patterns patterns({"a.b.read", "c.*"});
  EXPECT_TRUE(patterns.hold("a.b.read"));
  EXPECT_TRUE(patterns.hold("c.d.write"));
  EXPECT_FALSE(patterns.hold("a.b.write"));
  EXPECT_FALSE(Patterns().hold("a.b.read"));
}

} // namespace
} // namespace onebudget::access
