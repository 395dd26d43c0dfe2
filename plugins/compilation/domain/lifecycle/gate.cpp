#include "plugins/compilation/domain/lifecycle/gate.hpp"

#include <algorithm>

namespace onebudget::compilation {

namespace {

bool holds(const ProjectFacts& facts, PaperKind kind) {
  return std::find(facts.papers.begin(), facts.papers.end(), kind) != facts.papers.end();
}

/// Which paper when; the first condition that fits asks for it.
struct PaperRule {
  PaperKind kind;
  bool (*wanted)(const ProjectFacts&, const Policy&);
  Text name;
};

bool by_plan(const ProjectFacts& facts) {
  return facts.category == Category::specific || facts.category == Category::operating_other;
}

const std::vector<PaperRule>& paper_rules() {
  static const std::vector<PaperRule> kRules = {
      {PaperKind::basis,
       [](const ProjectFacts& f, const Policy&) { return f.category == Category::specific; },
       {"立项依据（政策文件或批文）", "the basis (policy document or approval)"}},
      {PaperKind::estimate,
       [](const ProjectFacts& f, const Policy&) { return by_plan(f); },
       {"支出测算", "the estimate of costs"}},
      {PaperKind::plan,
       [](const ProjectFacts& f, const Policy&) { return f.category == Category::specific; },
       {"实施方案", "the implementation plan"}},
      {PaperKind::feasibility,
       [](const ProjectFacts& f, const Policy&) { return f.is_construction; },
       {"可行性研究报告", "the feasibility study"}},
      {PaperKind::quotation,
       [](const ProjectFacts& f, const Policy&) { return f.is_procurement && by_plan(f); },
       {"询价或报价材料", "quotations"}},
      {PaperKind::minutes,
       [](const ProjectFacts& f, const Policy& p) { return by_plan(f) && !(f.total < p.minutes_from); },
       {"集体决策会议纪要", "the minutes of the collective decision"}},
  };
  return kRules;
}

} // namespace

std::vector<FieldFault> check_attachments(const ProjectFacts& facts, const Policy& policy) {
  std::vector<FieldFault> findings;
  for (const PaperRule& rule : paper_rules()) {
    if (!rule.wanted(facts, policy) || holds(facts, rule.kind)) continue;
    findings.push_back({"/papers",
                        "compilation.attachments",
                        {"缺少" + rule.name.zh + "。", "Missing: " + rule.name.en + "."},
                        {"请在“申报材料”中上传。", "Attach it under the project's papers."}});
  }
  return findings;
}

namespace {

/// A new large project is evaluated before it is admitted (事前绩效评估).
bool evaluation_wanted(const ProjectFacts& facts, const Policy& policy) {
  return facts.category == Category::specific && facts.existence != Existence::continuing &&
         !(facts.total < policy.ex_ante_from);
}

/// The offices that look at what is theirs before 入库 (资产处, 绩效处).
void check_offices(const ProjectFacts& facts, const Policy& policy, std::vector<FieldFault>& findings) {
  constexpr const char* kRule = "compilation.admission_gate";
  const bool assets = Money() < facts.new_assets && !(facts.new_assets < policy.asset_review_from);
  if (assets && !facts.asset_reviewed)
    findings.push_back({"/lines",
                        kRule,
                        {"项目新增资产 " + facts.new_assets.to_yuan() + " 元，资产处尚未审核通过。",
                         "It asks for new assets of " + facts.new_assets.to_yuan() +
                             " yuan, and the asset office has not passed them."},
                        {"请资产处登记资产审核并确认。", "Have the asset office record its review."}});
  else if (assets && facts.assets_passed && *facts.assets_passed < facts.new_assets)
    findings.push_back(
        {"/lines",
         kRule,
         {"项目新增资产 " + facts.new_assets.to_yuan() + " 元，资产处只审核通过 " + facts.assets_passed->to_yuan() +
              " 元。",
          "It asks for new assets of " + facts.new_assets.to_yuan() + " yuan, of which the asset office passed " +
              facts.assets_passed->to_yuan() + "."},
         {"请减少新增资产，或由资产处重新审核。", "Ask for less, or have the asset office review it again."}});
  const bool large = facts.category == Category::specific && !(facts.total < policy.performance_review_from);
  const bool evaluated = facts.ex_ante_supported || evaluation_wanted(facts, policy); // asked for by itself
  if (large && !facts.performance_reviewed && !evaluated)
    findings.push_back(
        {"/performance_goal",
         kRule,
         {"项目总额达到绩效审核起点 " + policy.performance_review_from.to_yuan() + " 元，绩效处尚未审核通过。",
          "The total reaches " + policy.performance_review_from.to_yuan() +
              " yuan, and the performance office has not passed its goal."},
         {"请绩效处登记绩效审核并确认，或完成事前绩效评估。",
          "Have the performance office record its review, or have the project evaluated."}});
}

} // namespace

std::vector<FieldFault> check_admission(const ProjectFacts& facts, const Policy& policy) {
  constexpr const char* kRule = "compilation.admission_gate";
  std::vector<FieldFault> findings;
  if (facts.is_construction && !facts.investment_approved)
    findings.push_back({"/is_construction",
                        kRule,
                        {"基建项目尚无发改部门的立项或可研批复。",
                         "A construction project has no approval of the development and reform office yet."},
                        {"请先登记立项或可研批复。", "Record the approval first."}});
  if (by_plan(facts) && !(facts.total < policy.cost_review_from)) {
    if (!facts.cost_reviewed)
      findings.push_back({"/total_amount",
                          kRule,
                          {"项目总额达到评审起点 " + policy.cost_review_from.to_yuan() + " 元，尚无评审中心审定数。",
                           "The total reaches " + policy.cost_review_from.to_yuan() +
                               " yuan, and the review centre has not decided on it."},
                          {"请送评审中心评审并登记审定数。", "Send it to the review centre and record the amount."}});
    else if (facts.reviewed_amount < facts.total)
      findings.push_back(
          {"/total_amount",
           kRule,
           {"项目总额大于审定数 " + facts.reviewed_amount.to_yuan() + " 元。",
            "The total is more than the reviewed amount of " + facts.reviewed_amount.to_yuan() + " yuan."},
           {"请退回单位按审定数修改。", "Return it so that the unit takes the reviewed amount."}});
  }
  if (evaluation_wanted(facts, policy) && !facts.ex_ante_supported)
    findings.push_back({"/total_amount",
                        kRule,
                        {"新增大额项目没有“予以支持”的事前绩效评估。",
                         "A new large project has no ex-ante evaluation that supports it."},
                        {"请先完成事前绩效评估。", "Have it evaluated first."}});
  check_offices(facts, policy, findings);
  if (by_plan(facts) && !facts.ranked)
    findings.push_back({"/priority_rank",
                        kRule,
                        {"主管部门尚未排序。", "Its department has not ranked it."},
                        {"请主管部门填写排序号。", "The department gives it a rank."}});
  if (facts.duplicate_confirmed)
    findings.push_back({"",
                        kRule,
                        {"已认定为重复或多头申报。", "It was found to be declared twice."},
                        {"请合并或终止其中一个项目。", "Merge the two, or terminate one."}});
  else if (facts.duplicate_open)
    findings.push_back({"",
                        kRule,
                        {"有疑似重复项目尚未认定。", "Nobody has judged a candidate for a duplicate yet."},
                        {"请先逐对认定。", "Judge each pair first."}});
  return findings;
}

std::vector<FieldFault> check_compile(const ProjectFacts& facts) {
  constexpr const char* kRule = "compilation.compile_gate";
  std::vector<FieldFault> findings;
  const auto left = facts.total.minus(facts.budgeted);
  if (!left || *left < facts.year_amount)
    findings.push_back({"/year_amount",
                        kRule,
                        {"本年安排 " + facts.year_amount.to_yuan() + " 元大于项目库存余额 " +
                             (left ? left->to_yuan() : std::string("0.00")) + " 元。",
                         "The year's " + facts.year_amount.to_yuan() + " yuan is more than the " +
                             (left ? left->to_yuan() : std::string("0.00")) + " yuan left of the total."},
                        {"请减少本年安排或调整项目总额。", "Lower the year's amount or change the total."}});
  if (facts.zero_base_cancelled && !(facts.year_amount == Money()))
    findings.push_back({"/year_amount",
                        kRule,
                        {"零基评审结论为取消，不得安排预算。", "The zero-base review cancelled it: no budget."},
                        {"请把本年安排改为零或终止项目。", "Set the year's amount to zero, or terminate it."}});
  else if (!facts.guaranteed && facts.zero_base_approved && *facts.zero_base_approved < facts.year_amount)
    findings.push_back(
        {"/year_amount",
         kRule,
         {"本年安排 " + facts.year_amount.to_yuan() + " 元大于零基评审核定的 " + facts.zero_base_approved->to_yuan() +
              " 元。",
          "The year's " + facts.year_amount.to_yuan() + " yuan is more than the " +
              facts.zero_base_approved->to_yuan() + " yuan that the zero-base review approved."},
         {"请用“项目调整”退回，按核定金额修改本年申报数和支出明细。",
          "Take it back by an adjustment, and keep the year's amount and its lines to what was approved."}});
  if (facts.sunset_year && *facts.sunset_year < facts.fiscal_year)
    findings.push_back({"/fiscal_year",
                        kRule,
                        {"上次零基评审只保留到 " + std::to_string(*facts.sunset_year) + " 年。",
                         "The last zero-base review keeps it until " + std::to_string(*facts.sunset_year) + " only."},
                        {"请先完成本年度的零基评审。", "Have it reviewed for this year first."}});
  if (facts.result_cancelled && !(facts.year_amount == Money()))
    findings.push_back({"/year_amount",
                        kRule,
                        {"绩效评价结果取消了本年预算。", "The result of its evaluation cancelled this year's budget."},
                        {"请把本年安排改为零，或由财政部门撤销该结果。",
                         "Set the year's amount to zero, or have the finance office revoke the result."}});
  return findings;
}

std::vector<FieldFault> check_closing(const ProjectFacts& facts, bool finished) {
  constexpr const char* kRule = "compilation.closing_gate";
  std::vector<FieldFault> findings;
  const auto open = [&](int count, const char* field, const Text& what, const Text& remedy) {
    if (count == 0) return;
    const std::string n = std::to_string(count);
    findings.push_back({field, kRule, {"还有 " + n + what.zh, n + what.en}, remedy});
  };
  open(facts.open_contracts, "/open_contracts", {" 份合同未了结。", " contracts are open."},
       {"请先了结或解除合同。", "Settle or end them first."});
  open(facts.open_advances, "/open_advances", {" 笔预付款未核销。", " advances are not cleared."},
       {"请先核销或收回。", "Clear them or take them back."});
  open(facts.unbooked_assets, "/unbooked_assets", {" 项资产未入账。", " assets are not booked."},
       {"请先登记资产卡片。", "Book them first."});
  if (finished && facts.category == Category::specific && !facts.accepted)
    findings.push_back({"/papers",
                        kRule,
                        {"没有验收或自评材料。", "There is no acceptance or self-evaluation."},
                        {"请上传验收或自评材料。", "Attach it."}});
  return findings;
}

} // namespace onebudget::compilation
