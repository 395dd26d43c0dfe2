#include "plugins/monitoring/domain/handling.hpp"

#include "plugins/monitoring/tests/case_facts.hpp"

namespace onebudget::monitoring {
namespace {

AlertFile file_of(const Case& one) {
  AlertFile out;
  const auto given = [&](const char* name) {
    return std::any_of(one.given.begin(), one.given.end(), [&](const auto& pair) { return pair.first == name; });
  };
  out.level = one.value("等级") == "橙" ? Level::orange : Level::yellow;
  out.explanation_by = one.value("说明人");
  out.explained = given("说明人");
  out.papers = std::stoi(one.value("材料", "0"));
  out.finding_by = one.value("认定人");
  if (given("结论")) out.violation = one.value("结论") == "违规";
  out.violation_type = given("违规类型");
  out.demanded = given("整改要求");
  out.rectification_by = one.value("整改人");
  out.rectified = given("整改人");
  out.to_recover = *Money::parse_yuan(one.value("应收回", "0"));
  out.recovered = *Money::parse_yuan(one.value("已收回", "0"));
  return out;
}

TEST(Handling, each_step_needs_what_the_cases_say) {
  EXPECT_EQ(run("handling",
                [](const Case& one) {
                  Lines out;
                  for (const FieldFault& finding : check_handling(file_of(one), one.when, one.value("办理人"))) {
                    EXPECT_EQ(finding.code, "monitoring.handling");
                    out.push_back(finding.field);
                  }
                  return out;
                }),
            Lines());
}

TEST(Handling, a_cause_is_one_key_however_long) {
  EXPECT_EQ(cause_key("R05", "line", "L1", 2026, ""), "R05|line|2026|L1|");
  const std::string name(500, 'x');
  const std::string one = cause_key("R37", "pay_list", "P1", 2026, name + "a"),
                    other = cause_key("R37", "pay_list", "P1", 2026, name + "b");
  EXPECT_LE(one.size(), 250U);
  EXPECT_NE(one, other);
  EXPECT_EQ(one, cause_key("R37", "pay_list", "P1", 2026, name + "a"));
}

} // namespace
} // namespace onebudget::monitoring
