#include "plugins/compilation/domain/lifecycle/secret.hpp"
#include "plugins/compilation/domain/line/expenditure_line.hpp"
#include "plugins/compilation/domain/plan/rolling_plan.hpp"
#include "plugins/compilation/domain/project_declaration.hpp"
#include "plugins/compilation/domain/topics.hpp"
#include "plugins/compilation/service/line/headcount.hpp"

namespace onebudget::compilation {

namespace {

using plugin::Action;

constexpr const char* kCodeRule = "project_code";

Existence existence_of(const std::string& text) {
  if (text == "one_off") return Existence::one_off;
  return text == "continuing" ? Existence::continuing : Existence::created;
}

/// What a step of an approval may fill in. Amounts that choose the way of the approval, that gates are decided by or
/// that lines add up to are not among them, nor is who the project is of.
const std::vector<plugin::Fillable> kFillable = {{"spending_order"},
                                                 {"three_guarantees"},
                                                 {"social_investment", plugin::Fillable::money},
                                                 {"functional_class"},
                                                 {"department_economic_class"},
                                                 {"government_economic_class"},
                                                 {"fund_kind"},
                                                 {"special_fund"},
                                                 {"payout_kind"},
                                                 {"hot_std"},
                                                 {"distribution"},
                                                 {"is_procurement"},
                                                 {"is_research"},
                                                 {"is_direct"},
                                                 {"performance_goal"},
                                                 {"location"}};

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

/// Topics are of the dictionary of the project's year when they are chosen, and kept in one way of writing.
Result<void> check_topics_of(Call& call, const Change& change, int year, Verdict& verdict) {
  const std::string topics = change.after.text("hot_std");
  if (topics.empty() || (change.action != Action::create && !change.changes("hot_std"))) return {};
  OB_TRY(const Policy policy, policy_for(call, year));
  verdict.report(check_topics(topics, policy));
  if (const std::string kept = topics_text(topics_of(topics)); kept != topics) verdict.assign("hot_std", kept);
  return {};
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
  std::string unit_type;
  if (filled(change.after, "department_economic_class") && filled(change.after, "government_economic_class")) {
    OB_TRY(const auto profile, profile_of(call, change.after.ref("unit"), year));
    if (profile) unit_type = profile->text("unit_type");
  }
  OB_TRY(const Json answer,
         call.send(kStandards, "check_codes", {{"year", year}, {"codes", codes}, {"unit_type", unit_type}}));
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

Result<std::vector<Money>> lines_of_year(const Call& call, const Change& change) {
  std::vector<Money> lines;
  const std::string of_year =
      "project==" + change.id.str() + ";year==" + std::to_string(change.after.number("fiscal_year"));
  OB_CHECK(call.records().each("compilation.expenditure_line", where(of_year), [&](const Row& row) -> Result<void> {
    lines.push_back(row.money("amount"));
    return {};
  }));
  return lines;
}

Admitted admitted_of(const Row& row) {
  Admitted out;
  out.fiscal_year = static_cast<int>(row.number("admitted_year"));
  out.total_amount = row.money("admitted_total");
  out.year_amount = row.money("admitted_year_amount");
  out.same_goal = row.text("admitted_goal") == row.text("performance_goal");
  return out;
}

/// What an adjustment is measured against later.
void keep_admitted(const Row& row, Verdict& verdict) {
  verdict.assign("admitted_year", row.number("fiscal_year"));
  verdict.assign("admitted_total", plugin::abi(row.money("total_amount")));
  verdict.assign("admitted_year_amount", plugin::abi(row.money("year_amount")));
  verdict.assign("admitted_goal",
                 row.text("performance_goal").empty() ? Json(nullptr) : Json(row.text("performance_goal")));
}

/// The newest plan by years of the project's own year, if there is one: it adds up to the total when it covers the
/// term.
Result<void> check_plan(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.after;
  YearPlan plan;
  plan.base_year = static_cast<int>(row.number("fiscal_year"));
  const std::string own = "project==" + change.id.str() + ";base_year==" + std::to_string(plan.base_year);
  OB_CHECK(
      call.records().each("compilation.year_amount", where(own, "version_no"), [&](const Row& each) -> Result<void> {
        const int version = static_cast<int>(each.number("version_no"));
        if (version != plan.version) plan.amounts.clear();
        plan.version = version;
        plan.amounts[static_cast<int>(each.number("year"))] = each.money("amount");
        return {};
      }));
  if (plan.amounts.empty()) return {};
  const int start = static_cast<int>(row.number("start_year")), end = static_cast<int>(row.number("end_year"));
  const bool complete = plan.amounts.begin()->first <= start && plan.amounts.rbegin()->first >= end;
  for (FieldFault finding :
       check_year_amounts(plan, start, end, row.money("total_amount"), row.money("year_amount"), complete)) {
    finding.field = finding.field == "/year" ? "/end_year" : "/total_amount";
    verdict.report(finding);
  }
  return {};
}

/// Before 储备: the papers are there, and the lines and the years add up.
Result<void> check_submission(const Call& call, const Change& change, const ProjectFacts& facts, const Policy& policy,
                              Verdict& verdict) {
  const Declaration declaration = declaration_of(change.after);
  verdict.report(check_papers(declaration));
  verdict.report(check_goal_with_money(declaration, admitted_of(change.after)));
  verdict.report(check_attachments(facts, policy));
  OB_TRY(const auto lines, lines_of_year(call, change));
  verdict.report(check_lines_sum(facts.category, facts.year_amount, lines));
  OB_CHECK(report_headcount(call, change.before, verdict));
  return check_plan(call, change, verdict);
}

/// Before 编制: the round is open, the total is not used up, the lines add up.
Result<void> check_compilation(Call& call, const Change& change, const ProjectFacts& facts, Verdict& verdict) {
  const int year = static_cast<int>(change.after.number("fiscal_year"));
  OB_TRY(const Row node, call.node(change.after.ref("unit")));
  std::optional<Round> open;
  for (const RoundStep step : {RoundStep::one_up, RoundStep::two_up}) {
    OB_TRY(const auto round, round_of(call, node.text("region_code"), year, step));
    if (!open || (round && round->open)) open = round;
  }
  verdict.report(check_editing(open, call.today()));
  verdict.report(check_compile(facts));
  OB_TRY(const auto lines, lines_of_year(call, change));
  verdict.report(check_lines_sum(facts.category, facts.year_amount, lines));
  return report_headcount(call, change.before, verdict);
}

/// The gates of the lifecycle (domain rules 1.5).
Result<void> check_step(Call& call, const Change& change, Verdict& verdict) {
  const std::string& step = change.transition;
  const bool gated =
      step == "submit" || step == "approve" || step == "compile" || step == "finish" || step == "terminate";
  if (!gated) return {};
  OB_TRY(const ProjectFacts facts, facts_of(call, change.before));
  OB_TRY(const Policy policy, policy_for(call, static_cast<int>(change.after.number("fiscal_year"))));
  if (step == "submit") return check_submission(call, change, facts, policy, verdict);
  if (step == "approve") {
    verdict.report(check_admission(facts, policy));
    keep_admitted(change.after, verdict);
  }
  if (step == "compile") return check_compilation(call, change, facts, verdict);
  if (step == "finish" || step == "terminate") verdict.report(check_closing(facts, step == "finish"));
  return {};
}

/// Of every row that people fill in: by form, by import, or by a step of an approval.
void check_values(const Change& change, const Declaration& declaration, Verdict& verdict) {
  verdict.report(
      check_secret(change.after.flag("is_secret"), {change.after.text("name"), change.after.text("summary"),
                                                    change.after.text("design_basis"), change.after.text("plan")}));
  verdict.report(check_term(declaration));
  verdict.report(check_amounts(declaration));
}

/// The first three orders are 三保 whatever the mark says; a hand that says otherwise is told so.
Result<void> check_filled(Call& call, const Change& change, Verdict& verdict) {
  const Declaration declaration = declaration_of(change.after);
  check_values(change, declaration, verdict);
  verdict.report(check_papers(declaration));
  OB_CHECK(check_classification(call, change, declaration.fiscal_year, verdict));
  OB_CHECK(check_topics_of(call, change, declaration.fiscal_year, verdict));
  if (order_of(change.after.text("spending_order")) > 3 || change.after.flag("three_guarantees")) return {};
  if (change.changes("three_guarantees"))
    verdict.report("/three_guarantees", "compilation.three_guarantees",
                   Text{"支出顺序属于“三保”，不能取消三保标识。",
                        "By its spending order the project is of the three guarantees; the mark stays."},
                   Text{"请先改支出顺序。", "Change the spending order as well."});
  verdict.assign("three_guarantees", true);
  return {};
}

Result<void> validate_transition(Call& call, const Change& change, Verdict& verdict) {
  OB_TRY(const Row after, plugin::fill_granted(call, change, kFillable, verdict));
  Change whole = change;
  whole.after = after;
  const bool fills = after.json() != change.after.json();
  if (fills) OB_CHECK(check_filled(call, whole, verdict));
  OB_CHECK(check_step(call, whole, verdict));
  if (verdict.findings() > 0) return {};
  return follow_workflow(call, whole,
                         {after.text("code") + " " + after.text("name"), after.ref("unit"), after.money("year_amount"),
                          after.flag("is_construction") ? "construction" : after.text("category")},
                         verdict);
}

} // namespace

Result<void> validate_project(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  if (change.action == Action::transition) return validate_transition(call, change, verdict);
  const Declaration declaration = declaration_of(change.after);
  check_values(change, declaration, verdict);
  const bool sound = verdict.findings() == 0;
  OB_CHECK(check_classification(call, change, declaration.fiscal_year, verdict));
  OB_CHECK(check_topics_of(call, change, declaration.fiscal_year, verdict));
  verdict.assign("term_years", term_years(declaration));
  if (order_of(change.after.text("spending_order")) <= 3) verdict.assign("three_guarantees", true);
  if (change.action != Action::create || !sound) return {};
  return settle_code(call, change, declaration, verdict);
}

} // namespace onebudget::compilation
