// R48 非工作时间支付或审批, R49 同人经办又审核, R50 审批过快: who worked on it, and when.
#include "plugins/monitoring/domain/rules.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::monitoring {

namespace {

void outside_hours(const PaymentFacts& facts, Look look) {
  if (facts.urgent || facts.amount <= look.limits.money("R48", "amount")) return;
  if (!facts.hour && !facts.holiday) return look.out.missing("R48", source::kTreasury);
  const bool night = facts.hour && (*facts.hour >= look.limits.count("R48", "night_from") ||
                                    *facts.hour < look.limits.count("R48", "night_to"));
  if (!night && !facts.holiday) return;
  const Text when = facts.holiday ? Text{"节假日", "on a holiday"} : Text{"夜间", "at night"};
  look.out.hit("R48", {when.zh + "办理的支付。", "Handled " + when.en + "."},
               {{"金额", grouped(facts.amount)}, {"时点", facts.hour ? std::to_string(*facts.hour) : when.zh}});
}

bool same(const std::string& left, const std::string& right) { return !left.empty() && left == right; }

void one_person(const PaymentFacts& facts, Findings& out) {
  if (facts.maker.empty()) return out.missing("R49", source::kTreasury);
  if (!same(facts.maker, facts.reviewer) && !same(facts.maker, facts.checker) && !same(facts.reviewer, facts.checker))
    return;
  out.hit("R49", {"经办、审核、复核中有同一人。", "One person is two of maker, reviewer and checker."},
          {{"经办", facts.maker}, {"审核", facts.reviewer}, {"复核", facts.checker}});
}

void too_fast(const PaymentFacts& facts, Look look) {
  if (facts.urgent || facts.amount <= look.limits.money("R50", "amount")) return;
  if (!facts.review_seconds) return look.out.missing("R50", source::kTreasury);
  if (*facts.review_seconds >= look.limits.count("R50", "seconds")) return;
  const std::string seconds = std::to_string(*facts.review_seconds);
  look.out.hit("R50", {"大额支付 " + seconds + " 秒内即审批通过。", "Approved within " + seconds + " seconds."},
               {{"金额", grouped(facts.amount)}, {"审批秒数", seconds}});
}

} // namespace

void check_hands(const PaymentFacts& facts, Look look) {
  if (facts.refund) return;
  outside_hours(facts, look);
  one_person(facts, look.out);
  too_fast(facts, look);
}

} // namespace onebudget::monitoring
