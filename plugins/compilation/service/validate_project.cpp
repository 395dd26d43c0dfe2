#include "plugins/compilation/domain/project_declaration.hpp"
#include "plugins/compilation/service/service.hpp"

namespace onebudget::compilation {

namespace {

using plugin::Action;

constexpr const char* kCodeRule = "project_code";

Category category_of(const std::string& text) {
  if (text == "personnel") return Category::personnel;
  if (text == "operating") return Category::operating;
  return text == "operating_other" ? Category::operating_other : Category::specific;
}

Existence existence_of(const std::string& text) {
  if (text == "one_off") return Existence::one_off;
  return text == "continuing" ? Existence::continuing : Existence::created;
}

bool filled(const Row& row, const char* field) { return !row.text(field).empty(); }

Declaration declaration_of(const Row& row) {
  Declaration d;
  d.category = category_of(row.text("category"));
  d.existence = existence_of(row.text("existence"));
  d.fiscal_year = static_cast<int>(row.number("fiscal_year"));
  d.start_year = static_cast<int>(row.number("start_year"));
  d.end_year = static_cast<int>(row.number("end_year"));
  d.total_amount = row.money("total_amount");
  d.year_amount = row.money("year_amount");
  d.social_investment = row.money("social_investment");
  d.has_basis = filled(row, "design_basis");
  d.has_goal = filled(row, "performance_goal");
  d.has_plan = filled(row, "plan");
  d.has_location = filled(row, "location");
  d.is_construction = row.flag("is_construction");
  return d;
}

/// Findings that the standards answered.
void report_answer(Verdict& verdict, const Json& answer) {
  for (const Json& item : Row(answer).at("findings")) {
    const Row finding(item), message(finding.at("message")), remedy(finding.at("remedy"));
    verdict.report(finding.text("field"), finding.text("code"), Text{message.text("zh"), message.text("en")},
                   Text{remedy.text("zh"), remedy.text("en")});
  }
}

/// Codes are checked when they are chosen; a project keeps the code it has when the list moves on.
Result<void> check_classification(Call& call, const Change& change, int year, Verdict& verdict) {
  Json codes = Json::array();
  bool any = false;
  for (const char* field : kCodes) {
    if (!filled(change.after, field)) continue;
    const bool chosen = change.action == Action::create || change.changes(field) || change.changes("fiscal_year");
    any = any || chosen;
    codes.push_back(
        {{"list", field}, {"id", change.after.text(field)}, {"field", std::string("/") + field}, {"chosen", chosen}});
  }
  if (!any) return {};
  OB_TRY(const Json answer, call.send(kStandards, "check_codes", {{"year", year}, {"codes", codes}}));
  report_answer(verdict, answer);
  return {};
}

Result<void> settle_code(Call& call, const Change& change, const Declaration& declaration, Verdict& verdict) {
  if (filled(change.after, "code")) {
    OB_TRY(const Json answer,
           call.send(kStandards, "take_code", {{"rule", kCodeRule}, {"code", change.after.text("code")}}));
    report_answer(verdict, answer);
    return {};
  }
  const RecordId unit = change.after.ref("unit");
  if (unit.none()) return {}; // the missing unit has its own finding
  OB_TRY(const Row node, call.node(unit));
  const std::string year = std::to_string(declaration.fiscal_year);
  const Json values = {{"region", node.text("region_code").substr(0, 6)},
                       {"setup_year", year.size() == 4 ? year.substr(2) : year},
                       {"category", std::string(1, category_letter(declaration.category))}};
  const Json in_use = {{"entity", "compilation.project"}, {"field", "code"}};
  OB_TRY(const Json answer,
         call.send(kStandards, "compose_code", {{"rule", kCodeRule}, {"values", values}, {"in_use", in_use}}));
  verdict.assign("code", Row(answer).text("code"));
  return {};
}

} // namespace

Result<void> validate_project(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  const Declaration declaration = declaration_of(change.after);
  if (change.action == Action::transition) {
    if (change.transition == "submit") verdict.report(check_papers(declaration));
    return verdict.findings() == 0 ? follow_workflow(call, change, verdict) : Result<void>();
  }
  verdict.report(check_term(declaration));
  verdict.report(check_amounts(declaration));
  const bool sound = verdict.findings() == 0;
  OB_CHECK(check_classification(call, change, declaration.fiscal_year, verdict));
  verdict.assign("term_years", term_years(declaration));
  if (change.action != Action::create || !sound) return {};
  return settle_code(call, change, declaration, verdict);
}

} // namespace onebudget::compilation
