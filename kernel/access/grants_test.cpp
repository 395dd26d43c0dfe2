#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "kernel/access/testing.hpp"

namespace onebudget::access {
namespace {

class GrantTest : public OnBothDatabases {
 protected:
  void SetUp() override {
    OnBothDatabases::SetUp();
    if (room) room->plant();
  }
  std::string refusal(const Context& context, const Grant& grant) {
    const auto result = room->access.grant(context, grant);
    return result ? "granted" : result.fault().code;
  }
};
OB_ON_EVERY_DATABASE(GrantTest);

TEST_P(GrantTest, nobody_grants_to_themself) {
  const Role role = room->role("clerk", {"compilation.project.read"});
  EXPECT_EQ(refusal(room->person(5), room->wanted(5, role, "320100", Reach::self)), "access.grant_to_oneself");
  EXPECT_EQ(refusal(room->person(5), room->wanted(6, role, "320100", Reach::self)), "granted");
}

TEST_P(GrantTest, the_three_administrators_and_business_exclude_each_other) {
  const Role roles[] = {room->role("clerk", {"compilation.project.read"}),
                        room->role("sysadmin", {"system.user.manage"}, "system_admin"),
                        room->role("secadmin", {"system.grant.manage"}, "security_admin"),
                        room->role("auditor", {"system.audit.read"}, "audit_admin")};
  std::int64_t user = 100;
  for (const Role& first : roles) {
    for (const Role& second : roles) {
      ++user;
      room->give(user, first, "320000", Reach::self);
      EXPECT_EQ(refusal(room->kernel(), room->wanted(user, second, "320000", Reach::level)),
                first.id == second.id ? "granted" : "access.duties_mixed")
          << first.code << " " << second.code;
    }
  }
}

TEST_P(GrantTest, an_ended_office_no_longer_stands_in_the_way_and_a_future_one_does) {
  const Role clerk = room->role("clerk", {"compilation.project.read"});
  const Role auditor = room->role("auditor", {"system.audit.read"}, "audit_admin");
  Grant past = room->wanted(5, clerk, "320000", Reach::self);
  past.valid_to_ms = room->clock.now_ms() + 10;
  ASSERT_TRUE(room->access.grant(room->kernel(), past));
  EXPECT_EQ(refusal(room->kernel(), room->wanted(5, auditor, "320000", Reach::self)), "access.duties_mixed");
  room->clock.advance_ms(10);
  Grant future = room->wanted(5, auditor, "320000", Reach::self);
  future.valid_from_ms = room->clock.now_ms() + 1'000'000;
  EXPECT_EQ(refusal(room->kernel(), future), "granted");
  EXPECT_EQ(refusal(room->kernel(), room->wanted(5, clerk, "320000", Reach::level)), "access.duties_mixed");
}

TEST_P(GrantTest, conflicting_permissions_are_refused_when_granted_and_when_a_role_changes) {
  const std::vector<Conflict> pairs{
      {"ledger.entry.create", "ledger.entry.approve", {"经办与审批", "Making and approving"}}};
  room->access.set_conflicts("ledger", pairs);
  const Role maker = room->role("maker", {"ledger.entry.create"});
  Role checker = room->role("checker", {"ledger.entry.approve"});
  Role reader = room->role("reader", {"ledger.entry.read"});
  room->give(5, maker, "320100", Reach::self);
  EXPECT_EQ(refusal(room->kernel(), room->wanted(5, checker, "320200", Reach::self)), "access.conflict_pair");
  room->give(5, reader, "320100", Reach::self);
  reader.permissions.emplace_back("ledger.entry.approve");
  EXPECT_EQ(room->access.update_role(room->kernel(), reader).fault().code, "access.conflict_pair");
  reader.permissions = {"ledger.*"};
  EXPECT_EQ(room->access.update_role(room->kernel(), reader).fault().code, "access.role_refused");
}

TEST_P(GrantTest, who_holds_both_of_a_pair_already_is_named_and_a_pair_that_goes_refuses_nobody) {
  const std::vector<Conflict> pairs{
      {"ledger.entry.create", "ledger.entry.approve", {"经办与审批", "Making and approving"}}};
  const Role maker = room->role("maker", {"ledger.entry.create"}), checker = room->role("checker", {"ledger.*"});
  room->give(5, maker, "320100", Reach::self);
  const auto nobody = room->access.conflicting(room->kernel(), pairs);
  ASSERT_TRUE(nobody) << nobody.fault().message.en;
  EXPECT_TRUE(nobody->empty());
  room->give(5, checker, "320200", Reach::self);
  // A table of the room beside.
  ASSERT_TRUE(room->database().write(room->kernel(), [](storage::Session& session) {
    return session.script("CREATE TABLE identity_accounts (id BIGINT PRIMARY KEY, username TEXT NOT NULL)");
  }));
  const auto holders = room->access.conflicting(room->kernel(), pairs);
  ASSERT_TRUE(holders) << holders.fault().message.en;
  ASSERT_EQ(holders->size(), 1U);
  EXPECT_NE(holders->front().en.find("holds both ledger.entry.create and ledger.entry.approve (Making and approving)"),
            std::string::npos)
      << holders->front().en;
  room->access.set_conflicts("ledger", pairs);
  EXPECT_EQ(refusal(room->kernel(), room->wanted(6, checker, "320200", Reach::self)), "access.conflict_pair")
      << "a role that holds both by itself";
  room->access.set_conflicts("ledger", {});
  EXPECT_EQ(refusal(room->kernel(), room->wanted(6, checker, "320200", Reach::self)), "granted");
}

TEST_P(GrantTest, a_role_cannot_change_category_under_a_holder_of_another) {
  Role one = room->role("one", {});
  const Role two = room->role("two", {"compilation.project.read"});
  room->give(5, one, "320100", Reach::self);
  room->give(5, two, "320100", Reach::self);
  one.category = "audit_admin";
  EXPECT_EQ(room->access.update_role(room->kernel(), one).fault().code, "access.duties_mixed");
}

TEST_P(GrantTest, the_same_grant_twice_is_a_conflict) {
  const Role role = room->role("clerk", {"compilation.project.read"});
  room->give(5, role, "320100", Reach::self);
  EXPECT_EQ(refusal(room->kernel(), room->wanted(5, role, "320100", Reach::self)), "access.grant_exists");
}

TEST_P(GrantTest, many_grants_are_all_or_nothing_and_name_every_bad_line) {
  const Role clerk = room->role("clerk", {"compilation.project.read"});
  const Role auditor = room->role("auditor", {"system.audit.read"}, "audit_admin");
  std::vector<Grant> grants{room->wanted(5, clerk, "320100", Reach::self),
                            room->wanted(5, auditor, "320100", Reach::self),
                            room->wanted(6, clerk, "320100", Reach::self)};
  grants.push_back(grants[2]);
  grants.push_back(grants[2]);
  grants.back().role_id = 999'999;
  const auto refused = room->access.grant_many(room->kernel(), grants);
  ASSERT_FALSE(refused);
  std::vector<std::string> lines;
  for (const FieldFault& field : refused.fault().fields) lines.push_back(field.field + " " + field.code);
  EXPECT_EQ(lines, (std::vector<std::string>{"line 2 access.duties_mixed", "line 4 access.grant_exists",
                                             "line 5 access.role_unknown"}));
  EXPECT_TRUE(room->access.grants({})->empty());
  EXPECT_EQ(*room->access.grant_many(room->kernel(), {grants[0], grants[2]}), 2);
  Access::GrantQuery page;
  page.limit = 1;
  const auto first = *room->access.grants(page);
  ASSERT_EQ(first.size(), 1U);
  page.after_id = first[0].id;
  EXPECT_EQ(room->access.grants(page)->at(0).user.value, 6);
  page = {};
  page.user = UserId{6};
  EXPECT_EQ(room->access.grants(page)->size(), 1U);
}

TEST_P(GrantTest, a_delegation_stays_within_the_delegators_own) {
  const Role office = room->role("office", {"compilation.*"});
  const Role reader = room->role("reader", {"compilation.project.read"});
  const Role stranger = room->role("stranger", {"ledger.entry.read"});
  Grant own = room->wanted(5, office, "320100", Reach::level);
  own.valid_to_ms = room->clock.now_ms() + 1'000'000;
  own = *room->access.grant(room->kernel(), own);
  Grant good = room->wanted(6, reader, "320100101", Reach::subtree);
  good.delegated_by = own.id;
  good.valid_to_ms = room->clock.now_ms() + 1000;
  const Context me = room->person(5);
  Grant bad = good;
  bad.role_id = stranger.id;
  EXPECT_EQ(refusal(me, bad), "access.delegation_exceeds");
  bad = good;
  bad.node = room->find("320102").id; // a county is not of the city's own level
  EXPECT_EQ(refusal(me, bad), "access.delegation_exceeds");
  bad = good;
  bad.valid_to_ms = 0;
  EXPECT_EQ(refusal(me, bad), "access.delegation_exceeds");
  EXPECT_EQ(refusal(room->person(7), good), "access.delegation_unknown");
  bad = good;
  bad.user = UserId{5};
  EXPECT_EQ(refusal(me, bad), "access.grant_to_oneself");
  EXPECT_EQ(refusal(me, good), "granted");
  EXPECT_TRUE(room->rights_of(6)->may("compilation.project.read"));
  ASSERT_TRUE(room->access.revoke(room->kernel(), own.id));
  EXPECT_FALSE(room->rights_of(6)->may("compilation.project.read"));
}

TEST_P(GrantTest, a_token_is_worth_at_most_its_owner) {
  const Role office = room->role("office", {"compilation.project.read"});
  const Role all = room->role("all", {"compilation.*"});
  const Grant own = room->give(5, office, "320100", Reach::level);
  Grant grant = room->wanted(5, all, "320000", Reach::subtree);
  grant.token_id = 77;
  EXPECT_EQ(refusal(room->person(6), grant), "access.token_of_another");
  Context token = room->person(5);
  token.caller.kind = CallerKind::token;
  token.caller.token_id = 77;
  EXPECT_EQ(refusal(token, grant), "access.token_of_another");
  ASSERT_EQ(refusal(room->person(5), grant), "granted");
  auto rights = *room->access.rights(token);
  EXPECT_TRUE(rights->may("compilation.project.read"));
  EXPECT_FALSE(rights->may("compilation.project.update"));
  ASSERT_EQ(rights->scopes("compilation.project.read").size(), 1U);
  EXPECT_EQ(rights->scopes("compilation.project.read")[0].low, "/r320000/r320100/");
  EXPECT_EQ(rights->scopes("compilation.project.read")[0].high, "/r320000/r320100/e");
  EXPECT_FALSE(rights->scopes("compilation.project.read")[0].root);
  EXPECT_EQ(room->rights_of(5)->scopes("compilation.project.read").size(), 1U); // the token's grant is not the person's
  ASSERT_TRUE(room->access.revoke(room->kernel(), own.id));
  EXPECT_FALSE((*room->access.rights(token))->may("compilation.project.read"));
}

TEST_P(GrantTest, a_revoked_grant_admits_nobody_from_the_moment_the_answer_leaves) {
  const Role role = room->role("clerk", {"compilation.project.read"});
  std::atomic<bool> done{false};
  std::atomic<int> asked{0};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        EXPECT_TRUE(room->access.rights(room->person(5)));
        ++asked;
      }
    });
  }
  for (int round = 0; round < 20; ++round) {
    const Grant grant = room->give(5, role, "320100", Reach::self);
    EXPECT_TRUE(room->rights_of(5)->may("compilation.project.read"));
    EXPECT_TRUE(room->access.revoke(room->kernel(), grant.id));
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(room->rights_of(5)->may("compilation.project.read"));
  }
  done = true;
  readers.clear();
  EXPECT_GT(asked, 0);
}

