// R10, R11, R23: what a unit bought; R12, R41: one purchase against its method and its procurement budget. From
// procured contracts, the one record of purchases that is kept here.

#include "plugins/monitoring/service/told/told.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kToldBy = "contract";
constexpr std::int32_t kDaysBack = 730; ///< a year before the purchases of the last year

bool works(const Row& contract) { return contract.text("category").rfind('B', 0) == 0; }
std::string bought_on(const Row& contract) {
  return contract.text(contract.has("awarded_on") ? "awarded_on" : "signed_on");
}

/// The procurement budget of a project; nothing when the library does not know the project or is not installed.
Result<std::optional<Money>> procurement_budget(const Call& call, const std::string& code) {
  std::optional<Money> out;
  if (code.empty()) return out;
  const auto project = call.records().first("compilation.project", where("code==" + plugin::quoted(code)));
  if (!project) return not_there(project.fault()) ? Result<std::optional<Money>>(out) : project.fault();
  if (!*project) return out;
  std::set<std::string> lines;
  OB_CHECK(call.records().each("compilation.expenditure_line", where("project==" + (*project)->id().str()),
                               [&](const Row& row) -> Result<void> {
                                 lines.insert(row.id().str());
                                 return {};
                               }));
  out = Money();
  OB_CHECK(by_hundreds(lines, "line", [&](const std::string& filter) {
    return call.records().each("compilation.procurement_line", where(filter), [&](const Row& row) -> Result<void> {
      out = sum(*out, row.money("amount"));
      return {};
    });
  }));
  return out;
}

Result<void> tell_purchase(const Call& call, const Row& contract) {
  const std::string project = contract.text("project_code");
  Json facts = {{"amount", contract.number("amount")},
                {"works", works(contract)},
                {"open_tender", contract.text("method").find("公开招标") != std::string::npos},
                {"method_approved", contract.has("method_approval")}};
  OB_TRY(const auto budget, procurement_budget(call, project));
  if (budget) {
    Money left = *budget;
    const std::string before =
        "procured==true;project_code==" + plugin::quoted(project) + ";id=lt=" + contract.id().str();
    OB_CHECK(call.records().each(kContract, where(before), [&](const Row& row) -> Result<void> {
      left = sum(left, Money::from_fen(-row.money("amount").fen()));
      return {};
    }));
    facts["budgeted"] = Money() < *budget;
    facts["budget_left"] = left.fen();
  }
  const Row told(
      Json{{"unit", contract.text("unit")}, {"fiscal_year", contract.number("fiscal_year")}, {"told_by", kToldBy}});
  return keep_fact(call, told,
                   Row(Json{{"subject", "purchase"},
                            {"object", contract.text("number")},
                            {"title", contract.text("title")},
                            {"facts", facts}}));
}

Result<void> tell_book(const Call& call, const std::string& unit) {
  Json deals = Json::array();
  const std::string filter =
      "unit==" + unit + ";procured==true;signed_on=ge=" + call.today().plus_days(-kDaysBack).str();
  OB_CHECK(call.records().each(kContract, where(filter, "number"), [&](const Row& row) -> Result<void> {
    deals.push_back({{"id", row.text("number")},
                     {"category", row.text("category")},
                     {"supplier", row.text("supplier")},
                     {"amount", row.number("amount")},
                     {"day", bought_on(row)},
                     {"works", works(row)},
                     {"framework", row.flag("framework")}});
    return {};
  }));
  const Row told(Json{{"unit", unit}, {"fiscal_year", call.today().year()}, {"told_by", kToldBy}});
  return keep_fact(call, told,
                   Row(Json{{"subject", "purchase_book"},
                            {"object", std::to_string(call.today().year())},
                            {"title", "采购台账"},
                            {"facts", {{"deals", deals}}}}));
}

} // namespace

Result<void> tell_purchases(const Call& call, const std::vector<Row>& contracts) {
  std::set<std::string> units;
  for (const Row& contract : contracts) {
    if (!contract.flag("procured")) continue;
    units.insert(contract.text("unit"));
    OB_CHECK(tell_purchase(call, contract));
  }
  for (const std::string& unit : units) OB_CHECK(tell_book(call, unit));
  return {};
}

} // namespace onebudget::monitoring
