// R02 累计超支预警: projected final cost (paid + contracted + forecast) against the approved project total, not the
// line's balance, which cannot be overspent (corrections "Execute").
#include "plugins/monitoring/domain/rules.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::monitoring {

namespace {

void measure(Money final_cost, Money approved, Evidence parts, Look look) {
  const bool nothing_approved = approved <= Money() && approved < final_cost;
  if (!nothing_approved && !above_share(final_cost, look.limits.share("R02", "warn"), approved)) return;
  const bool escalated = nothing_approved || above_share(final_cost, look.limits.share("R02", "escalate"), approved);
  const std::string shown = percent(final_cost, approved);
  parts.insert(parts.end(), {{"预计最终成本", grouped(final_cost)}, {"批准总额", grouped(approved)}, {"比例", shown}});
  look.out.hit("R02",
               {"预计最终成本达批准总额的 " + shown + "。",
                "The projected final cost reaches " + shown + " of the approved total."},
               std::move(parts), escalated);
}

} // namespace

void check_overspend(const ProjectFacts& facts, Look look) {
  if (!facts.approved_total) return look.out.missing("R02", source::kLibrary);
  if (!facts.paid) return look.out.missing("R02", source::kTreasury);
  measure(sum(sum(*facts.paid, facts.contracted), facts.forecast), *facts.approved_total,
          {{"已支付", grouped(*facts.paid)},
           {"合同未付", grouped(facts.contracted)},
           {"预计还需", grouped(facts.forecast)}},
          look);
}

void check_projection(const LineFacts& facts, Look look) {
  if (!facts.projection) return;
  if (!facts.budget) return look.out.missing("R02", source::kLedger);
  measure(*facts.projection, *facts.budget, {}, look);
}

} // namespace onebudget::monitoring
