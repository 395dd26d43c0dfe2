#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "kernel/identity/testing.hpp"

namespace onebudget::identity {
namespace {

class SignInTest : public OnBothDatabases {
 protected:
  std::string attempt(std::string_view name, std::string_view password) {
    const auto result = room->identity().sign_in(room->nobody(), name, password);
    return result ? "ok" : result.fault().code;
  }
};
OB_ON_EVERY_DATABASE(SignInTest);

TEST_P(SignInTest, the_right_password_opens_a_session_that_knows_the_person) {
  const Account account = room->account("alpha");
  const auto signed_in = room->identity().sign_in(room->nobody(), " ALPHA", kGoodPassword);
  ASSERT_TRUE(signed_in) << signed_in.fault().message.en;
  EXPECT_EQ(signed_in->account.id, account.id);
  EXPECT_GE(signed_in->token.size(), 43U);
  const auto session = room->identity().session(signed_in->token);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->caller.kind, CallerKind::person);
  EXPECT_EQ(session->caller.user, account.id);
  EXPECT_EQ(Identity::csrf_of(signed_in->token), signed_in->csrf);
  EXPECT_EQ(room->identity().find(account.id)->last_sign_in_ms, room->clock.now_ms());
  EXPECT_NE(room->identity().sign_in(room->nobody(), "alpha", kGoodPassword)->token, signed_in->token);
}

TEST_P(SignInTest, an_unknown_name_and_a_wrong_password_are_answered_alike) {
  room->account("alpha");
  for (int i = 0; i < 7; ++i) {
    const auto known = room->identity().sign_in(room->nobody(), "alpha", "wrong");
    const auto unknown = room->identity().sign_in(room->nobody(), "omega", "wrong");
    ASSERT_FALSE(known);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(known.fault().code, unknown.fault().code) << i;
    EXPECT_EQ(known.fault().message, unknown.fault().message);
    EXPECT_EQ(known.fault().retry_after_s, unknown.fault().retry_after_s);
    EXPECT_EQ(known.fault().code, i < 5 ? "identity.refused" : "identity.locked");
  }
}

TEST_P(SignInTest, five_failures_lock_for_thirty_minutes_to_the_second) {
  const Account account = room->account("alpha");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(attempt("alpha", "wrong"), "identity.refused");
  EXPECT_EQ(attempt("alpha", kGoodPassword), "identity.locked");
  EXPECT_EQ(room->identity().find(account.id)->state, AccountState::locked);
  EXPECT_EQ(room->identity().list({})->at(0).state, AccountState::locked);
  room->clock.advance_ms(30 * 60'000 - 1000);
  const auto locked = room->identity().sign_in(room->nobody(), "alpha", kGoodPassword);
  EXPECT_EQ(locked.fault().retry_after_s, 1);
  room->reopen(); // the lock outlives the process
  EXPECT_EQ(attempt("alpha", kGoodPassword), "identity.locked");
  room->clock.advance_ms(1000);
  EXPECT_EQ(room->identity().find(account.id)->state, AccountState::active);
  EXPECT_EQ(attempt("alpha", kGoodPassword), "ok");
}

TEST_P(SignInTest, a_success_forgets_earlier_failures) {
  room->account("alpha");
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) EXPECT_EQ(attempt("alpha", "wrong"), "identity.refused");
    EXPECT_EQ(attempt("alpha", kGoodPassword), "ok");
  }
}

