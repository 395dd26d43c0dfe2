#include "plugins/treasury/domain/request/card.hpp"

namespace onebudget::treasury {

namespace {

FieldFault on_card(const char* field, Text message, Text remedy) {
  return {field, "treasury.card", std::move(message), std::move(remedy)};
}

FieldFault on_claim(const Swipe& swipe, Text message, Text remedy) {
  return {"/claims/" + std::to_string(swipe.line), "treasury.card_claim", std::move(message), std::move(remedy)};
}

} // namespace

std::vector<FieldFault> check_swipe(const CardFacts& card, Money amount, Day swiped, Day today) {
  std::vector<FieldFault> findings;
  if (!card.active)
    findings.push_back(on_card("/card", {"公务卡已停用、注销或过期。", "The card is suspended, closed or expired."},
                               {"请核对卡号和日期。", "Check card and day."}));
  if (today < swiped)
    findings.push_back(
        on_card("/swiped_on", {"消费日期在将来。", "The swipe lies ahead."}, {"请改写日期。", "Change the day."}));
  if (!(Money() < amount))
    findings.push_back(on_card("/amount", {"消费金额应大于零。", "A swipe is of more than nothing."},
                               {"请填写金额。", "Give the amount."}));
  const auto open = card.open.plus(amount);
  if (!open)
    findings.push_back({"/amount", open.fault().code, open.fault().message, {"请核对金额。", "Check the amount."}});
  else if (card.limit < *open)
    findings.push_back(
        on_card("/amount",
                {"未还款合计 " + open->to_yuan() + " 元，超过授信额度 " + card.limit.to_yuan() + " 元。",
                 "Not paid back: " + open->to_yuan() + " yuan, above the limit of " + card.limit.to_yuan() + " yuan."},
                {"请先还款或核对金额。", "Pay back first, or check the amount."}));
  return findings;
}

std::vector<FieldFault> check_claims(const std::vector<Swipe>& swipes, Money amount, Day day) {
  if (swipes.empty())
    return {{"/claims",
             "treasury.card_claim",
             {"公务卡还款没有列出消费记录。", "A repayment lists the swipes it pays back."},
             {"请选择消费记录。", "Choose them."}}};
  std::vector<FieldFault> findings;
  Money sum;
  for (const Swipe& swipe : swipes) {
    if (swipe.personal)
      findings.push_back(on_claim(swipe, {"个人消费由本人还款。", "A private swipe is paid back by the holder."},
                                  {"请移出本申请。", "Take it out of the request."}));
    if (!swipe.same_unit)
      findings.push_back(on_claim(swipe, {"消费记录属于其他单位。", "The swipe is another unit's."},
                                  {"请移出本申请。", "Take it out of the request."}));
    if (day < swipe.swiped)
      findings.push_back(on_claim(swipe, {"消费日期晚于申请日期。", "The swipe is later than the request."},
                                  {"请核对日期。", "Check the days."}));
    const auto next = sum.plus(swipe.amount);
    if (!next)
      return {{"/claims/" + std::to_string(swipe.line),
               next.fault().code,
               next.fault().message,
               {"请核对金额。", "Check the amounts."}}};
    sum = *next;
  }
  if (sum != amount)
    findings.push_back(
        {"/amount",
         "treasury.card_claim",
         {"消费合计 " + sum.to_yuan() + " 元，申请 " + amount.to_yuan() + " 元。",
          "The swipes add up to " + sum.to_yuan() + " yuan; the request is of " + amount.to_yuan() + " yuan."},
         {"请使两者相等。", "Make the two equal."}});
  return findings;
}

std::vector<Hit> late_swipes(const std::vector<Swipe>& swipes, Day day) {
  for (const Swipe& swipe : swipes)
    if (swipe.due < day)
      return {{"treasury.card_late",
               Level::yellow,
               {"公务卡消费应于 " + swipe.due.str() + " 前还款。", "A swipe was due on " + swipe.due.str() + "."},
               R"({"line":)" + std::to_string(swipe.line) + R"(,"due":")" + swipe.due.str() + R"("})"}};
  return {};
}

Day due_day(Day swiped, int statement_day, int grace_days) {
  const bool next_month = statement_day < swiped.day();
  const int month = swiped.month() + (next_month ? 1 : 0);
  const auto statement = Day::of(swiped.year() + (month > 12 ? 1 : 0), month > 12 ? 1 : month, statement_day);
  return statement.value_or(swiped).plus_days(grace_days);
}

} // namespace onebudget::treasury
