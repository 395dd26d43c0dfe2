#include "plugins/performance/domain/result/application.hpp"

#include "plugins/performance/tests/lines.hpp"

namespace onebudget::performance {
namespace {

Lines year(const Case& one) {
  const int evaluated = number(one, "evaluated");
  const auto findings = check_evaluated_year(evaluated, day(one.value("today")));
  return findings.empty() ? Lines{"budget_year " + std::to_string(budget_year_of(evaluated))} : lines(findings);
}

Lines appeal(const Case& one) {
  return lines(check_appeal(
      {day(one.value("appeal_by")), true, has(one, "open_appeal"), has(one, "ground"), day(one.value("today"))}));
}

Lines ruling(const Case& one) {
  Ruling out;
  out.hearing_requested = has(one, "hearing");
  out.granted = has(one, "granted");
  out.corrected = Points::parse(one.value("corrected"));
  out.original = points("75.00");
  out.late = has(one, "late");
  out.has_opinion = has(one, "opinion");
  return lines(check_ruling(out));
}

Lines decision(const Case& one) {
  Decision out;
  out.base = yuan("1000.00");
  const bool shield = has(one, "shield");
  out.proposal = {share(shield ? "1" : "0.8"), yuan(shield ? "1000.00" : "800.00"), yuan(shield ? "0" : "-200.00"),
                  shield ? Shield::guarantees : Shield::none, false};
  if (has(one, "decided")) out.factor = share(one.value("decided"));
  out.has_reason = has(one, "reason");
  out.has_shield_document = has(one, "document");
  out.appeal_by = Day::parse(one.value("appeal_by"));
  out.accepted = has(one, "accepted");
  out.open_appeal = has(one, "open_appeal");
  out.today = Day::parse(one.value("today")).value_or(Day());
  const auto findings = check_decision(out, {});
  if (!findings.empty()) return lines(findings);
  const auto effect = effect_of(out);
  if (!effect) return {effect.fault().code};
  return {"factor " + effect->factor.str() + " amount " + effect->amount.to_yuan() + " change " +
          effect->change.to_yuan()};
}

TEST(Application, is_decided_by_a_person_in_every_case) {
  EXPECT_EQ(run("application",
                [](const Case& one) {
                  if (one.when == "year") return year(one);
                  if (one.when == "appeal") return appeal(one);
                  return one.when == "ruling" ? ruling(one) : decision(one);
                }),
            Lines{});
}

} // namespace
} // namespace onebudget::performance
