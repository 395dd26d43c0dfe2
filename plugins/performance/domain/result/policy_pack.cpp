#include "plugins/performance/domain/result/policy_pack.hpp"

#include <algorithm>

namespace onebudget::performance {

namespace {

constexpr const char* kRule = "performance.policy";
constexpr int kMostPriority = 10, kMostPoints = 100;

void check_grade(const GradeRule& rule, Grade grade, const Parameters& parameters, std::vector<FieldFault>& findings) {
  const std::string field = std::string("/rules/") + code_of(grade);
  const Text title = title_of(grade);
  const auto add = [&](Text message, Text remedy) {
    findings.push_back({field, kRule, {title.zh + "：" + message.zh, title.en + ": " + message.en}, std::move(remedy)});
  };
  if (rule.factor < Ratio() || parameters.most_factor < rule.factor)
    add({"系数 " + rule.factor.str() + " 应在 0 和 " + parameters.most_factor.str() + " 之间。",
         "the factor " + rule.factor.str() + " is outside 0 to " + parameters.most_factor.str() + "."},
        {"请改正系数；为负会使资金小于零。", "Correct it; a negative one takes more than there is."});
  if (rule.deduct < Money())
    add({"扣减额不能为负。", "a deduction is not negative."}, {"请填写不小于零的金额。", "Give zero or more."});
  if (rule.cancel && rule.factor != Ratio())
    add({"取消预算的系数应为 0。", "what is cancelled has a factor of 0."}, {"请改正系数。", "Correct the factor."});
  if (rule.priority < -kMostPriority || rule.priority > kMostPriority || rule.unit_points < -kMostPoints ||
      rule.unit_points > kMostPoints)
    add({"优先级应在 −10 到 10，单位加减分应在 −100 到 100。", "priority is within ±10, unit points within ±100."},
        {"请改正。", "Correct them."});
}

} // namespace

std::vector<FieldFault> check_pack(const PolicyPack& pack, const Parameters& parameters) {
  std::vector<FieldFault> findings;
  for (std::size_t i = 0; i < pack.grades.size(); ++i)
    check_grade(pack.grades[i], static_cast<Grade>(i), parameters, findings);
  for (std::size_t i = 1; i < pack.grades.size(); ++i) {
    const GradeRule &better = pack.grades[i - 1], &worse = pack.grades[i];
    if (better.factor < worse.factor || better.priority < worse.priority || better.unit_points < worse.unit_points)
      findings.push_back(
          {std::string("/rules/") + code_of(static_cast<Grade>(i)),
           kRule,
           {"较差等级的待遇优于较好等级。", "A worse grade is treated better than a better one."},
           {"请使系数、优先级和加减分随等级递减。", "Let factor, priority and points go down with the grade."}});
  }
  return findings;
}

Shield shield_of(const std::string& spending_order, bool three_guarantees) {
  if (three_guarantees || spending_order == "livelihood" || spending_order == "wages" || spending_order == "operation")
    return Shield::guarantees;
  if (spending_order == "debt") return Shield::debt;
  if (spending_order == "legal") return Shield::legal;
  return spending_order == "contract" ? Shield::contract : Shield::none;
}

Text told(Shield shield) {
  switch (shield) {
    case Shield::guarantees:
      return {"“三保”支出，不因评价结果自动核减", "three guarantees: not touched by a grade"};
    case Shield::debt:
      return {"债务还本付息，不因评价结果自动核减", "debt service: not touched by a grade"};
    case Shield::legal:
      return {"法定支出，不因评价结果自动核减", "a legal duty: not touched by a grade"};
    case Shield::contract:
      return {"已签合同的承诺支出，不因评价结果自动核减", "a contract that runs: not touched by a grade"};
    case Shield::none:
      break;
  }
  return {"", ""};
}

Result<Proposal> propose(const PolicyPack& pack, Grade grade, Money base, Shield shield) {
  Proposal out;
  out.shield = shield;
  out.amount = base;
  if (shield != Shield::none) return out;
  const GradeRule& rule = pack.of(grade);
  out.factor = rule.factor;
  out.cancel = rule.cancel;
  OB_TRY(const Money kept, rule.factor.share_of(base, Rounding::half_up));
  OB_TRY(out.amount, rule.cancel ? Result<Money>(Money()) : kept.minus(rule.deduct));
  if (out.amount < Money())
    return fault(FaultKind::rule, "performance.policy_negative",
                 {"按此政策资金将为 " + out.amount.to_yuan() + " 元，小于零。请降低扣减额。",
                  "Under this policy the money would be " + out.amount.to_yuan() + " yuan. Lower the deduction."});
  OB_TRY(out.change, out.amount.minus(base));
  return out;
}

Result<Simulation> simulate(const PolicyPack& pack, const std::vector<Subject>& subjects) {
  Simulation out;
  for (const Subject& one : subjects) {
    const auto proposal = propose(pack, one.grade, one.base, one.shield);
    if (!proposal) {
      Fault told = proposal.fault();
      told.message.zh = "项目 " + one.code + "：" + told.message.zh;
      told.message.en = "Project " + one.code + ": " + told.message.en;
      return told;
    }
    const auto place = static_cast<std::size_t>(one.grade);
    ++out.subjects;
    ++out.by_grade[place];
    out.shielded += one.shield == Shield::none ? 0 : 1;
    out.cancelled += proposal->cancel ? 1 : 0;
    out.cut += proposal->change < Money() ? 1 : 0;
    out.raised += Money() < proposal->change ? 1 : 0;
    OB_TRY(out.base, out.base.plus(one.base));
    OB_TRY(out.amount, out.amount.plus(proposal->amount));
    OB_TRY(out.change, out.change.plus(proposal->change));
    OB_TRY(out.change_by_grade[place], out.change_by_grade[place].plus(proposal->change));
  }
  return out;
}

} // namespace onebudget::performance
