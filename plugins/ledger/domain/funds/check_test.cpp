#include "plugins/ledger/domain/funds/check.hpp"

#include "plugins/ledger/tests/lines.hpp"

namespace onebudget::ledger {
namespace {

CheckFacts facts_of(const Case& one) {
  CheckFacts facts;
  facts.link = one.value("link", "payment");
  IndicatorFacts indicator{"code", one.value("stage", "executable"), {}, {}, {}};
  indicator.balances.of[static_cast<std::size_t>(Bucket::available)] = yuan(one, "available", "100.00");
  if (has(one, "budget")) {
    indicator.pools = {"9"};
    PoolFacts pool{"8",
                   "部门 106",
                   1,
                   number(one, "warn", 80),
                   number(one, "stop", 100),
                   has(one, "hold"),
                   "finance_leader",
                   yuan(one, "limit"),
                   yuan(one, "budget"),
                   yuan(one, "used"),
                   yuan(one, "granted")};
    facts.pools["9"] = pool;
  }
  if (!has(one, "unseen")) facts.indicators["1"] = indicator;
  if (has(one, "earlier"))
    facts.earlier["5"] = {one.value("earlier.indicator", "1"), one.value("earlier.link", "contract"),
                          yuan(one, "earlier"), has(one, "earlier.closed")};
  int n = 0;
  for (const auto& [name, value] : one.given) {
    if (name != "line") continue;
    const auto amount = Money::parse_yuan(value);
    EXPECT_TRUE(amount.ok()) << one.name;
    facts.lines.push_back({++n, "1", has(one, "from") ? "5" : "", *amount});
  }
  return facts;
}

TEST(FundsCheck, answers_in_every_case) {
  EXPECT_EQ(run("funds_check",
                [](const Case& one) {
                  const auto answer = check_funds(facts_of(one));
                  if (!answer) return Lines{answer.fault().code};
                  Lines out{name_of(answer->level)};
                  for (const CheckFinding& finding : answer->findings) {
                    EXPECT_FALSE(finding.fault.remedy.en.empty());
                    out.push_back(finding.fault.code + " " + std::to_string(finding.line));
                  }
                  return out;
                }),
            Lines());
}

TEST(FundsCheck, shares_add_up) {
  Case one;
  one.given = {{"line", "40.00"}, {"line", "70.00"}, {"from", ""}, {"earlier", "60.00"}, {"available", "50.00"}};
  const auto answer = check_funds(facts_of(one));
  ASSERT_TRUE(answer.ok());
  const IndicatorShare& share = answer->indicators.at("1");
  EXPECT_EQ(share.needed.to_yuan(), "50.00");
  EXPECT_EQ(share.left.to_yuan(), "0.00");
  EXPECT_EQ(share.lines[0].drawn.to_yuan(), "40.00");
  EXPECT_EQ(share.lines[1].drawn.to_yuan(), "20.00");
  EXPECT_TRUE(answer->allowed());
}

} // namespace
} // namespace onebudget::ledger
