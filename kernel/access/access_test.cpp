#include <gtest/gtest.h>

#include "kernel/access/testing.hpp"

namespace onebudget::access {
namespace {

class AccessTest : public OnBothDatabases {};
OB_ON_EVERY_DATABASE(AccessTest);

TEST_P(AccessTest, a_tree_can_be_built_read_and_paged) {
  room->plant();
  const auto city = room->find("320100");
  EXPECT_EQ(city.path, "/r320000/r320100/");
  NodeQuery query;
  query.parent = NodeId{0};
  auto list = *room->access.nodes(room->kernel(), query);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].code, "320000");
  EXPECT_EQ(list[0].children, 3);
  query.parent = list[0].id;
  query.limit = 2;
  list = *room->access.nodes(room->kernel(), query);
  ASSERT_EQ(list.size(), 2U);
  query.after_path = list[1].path;
  const auto rest = *room->access.nodes(room->kernel(), query);
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].code, "320200");
  NodeQuery text;
  text.text = "3201";
  EXPECT_EQ(room->access.nodes(room->kernel(), text)->size(), 5U);
  text.kind = NodeKind::unit;
  EXPECT_EQ(room->access.nodes(room->kernel(), text)->size(), 1U);
}

TEST_P(AccessTest, a_refused_batch_writes_nothing_and_names_every_bad_line) {
  room->plant();
  const auto result =
      room->access.create_nodes(room->kernel(), {node_row("new1", "320100", NodeKind::department),
                                                 node_row("320100", "320000", NodeKind::region, GovLevel::city),
                                                 node_row("new2", "absent", NodeKind::department)});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.fault().code, "access.nodes_refused");
  ASSERT_EQ(result.fault().fields.size(), 2U);
  EXPECT_EQ(result.fault().fields[0].field, "line 2");
  EXPECT_EQ(result.fault().fields[1].field, "line 3");
  EXPECT_FALSE(room->lookup("new1").has_value());
}

TEST_P(AccessTest, thirty_thousand_nodes_enter_in_one_transaction) {
  std::vector<NewNode> rows{node_row("320000", "", NodeKind::region, GovLevel::province)};
  for (int d = 0; d < 100; ++d) {
    const std::string department = "D" + std::to_string(1000 + d);
    rows.push_back(node_row(department, "320000", NodeKind::department));
    for (int u = 0; u < 299; ++u)
      rows.push_back(node_row(department + "-" + std::to_string(u), department, NodeKind::unit));
  }
  const auto count = room->access.create_nodes(room->kernel(), rows);
  ASSERT_TRUE(count) << count.fault().message.en;
  EXPECT_EQ(*count, 30'001);
  EXPECT_EQ(room->find("D1099-298").path, "/r320000/dD1099/dD1099-298/");
  EXPECT_EQ(room->find("D1099-298").department_code, "D1099");
}

TEST_P(AccessTest, a_node_changes_by_version_only) {
  room->plant();
  Node city = room->find("320100");
  city.name = "新名";
  city.valid_to = "2030-01-01";
  const auto changed = room->access.update_node(room->kernel(), city);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->name, "新名");
  EXPECT_EQ(changed->version, 2);
  EXPECT_EQ(room->access.update_node(room->kernel(), city).fault().kind, FaultKind::version);
  city.version = 2;
  city.valid_from = "2031-01-01";
  EXPECT_EQ(room->access.update_node(room->kernel(), city).fault().fields.size(), 1U);
  EXPECT_EQ(room->access.node(NodeId{987654321}).fault().kind, FaultKind::not_found);
}

