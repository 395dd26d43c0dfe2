#include "plugins/monitoring/domain/catalogue.hpp"

#include <fstream>

#include "plugins/monitoring/domain/evidence_words.hpp"
#include "plugins/monitoring/tests/case_facts.hpp"

namespace onebudget::monitoring {
namespace {

std::string file_of(std::string_view rule) { return "r" + std::string(rule.substr(1)); }

/// What one rule says of a case: its levels, and "未运行：" with the source.
Lines answer(std::string_view rule, const Case& one) {
  const RuleBook book;
  const Findings found = evaluate(facts_of(one), limits_of(one), book);
  Lines out;
  for (const Hit& hit : found.hits) {
    EXPECT_FALSE(hit.message.zh.empty() || hit.message.en.empty() || hit.evidence.empty()) << hit.rule;
    EXPECT_NE(hit.message.zh, hit.message.en);
    for (const auto& [name, value] : hit.evidence) EXPECT_FALSE(in_english(name).empty()) << hit.rule << name;
    if (hit.rule == rule) out.emplace_back(title_of(book.level_of(hit)));
  }
  for (const NotRun& one_rule : found.not_run)
    if (one_rule.rule == rule) out.push_back("未运行：" + one_rule.source.zh);
  return out;
}

class EachRule : public ::testing::TestWithParam<Rule> {};

TEST_P(EachRule, says_what_its_text_says_in_every_case) {
  const std::string_view rule = GetParam().id;
  EXPECT_EQ(run(file_of(rule), [&](const Case& one) { return answer(rule, one); }), Lines());
}

TEST_P(EachRule, has_a_normal_a_boundary_an_exempt_and_a_late_case_and_one_that_hits) {
  const auto cases = testing::read_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/" + file_of(GetParam().id) + ".case");
  ASSERT_TRUE(cases.ok());
  for (const char* kind : {"正常：", "边界：", "迟到："})
    EXPECT_TRUE(std::any_of(cases->begin(), cases->end(), [&](const Case& one) {
      return one.name.rfind(kind, 0) == 0;
    })) << kind;
  EXPECT_TRUE(
      std::any_of(cases->begin(), cases->end(), [](const Case& one) { return one.name.rfind("豁免：", 0) == 0; }));
  EXPECT_TRUE(std::any_of(cases->begin(), cases->end(), [](const Case& one) {
    return !one.then.empty() && one.then.front().rfind("未运行", 0) != 0;
  }));
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EachRule, ::testing::ValuesIn(rule_list()),
                         [](const auto& one) { return std::string(one.param.id); });

TEST(Catalogue, has_the_52_rules_in_order) {
  const auto& list = rule_list();
  ASSERT_EQ(list.size(), 52U);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    EXPECT_EQ(list[i].id, "R" + std::string(2 - number.size(), '0') + number);
  }
}

TEST(Catalogue, every_threshold_belongs_to_a_rule_and_holds_its_own_default) {
  for (const Limit& limit : limit_list()) {
    EXPECT_NE(rule_of(limit.rule), nullptr) << limit.rule;
    EXPECT_TRUE(Limits().set(limit.rule, limit.code, limit.value).ok()) << limit.rule << limit.code;
  }
}

TEST(Catalogue, the_shipped_rows_say_what_holds_without_them) {
  std::ifstream rules(ONEBUDGET_PLUGIN_SOURCE "/data/alert_rule.csv"),
      limits(ONEBUDGET_PLUGIN_SOURCE "/data/threshold.csv");
  std::string line;
  std::getline(rules, line);
  for (const Rule& rule : rule_list()) {
    ASSERT_TRUE(std::getline(rules, line));
    EXPECT_EQ(line.rfind(std::string(rule.id) + "," + std::string(rule.zh) + "," + code_of(rule.level) + "," +
                             (rule.escalated ? code_of(*rule.escalated) : "") + (rule.live ? ",true," : ",false,"),
                         0),
              0U)
        << line;
  }
  std::getline(limits, line);
  for (const Limit& limit : limit_list()) {
    ASSERT_TRUE(std::getline(limits, line));
    const std::string begin = std::string(limit.rule) + "," + std::string(limit.code) + ",000000000,2025,1,";
    EXPECT_EQ(line.rfind(begin, 0), 0U) << line;
    EXPECT_NE(line.find(limit.value), std::string::npos) << line;
  }
}

TEST(Catalogue, a_dated_row_changes_level_and_can_switch_off) {
  const RuleRow milder{"R12", Day::of(2026, 1, 1), Level::orange, std::nullopt, true, true},
      off{"R31", Day::of(2026, 3, 1), Level::yellow, std::nullopt, true, false};
  PurchaseFacts purchase;
  purchase.amount = Money::from_fen(500'000'000);
  purchase.below_catalogue = true;
  const RuleBook before({milder}, *Day::of(2025, 12, 31)), after({milder}, *Day::of(2026, 1, 1));
  const Findings found = evaluate(purchase, {}, after);
  ASSERT_EQ(found.hits.size(), 1U);
  EXPECT_EQ(before.level_of(found.hits[0]), Level::red);
  EXPECT_EQ(after.level_of(found.hits[0]), Level::orange);
  EXPECT_TRUE(RuleBook({off}, *Day::of(2026, 2, 28)).enabled("R31"));
  EXPECT_FALSE(RuleBook({off}, *Day::of(2026, 3, 1)).enabled("R31"));
}

TEST(Catalogue, balance_rules_are_neither_switched_off_nor_eased) {
  EXPECT_EQ(check_rule({"R01", {}, Level::yellow, {}, true, false}).size(), 2U);
  EXPECT_EQ(check_rule({"R05", {}, Level::yellow, {}, true, true}).size(), 1U) << "a scan is never made live";
  EXPECT_EQ(check_rule({"R99", {}, Level::yellow, {}, true, true}).front().code, "monitoring.rule_code");
  EXPECT_TRUE(check_rule({"R12", {}, Level::orange, {}, true, true}).empty());
}

} // namespace
} // namespace onebudget::monitoring