TEST_P(SignInTest, an_expired_lock_starts_counting_anew) {
  room->account("alpha");
  for (int i = 0; i < 5; ++i) attempt("alpha", "wrong");
  room->clock.advance_ms(30 * 60'000);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(attempt("alpha", "wrong"), "identity.refused");
  EXPECT_EQ(attempt("alpha", "wrong"), "identity.locked");
}

TEST_P(SignInTest, parallel_guesses_get_no_more_attempts_than_the_limit) {
  room->account("alpha");
  std::atomic<int> refused{0}, locked{0}, others{0};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 3; ++i) {
        const std::string code = attempt("alpha", "wrong");
        ++(code == "identity.refused" ? refused : code == "identity.locked" ? locked : others);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(refused, 5);
  EXPECT_EQ(locked, 19);
  EXPECT_EQ(others, 0);
}

TEST_P(SignInTest, unlocking_by_reset_or_by_the_administrator_works_at_once) {
  Account account = room->account("alpha");
  for (int i = 0; i < 5; ++i) attempt("alpha", "wrong");
  account = *room->identity().find(account.id);
  account.state = AccountState::active;
  ASSERT_TRUE(room->identity().update(room->kernel(), account));
  EXPECT_EQ(attempt("alpha", kGoodPassword), "ok");
  for (int i = 0; i < 5; ++i) attempt("alpha", "wrong");
  const std::string once = *room->identity().reset_password(room->kernel(), account.id);
  EXPECT_EQ(attempt("alpha", once), "ok");
}

TEST_P(SignInTest, changing_a_password_needs_the_old_one_and_ends_other_sessions) {
  const Account account = room->account("alpha");
  const auto here = *room->identity().sign_in(room->nobody(), "alpha", kGoodPassword);
  const auto elsewhere = *room->identity().sign_in(room->nobody(), "alpha", kGoodPassword);
  Context me = room->nobody();
  me.caller = room->identity().session(here.token)->caller;
  EXPECT_EQ(room->identity().change_password(me, "wrong", "Another-harbour-8").fault().code, "identity.old_password");
  const auto weak = room->identity().change_password(me, kGoodPassword, "weak");
  EXPECT_EQ(weak.fault().code, "identity.password");
  EXPECT_EQ(weak.fault().fields.at(0).field, "/new_password");
  ASSERT_TRUE(room->identity().change_password(me, kGoodPassword, "Another-harbour-8"));
  EXPECT_TRUE(room->identity().session(here.token));
  EXPECT_FALSE(room->identity().session(elsewhere.token));
  EXPECT_EQ(attempt("alpha", kGoodPassword), "identity.refused");
  EXPECT_EQ(attempt("alpha", "Another-harbour-8"), "ok");
}

TEST_P(SignInTest, the_old_password_cannot_be_guessed_through_a_stolen_session) {
  const Account account = room->account("alpha");
  const Context me = room->person(account);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(room->identity().change_password(me, "wrong", "Another-harbour-8").fault().code, "identity.old_password");
  EXPECT_EQ(room->identity().change_password(me, kGoodPassword, "Another-harbour-8").fault().code, "identity.locked");
}

TEST_P(SignInTest, the_last_five_passwords_are_not_taken_again) {
  const Account account = room->account("alpha");
  const Context me = room->person(account);
  std::string present = kGoodPassword;
  const auto change = [&](const std::string& next) {
    const auto result = room->identity().change_password(me, present, next);
    if (!result) return result.fault().fields.empty() ? result.fault().code : result.fault().fields[0].code;
    present = next;
    return std::string("ok");
  };
  for (int i = 1; i <= 4; ++i) EXPECT_EQ(change("Another-harbour-" + std::to_string(i)), "ok");
  EXPECT_EQ(change(present), "password.used");
  EXPECT_EQ(change(kGoodPassword), "password.used"); // the fifth newest
  EXPECT_EQ(change("Another-harbour-5"), "ok");
  EXPECT_EQ(change("Another-harbour-1"), "password.used");
  EXPECT_EQ(change(kGoodPassword), "ok"); // now the sixth
}

TEST_P(SignInTest, a_password_of_ninety_days_must_be_changed) {
  room->account("alpha");
  constexpr std::int64_t kDay = 24 * 3600 * 1000LL;
  room->clock.advance_ms(90 * kDay - 1000);
  EXPECT_FALSE(room->identity().sign_in(room->nobody(), "alpha", kGoodPassword)->account.must_change_password);
  room->clock.advance_ms(1000);
  EXPECT_TRUE(room->identity().sign_in(room->nobody(), "alpha", kGoodPassword)->account.must_change_password);
  room->policy.composition = false;
  room->reopen();
  EXPECT_FALSE(room->identity().sign_in(room->nobody(), "alpha", kGoodPassword)->account.must_change_password);
}

TEST_P(SignInTest, a_dearer_cost_is_taken_up_at_the_next_sign_in) {
  room->account("alpha");
  room->policy.cost.passes = 3;
  room->reopen();
  EXPECT_EQ(attempt("alpha", kGoodPassword), "ok");
  const auto read = room->database().read(room->kernel(), [&](storage::Session& session) -> Result<void> {
    OB_TRY(const auto hash, session.scalar("SELECT password_hash FROM identity_accounts"));
    EXPECT_FALSE(crypto::needs_rehash(std::get<std::string>(*hash), room->policy.cost));
    return {};
  });
  ASSERT_TRUE(read);
  EXPECT_EQ(attempt("alpha", kGoodPassword), "ok");
}

TEST_P(SignInTest, success_failure_and_lock_are_audited) {
  const Account account = room->account("alpha");
  attempt("alpha", kGoodPassword);
  for (int i = 0; i < 6; ++i) attempt("alpha", "wrong");
  attempt("omega", "wrong");
  audit::Query query;
  query.action = "identity.sign_in";
  std::vector<std::string> seen;
  const auto lines = *room->audit.list(room->kernel(), query);
  for (const auto& line : lines) seen.push_back(line.entry.outcome + ":" + line.entry.subject_id);
  const std::string id = account.id.str();
  EXPECT_EQ(seen, (std::vector<std::string>{"failed:", "denied:" + id, "failed:" + id, "failed:" + id, "failed:" + id,
                                            "failed:" + id, "failed:" + id, "ok:" + id}));
}

TEST_P(SignInTest, hostile_input_is_only_a_wrong_password) {
  room->account("alpha");
  EXPECT_EQ(attempt("alpha' OR '1'='1", kGoodPassword), "identity.refused");
  EXPECT_EQ(attempt(std::string(100'000, 'a'), "x"), "identity.refused");
  EXPECT_EQ(attempt("alpha", std::string(100'000, 'a')), "identity.refused");
  EXPECT_EQ(attempt(std::string_view("alpha\0x", 7), kGoodPassword), "identity.refused");
  EXPECT_EQ(attempt("", ""), "identity.refused");
  EXPECT_EQ(attempt("alpha\xff", kGoodPassword), "identity.refused");
}

} // namespace
} // namespace onebudget::identity
