#include <gtest/gtest.h>

#include "kernel/identity/directory/testing.hpp"
#include "kernel/identity/testing.hpp"

namespace onebudget::identity {
namespace {

class DirectorySignIn : public OnBothDatabases {
 protected:
  void SetUp() override {
    OnBothDatabases::SetUp();
    if (room) use(slapd.options());
  }
  void use(const DirectoryOptions& options) {
    DirectoryRights rights;
    rights.node = [](const Context&, const std::string&) -> Result<NodeId> { return NodeId{7}; };
    rights.replace = [this](const Context&, UserId, NodeId, const std::vector<GroupRole>& roles) -> Result<void> {
      held = roles.size();
      return {};
    };
    room->identity().use_directory(std::make_unique<Directory>(options, nullptr), std::move(rights));
  }
  std::string attempt(std::string_view name, std::string_view password) {
    const auto result = room->identity().sign_in(room->nobody(), name, password);
    return result ? "ok" : result.fault().code;
  }
  TestSlapd slapd;
  std::size_t held = 99;
};
OB_ON_EVERY_DATABASE(DirectorySignIn);

TEST_P(DirectorySignIn, the_first_sign_in_makes_an_account_without_a_password) {
  const auto first = room->identity().sign_in(room->nobody(), "zhang.san", kDirectoryPassword);
  ASSERT_TRUE(first) << first.fault().message.en;
  EXPECT_TRUE(first->account.directory);
  EXPECT_EQ(first->account.node, NodeId{7});
  EXPECT_EQ(held, 1U);
  EXPECT_EQ(room->identity().sign_in(room->nobody(), "ZHANG.SAN", kDirectoryPassword)->account.id, first->account.id);
  EXPECT_EQ(room->identity().reset_password(room->kernel(), first->account.id).fault().code,
            "identity.directory_password");
}

TEST_P(DirectorySignIn, rights_and_sessions_are_withdrawn_when_no_group_is_left) {
  const auto first = room->identity().sign_in(room->nobody(), "zhang.san", kDirectoryPassword);
  ASSERT_TRUE(first);
  DirectoryOptions options = slapd.options();
  options.roles = {{"chiefs", "unit-chief", "self"}};
  use(options);
  EXPECT_EQ(attempt("zhang.san", kDirectoryPassword), "identity.directory_no_role");
  EXPECT_EQ(held, 0U);
  EXPECT_FALSE(room->identity().session(first->token));
}

TEST_P(DirectorySignIn, failures_lock_and_a_disabled_person_gets_no_account) {
  EXPECT_EQ(attempt("li.si", kDirectoryPassword), "identity.disabled");
  EXPECT_FALSE(room->identity().find("li.si")->has_value());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(attempt("zhang.san", "wrong"), "identity.refused");
  EXPECT_EQ(attempt("zhang.san", kDirectoryPassword), "identity.locked");
}

TEST_P(DirectorySignIn, local_accounts_work_while_the_directory_hangs_and_no_attempt_is_lost) {
  room->account("alpha");
  DirectoryOptions options = slapd.options();
  options.timeout_seconds = 1;
  use(options);
  slapd.signal(SIGSTOP);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(attempt("zhang.san", kDirectoryPassword), "identity.directory_unavailable");
  EXPECT_EQ(attempt("alpha", kGoodPassword), "ok");
  slapd.signal(SIGCONT);
  EXPECT_EQ(attempt("zhang.san", kDirectoryPassword), "ok");
}

} // namespace
} // namespace onebudget::identity