TEST_P(AccessTest, rights_follow_grants_at_once) {
  room->plant();
  const auto role = room->role("clerk", {"compilation.project.read"});
  EXPECT_FALSE(room->rights_of(5)->may("compilation.project.read"));
  const Grant grant = room->give(5, role, "320100", Reach::level);
  const auto rights = room->rights_of(5);
  EXPECT_TRUE(rights->may("compilation.project.read"));
  EXPECT_EQ(rights->scopes("compilation.project.read").at(0).low, "/r320000/r320100/");
  EXPECT_FALSE(rights->scopes("compilation.project.read").at(0).root);
  ASSERT_TRUE(room->access.revoke(room->kernel(), grant.id));
  EXPECT_FALSE(room->rights_of(5)->may("compilation.project.read"));
  EXPECT_EQ(room->access.revoke(room->kernel(), grant.id).fault().kind, FaultKind::not_found);
  EXPECT_TRUE(rights->may("compilation.project.read")); // an old snapshot stays what it was
}

TEST_P(AccessTest, rights_that_did_not_change_are_shared) {
  room->plant();
  const auto role = room->role("clerk", {"compilation.project.read"});
  room->give(5, role, "320100", Reach::level);
  const auto first = room->rights_of(5);
  EXPECT_EQ(first.get(), room->rights_of(5).get());
  room->give(6, role, "320100", Reach::level);
  EXPECT_NE(first.get(), room->rights_of(5).get());
}

TEST_P(AccessTest, a_changed_role_changes_the_rights_of_its_holders) {
  room->plant();
  Role role = room->role("clerk", {"compilation.project.read"});
  room->give(5, role, "320100", Reach::level);
  EXPECT_FALSE(room->rights_of(5)->may("compilation.project.update"));
  role.permissions = {"compilation.project.*"};
  const auto updated = room->access.update_role(room->kernel(), role);
  ASSERT_TRUE(updated);
  EXPECT_TRUE(room->rights_of(5)->may("compilation.project.update"));
  EXPECT_EQ(room->access.update_role(room->kernel(), role).fault().kind, FaultKind::version);
}

TEST_P(AccessTest, grants_begin_and_end_on_the_millisecond) {
  room->plant();
  const auto role = room->role("deputy", {"compilation.project.read"});
  Grant grant = room->wanted(5, role, "320100", Reach::self);
  grant.valid_from_ms = room->clock.now_ms() + 1000;
  grant.valid_to_ms = room->clock.now_ms() + 5000;
  ASSERT_TRUE(room->access.grant(room->kernel(), grant));
  const std::string code = "compilation.project.read";
  EXPECT_FALSE(room->rights_of(5)->may(code));
  room->clock.advance_ms(999);
  EXPECT_FALSE(room->rights_of(5)->may(code));
  room->clock.advance_ms(1);
  EXPECT_TRUE(room->rights_of(5)->may(code));
  room->clock.advance_ms(3999);
  EXPECT_TRUE(room->rights_of(5)->may(code));
  room->clock.advance_ms(1);
  EXPECT_FALSE(room->rights_of(5)->may(code));
  room->clock.set_ms(room->clock.now_ms() - 1); // a context taken a moment earlier
  EXPECT_TRUE(room->rights_of(5)->may(code));
}

TEST_P(AccessTest, the_kernel_may_everything_a_service_what_it_was_given_and_nobody_nothing) {
  const auto kernel = *room->access.rights(room->kernel());
  EXPECT_TRUE(kernel->unlimited());
  EXPECT_EQ(kernel->permissions().size(), room->access.permissions().size());
  Context service = room->kernel();
  service.caller.name = "service:standards";
  EXPECT_FALSE((*room->access.rights(service))->may("standards.region.read"));
  room->access.set_service_permissions("service:standards", {"standards.*"});
  const auto rights = *room->access.rights(service);
  EXPECT_FALSE(rights->unlimited());
  EXPECT_TRUE(rights->may("standards.region.read"));
  EXPECT_FALSE(rights->may("compilation.project.read"));
  EXPECT_TRUE(rights->scopes("standards.region.update").at(0).root);
  EXPECT_EQ(rights->scopes("standards.region.update").at(0).grant_id, 0);
  room->access.set_service_permissions("service:standards", {});
  EXPECT_FALSE((*room->access.rights(service))->may("standards.region.read"));
  EXPECT_FALSE((*room->access.rights(Context{}))->may("standards.region.read"));
}

