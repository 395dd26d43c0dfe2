#include "kernel/access/rule/ranges.hpp"

#include <gtest/gtest.h>

#include "kernel/access/rule/testing.hpp"

namespace onebudget::access {
namespace {

const std::string kProvince = "/r320000/";
const std::string kCity = "/r320000/r320100/";
const std::string kDepartment = "/r320000/r320100/d101/";
const std::string kUnit = "/r320000/r320100/d101/d101002/";
const std::string kCounty = "/r320000/r320100/r320102/";
const std::string kCountyDepartment = "/r320000/r320100/r320102/d101/";

Scope scope_at(const std::string& path, Reach reach, NodeKind kind, GovLevel level, std::int64_t grant = 1) {
  const Range range = reach_range(path, reach);
  Scope scope;
  scope.low = range.low;
  scope.high = range.high;
  scope.node_path = path;
  scope.node_kind = kind;
  scope.node_level = level;
  scope.grant_id = grant;
  return scope;
}

bool reaches(Reach reach, const std::string& node, const std::string& path) {
  return holds(scope_at(node, reach, NodeKind::region, GovLevel::city), {path, GovLevel::none, ""});
}

TEST(Reach, self_holds_the_node_alone) {
  EXPECT_TRUE(reaches(Reach::self, kCity, kCity));
  EXPECT_FALSE(reaches(Reach::self, kCity, kDepartment));
  EXPECT_FALSE(reaches(Reach::self, kCity, kCounty));
  EXPECT_FALSE(reaches(Reach::self, kCity, kProvince));
}

TEST(Reach, level_holds_the_departments_and_units_but_no_region_below) {
  EXPECT_TRUE(reaches(Reach::level, kCity, kCity));
  EXPECT_TRUE(reaches(Reach::level, kCity, kDepartment));
  EXPECT_TRUE(reaches(Reach::level, kCity, kUnit));
  EXPECT_FALSE(reaches(Reach::level, kCity, kCounty));
  EXPECT_FALSE(reaches(Reach::level, kCity, kCountyDepartment));
}

TEST(Reach, subtree_holds_everything_below_and_nothing_beside) {
  EXPECT_TRUE(reaches(Reach::subtree, kCity, kUnit));
  EXPECT_TRUE(reaches(Reach::subtree, kCity, kCountyDepartment));
  EXPECT_FALSE(reaches(Reach::subtree, kCity, "/r320000/r3201001/"));
  EXPECT_FALSE(reaches(Reach::subtree, kCity, "/r320000/r320099/"));
  EXPECT_FALSE(reaches(Reach::subtree, kCity, kProvince));
}

TEST(Reach, of_a_node_does_not_touch_a_code_that_begins_alike) {
  for (const Reach reach : {Reach::self, Reach::level, Reach::subtree}) {
    EXPECT_FALSE(reaches(reach, "/r32/d1/", "/r32/d10/"));
    EXPECT_FALSE(reaches(reach, "/r32/d1/", "/r32/d1-a/"));
    EXPECT_FALSE(reaches(reach, "/r32/d1/", "/r32/d1.a/"));
    EXPECT_FALSE(reaches(reach, "/r32/d1/", "/r32/d1_/"));
  }
}

TEST(Merged, ranges_are_sorted_disjoint_and_lose_nothing) {
  EXPECT_EQ(merged({{"c", "d"}, {"a", "b"}}), (std::vector<Range>{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(merged({{"a", "c"}, {"b", "d"}}), (std::vector<Range>{{"a", "d"}}));
  EXPECT_EQ(merged({{"a", "d"}, {"b", "c"}}), (std::vector<Range>{{"a", "d"}}));
  EXPECT_EQ(merged({{"a", "b"}, {"b", "c"}}), (std::vector<Range>{{"a", "c"}}));
  EXPECT_EQ(merged({{"b", "a"}, {"a", "a"}}), std::vector<Range>());
}

TEST(LooksDown, compares_government_levels_and_not_depth) {
  const Scope city = scope_at(kCity, Reach::subtree, NodeKind::region, GovLevel::city);
  EXPECT_FALSE(looks_down(city, {kUnit, GovLevel::city, "101"}));
  EXPECT_TRUE(looks_down(city, {kCounty, GovLevel::county, ""}));
  EXPECT_FALSE(looks_down(city, {"/r320000/r320100/rzone/", GovLevel::city, ""}));
}

TEST(LooksDown, of_a_department_upon_its_units_goes_by_the_tree) {
  const Scope department = scope_at(kDepartment, Reach::subtree, NodeKind::department, GovLevel::city);
  EXPECT_FALSE(looks_down(department, {kDepartment, GovLevel::city, "101"}));
  EXPECT_TRUE(looks_down(department, {kUnit, GovLevel::city, "101"}));
}

TEST(LooksDown, never_for_the_kernel_itself) { EXPECT_FALSE(looks_down(whole_tree(), {kUnit, GovLevel::town, "101"})); }

TEST(Meet, of_disjoint_scopes_is_nothing) {
  const Scope a = scope_at(kDepartment, Reach::subtree, NodeKind::department, GovLevel::city);
  const Scope b = scope_at(kCounty, Reach::subtree, NodeKind::region, GovLevel::county);
  EXPECT_FALSE(meet(a, b).has_value());
}

TEST(Meet, takes_the_smaller_range_and_the_stricter_view) {
  const Scope city = scope_at(kCity, Reach::subtree, NodeKind::region, GovLevel::city, 7);
  const Scope county = scope_at(kCounty, Reach::subtree, NodeKind::region, GovLevel::county, 8);
  for (const auto& met : {meet(city, county), meet(county, city)}) {
    ASSERT_TRUE(met.has_value());
    EXPECT_EQ(met->low, county.low);
    EXPECT_EQ(met->high, county.high);
    // Who acts through the city's grant does not see a county's drafts, although the narrower grant would.
    EXPECT_TRUE(looks_down(*met, {kCountyDepartment, GovLevel::county, "101"}));
  }
}

TEST(Meet, of_region_and_department_of_one_level_keeps_the_departments_view) {
  const Scope city = scope_at(kCity, Reach::level, NodeKind::region, GovLevel::city);
  const Scope department = scope_at(kDepartment, Reach::subtree, NodeKind::department, GovLevel::city);
  const auto met = meet(city, department);
  ASSERT_TRUE(met.has_value());
  EXPECT_TRUE(looks_down(*met, {kUnit, GovLevel::city, "101"}));
  EXPECT_FALSE(looks_down(*met, {kDepartment, GovLevel::city, "101"}));
}

TEST(Meet, keeps_only_common_departments_and_both_conditions) {
  Scope a = scope_at(kCity, Reach::subtree, NodeKind::region, GovLevel::city);
  Scope b = a;
  a.departments = {"101", "102"};
  b.departments = {"102", "103"};
  a.where = "x==1,x==2";
  b.where = "y==1";
  const auto met = meet(a, b);
  ASSERT_TRUE(met.has_value());
  EXPECT_EQ(met->departments, (std::vector<std::string>{"102"}));
  EXPECT_EQ(met->where, "(x==1,x==2);(y==1)");
  b.departments = {"103"};
  EXPECT_FALSE(meet(a, b).has_value());
}

TEST(Within, asks_range_departments_and_condition) {
  const Scope city = scope_at(kCity, Reach::subtree, NodeKind::region, GovLevel::city);
  Scope inner = scope_at(kDepartment, Reach::self, NodeKind::department, GovLevel::city);
  EXPECT_TRUE(within(inner, city));
  EXPECT_FALSE(within(city, inner));
  Scope limited = city;
  limited.departments = {"101"};
  EXPECT_FALSE(within(inner, limited));
  inner.departments = {"101"};
  EXPECT_TRUE(within(inner, limited));
  limited.where = "a==1";
  EXPECT_FALSE(within(inner, limited));
  inner.where = "a==1";
  EXPECT_TRUE(within(inner, limited));
}

} // namespace
} // namespace onebudget::access