TEST_P(GrantTest, two_administrators_at_once_cannot_mix_duties_in_one_person) {
  const Role clerk = room->role("clerk", {"compilation.project.read"});
  const Role auditor = room->role("auditor", {"system.audit.read"}, "audit_admin");
  const NodeId node = room->find("320100").id;
  for (std::int64_t user = 50; user < 60; ++user) {
    std::atomic<int> granted{0};
    std::vector<std::jthread> threads;
    for (const std::int64_t role : {clerk.id, auditor.id}) {
      threads.emplace_back([&, role] {
        Grant grant;
        grant.user = UserId{user};
        grant.role_id = role;
        grant.node = node;
        if (room->access.grant(room->kernel(), grant)) ++granted;
      });
    }
    threads.clear();
    EXPECT_EQ(granted, 1);
  }
}

TEST_P(GrantTest, explain_names_the_reason_of_every_grant) {
  const Role reader = room->role("reader", {"compilation.project.read"});
  const Role other = room->role("other", {"compilation.rule.read"});
  const Grant good = room->give(5, reader, "320100", Reach::subtree);
  room->give(5, other, "320100", Reach::subtree);
  Grant grant = room->wanted(5, reader, "320100", Reach::level);
  grant.departments = {"999"};
  ASSERT_TRUE(room->access.grant(room->kernel(), grant));
  grant = room->wanted(5, reader, "320100", Reach::level);
  grant.where = "kind==x";
  ASSERT_TRUE(room->access.grant(room->kernel(), grant));
  grant = room->wanted(5, reader, "320100", Reach::level);
  grant.valid_from_ms = room->clock.now_ms() + 1;
  ASSERT_TRUE(room->access.grant(room->kernel(), grant));
  room->give(5, reader, "320200", Reach::subtree);
  const Node unit = room->find("320100101001");
  const auto matches = [](const Scope& scope) { return scope.where.empty(); };
  auto why = *room->access.explain(UserId{5}, "compilation.project.read",
                                   Place{unit.path, unit.gov_level, unit.department_code}, matches);
  EXPECT_TRUE(why.allowed);
  EXPECT_EQ(why.grants, (std::vector<std::int64_t>{good.id}));
  ASSERT_EQ(why.reasons.size(), 6U);
  const char* const expected[] = {"允许", "不含此权限", "所属的部门", "附加条件", "尚未生效", "归属单位"};
  for (std::size_t i = 0; i < why.reasons.size(); ++i) {
    EXPECT_NE(why.reasons[i].zh.find(expected[i]), std::string::npos) << why.reasons[i].zh;
    EXPECT_FALSE(why.reasons[i].en.empty());
  }
  const Node county = room->find("320102");
  const auto hidden = [&](const Scope& scope) { return !looks_down(scope, {county.path, county.gov_level, ""}); };
  why = *room->access.explain(UserId{5}, "compilation.project.read", Place{county.path, county.gov_level, ""}, hidden);
  EXPECT_FALSE(why.allowed);
  EXPECT_NE(why.reasons[0].zh.find("上级不可见"), std::string::npos) << why.reasons[0].zh;
  EXPECT_NE(why.reasons[0].zh.find("本节点及全部下级"), std::string::npos) << why.reasons[0].zh;
  EXPECT_NE(why.reasons[0].en.find("this node and all below"), std::string::npos) << why.reasons[0].en;
  const auto public_row = [&](bool admitted) {
    return *room->access.explain(UserId{5}, "compilation.project.read", Place{},
                                 [admitted](const Scope&) { return admitted; });
  };
  EXPECT_TRUE(public_row(true).allowed) << "a public row stands nowhere; its own rule decides";
  EXPECT_NE(public_row(false).reasons[0].zh.find("根节点"), std::string::npos);
  EXPECT_TRUE(room->access.explain(UserId{5}, "compilation.project.read", std::nullopt, nullptr)->allowed);
  EXPECT_FALSE(room->access.explain(UserId{404}, "compilation.project.read", std::nullopt, nullptr)->allowed);
}

