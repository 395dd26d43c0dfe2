#include "plugins/compilation/domain/round/approval.hpp"

namespace onebudget::compilation {

namespace {

constexpr const char* kRule = "compilation.congress_approval";

void check_reserve(const ApprovalFacts& facts, const Policy& policy, std::vector<FieldFault>& findings) {
  if (!facts.reserve || facts.general == Money()) return;
  const auto least = policy.reserve_least.share_of(facts.general, Rounding::up);
  const auto most = policy.reserve_most.share_of(facts.general, Rounding::down);
  if (!least || !most || (!(*facts.reserve < *least) && !(*most < *facts.reserve))) return;
  findings.push_back({"/reserve_amount",
                      kRule,
                      {"预备费 " + facts.reserve->to_yuan() + " 元，应在一般公共预算支出的 " +
                           policy.reserve_least.percent() + " 至 " + policy.reserve_most.percent() + " 之间，即 " +
                           least->to_yuan() + " 至 " + most->to_yuan() + " 元。",
                       "The reserve is " + facts.reserve->to_yuan() + " yuan; it lies between " +
                           policy.reserve_least.percent() + " and " + policy.reserve_most.percent() +
                           " of the general public budget, " + least->to_yuan() + " to " + most->to_yuan() + " yuan."},
                      {"请核对预备费和批准的支出总额。", "Check the reserve and the approved total."}});
}

} // namespace

std::vector<FieldFault> check_approval(const ApprovalFacts& facts, const Policy& policy) {
  std::vector<FieldFault> findings;
  if (facts.today < facts.approved_on)
    findings.push_back({"/approved_on",
                        kRule,
                        {"批准日期在将来。", "The day of the approval lies ahead."},
                        {"请在批准之后登记。", "Record it afterwards."}});
  if (facts.draft_sent_on) {
    const int days = facts.approved_on.number() - facts.draft_sent_on->number();
    if (days < policy.draft_days && !facts.has_late_reason)
      findings.push_back(
          {"/late_reason",
           kRule,
           {"预算草案在会议前 " + std::to_string(days) + " 天送审，少于 " + std::to_string(policy.draft_days) + " 天。",
            "The draft was sent " + std::to_string(days) + " days before the session, fewer than " +
                std::to_string(policy.draft_days) + "."},
           {"请核对日期，或说明原因。", "Check the days, or give the reason."}});
  }
  check_reserve(facts, policy, findings);
  return findings;
}

} // namespace onebudget::compilation
