#include <gtest/gtest.h>

#include "kernel/identity/testing.hpp"

namespace onebudget::identity {
namespace {

constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute;

class SessionTest : public OnBothDatabases {
 protected:
  void SetUp() override {
    OnBothDatabases::SetUp();
    if (!room) return;
    account = room->account("alpha");
    opened = *room->identity().sign_in(room->nobody(), "alpha", kGoodPassword);
  }
  bool alive() { return room->identity().session(opened.token).ok(); }
  Account account;
  SignIn opened;
};
OB_ON_EVERY_DATABASE(SessionTest);

TEST_P(SessionTest, an_idle_session_ends_on_the_second) {
  EXPECT_EQ(opened.expires_at_ms, room->clock.now_ms() + 30 * kMinute);
  room->clock.advance_ms(30 * kMinute - kSecond);
  EXPECT_TRUE(alive()); // and slides
  room->clock.advance_ms(30 * kMinute - kSecond);
  EXPECT_TRUE(alive());
  room->clock.advance_ms(30 * kMinute);
  EXPECT_FALSE(alive());
}

TEST_P(SessionTest, a_session_made_by_a_clock_that_ran_ahead_does_not_outlive_its_limits) {
  const std::int64_t right = room->clock.now_ms();
  room->clock.set_ms(right + 3 * kMinute); // the clocks of two nodes differ a little
  EXPECT_TRUE(alive());
  room->clock.set_ms(right);
  EXPECT_TRUE(alive());
  room->clock.set_ms(right + 13 * kHour);
  EXPECT_FALSE(alive());
  opened = *room->identity().sign_in(room->nobody(), "alpha", kGoodPassword);
  EXPECT_TRUE(alive());
  room->clock.set_ms(right);
  EXPECT_FALSE(alive());
  opened = *room->identity().sign_in(room->nobody(), "alpha", kGoodPassword);
  EXPECT_TRUE(alive());
}

TEST_P(SessionTest, a_busy_session_still_ends_after_twelve_hours) {
  for (int i = 0; i < 12 * 4 - 1; ++i) {
    room->clock.advance_ms(15 * kMinute);
    ASSERT_TRUE(alive()) << i;
  }
  room->clock.advance_ms(15 * kMinute - kSecond);
  const auto last = room->identity().session(opened.token);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->expires_at_ms, room->clock.now_ms() + kSecond);
  room->clock.advance_ms(kSecond);
  EXPECT_FALSE(alive());
}

TEST_P(SessionTest, sliding_is_written_at_most_once_a_minute) {
  const auto seen = [this] {
    std::int64_t value = 0;
    const auto read = room->database().read(room->kernel(), [&](storage::Session& session) -> Result<void> {
      OB_TRY(value, session.integer("SELECT seen_ms FROM identity_sessions"));
      return {};
    });
    EXPECT_TRUE(read);
    return value;
  };
  const std::int64_t begin = seen();
  room->clock.advance_ms(kMinute - kSecond);
  EXPECT_TRUE(alive());
  EXPECT_EQ(seen(), begin);
  room->clock.advance_ms(kSecond);
  EXPECT_TRUE(alive());
  EXPECT_EQ(seen(), begin + kMinute);
}

TEST_P(SessionTest, signing_out_ends_this_session_only) {
  const auto other = *room->identity().sign_in(room->nobody(), "alpha", kGoodPassword);
  Context me = room->nobody();
  me.caller = room->identity().session(opened.token)->caller;
  ASSERT_TRUE(room->identity().sign_out(me));
  EXPECT_FALSE(alive());
  EXPECT_TRUE(room->identity().session(other.token));
  EXPECT_TRUE(room->identity().sign_out(me)); // again does no harm
  EXPECT_FALSE(room->identity().sign_out(room->nobody()));
}

TEST_P(SessionTest, forged_tokens_open_nothing) {
  std::string forged = opened.token;
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  for (const std::string& token : {forged, std::string(), std::string("obs_"), std::string("obt_x"),
                                   std::string(10'000, 'x'), opened.csrf, opened.token + " ", opened.token.substr(4)}) {
    EXPECT_EQ(room->identity().session(token).fault().code, "identity.expired");
    EXPECT_EQ(room->identity().bearer(token).fault().code, "identity.expired");
  }
  EXPECT_TRUE(room->identity().bearer(opened.token));
}

TEST_P(SessionTest, sweeping_removes_what_has_ended_and_nothing_else) {
  room->clock.advance_ms(20 * kMinute);
  const auto other = *room->identity().sign_in(room->nobody(), "alpha", kGoodPassword);
  room->clock.advance_ms(10 * kMinute);
  EXPECT_EQ(*room->identity().sweep(), 1);
  EXPECT_TRUE(room->identity().session(other.token));
  EXPECT_EQ(*room->identity().sweep(), 0);
}

TEST_P(SessionTest, sweeping_keeps_locks) {
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(room->identity().sign_in(room->nobody(), "alpha", "wrong"));
  room->clock.advance_ms(29 * kMinute);
  ASSERT_TRUE(room->identity().sweep());
  EXPECT_EQ(room->identity().sign_in(room->nobody(), "alpha", kGoodPassword).fault().code, "identity.locked");
}

TEST_P(SessionTest, an_api_token_carries_its_own_id_and_its_owners_name) {
  const auto made =
      room->identity().create_token(room->person(account), account.id, " 夜间同步 ", room->clock.now_ms() + kHour);
  ASSERT_TRUE(made) << made.fault().message.en;
  EXPECT_EQ(made->secret.substr(0, 4), "obt_");
  EXPECT_EQ(made->token.title, "夜间同步");
  const auto caller = room->identity().bearer(made->secret);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->kind, CallerKind::token);
  EXPECT_EQ(caller->token_id, made->token.id);
  EXPECT_EQ(caller->user, account.id);
  EXPECT_EQ(room->identity().tokens(account.id)->at(0).last_used_ms, room->clock.now_ms());
  EXPECT_FALSE(room->identity().session(made->secret)); // a token is no session
  room->clock.advance_ms(kHour - 1);
  EXPECT_TRUE(room->identity().bearer(made->secret));
  room->clock.advance_ms(1);
  EXPECT_FALSE(room->identity().bearer(made->secret));
}

TEST_P(SessionTest, a_revoked_token_is_dead_and_only_its_owner_revokes_it) {
  const auto made =
      *room->identity().create_token(room->person(account), account.id, "t", room->clock.now_ms() + kHour);
  EXPECT_EQ(room->identity().revoke_token(room->kernel(), UserId{999}, made.token.id).fault().kind,
            FaultKind::not_found);
  ASSERT_TRUE(room->identity().revoke_token(room->person(account), account.id, made.token.id));
  EXPECT_FALSE(room->identity().bearer(made.secret));
  EXPECT_TRUE(room->identity().tokens(account.id)->at(0).revoked);
  EXPECT_FALSE(room->identity().revoke_token(room->person(account), account.id, made.token.id));
}

TEST_P(SessionTest, tokens_are_made_in_person_with_a_title_and_an_end) {
  Context other = room->person(account);
  other.caller.user = UserId{999};
  EXPECT_EQ(room->identity().create_token(other, account.id, "t", room->clock.now_ms() + kHour).fault().code,
            "identity.token_of_another");
  Context token = room->person(account);
  token.caller.kind = CallerKind::token;
  EXPECT_EQ(room->identity().create_token(token, account.id, "t", room->clock.now_ms() + kHour).fault().code,
            "identity.token_of_another");
  const auto bad = room->identity().create_token(room->person(account), account.id, "", 0);
  EXPECT_EQ(bad.fault().fields.size(), 2U);
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(room->identity().create_token(room->person(account), account.id, "t", room->clock.now_ms() + kHour));
  EXPECT_EQ(
      room->identity().create_token(room->person(account), account.id, "t", room->clock.now_ms() + kHour).fault().code,
      "identity.too_many_tokens");
}

} // namespace
} // namespace onebudget::identity
