#include "plugins/compilation/domain/lifecycle/gate.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

ProjectFacts facts_of(const Case& one) {
  ProjectFacts f;
  const std::string category = one.value("category", "specific");
  f.category = category == "personnel"         ? Category::personnel
               : category == "operating"       ? Category::operating
               : category == "operating_other" ? Category::operating_other
                                               : Category::specific;
  f.existence = has(one, "continuing") ? Existence::continuing : Existence::created;
  f.total = yuan(one, "total", "1000000.00");
  f.year_amount = yuan(one, "year", "1000000.00");
  f.budgeted = yuan(one, "budgeted");
  f.is_construction = has(one, "construction");
  f.is_procurement = has(one, "procurement");
  const std::pair<const char*, PaperKind> papers[] = {
      {"basis", PaperKind::basis},         {"feasibility", PaperKind::feasibility}, {"estimate", PaperKind::estimate},
      {"quotation", PaperKind::quotation}, {"minutes", PaperKind::minutes},         {"plan", PaperKind::plan}};
  for (const auto& [name, kind] : papers)
    if (has(one, name)) f.papers.push_back(kind);
  f.investment_approved = has(one, "investment_approved");
  f.cost_reviewed = has(one, "reviewed");
  f.reviewed_amount = yuan(one, "reviewed");
  f.ex_ante_supported = has(one, "supported");
  f.new_assets = yuan(one, "assets_new");
  f.asset_reviewed = has(one, "asset_reviewed");
  if (has(one, "assets_passed")) f.assets_passed = yuan(one, "assets_passed");
  f.performance_reviewed = has(one, "performance_reviewed");
  f.ranked = !has(one, "unranked");
  f.duplicate_confirmed = has(one, "duplicate");
  f.duplicate_open = has(one, "candidate");
  f.zero_base_cancelled = has(one, "cancelled");
  if (has(one, "approved")) f.zero_base_approved = yuan(one, "approved");
  if (has(one, "sunset")) f.sunset_year = number(one, "sunset");
  f.fiscal_year = 2026;
  f.guaranteed = has(one, "guaranteed");
  f.result_cancelled = has(one, "result_cancelled");
  f.open_contracts = number(one, "contracts");
  f.open_advances = number(one, "advances");
  f.unbooked_assets = number(one, "assets");
  f.accepted = has(one, "accepted");
  return f;
}

TEST(Gate, asks_for_papers_in_every_case) {
  EXPECT_EQ(run("attachments", [](const Case& one) { return lines(check_attachments(facts_of(one), {})); }), Lines());
}
TEST(Gate, admits_in_every_case) {
  EXPECT_EQ(run("admission_gate",
                [](const Case& one) {
                  Policy policy;
                  for (const auto& [name, value] : one.given)
                    if (name.ends_with("_review_from") && !policy.set(name, value)) return Lines{"policy"};
                  return lines(check_admission(facts_of(one), policy));
                }),
            Lines());
}
TEST(Gate, compiles_in_every_case) {
  EXPECT_EQ(run("compile_gate", [](const Case& one) { return lines(check_compile(facts_of(one))); }), Lines());
}
TEST(Gate, closes_in_every_case) {
  EXPECT_EQ(
      run("closing_gate", [](const Case& one) { return lines(check_closing(facts_of(one), one.when != "terminate")); }),
      Lines());
}

} // namespace
} // namespace onebudget::compilation
