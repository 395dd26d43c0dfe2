#include "plugins/compilation/domain/round/result_effect.hpp"

#include <algorithm>

namespace onebudget::compilation {

namespace {

Carry kind_of(const EffectFacts& effect) {
  if (effect.here) return effect.in_force ? Carry::nothing : Carry::take_back;
  if (!effect.in_force) return Carry::nothing;
  if (effect.elsewhere) return Carry::elsewhere;
  if (effect.change == Money()) return Carry::nothing;
  return effect.shielded && !effect.documented ? Carry::shielded : Carry::carry;
}

} // namespace

Result<CarryPlan> carry_results(Money ceiling, const std::vector<EffectFacts>& effects) {
  CarryPlan out{ceiling, std::vector<CarryStep>(effects.size())};
  for (std::size_t i = 0; i < effects.size(); ++i) out.steps[i].what = kind_of(effects[i]);
  const auto move = [&](std::size_t i, Money change) -> Result<void> {
    // Cut no further than to nothing.
    if (change < Money() && out.amount.fen() < -change.fen()) change = Money::from_fen(-out.amount.fen());
    OB_TRY(out.amount, out.amount.plus(change));
    out.steps[i].change = change;
    return {};
  };
  const auto all = [&](auto&& wanted, auto&& change) -> Result<void> {
    for (std::size_t i = 0; i < effects.size(); ++i)
      if (wanted(i)) OB_CHECK(move(i, change(i)));
    return {};
  };
  const auto carries = [&](std::size_t i) { return out.steps[i].what == Carry::carry; };
  const auto own = [&](std::size_t i) { return effects[i].change; };
  OB_CHECK(all([&](std::size_t i) { return out.steps[i].what == Carry::take_back; },
               [&](std::size_t i) { return Money::from_fen(-effects[i].carried.fen()); }));
  OB_CHECK(all([&](std::size_t i) { return carries(i) && Money() < effects[i].change; }, own));
  OB_CHECK(all([&](std::size_t i) { return carries(i) && effects[i].change < Money(); }, own));
  return out;
}

std::vector<FieldFault> check_result_review(const ReviewFacts& facts) {
  constexpr const char* kRule = "compilation.result_review";
  std::vector<FieldFault> findings;
  const std::string points = std::to_string(facts.proposed);
  if (facts.given != facts.proposed && !facts.has_reason)
    findings.push_back({"/performance_reason",
                        kRule,
                        {"绩效评价结果建议本项 " + points + " 分，另行打分须说明理由。",
                         "The evaluation proposes " + points + " points here; other points need a reason."},
                        {"请采用建议分，或填写理由。", "Take the proposed points, or give the reason."}});
  if (facts.poor && !facts.shielded && !facts.stopped)
    findings.push_back({"/poor_last_year",
                        kRule,
                        {"绩效评价为“差”，应勾选“上年绩效为差”。", "It was rated poor: the hard stop applies."},
                        {"请勾选该项。", "Mark it."}});
  return findings;
}

} // namespace onebudget::compilation
