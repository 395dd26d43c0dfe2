#include <gtest/gtest.h>

#include "kernel/access/access.hpp"
#include "kernel/access/rule/ranges.hpp"
#include "kernel/access/rule/rights_set.hpp"

namespace onebudget::access {
namespace {

using storage::Dialect;

Scope scope_at(const std::string& path, Reach reach, NodeKind kind, GovLevel level) {
  const Range range = reach_range(path, reach);
  Scope scope;
  scope.low = range.low;
  scope.high = range.high;
  scope.node_path = path;
  scope.node_kind = kind;
  scope.node_level = level;
  scope.grant_id = 1;
  return scope;
}

Scope city(Reach reach = Reach::subtree) { return scope_at("/r32/r3201/", reach, NodeKind::region, GovLevel::city); }

ScopeColumns columns(std::vector<std::string> visible = {}) { return {"t", "t.\"status\"", std::move(visible), true}; }

Predicate compiled(const std::vector<Scope>& scopes, const ScopeColumns& at, Dialect dialect = Dialect::sqlite) {
  const auto result = compile(dialect, scopes, at, [](const std::string& where) -> Result<Predicate> {
    return Predicate{"(" + where + " = ?)", {std::int64_t{7}}};
  });
  EXPECT_TRUE(result.ok());
  return result ? *result : Predicate{};
}

TEST(Compile, no_scope_admits_nothing_and_the_kernel_everything) {
  EXPECT_EQ(compiled({}, columns()).sql, "0=1");
  EXPECT_EQ(compiled({city(), whole_tree()}, columns()).sql, "1=1");
}

TEST(Compile, a_write_is_one_range_without_a_state_rule) {
  ScopeColumns at = columns({"approved"});
  at.read = false;
  const Predicate predicate = compiled({city()}, at);
  EXPECT_EQ(predicate.sql, "(((t.owner_path >= ? AND t.owner_path < ?)))");
  EXPECT_EQ(predicate.params, (storage::Params{std::string("/r32/r3201/"), std::string("/r32/r3201/~")}));
}

TEST(Compile, reading_down_asks_for_level_or_state) {
  const Predicate predicate = compiled({city()}, columns({"submitted", "approved"}));
  EXPECT_EQ(predicate.sql,
            "(((t.owner_path >= ? AND t.owner_path < ?)) AND (t.gov_level <= ? OR t.\"status\" IN (?,?)))");
  EXPECT_EQ(predicate.params.size(), 5U);
}

TEST(Compile, an_entity_without_states_has_no_state_rule) {
  ScopeColumns at = columns();
  at.state_column.clear();
  EXPECT_EQ(compiled({city()}, at).sql, "(((t.owner_path >= ? AND t.owner_path < ?)))");
}

TEST(Compile, a_department_sees_itself_and_only_visible_states_below) {
  const Scope department = scope_at("/r32/d1/", Reach::subtree, NodeKind::department, GovLevel::province);
  const Predicate predicate = compiled({department}, columns({"submitted"}));
  EXPECT_EQ(predicate.sql,
            "((((t.owner_path >= ? AND t.owner_path < ?))) OR (((t.owner_path >= ? AND t.owner_path < ?)) AND "
            "(t.\"status\" IN (?))))");
  // Without visible states only the department itself is left.
  EXPECT_EQ(compiled({department}, columns()).params,
            (storage::Params{std::string("/r32/d1/"), std::string("/r32/d1/!")}));
}

TEST(Compile, scopes_that_differ_only_in_range_become_one_term) {
  const Scope a = scope_at("/r32/r3201/", Reach::subtree, NodeKind::region, GovLevel::city);
  const Scope b = scope_at("/r32/r3202/", Reach::subtree, NodeKind::region, GovLevel::city);
  const Predicate predicate = compiled({a, b, a}, columns({"x"}));
  EXPECT_EQ(predicate.sql,
            "(((t.owner_path >= ? AND t.owner_path < ?) OR (t.owner_path >= ? AND t.owner_path < ?)) AND "
            "(t.gov_level <= ? OR t.\"status\" IN (?)))");
}

TEST(Compile, departments_and_conditions_stay_with_their_own_range) {
  Scope conditioned = city(Reach::level);
  conditioned.departments = {"102", "101", "101"};
  conditioned.where = "kind";
  ScopeColumns at = columns();
  at.read = false;
  const Predicate predicate = compiled({conditioned}, at);
  EXPECT_EQ(predicate.sql,
            "(((t.owner_path >= ? AND t.owner_path < ?)) AND t.department_code IN (?,?) AND (kind = ?))");
  EXPECT_EQ(predicate.params.at(2), storage::Value(std::string("101")));
  EXPECT_EQ(predicate.params.at(4), storage::Value(std::int64_t{7}));
}

TEST(Compile, a_condition_that_cannot_be_compiled_is_a_fault_and_not_a_hole) {
  Scope conditioned = city();
  conditioned.where = "gone==1";
  const auto refused = compile(Dialect::sqlite, {conditioned}, columns(), [](const std::string&) -> Result<Predicate> {
    return fault(FaultKind::rule, "records.unknown_field", {"没有该字段", "no such field"});
  });
  EXPECT_FALSE(refused);
  EXPECT_FALSE(compile(Dialect::sqlite, {conditioned}, columns(), nullptr));
}

TEST(Compile, more_than_sixteen_ranges_travel_as_one_list) {
  std::vector<Scope> many;
  for (int i = 100; i < 117; ++i) {
    many.push_back(scope_at("/r32/d" + std::to_string(i) + "/", Reach::self, NodeKind::unit, GovLevel::province));
  }
  ScopeColumns at = columns();
  at.read = false;
  EXPECT_EQ(compiled(many, at).params.size(), 1U);
  EXPECT_EQ(compiled(many, at, Dialect::postgresql).params.size(), 2U);
  many.pop_back();
  EXPECT_EQ(compiled(many, at).params.size(), 32U);
}

TEST(Rights, unmask_counts_only_in_the_grant_that_admits) {
  const auto declared = std::make_shared<const std::vector<Permission>>();
  Effective plain{std::make_shared<const Patterns>(std::vector<std::string>{"a.b.read"}), {}, city()};
  Effective open{std::make_shared<const Patterns>(std::vector<std::string>{"a.b.*"}), {}, city(Reach::self)};
  const RightsSet rights({plain, open}, declared, 3);
  const auto scopes = rights.scopes("a.b.read");
  ASSERT_EQ(scopes.size(), 2U);
  EXPECT_FALSE(scopes[0].unmask);
  EXPECT_TRUE(scopes[1].unmask);
  EXPECT_FALSE(rights.may("a.c.read"));
}

TEST(Rights, limited_by_another_grant_hold_only_what_both_hold) {
  const auto declared = std::make_shared<const std::vector<Permission>>();
  const Effective token{std::make_shared<const Patterns>(std::vector<std::string>{"a.*"}), {}, city()};
  const Effective owner{std::make_shared<const Patterns>(std::vector<std::string>{"a.b.read"}), {}, city(Reach::self)};
  const auto both = limited(token, owner);
  ASSERT_TRUE(both.has_value());
  const RightsSet rights({*both}, declared, 1);
  EXPECT_TRUE(rights.may("a.b.read"));
  EXPECT_FALSE(rights.may("a.b.unmask"));
  EXPECT_FALSE(rights.may("a.c.read"));
  EXPECT_EQ(rights.scopes("a.b.read").at(0).high, "/r32/r3201/!");
}

} // namespace
} // namespace onebudget::access
