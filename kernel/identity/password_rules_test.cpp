#include "kernel/identity/password_rules.hpp"

#include <gtest/gtest.h>

namespace onebudget::identity {
namespace {

std::vector<std::string> codes(const Policy& policy, std::string_view password) {
  std::vector<std::string> result;
  for (const FieldFault& fault : password_faults(policy, password, {"zhang.wei", "张伟", "13812345678"}))
    result.push_back(fault.code);
  return result;
}

using Codes = std::vector<std::string>;

TEST(PasswordRules, mlps3_wants_three_of_four_classes) {
  const Policy policy;
  EXPECT_EQ(codes(policy, "Harbour-7-lamp"), Codes());
  EXPECT_EQ(codes(policy, "harbour-7-lamp"), Codes());
  EXPECT_EQ(codes(policy, "HarbourLampX"), Codes{"password.composition"});
  EXPECT_EQ(codes(policy, "harbour lamp"), Codes{"password.composition"});
  EXPECT_EQ(codes(policy, "港口灯塔照亮夜晚的船Ab"), Codes());
}

TEST(PasswordRules, asvs_wants_length_only) {
  Policy policy;
  policy.composition = false;
  EXPECT_EQ(codes(policy, "harbourlampsix"), Codes());
  EXPECT_EQ(codes(policy, "harbourla"), Codes{"password.short"});
}

TEST(PasswordRules, length_counts_characters_and_not_bytes) {
  Policy policy;
  policy.composition = false;
  EXPECT_EQ(codes(policy, "港口灯塔照亮夜晚船"), Codes{"password.short"});
  EXPECT_EQ(codes(policy, "港口灯塔照亮夜晚的船"), Codes());
  EXPECT_EQ(codes(policy, std::string(128, 'x') + "y"), Codes{"password.long"});
  EXPECT_EQ(codes(policy, std::string(64, 'x') + "y"), Codes());
}

TEST(PasswordRules, common_passwords_are_refused_in_their_usual_disguises) {
  for (const char* bad : {"password", "PassWord", "P@ssw0rd", "P@ssw0rd2026!", "Password@2026", "Admin@123",
                          "admin@12345", "1qaz@WSX", "Woaini1314", "Qwerty123456"}) {
    EXPECT_TRUE(is_common_password(bad)) << bad;
  }
  for (const char* good : {"Harbour-7-lamp", "passwordless-lighthouse", "OneBudget@Harbour7", "Password2026x!lamp"}) {
    EXPECT_FALSE(is_common_password(good)) << good;
  }
}

TEST(PasswordRules, the_accounts_own_words_are_refused) {
  const Policy policy;
  EXPECT_EQ(codes(policy, "X-Zhang.Wei-77"), Codes{"password.context"});
  EXPECT_EQ(codes(policy, "X-张伟-is-here-7"), Codes{"password.context"});
  EXPECT_EQ(codes(policy, "Aa13812345678"), Codes{"password.context"});
}

TEST(PasswordRules, unreadable_bytes_are_refused) {
  EXPECT_EQ(codes({}, "Harbour-7-lamp\xff"), Codes{"password.characters"});
  EXPECT_EQ(codes({}, std::string_view("Harbour-7\0-lamp", 15)), Codes{"password.characters"});
}

TEST(PasswordRules, one_time_passwords_meet_every_policy_and_differ) {
  const std::string first = one_time_password();
  EXPECT_EQ(first.size(), 16U);
  EXPECT_NE(first, one_time_password());
  for (int i = 0; i < 50; ++i) EXPECT_EQ(codes({}, one_time_password()), Codes());
}

} // namespace
} // namespace onebudget::identity
