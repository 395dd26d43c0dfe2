#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "kernel/identity/testing.hpp"

namespace onebudget::identity {
namespace {

class AccountTest : public OnBothDatabases {};
OB_ON_EVERY_DATABASE(AccountTest);

TEST_P(AccountTest, nobody_can_sign_in_until_the_bootstrap_secret_was_used_once) {
  const std::string file = room->directory() + "/bootstrap";
  std::ofstream(file) << "left over";
  ASSERT_TRUE(*room->identity().prepare_bootstrap(file));
  struct stat info {};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  std::string secret;
  std::ifstream(file) >> secret;
  const NewAccount chief{"chief", "安全管理员", "", kGoodPassword, {}, true};
  NewAccount second = chief, weak = chief;
  second.username = "second";
  weak.password = "";
  const auto use = [&](const std::string& with, std::vector<NewAccount> accounts, Result<void> prepared = {}) {
    return room->identity().bootstrap(room->nobody(), with, std::move(accounts), [=] { return prepared; });
  };
  EXPECT_EQ(use("obb_wrong", {chief}).fault().code, "identity.bootstrap_refused");
  EXPECT_EQ(use("", {chief}).fault().code, "identity.bootstrap_refused");
  EXPECT_EQ(use(secret, {second, weak}).fault().fields.front().field, "/1/password");
  EXPECT_EQ(use(secret, {chief, chief}).fault().fields.front().field, "/1/username");
  EXPECT_EQ(use(secret, {chief}, fault(FaultKind::rule, "no.root", {"", ""})).fault().code, "no.root");
  const auto first = use(secret, {chief, second});
  ASSERT_TRUE(first) << first.fault().message.en;
  EXPECT_FALSE(first->front().must_change_password);
  EXPECT_NE(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(use(secret, {chief}).fault().code, "identity.bootstrap_used");
  EXPECT_FALSE(*room->identity().prepare_bootstrap(file));
  EXPECT_TRUE(room->identity().sign_in(room->nobody(), "chief", kGoodPassword));
}

TEST_P(AccountTest, a_new_start_makes_the_old_secret_void) {
  const std::string file = room->directory() + "/bootstrap";
  std::string first, second;
  ASSERT_TRUE(*room->identity().prepare_bootstrap(file));
  std::ifstream(file) >> first;
  ASSERT_TRUE(*room->identity().prepare_bootstrap(file));
  std::ifstream(file) >> second;
  EXPECT_NE(first, second);
  const NewAccount chief{"chief", "安全管理员", "", kGoodPassword, {}, true};
  const auto use = [&](const std::string& secret) {
    return room->identity().bootstrap(room->nobody(), secret, {chief}, [] { return Result<void>(); });
  };
  EXPECT_EQ(use(first).fault().code, "identity.bootstrap_refused");
  EXPECT_TRUE(use(second));
}

TEST_P(AccountTest, a_secret_that_cannot_be_written_is_a_fault_that_names_the_file) {
  const auto refused = room->identity().prepare_bootstrap(room->directory() + "/absent/bootstrap");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.fault().code, "identity.bootstrap_file");
  EXPECT_NE(refused.fault().message.en.find("/absent/bootstrap"), std::string::npos);
}

TEST_P(AccountTest, user_names_are_unique_without_case) {
  room->account("Zhang.Wei");
  EXPECT_EQ(room->identity().create(room->kernel(), {"zhang.wei", "另一人", "", "", {}, true}).fault().code,
            "identity.username_taken");
  const auto found = *room->identity().find("ZHANG.WEI");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->username, "Zhang.Wei");
  EXPECT_FALSE(room->identity().find("nobody")->has_value());
  EXPECT_EQ(room->identity().find(UserId{12345}).fault().kind, FaultKind::not_found);
}

TEST_P(AccountTest, malformed_accounts_name_every_bad_field) {
  const auto refused = room->identity().create(room->kernel(), {"a b", " ", "tel", "short", {}, true});
  ASSERT_FALSE(refused);
  std::vector<std::string> fields;
  for (const FieldFault& field : refused.fault().fields) fields.push_back(field.field);
  EXPECT_EQ(fields, (std::vector<std::string>{"/username", "/display_name", "/phone", "/password", "/password"}));
  for (const char* bad : {"system", "System", "service:x", "a/b", "", "a\nb", " a"}) {
    EXPECT_FALSE(room->identity().create(room->kernel(), {bad, "某人", "", "", {}, true})) << bad;
  }
}

TEST_P(AccountTest, five_thousand_accounts_enter_at_once_and_none_of_a_bad_batch) {
  std::vector<NewAccount> accounts;
  for (int i = 0; i < 5000; ++i)
    accounts.push_back({"user" + std::to_string(i), "用户" + std::to_string(i), "", "", NodeId{7}, true});
  accounts.push_back(accounts[3]);
  const auto refused = room->identity().create_many(room->kernel(), accounts);
  ASSERT_FALSE(refused);
  ASSERT_EQ(refused.fault().fields.size(), 1U);
  EXPECT_EQ(refused.fault().fields[0].field, "line 5001, column username");
  EXPECT_TRUE(room->identity().list({})->empty());
  accounts.pop_back();
  EXPECT_EQ(*room->identity().create_many(room->kernel(), accounts), 5000);
  EXPECT_FALSE(room->identity().sign_in(room->nobody(), "user7", "")); // no password: no way in
  const auto user = *room->identity().find("user7");
  EXPECT_EQ(user->node.value, 7);
  const std::string once = *room->identity().reset_password(room->kernel(), user->id);
  const auto signed_in = room->identity().sign_in(room->nobody(), "user7", once);
  ASSERT_TRUE(signed_in);
  EXPECT_TRUE(signed_in->account.must_change_password);
}

TEST_P(AccountTest, lists_are_paged_and_searched) {
  for (const char* name : {"alpha", "beta", "gamma"}) room->account(name);
  AccountQuery query;
  query.limit = 2;
  const auto first = *room->identity().list(query);
  ASSERT_EQ(first.size(), 2U);
  query.after_id = first[1].id.value;
  EXPECT_EQ(room->identity().list(query)->size(), 1U);
  AccountQuery text;
  text.text = "ET";
  ASSERT_EQ(room->identity().list(text)->size(), 1U);
  EXPECT_EQ(room->identity().list(text)->at(0).username, "beta");
}

TEST_P(AccountTest, an_account_changes_by_version_only) {
  Account account = room->account("alpha");
  account.display_name = "新名";
  account.node = NodeId{9};
  const auto changed = room->identity().update(room->kernel(), account);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->display_name, "新名");
  EXPECT_EQ(changed->version, 2);
  EXPECT_EQ(room->identity().update(room->kernel(), account).fault().kind, FaultKind::version);
}

