#include "plugins/compilation/domain/project_declaration.hpp"
#include "plugins/compilation/service/service.hpp"

namespace onebudget::compilation {

namespace {

constexpr const char* kStandards = "standards/1";

Category category_of(const std::string& text) {
  if (text == "personnel") return Category::personnel;
  if (text == "operating") return Category::operating;
  return text == "operating_other" ? Category::operating_other : Category::specific;
}

Money money_of(const Json& row, const char* field) {
  return Money::from_fen(row.contains(field) && row[field].is_number_integer() ? row[field].get<std::int64_t>() : 0);
}

bool filled(const Json& row, const char* field) { return row.contains(field) && row[field].is_string() && !row[field].get<std::string>().empty(); }

Declaration declaration_of(const Json& row) {
  Declaration d;
  d.category = category_of(row.value("category", std::string()));
  const std::string existence = row.value("existence", std::string());
  d.existence = existence == "one_off" ? Existence::one_off : existence == "continuing" ? Existence::continuing : Existence::created;
  d.fiscal_year = row.value("fiscal_year", 0);
  d.start_year = row.value("start_year", 0);
  d.end_year = row.value("end_year", 0);
  d.total_amount = money_of(row, "total_amount");
  d.year_amount = money_of(row, "year_amount");
  d.social_investment = money_of(row, "social_investment");
  d.has_basis = filled(row, "design_basis");
  d.has_goal = filled(row, "performance_goal");
  d.has_plan = filled(row, "plan");
  d.has_location = filled(row, "location");
  d.is_construction = row.contains("is_construction") && row["is_construction"] == true;
  return d;
}

Result<void> report_findings(Change& change, const Json& findings) {
  for (const Json& finding : findings) {
    const auto text = [&](const char* name) { return Text{finding[name].value("zh", std::string()), finding[name].value("en", std::string())}; };
    OB_CHECK(change.report(FieldFault{finding.value("field", std::string()), finding.value("code", std::string()), text("message"), text("remedy")}));
  }
  return {};
}

bool changed(const Change& change, const char* field) {
  return change.before().is_null() || change.before().value(field, Json()) != change.after().value(field, Json());
}

/// Codes are checked when they are chosen; a project keeps the code it has when the list moves on.
Result<void> check_classification(Change& change, int year) {
  for (const auto& [field, list] : {std::pair{"functional_class", "functional_class"}, {"department_economic_class", "department_economic_class"}, {"government_economic_class", "government_economic_class"}}) {
    const Json id = change.after().value(field, Json());
    if (!id.is_string() || !(changed(change, field) || changed(change, "fiscal_year"))) continue;
    OB_TRY(const Json answer, change.call_service(kStandards, "check_postable", {{"list", list}, {"id", id}, {"year", year}, {"field", std::string("/") + field}}));
    OB_CHECK(report_findings(change, answer["findings"]));
  }
  return {};
}

Result<void> settle_code(Change& change, const Declaration& declaration) {
  if (filled(change.after(), "code")) {
    OB_TRY(const Json answer, change.call_service(kStandards, "check_code", {{"rule", "project_code"}, {"code", change.after()["code"]}}));
    return report_findings(change, answer["findings"]);
  }
  const auto unit = NodeId::parse(change.after().value("unit", std::string()));
  if (!unit) return {}; // the missing unit has its own finding
  OB_TRY(const Json node, change.node(unit->value));
  const std::string year = std::to_string(declaration.fiscal_year);
  const Json values = {{"region", node.value("region_code", std::string()).substr(0, 6)}, {"setup_year", year.size() == 4 ? year.substr(2) : year}, {"category", std::string(1, category_letter(declaration.category))}};
  OB_TRY(const Json answer, change.call_service(kStandards, "compose_code", {{"rule", "project_code"}, {"values", values}}));
  return change.assign("code", answer["code"]);
}

} // namespace

Result<void> validate_project(Change& change) {
  if (change.action() == OB_ACTION_REMOVE) return {};
  const Declaration declaration = declaration_of(change.after());
  if (change.action() == OB_ACTION_TRANSITION)
    return change.transition_name() == "submit" ? change.report(check_papers(declaration)) : Result<void>();
  const auto term = check_term(declaration), amounts = check_amounts(declaration);
  OB_CHECK(change.report(term));
  OB_CHECK(change.report(amounts));
  OB_CHECK(check_classification(change, declaration.fiscal_year));
  OB_CHECK(change.assign("term_years", term_years(declaration)));
  if (change.action() != OB_ACTION_CREATE || !term.empty() || !amounts.empty()) return {};
  return settle_code(change, declaration);
}

} // namespace onebudget::compilation
