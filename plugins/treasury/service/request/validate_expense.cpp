// Hook of card_expense: swiped on a card in use, within its limit, and left alone once it is being paid back.
#include "plugins/treasury/domain/request/card.hpp"
#include "plugins/treasury/service/facts.hpp"

namespace onebudget::treasury {

namespace {

using plugin::Action;

constexpr const char* kFixed[] = {"card", "swiped_on", "merchant", "amount", "is_personal", "use"};

Result<Money> not_paid_back(const Call& call, RecordId card, RecordId but) {
  Money sum;
  const std::string filter = "card==" + card.str() + ";state!=repaid";
  OB_CHECK(call.records().each(kExpense, where(filter), [&](const Row& row) -> Result<void> {
    if (row.id() == but) return {};
    OB_TRY(sum, sum.plus(row.money("amount")));
    return {};
  }));
  return sum;
}

} // namespace

Result<void> validate_expense(Call& call, const Change& change, Verdict& verdict) {
  const bool busy = change.action != Action::create && change.before.text("state") != "open";
  bool changed = change.action == Action::remove;
  for (const char* name : kFixed) changed = changed || change.changes(name);
  if (busy && changed)
    verdict.report("", "treasury.card_claim",
                   Text{"该笔消费已列入报销，不能改动。", "The swipe is being paid back; it does not change."},
                   Text{"请先把它移出支付申请。", "Take it out of the request first."});
  if (busy || !changed || change.action == Action::remove) return {};
  const Row& row = change.after;
  if (row.ref("card").none()) return {}; // the missing field has its own finding
  OB_TRY(const Row card, call.records().get("treasury.official_card", row.ref("card")));
  const Day swiped = row.day("swiped_on").value_or(Day());
  const auto valid_to = card.day("valid_to");
  CardFacts facts;
  facts.active =
      card.text("status") == "active" && (!valid_to || !(*valid_to < swiped)) && card.text("unit") == row.text("unit");
  facts.limit = card.money("limit");
  OB_TRY(facts.open, not_paid_back(call, card.id(), change.id));
  verdict.report(check_swipe(facts, row.money("amount"), swiped, call.today()));
  verdict.assign("due_on", due_day(swiped, static_cast<int>(card.number("statement_day", 10)),
                                   static_cast<int>(card.number("grace_days", 20)))
                               .str());
  return {};
}

} // namespace onebudget::treasury
