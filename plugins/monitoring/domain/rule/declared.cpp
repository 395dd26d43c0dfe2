// R25 重复申报, R26 多头申报, R45 绩效与资金背离: a project against others, and against its goals.
#include "plugins/monitoring/domain/rules.hpp"
#include "sdk/values/money_text.hpp"

#include <cstdlib>
#include <set>

namespace onebudget::monitoring {

namespace {

void declared_twice(const ProjectFacts& facts, Look look) {
  if (!facts.alike) return look.out.missing("R25", source::kLibrary);
  for (const AlikeProject& one : *facts.alike) {
    if (one.judged_different || std::abs(one.years_apart) >= look.limits.count("R25", "years")) continue;
    const bool words = one.similarity >= look.limits.share("R25", "similarity"),
               place = one.same_place && one.same_content;
    if (!words && !place) continue;
    const std::string shown = one.similarity.percent();
    look.out.hit("R25",
                 {"与项目 " + one.project + (place ? " 建设地点和内容相同。" : " 相似 " + shown + "。"),
                  place ? "The same place and content as project " + one.project + "."
                        : "Alike to project " + one.project + " by " + shown + "."},
                 {{"项目", one.project}, {"相似度", shown}}, false, one.project, {one.project});
  }
}

void several_funds(const ProjectFacts& facts, Findings& out) {
  if (facts.joint_funding) return;
  if (!facts.grants) return out.missing("R26", source::kLibrary);
  std::set<std::string> funds;
  Money all;
  for (const FundGrant& one : *facts.grants) {
    funds.insert(one.fund);
    all = sum(all, one.amount);
  }
  const bool above = facts.total_investment && *facts.total_investment < all;
  if (funds.size() < 2 && !above) return;
  out.hit("R26",
          {above ? "专项补助合计 " + grouped(all) + " 元超过总投资。" : "同一项目获得多项专项资金。",
           above ? "Grants of " + grouped(all) + " yuan exceed the whole investment."
                 : "One project has grants of several special funds."},
          {{"专项个数", std::to_string(funds.size())}, {"补助合计", grouped(all)}});
}

void goals_behind_money(const ProjectFacts& facts, Look look) {
  if (!facts.paid || !facts.budget || facts.output_later) return;
  if (below_share(*facts.paid, look.limits.share("R45", "spent"), *facts.budget) || *facts.budget <= Money()) return;
  if (!facts.output) return look.out.missing("R45", source::kGoals);
  if (*facts.output >= look.limits.share("R45", "output")) return;
  look.out.hit(
      "R45",
      {"支出已达 " + percent(*facts.paid, *facts.budget) + "，产出只完成 " + facts.output->percent() + "。",
       "Spending is at " + percent(*facts.paid, *facts.budget) + ", outputs at " + facts.output->percent() + "."},
      {{"支出进度", percent(*facts.paid, *facts.budget)}, {"产出完成", facts.output->percent()}});
}

} // namespace

void check_declared(const ProjectFacts& facts, Look look) {
  declared_twice(facts, look);
  several_funds(facts, look.out);
  goals_behind_money(facts, look);
}

} // namespace onebudget::monitoring
