// Hooks of expenditure lines, the budgets linked to them, and amounts by year.
#include <charconv>

#include "plugins/compilation/domain/line/expenditure_line.hpp"
#include "plugins/compilation/domain/line/formula.hpp"
#include "plugins/compilation/domain/plan/rolling_plan.hpp"
#include "plugins/compilation/service/line/headcount.hpp"

namespace onebudget::compilation {

namespace {

using plugin::Action;

constexpr const char* kLineCodes[] = {"functional_class", "department_economic_class", "government_economic_class",
                                      "fund_kind"};

bool written(const Change& change) { return change.action == Action::create || change.action == Action::update; }

Result<Decimal> decimal_of(const Row& row, const char* field) {
  const std::string text = row.text(field);
  return text.empty() ? Result<Decimal>(Decimal::whole(1)) : Decimal::parse(text);
}

/// What a confirmed profile gives to formulas; nobody types these.
constexpr std::pair<const char*, const char*> kPeople[] = {
    {"编制人数", "posts"}, {"在职人数", "staff"}, {"离退休人数", "retirees"}};

Result<Decimal> computed_of(const Row& row, const LineFacts& facts, const std::optional<Row>& profile) {
  FormulaNames names;
  names.values["数量"] = names.values["quantity"] = facts.quantity;
  names.values["单价"] = names.values["price"] = Decimal::of(facts.price);
  if (facts.standard) names.values["标准"] = names.values["standard"] = Decimal::of(*facts.standard);
  const Json given = row.at("names");
  if (given.is_object())
    for (const auto& [name, value] : given.items()) {
      const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
      const auto number = Decimal::parse(text);
      if (number)
        names.values[name] = *number;
      else
        names.formulas[name] = text;
    }
  if (profile)
    for (const auto& [name, field] : kPeople)
      for (const char* said : {name, field}) {
        names.formulas.erase(said);
        names.values[said] = Decimal::whole(profile->number(field));
      }
  return evaluate(row.text("formula"), names);
}

/// As for the project: codes of the line's year when they are chosen.
Result<void> check_line_codes(Call& call, const Change& change, const std::optional<Row>& profile, Verdict& verdict) {
  Json codes = Json::array();
  for (const char* field : kLineCodes)
    if (!change.after.text(field).empty())
      codes.push_back({{"list", field},
                       {"id", change.after.text(field)},
                       {"field", std::string("/") + field},
                       {"chosen", change.action == Action::create || change.changes(field) || change.changes("year")}});
  OB_TRY(const Json answer, call.send(kStandards, "check_codes",
                                      {{"year", change.after.number("year")},
                                       {"codes", codes},
                                       {"unit_type", profile ? profile->text("unit_type") : std::string()}}));
  for (const Json& item : Row(answer).at("findings")) {
    const Row finding(item), message(finding.at("message")), remedy(finding.at("remedy"));
    verdict.report(finding.text("field"), finding.text("code"), Text{message.text("zh"), message.text("en")},
                   Text{remedy.text("zh"), remedy.text("en")});
  }
  return {};
}

Linked linked_kind(const std::string& entity) {
  if (entity == "compilation.asset_line") return Linked::asset;
  return entity == "compilation.service_line" ? Linked::service : Linked::procurement;
}

} // namespace

Result<void> validate_line(Call& call, const Change& change, Verdict& verdict) {
  if (!written(change)) return {};
  OB_TRY(const Row project, call.records().get(kProject, change.after.ref("project")));
  LineFacts facts;
  facts.category = category_of(project.text("category"));
  facts.year = static_cast<int>(change.after.number("year"));
  facts.start_year = static_cast<int>(project.number("start_year"));
  facts.end_year = static_cast<int>(project.number("end_year"));
  facts.price = change.after.money("price");
  OB_TRY(const auto profile, profile_of(call, project.ref("unit"), facts.year));
  OB_TRY(facts.quantity, decimal_of(change.after, "quantity"));
  OB_TRY(const Standard standard, standard_of(call, change.after));
  facts.standard = standard.ceiling;
  OB_TRY(const auto codes,
         codes_of(call, "standards.department_economic_class", {change.after.text("department_economic_class")}));
  if (!codes.empty()) facts.department_class = codes.begin()->second;
  if (!change.after.text("formula").empty()) {
    const auto computed = computed_of(change.after, facts, profile);
    if (!computed) {
      verdict.report("/formula", computed.fault().code, computed.fault().message,
                     Text{"请改正公式或它的值。", "Correct the formula or its values."});
      return {};
    }
    facts.computed = *computed;
  }
  verdict.report(check_line(facts));
  OB_CHECK(check_line_codes(call, change, profile, verdict));
  const auto amount = line_amount(facts);
  if (!amount) return verdict.report(amount.fault()), Result<void>();
  verdict.assign("amount", plugin::abi(*amount));
  HeadcountFacts people = headcount_of(facts.category, change.after, standard, facts.department_class, profile);
  people.amount = *amount;
  verdict.report(check_headcount(people));
  return {};
}

Result<void> validate_linked(Call& call, const Change& change, Verdict& verdict) {
  if (!written(change)) return {};
  LinkedFacts facts;
  facts.kind = linked_kind(change.entity);
  facts.price = change.after.money("price");
  OB_TRY(facts.quantity, decimal_of(change.after, "quantity"));
  OB_TRY(const Row line, call.records().get("compilation.expenditure_line", change.after.ref("line")));
  facts.line_amount = line.money("amount");
  OB_CHECK(call.records().each(change.entity, where("line==" + line.id().str()), [&](const Row& row) -> Result<void> {
    if (row.id() == change.id) return {};
    OB_TRY(facts.linked_before, facts.linked_before.plus(row.money("amount")));
    return {};
  }));
  if (facts.kind == Linked::asset) {
    OB_TRY(const Standard standard, standard_of(call, change.after));
    facts.price_cap = standard.ceiling;
    if (change.after.has("allowed")) facts.count_cap = static_cast<int>(change.after.number("allowed"));
    facts.existing = static_cast<int>(change.after.number("existing"));
  } else {
    OB_TRY(const auto codes,
           codes_of(call, "standards.procurement_category", {change.after.text("procurement_category")}));
    if (!codes.empty()) facts.category_code = codes.begin()->second;
  }
  verdict.report(check_linked(facts));
  const auto amount = Decimal::of(facts.price).times(facts.quantity);
  const auto money = amount ? amount->to_money(Rounding::half_up) : Result<Money>(amount.fault());
  if (money) verdict.assign("amount", plugin::abi(*money));
  return {};
}

Result<void> validate_year(Call& call, const Change& change, Verdict& verdict) {
  if (!written(change)) return {};
  OB_TRY(const Row project, call.records().get(kProject, change.after.ref("project")));
  YearPlan plan{
      static_cast<int>(change.after.number("base_year")), static_cast<int>(change.after.number("version_no")), {}};
  const std::string own = "project==" + project.id().str() + ";base_year==" + std::to_string(plan.base_year) +
                          ";version_no==" + std::to_string(plan.version);
  OB_CHECK(call.records().each("compilation.year_amount", where(own), [&](const Row& row) -> Result<void> {
    if (!(row.id() == change.id)) plan.amounts[static_cast<int>(row.number("year"))] = row.money("amount");
    return {};
  }));
  plan.amounts[static_cast<int>(change.after.number("year"))] = change.after.money("amount");
  const bool of_now = plan.base_year == project.number("fiscal_year");
  const auto base = plan.amounts.find(plan.base_year);
  const Money year_amount = of_now ? project.money("year_amount") : base == plan.amounts.end() ? Money() : base->second;
  verdict.report(check_year_amounts(plan, static_cast<int>(project.number("start_year")),
                                    static_cast<int>(project.number("end_year")), project.money("total_amount"),
                                    year_amount, false));
  return {};
}

} // namespace onebudget::compilation