TEST_P(AccessTest, a_person_named_like_the_kernel_gains_nothing) {
  Context context = room->person(5);
  context.caller.name = "system";
  EXPECT_FALSE((*room->access.rights(context))->unlimited());
  context.caller.kind = CallerKind::token; // a token without a token id
  EXPECT_FALSE((*room->access.rights(context))->may("system.node.manage"));
}

TEST_P(AccessTest, declared_permissions_come_and_go_with_their_plugin) {
  room->plant();
  room->give(5, room->role("clerk", {"compilation.*"}), "320000", Reach::subtree);
  EXPECT_TRUE(room->rights_of(5)->permissions().empty());
  room->access.set_permissions("compilation", {{"compilation.project.read", {"读", "Read"}, "low"}});
  EXPECT_EQ(room->rights_of(5)->permissions(), (std::vector<std::string>{"compilation.project.read"}));
  EXPECT_TRUE(room->rights_of(5)->scopes("compilation.project.read").at(0).root);
  room->access.set_permissions("compilation", {});
  EXPECT_TRUE(room->rights_of(5)->permissions().empty());
}

TEST_P(AccessTest, shipped_roles_are_synchronised_once) {
  Role clerk;
  clerk.code = "unit_clerk";
  clerk.title = {"单位经办", "Unit clerk"};
  clerk.permissions = {"compilation.project.update", "compilation.project.read"};
  EXPECT_EQ(*room->access.sync_roles(room->kernel(), {clerk}), 1);
  EXPECT_EQ(*room->access.sync_roles(room->kernel(), {clerk}), 0);
  clerk.permissions.emplace_back("compilation.project.create");
  EXPECT_EQ(*room->access.sync_roles(room->kernel(), {clerk}), 1);
  const auto roles = *room->access.roles();
  ASSERT_EQ(roles.size(), 1U);
  EXPECT_TRUE(roles[0].builtin);
  EXPECT_EQ(roles[0].permissions.size(), 3U);
  EXPECT_EQ(room->access.update_role(room->kernel(), roles[0]).fault().code, "access.role_builtin");
  EXPECT_EQ(room->access.remove_role(room->kernel(), roles[0].id, roles[0].version).fault().code,
            "access.role_builtin");
  clerk.permissions = {"*"};
  EXPECT_EQ(room->access.sync_roles(room->kernel(), {clerk}).fault().code, "access.role_refused");
}

TEST_P(AccessTest, a_role_is_removed_only_when_nobody_holds_it) {
  room->plant();
  const Role role = room->role("clerk", {"compilation.project.read"});
  EXPECT_EQ(room->access.create_role(room->kernel(), role).fault().code, "access.role_exists");
  const Grant grant = room->give(5, role, "320100", Reach::self);
  EXPECT_EQ(room->access.remove_role(room->kernel(), role.id, role.version).fault().code, "access.role_granted");
  ASSERT_TRUE(room->access.revoke(room->kernel(), grant.id));
  EXPECT_EQ(room->access.remove_role(room->kernel(), role.id, role.version + 1).fault().code, "access.role_version");
  EXPECT_TRUE(room->access.remove_role(room->kernel(), role.id, role.version));
  EXPECT_EQ(room->access.remove_role(room->kernel(), role.id, role.version).fault().kind, FaultKind::not_found);
}

TEST_P(AccessTest, every_change_leaves_an_audit_line) {
  room->plant();
  const Role role = room->role("clerk", {"compilation.project.read"});
  const Grant grant = room->give(5, role, "320100", Reach::self);
  ASSERT_TRUE(room->access.revoke(room->kernel(), grant.id));
  ASSERT_TRUE(room->access.remove_role(room->kernel(), role.id, role.version));
  std::vector<std::string> actions;
  const auto lines = *room->audit.list(room->kernel(), {});
  for (const auto& line : lines) actions.push_back(line.entry.action);
  EXPECT_EQ(actions, (std::vector<std::string>{"access.role_remove", "access.revoke", "access.grant",
                                               "access.role_create", "access.node_import"}));
}

} // namespace
} // namespace onebudget::access
