#include "plugins/performance/domain/result/application.hpp"

namespace onebudget::performance {

namespace {

void add(std::vector<FieldFault>& findings, const char* field, const char* rule, Text message, Text remedy) {
  findings.push_back({field, rule, std::move(message), std::move(remedy)});
}

} // namespace

std::vector<FieldFault> check_evaluated_year(int evaluated_year, Day today) {
  if (today.year() > evaluated_year) return {};
  const std::string year = std::to_string(evaluated_year), next = std::to_string(evaluated_year + 1);
  return {{"/fiscal_year",
           "performance.year",
           {year + " 年度尚未结束，评价在 " + next + " 年进行。",
            "The year " + year + " has not ended; it is evaluated in " + next + "."},
           {"年度内请用运行监控。", "Within the year use monitoring."}}};
}

int budget_year_of(int evaluated_year) { return evaluated_year + 2; }

std::vector<FieldFault> check_decision(const Decision& decision, const Parameters& parameters) {
  std::vector<FieldFault> findings;
  if (decision.open_appeal)
    add(findings, "/status", "performance.decision_early",
        {"申诉尚未办结，不能作出决定。", "An appeal is open; nothing is decided before it is ruled on."},
        {"请先办结申诉。", "Rule on it first."});
  else if (!decision.accepted && (!decision.appeal_by || decision.today <= *decision.appeal_by))
    add(findings, "/status", "performance.decision_early",
        {decision.appeal_by ? "申诉期到 " + decision.appeal_by->str() + " 届满，之前不能作出决定。"
                            : "尚未告知单位，不能作出决定。",
         decision.appeal_by ? "The term of appeal runs until " + decision.appeal_by->str() + "."
                            : "The unit has not been told yet."},
        {"请在期满或单位确认无异议后决定。", "Decide when it has passed or the unit accepted."});
  if (!decision.factor || *decision.factor == decision.proposal.factor) return findings;
  if (*decision.factor < Ratio() || parameters.most_factor < *decision.factor)
    add(findings, "/decided_factor", "performance.decision",
        {"系数应在 0 和 " + parameters.most_factor.str() + " 之间。",
         "The factor lies between 0 and " + parameters.most_factor.str() + "."},
        {"请改正系数。", "Correct it."});
  if (!decision.has_reason)
    add(findings, "/decision_reason", "performance.decision",
        {"决定与政策建议不同，须说明理由。", "What differs from the policy needs its reason."},
        {"请填写理由。", "Write the reason."});
  if (decision.proposal.shield != Shield::none && !decision.has_shield_document)
    add(findings, "/shield_document", "performance.decision",
        {told(decision.proposal.shield).zh + "；确需调整的须有文件依据。",
         told(decision.proposal.shield).en + "; a change needs its document."},
        {"请填写依据文件，或恢复系数 1。", "Name the document, or leave the factor at 1."});
  return findings;
}

Result<Effect> effect_of(const Decision& decision) {
  if (!decision.factor || *decision.factor == decision.proposal.factor)
    return Effect{decision.proposal.factor, decision.proposal.amount, decision.proposal.change};
  Effect out;
  out.factor = *decision.factor;
  OB_TRY(out.amount, out.factor.share_of(decision.base, Rounding::half_up));
  OB_TRY(out.change, out.amount.minus(decision.base));
  return out;
}

std::vector<FieldFault> check_appeal(const Appeal& appeal) {
  std::vector<FieldFault> findings;
  if (!appeal.notified)
    add(findings, "/result", "performance.appeal",
        {"结果尚未告知或已作出决定，不能申诉。", "The result has not been told yet, or is decided already."},
        {"请在收到告知后的申诉期内提出。", "Appeal within the term after the notice."});
  else if (appeal.appeal_by && *appeal.appeal_by < appeal.filed_on)
    add(findings, "/result", "performance.appeal_late",
        {"申诉期已于 " + appeal.appeal_by->str() + " 届满。",
         "The term of appeal ended on " + appeal.appeal_by->str() + "."},
        {"如有新证据，请书面向绩效处说明。", "With new evidence write to the performance division."});
  if (appeal.already_open)
    add(findings, "/result", "performance.appeal", {"同一结果已有申诉在办。", "An appeal against it is open already."},
        {"请补充到原申诉。", "Add to that one."});
  if (!appeal.has_ground)
    add(findings, "/ground", "performance.appeal", {"申诉没有理由。", "The appeal has no ground."},
        {"请填写事实和理由。", "Write facts and grounds."});
  return findings;
}

std::vector<FieldFault> check_ruling(const Ruling& ruling) {
  std::vector<FieldFault> findings;
  if (ruling.hearing_requested && !ruling.heard)
    add(findings, "/hearing_on", "performance.hearing",
        {"单位申请了听证，尚未举行。", "The unit asked for a hearing; it has not taken place."},
        {"请先听证并记录。", "Hold it and record it."});
  if (!ruling.has_opinion)
    add(findings, "/opinion", "performance.ruling", {"裁定没有意见。", "The ruling has no opinion."},
        {"请填写裁定意见。", "Write it."});
  if (ruling.granted && (!ruling.corrected || *ruling.corrected == ruling.original || *ruling.corrected < Points() ||
                         Points::whole(100) < *ruling.corrected))
    add(findings, "/corrected_total", "performance.ruling",
        {"支持申诉应填写 0 到 100 之间、与原得分不同的更正得分。",
         "A granted appeal names the corrected total, from 0 to 100 and other than before."},
        {"请填写更正得分。", "Fill it in."});
  if (ruling.late && !ruling.has_late_reason)
    add(findings, "/late_reason", "performance.ruling",
        {"裁定超过期限，须说明原因。", "The ruling is late and needs its reason."},
        {"请填写逾期原因。", "Write the reason."});
  return findings;
}

} // namespace onebudget::performance