TEST_P(GrantTest, a_preview_holds_what_both_hold_and_clears_what_both_clear) {
  const Role clear = room->role("clear", {"compilation.project.read", "compilation.project.unmask"});
  const Role reader = room->role("reader", {"compilation.project.read", "compilation.rule.read"});
  room->give(5, clear, "320100", Reach::subtree);
  room->give(6, reader, "320102", Reach::subtree);
  room->give(7, clear, "320102", Reach::subtree);
  const auto preview = [&](std::int64_t person, std::int64_t caller) {
    Context context = room->person(person);
    context.caller.limited_by = UserId{caller};
    return *room->access.rights(context);
  };
  const Node county = room->find("320102"), city = room->find("320100");
  const auto reads = [](const Rights& rights, const Node& node) {
    const auto scopes = rights.scopes("compilation.project.read");
    return std::any_of(scopes.begin(), scopes.end(), [&](const Scope& scope) {
      return holds(scope, {node.path, {}, ""});
    });
  };
  for (const auto& [person, caller] : {std::pair{5, 6}, std::pair{6, 5}}) {
    const auto both = preview(person, caller);
    EXPECT_TRUE(reads(*both, county));
    EXPECT_FALSE(reads(*both, city));
    EXPECT_FALSE(both->may("compilation.rule.read"));
    EXPECT_FALSE(both->scopes("compilation.project.read").front().unmask);
  }
  EXPECT_TRUE(preview(5, 7)->scopes("compilation.project.read").front().unmask);
  EXPECT_FALSE(preview(5, 404)->may("compilation.project.read"));
  EXPECT_TRUE(reads(*room->rights_of(5), city)) << "what was previewed is not remembered for the person";
}

} // namespace
} // namespace onebudget::access