TEST_P(AccountTest, disabling_ends_sessions_and_tokens_at_once) {
  Account account = room->account("alpha");
  const auto one = *room->identity().sign_in(room->nobody(), "alpha", kGoodPassword);
  const auto token =
      *room->identity().create_token(room->person(account), account.id, "夜间同步", room->clock.now_ms() + 1000);
  ASSERT_TRUE(room->identity().session(one.token));
  ASSERT_TRUE(room->identity().bearer(token.secret));
  account = *room->identity().find(account.id);
  account.state = AccountState::disabled;
  ASSERT_TRUE(room->identity().update(room->kernel(), account));
  EXPECT_EQ(room->identity().session(one.token).fault().code, "identity.expired");
  EXPECT_EQ(room->identity().bearer(token.secret).fault().code, "identity.expired");
  EXPECT_EQ(room->identity().sign_in(room->nobody(), "alpha", kGoodPassword).fault().code, "identity.disabled");
  EXPECT_EQ(room->identity().sign_in(room->nobody(), "alpha", "wrong").fault().code, "identity.refused");
  account = *room->identity().find(account.id);
  account.state = AccountState::active;
  ASSERT_TRUE(room->identity().update(room->kernel(), account));
  EXPECT_EQ(room->identity().session(one.token).fault().code, "identity.expired"); // ended means ended
  EXPECT_FALSE(room->identity().bearer(token.secret));
  EXPECT_TRUE(room->identity().sign_in(room->nobody(), "alpha", kGoodPassword));
}

TEST_P(AccountTest, a_reset_gives_a_password_for_once_and_ends_the_old_one) {
  const Account account = room->account("alpha");
  const auto old = *room->identity().sign_in(room->nobody(), "alpha", kGoodPassword);
  const std::string once = *room->identity().reset_password(room->kernel(), account.id);
  EXPECT_FALSE(room->identity().session(old.token));
  EXPECT_FALSE(room->identity().sign_in(room->nobody(), "alpha", kGoodPassword));
  const auto signed_in = *room->identity().sign_in(room->nobody(), "alpha", once);
  EXPECT_TRUE(signed_in.account.must_change_password);
  EXPECT_TRUE(room->identity().session(signed_in.token)->caller.must_change_password);
  Context me = room->nobody();
  me.caller = room->identity().session(signed_in.token)->caller;
  ASSERT_TRUE(room->identity().change_password(me, once, "Another-harbour-8"));
  EXPECT_FALSE(room->identity().session(signed_in.token)->caller.must_change_password);
}

TEST_P(AccountTest, what_is_stored_does_not_open_anything) {
  const Account account = room->account("alpha");
  const auto signed_in = *room->identity().sign_in(room->nobody(), "alpha", kGoodPassword);
  const auto token =
      *room->identity().create_token(room->person(account), account.id, "t", room->clock.now_ms() + 1000);
  std::string all;
  const auto read = room->database().read(room->kernel(), [&](storage::Session& session) -> Result<void> {
    for (const char* sql : {"SELECT token_digest FROM identity_sessions", "SELECT token_digest FROM identity_tokens",
                            "SELECT password_hash FROM identity_accounts"}) {
      OB_TRY(const auto rows, session.query(sql));
      while (true) {
        OB_TRY(const bool more, rows->next());
        if (!more) break;
        all += std::string(rows->text(0)) + "\n";
      }
    }
    return {};
  });
  ASSERT_TRUE(read);
  for (const std::string& secret : {signed_in.token, signed_in.csrf, token.secret, std::string(kGoodPassword)}) {
    EXPECT_EQ(all.find(secret), std::string::npos);
  }
  const auto lines = *room->audit.list(room->kernel(), {});
  for (const auto& line : lines) {
    EXPECT_EQ(line.entry.detail.find(token.secret), std::string::npos);
  }
}

} // namespace
} // namespace onebudget::identity
