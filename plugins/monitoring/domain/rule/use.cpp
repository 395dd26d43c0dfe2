// R32 大额支付, R33 科目错用, R36 项目支出列人员或公用, R42 专项资金超范围使用, R44 绩效目标缺失: what it is spent on.
#include "plugins/monitoring/domain/rules.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::monitoring {

namespace {

void large_amount(const PaymentFacts& facts, Look look) {
  const Money from = look.limits.money("R32", facts.project_level ? "project" : "unit");
  if (facts.amount < from || facts.second_review) return;
  look.out.hit("R32",
               {"大额支付：达到 " + grouped(from) + " 元，需要二次复核。",
                "A large payment of " + grouped(from) + " yuan or more needs a second review."},
               {{"金额", grouped(facts.amount)}, {"起点", grouped(from)}});
}

void wrong_class(const PaymentFacts& facts, Look look) {
  if (facts.class_approved || !under(facts.economic_class, look.limits.words("R33", "classes"))) return;
  for (const std::string& word : look.limits.words("R33", "words")) {
    if (facts.use.find(word) == std::string::npos) continue;
    return look.out.hit("R33",
                        {"用途写明“" + word + "”，却列入科目 " + facts.economic_class + "。",
                         "The use says \"" + word + "\" but the class is " + facts.economic_class + "."},
                        {{"用途", facts.use}, {"经济分类", facts.economic_class}});
  }
}

void running_cost_in_project(const PaymentFacts& facts, Look look) {
  if (!facts.specific || facts.class_approved) return;
  if (!under(facts.economic_class, look.limits.words("R36", "classes"))) return;
  look.out.hit("R36",
               {"特定目标类项目列支人员或公用经费科目 " + facts.economic_class + "。",
                "A specific-goal project pays personnel or running costs, class " + facts.economic_class + "."},
               {{"经济分类", facts.economic_class}, {"金额", grouped(facts.amount)}});
}

void outside_fund(const PaymentFacts& facts, Findings& out) {
  if (facts.special_fund.empty() || facts.class_approved) return;
  if (!facts.allowed_classes) return out.missing("R42", source::kStandards);
  if (under(facts.economic_class, *facts.allowed_classes)) return;
  out.hit("R42",
          {"科目 " + facts.economic_class + " 不在专项资金规定的用途范围内。",
           "Class " + facts.economic_class + " lies outside what the special fund may be used for."},
          {{"专项资金", facts.special_fund}, {"经济分类", facts.economic_class}});
}

void without_goal(const PaymentFacts& facts, Findings& out) {
  if (!facts.specific) return;
  if (!facts.goal_approved) return out.missing("R44", source::kGoals);
  if (*facts.goal_approved) return;
  out.hit("R44", {"项目的绩效目标尚未批准，不得支付。", "The project has no approved performance goal."},
          {{"金额", grouped(facts.amount)}});
}

} // namespace

void check_use(const PaymentFacts& facts, Look look) {
  if (facts.refund) return;
  large_amount(facts, look);
  wrong_class(facts, look);
  running_cost_in_project(facts, look);
  outside_fund(facts, look.out);
  without_goal(facts, look.out);
}

} // namespace onebudget::monitoring
