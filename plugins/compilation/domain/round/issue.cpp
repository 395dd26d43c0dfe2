#include "plugins/compilation/domain/round/issue.hpp"

namespace onebudget::compilation {

namespace {

constexpr const char* kRule = "compilation.issue";

Result<Money> sum(const std::map<std::string, Money>& amounts) {
  Money out;
  for (const auto& [fund, amount] : amounts) {
    OB_TRY(out, out.plus(amount));
  }
  return out;
}

void within(const Result<Money>& total, const std::optional<Money>& most, const Text& what,
            std::vector<FieldFault>& findings) {
  if (total && most && !(*most < *total)) return;
  const std::string limit = most ? most->to_yuan() : "0.00";
  findings.push_back({"/lines",
                      kRule,
                      {what.zh + " " + limit + " 元，连同以前按同一事由下达的已超过。",
                       "With what went out on the same ground: more than " + what.en + " of " + limit + " yuan."},
                      {"请核减，或待人大批准后下达。", "Lower it, or wait for the approval."}});
}

void check_ground(const IssueFacts& facts, std::vector<FieldFault>& findings) {
  auto total = sum(facts.amounts);
  if (total) total = total->plus(facts.early_before);
  if (facts.ground == EarlyGround::carry_over)
    within(total, facts.carry_over_balance, {"上年结转余额", "the balance carried over"}, findings);
  if (facts.ground == EarlyGround::like_amount)
    within(total, facts.last_year_like, {"上年同期预算支出", "last year's spending of the same time"}, findings);
  if (!facts.has_document)
    findings.push_back({"/document",
                        kRule,
                        {"人大批准前下达须附依据文件。", "An issue before the approval needs its document."},
                        {"请上传依据文件。", "Attach it."}});
}

} // namespace

std::vector<FieldFault> check_issue(const IssueFacts& facts) {
  std::vector<FieldFault> findings;
  if (facts.amounts.empty())
    findings.push_back({"/lines",
                        kRule,
                        {"没有可下达的明细。", "There are no lines to issue."},
                        {"请先冻结二上版本。", "Freeze the version of the second round first."}});
  const bool approved = facts.approval && !(facts.issued_on < facts.approval->approved_on);
  if (!approved && facts.ground == EarlyGround::none) {
    findings.push_back(
        {"/ground",
         kRule,
         {"人大尚未批准本年度预算，不得下达。", "The People's Congress has not approved the year's budget."},
         {"请待批准；依法可提前安排的，请选择事由。", "Wait for it; what the law allows before names its ground."}});
    return findings;
  }
  if (facts.ground != EarlyGround::none) {
    check_ground(facts, findings);
    return findings;
  }
  for (const auto& [fund, amount] : facts.amounts) {
    const auto before = facts.issued_before.find(fund);
    const auto after = amount.plus(before == facts.issued_before.end() ? Money() : before->second);
    const auto most = facts.approval->totals.find(fund);
    const Money limit = most == facts.approval->totals.end() ? Money() : most->second;
    if (after && !(limit < *after)) continue;
    findings.push_back({"/lines",
                        kRule,
                        {"资金性质 " + fund + " 累计下达超过人大批准数 " + limit.to_yuan() + " 元。",
                         "Fund " + fund + ": together more than the approved " + limit.to_yuan() + " yuan."},
                        {"请核减。", "Lower it."}});
  }
  return findings;
}

std::vector<FieldFault> issue_lateness(const IssueFacts& facts, const Policy& policy) {
  if (facts.ground != EarlyGround::none || !facts.approval) return {};
  const Day from =
      facts.to_unit ? facts.received_on.value_or(facts.approval->approved_on) : facts.approval->approved_on;
  const int most = facts.to_unit ? policy.unit_reply_days : policy.department_reply_days;
  const int days = facts.issued_on.number() - from.number();
  if (days <= most) return {};
  return {{"/issued_on",
           "compilation.issue_late",
           {"批复用了 " + std::to_string(days) + " 天，超过 " + std::to_string(most) + " 天。",
            "It took " + std::to_string(days) + " days, more than " + std::to_string(most) + "."},
           {"请说明原因并尽快下达。", "Say why, and issue it soon."}}};
}

} // namespace onebudget::compilation
