#pragma once
// A whole access room on an empty database, with a small tree to plant. For the tests of this room only.

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/access/access.hpp"
#include "kernel/access/rule/testing.hpp"
#include "kernel/storage/testing.hpp"

namespace onebudget::access {

class TestRoom {
 public:
  explicit TestRoom(storage::Dialect dialect)
      : test_(dialect), ids_(*test_), audit(*test_, clock), access(*test_, ids_, audit, clock) {
    migrate();
  }

  storage::Database& database() { return *test_; }
  Context kernel() const { return Context::system(clock); }
  Context person(std::int64_t user) const {
    Context context = kernel();
    context.caller = {};
    context.caller.kind = CallerKind::person;
    context.caller.user = UserId{user};
    context.caller.name = "user" + std::to_string(user);
    return context;
  }

  /// province 320000 {department 320000101; city 320100 {department 320100101 {unit}; county 320102 {department}}; city
  /// 320200}
  void plant() {
    const auto made = access.create_nodes(kernel(), {node_row("320000", "", NodeKind::region, GovLevel::province),
                                                     node_row("320000101", "320000", NodeKind::department),
                                                     node_row("320100", "320000", NodeKind::region, GovLevel::city),
                                                     node_row("320100101", "320100", NodeKind::department),
                                                     node_row("320100101001", "320100101", NodeKind::unit),
                                                     node_row("320102", "320100", NodeKind::region, GovLevel::county),
                                                     node_row("320102101", "320102", NodeKind::department),
                                                     node_row("320200", "320000", NodeKind::region, GovLevel::city)});
    ASSERT_TRUE(made) << made.fault().message.en;
  }
  std::optional<Node> lookup(const std::string& code) {
    auto node = access.node_by_code(kernel(), code);
    EXPECT_TRUE(node);
    return node ? *std::move(node) : std::nullopt;
  }
  Node find(const std::string& code) {
    const std::optional<Node> node = lookup(code);
    EXPECT_TRUE(node.has_value()) << code;
    return node.value_or(Node());
  }
  Role role(const std::string& code, std::vector<std::string> permissions, const std::string& category = "business") {
    Role role;
    role.code = code;
    role.title = {"角色 " + code, "Role " + code};
    role.category = category;
    role.permissions = std::move(permissions);
    const auto made = access.create_role(kernel(), role);
    EXPECT_TRUE(made) << (made ? "" : made.fault().message.en);
    return made ? *made : role;
  }
  Grant wanted(std::int64_t user, const Role& role, const std::string& node, Reach reach) {
    Grant grant;
    grant.user = UserId{user};
    grant.role_id = role.id;
    grant.node = find(node).id;
    grant.reach = reach;
    return grant;
  }
  Grant give(std::int64_t user, const Role& role, const std::string& node, Reach reach) {
    const auto given = access.grant(kernel(), wanted(user, role, node, reach));
    EXPECT_TRUE(given) << (given ? "" : given.fault().message.en);
    return given ? *given : Grant();
  }
  std::shared_ptr<const Rights> rights_of(std::int64_t user) {
    auto rights = access.rights(person(user));
    EXPECT_TRUE(rights);
    return rights ? *rights : nullptr;
  }

  ManualClock clock;

 private:
  void migrate() {
    std::vector<storage::Migration> wanted = audit::Log::migrations();
    for (storage::Migration& one : Access::migrations()) wanted.push_back(std::move(one));
    const auto done = storage::Migrations(*test_).apply(kernel(), wanted);
    EXPECT_TRUE(done) << (done ? "" : done.fault().message.en);
  }

  storage::TestDatabase test_;
  storage::IdBlocks ids_;

 public:
  audit::Log audit;
  Access access;
};

class OnBothDatabases : public ::testing::TestWithParam<storage::Dialect> {
 protected:
  void SetUp() override {
    if (!storage::TestDatabase::available(GetParam())) GTEST_SKIP() << "OB_TEST_PG is not set";
    room.reset(); // before a new one: SetUp() may be called again for a fresh database
    room = std::make_unique<TestRoom>(GetParam());
  }
  std::unique_ptr<TestRoom> room;
};

} // namespace onebudget::access
