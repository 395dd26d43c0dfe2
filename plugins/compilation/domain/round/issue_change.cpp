#include "plugins/compilation/domain/round/issue_change.hpp"

namespace onebudget::compilation {

std::vector<FieldFault> check_change(const IssueChange& change) {
  constexpr const char* kRule = "compilation.issue_change";
  const bool changes = change.source != BudgetSource::initial;
  if (!changes && !change.names_earlier) return {};
  if (changes != change.names_earlier)
    return {{"/changes",
             kRule,
             {"年初预算不变更其他批复；调整、调剂须选择被变更的批复。",
              "An initial budget changes nothing; an adjustment or reallocation names what it changes."},
             {"请核对预算来源和被变更的批复。", "Check the source and the issue that it changes."}}};
  if (!change.earlier_issued || !change.same_receiver)
    return {{"/changes",
             kRule,
             {"被变更的批复应已下达，且接收单位和年度相同。",
              "What is changed was issued, to the same receiver and for the same year."},
             {"请重新选择。", "Choose another."}}};
  std::vector<FieldFault> findings;
  if (change.source == BudgetSource::adjustment && !change.has_document)
    findings.push_back({"/document",
                        kRule,
                        {"预算调整须附人大常委会批准文件。", "An adjustment needs the standing committee's document."},
                        {"请上传文件或填写文号。", "Attach it, or give its number."}});
  if (change.source == BudgetSource::reallocation && !(change.before == change.after))
    findings.push_back(
        {"/lines",
         kRule,
         {"调剂前后合计应相等：调剂前 " + change.before.to_yuan() + " 元，调剂后 " + change.after.to_yuan() + " 元。",
          "A reallocation keeps the sum: " + change.before.to_yuan() + " yuan before, " + change.after.to_yuan() +
              " after."},
         {"请使调增等于调减；增加总额请走追加或调整。", "Let what is added equal what is taken."}});
  if (change.earlier != change.replaced)
    findings.push_back({"/lines",
                        kRule,
                        {"变更须列出原批复的每一行，取消的行金额填 0。",
                         "A change names every line of the earlier issue, one that falls away with 0."},
                        {"请重新生成明细后修改金额。", "Fill in the lines again, then change amounts."}});
  return findings;
}

} // namespace onebudget::compilation
