#include "plugins/compilation/domain/review/spending_order.hpp"

#include <sstream>

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

TEST(SpendingOrder, fills_the_envelope_in_every_case) {
  EXPECT_EQ(run("spending_order",
                [](const Case& one) {
                  std::vector<Claim> claims;
                  for (const auto& [name, value] : one.given) {
                    if (name == "envelope") continue;
                    std::istringstream words(value);
                    Claim claim;
                    std::string amount;
                    char grade = 'B';
                    words >> claim.order >> grade >> claim.score >> amount >> claim.priority;
                    claim.id = name;
                    claim.grade = static_cast<ZeroBaseClass>(grade - 'A');
                    claim.amount = yuan(amount);
                    claims.push_back(claim);
                  }
                  const auto filling = fill_envelope(yuan(one, "envelope"), claims);
                  if (!filling) return Lines{filling.fault().code};
                  Lines out;
                  if (Money() < filling->guarantee_gap) out.push_back("缺口 " + filling->guarantee_gap.to_yuan());
                  for (const Share& share : filling->shares) out.push_back(share.id + " " + share.amount.to_yuan());
                  return out;
                }),
            Lines());
}

TEST(SpendingOrder, says_what_of_the_guarantees_is_left_out_in_every_case) {
  EXPECT_EQ(run("guarantee_gap",
                [](const Case& one) {
                  std::vector<std::pair<int, Money>> left_out;
                  for (const auto& [order, amount] : one.given) left_out.emplace_back(std::stoi(order), yuan(amount));
                  const auto gap = guarantees_left_out(left_out);
                  return Lines{gap ? gap->to_yuan() : gap.fault().code};
                }),
            Lines());
}

/// Of "二上 甲 = 60.00" and "批复 甲 = 50.00", what the guarantees of the batch lack; "缺口" and "其他" as amounts.
TEST(SpendingOrder, budgets_the_guarantees_first_in_every_case) {
  EXPECT_EQ(run("guarantees_first",
                [](const Case& one) {
                  std::map<std::string, Money> declared, issued;
                  for (const auto& [name, value] : one.given) {
                    if (name.starts_with("二上 ")) declared[name.substr(name.find(' ') + 1)] = yuan(value);
                    if (name.starts_with("批复 ")) issued[name.substr(name.find(' ') + 1)] = yuan(value);
                  }
                  const auto cut = guarantees_cut(declared, issued);
                  const auto gap = cut ? cut->plus(yuan(one, "缺口")) : cut;
                  if (!gap) return Lines{gap.fault().code};
                  return lines(check_guarantees({*gap, yuan(one, "其他"), one.when == "issue"}));
                }),
            Lines());
}

TEST(SpendingOrder, says_what_an_evaluation_did_to_the_place) {
  Claim claim{"甲", 8, 95, ZeroBaseClass::a, yuan("10.00"), 10, "3205-1"};
  EXPECT_EQ(claim.ranking(), 100);
  EXPECT_NE(share_reason(claim, claim.amount).zh.find("绩效评价结果 3205-1 使排序 +10 分"), std::string::npos);
  claim.priority = 0;
  EXPECT_EQ(share_reason(claim, claim.amount).zh, "第 8 顺序，95 分，足额安排。");
}

} // namespace
} // namespace onebudget::compilation
