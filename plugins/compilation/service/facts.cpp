#include "plugins/compilation/service/facts.hpp"

#include <charconv>

#include "plugins/compilation/domain/review/spending_order.hpp"
#include "plugins/compilation/service/result/results.hpp"

namespace onebudget::compilation {

namespace {

constexpr std::size_t kBatch = 100, kDay = 10; ///< 2026-01-31
constexpr const char* kOrders[] = {"livelihood", "wages",          "operation", "debt",
                                   "legal",      "major_decision", "contract",  "new"};

std::optional<PaperKind> paper_kind(const std::string& text) {
  static const std::map<std::string, PaperKind> kKinds = {{"basis", PaperKind::basis},
                                                          {"feasibility", PaperKind::feasibility},
                                                          {"investment_approval", PaperKind::investment_approval},
                                                          {"estimate", PaperKind::estimate},
                                                          {"quotation", PaperKind::quotation},
                                                          {"minutes", PaperKind::minutes},
                                                          {"plan", PaperKind::plan},
                                                          {"acceptance", PaperKind::acceptance}};
  const auto found = kKinds.find(text);
  return found == kKinds.end() ? std::nullopt : std::optional<PaperKind>(found->second);
}

Result<void> read_reviews(const Call& call, const std::string& own, ProjectFacts& facts) {
  OB_CHECK(call.records().each("compilation.project_review", where(own + ";status==decided", "decided_on"),
                               [&](const Row& row) -> Result<void> {
                                 const bool passed = row.text("conclusion") != "rejected";
                                 if (row.text("kind") == "investment") facts.investment_approved = passed;
                                 if (row.text("kind") == "asset") {
                                   facts.asset_reviewed = passed;
                                   facts.assets_passed.reset();
                                   if (row.has("approved_amount")) facts.assets_passed = row.money("approved_amount");
                                 }
                                 if (row.text("kind") == "performance") facts.performance_reviewed = passed;
                                 if (row.text("kind") != "cost") return {};
                                 facts.cost_reviewed = passed;
                                 facts.reviewed_amount = row.money("approved_amount");
                                 return {};
                               }));
  return call.records().each("compilation.ex_ante_review", where(own + ";status==decided", "evaluated_on"),
                             [&](const Row& row) -> Result<void> {
                               facts.ex_ante_supported = row.text("conclusion") == "support";
                               return {};
                             });
}

/// 新增资产 of all its lines, together.
Result<Money> new_assets_of(const Call& call, const std::string& own) {
  std::set<std::string> lines;
  OB_CHECK(call.records().each(
      "compilation.expenditure_line", where(own, "", {"line_no"}),
      [&](const Row& row) -> Result<void> { return lines.insert(row.id().str()), Result<void>(); }));
  Money sum;
  OB_CHECK(by_hundreds(lines, "line", [&](const std::string& filter) {
    return call.records().each("compilation.asset_line", where(filter, "", {"amount"}),
                               [&](const Row& row) -> Result<void> {
                                 OB_TRY(sum, sum.plus(row.money("amount")));
                                 return {};
                               });
  }));
  return sum;
}

} // namespace

Result<void> by_hundreds(const std::set<std::string>& ids, const std::string& field,
                         const std::function<Result<void>(const std::string& filter)>& each) {
  auto next = ids.begin();
  while (next != ids.end()) {
    std::string list;
    for (std::size_t i = 0; i < kBatch && next != ids.end(); ++i, ++next) list += (list.empty() ? "" : ",") + *next;
    OB_CHECK(each(field + "=in=(" + list + ")"));
  }
  return {};
}

Result<std::map<std::string, std::string>> codes_of(const Call& call, const std::string& entity,
                                                    const std::set<std::string>& ids, const char* field) {
  std::map<std::string, std::string> out;
  std::set<std::string> given = ids;
  given.erase("");
  OB_CHECK(by_hundreds(given, "id", [&](const std::string& filter) {
    return call.records().each(entity, where(filter, "", {field}), [&](const Row& row) -> Result<void> {
      out[row.id().str()] = row.text(field);
      return {};
    });
  }));
  return out;
}

Result<Policy> policy_for(const Call& call, int fiscal_year) {
  Policy policy;
  if (fiscal_year <= 0) return policy; // the missing year has its own finding
  const std::string until = std::to_string(fiscal_year) + "-12-31";
  OB_CHECK(call.records().each("compilation.policy_value",
                               where("status==in_force;valid_from=le=" + until, "valid_from"),
                               [&](const Row& row) { return policy.set(row.text("code"), row.text("value")); }));
  OB_CHECK(check_policy(policy));
  return policy;
}

Category category_of(const std::string& text) {
  if (text == "personnel") return Category::personnel;
  if (text == "operating") return Category::operating;
  return text == "operating_other" ? Category::operating_other : Category::specific;
}

int order_of(const std::string& text) {
  for (int i = 0; i < 8; ++i)
    if (text == kOrders[i]) return i + 1;
  return 8;
}

Result<Money> budgeted_before(const Call& call, RecordId project, int fiscal_year) {
  Money sum;
  std::set<std::string> issues;
  std::vector<std::pair<std::string, Money>> amounts;
  OB_CHECK(call.records().each("compilation.issue_line", where("project==" + project.str()),
                               [&](const Row& row) -> Result<void> {
                                 issues.insert(row.text("issue"));
                                 amounts.emplace_back(row.text("issue"), row.money("amount"));
                                 return {};
                               }));
  // A change names every line of what it changes again: both batches are among these.
  std::set<std::string> counted, changed;
  OB_CHECK(by_hundreds(issues, "id", [&](const std::string& filter) {
    return call.records().each("compilation.budget_issue", where(filter + ";status==issued"),
                               [&](const Row& row) -> Result<void> {
                                 changed.insert(row.text("changes"));
                                 if (row.number("fiscal_year") != fiscal_year) counted.insert(row.id().str());
                                 return {};
                               });
  }));
  for (const std::string& issue : changed) counted.erase(issue);
  for (const auto& [issue, amount] : amounts)
    if (counted.count(issue) > 0) {
      OB_TRY(sum, sum.plus(amount));
    }
  return sum;
}

Result<ProjectFacts> facts_of(const Call& call, const Row& project) {
  ProjectFacts facts;
  const std::string own = "project==" + project.id().str();
  const int year = static_cast<int>(project.number("fiscal_year"));
  facts.category = category_of(project.text("category"));
  facts.existence = project.text("existence") == "continuing" ? Existence::continuing
                    : project.text("existence") == "one_off"  ? Existence::one_off
                                                              : Existence::created;
  facts.total = project.money("total_amount");
  facts.year_amount = project.money("year_amount");
  facts.is_construction = project.flag("is_construction");
  facts.is_procurement = project.flag("is_procurement");
  OB_CHECK(call.records().each("compilation.project_paper", where(own), [&](const Row& row) -> Result<void> {
    if (const auto kind = paper_kind(row.text("kind"))) facts.papers.push_back(*kind);
    return {};
  }));
  OB_CHECK(read_reviews(call, own, facts));
  OB_TRY(facts.new_assets, new_assets_of(call, own));
  OB_TRY(const DuplicateMarks marks, duplicate_marks_of(call, project.id()));
  facts.duplicate_confirmed = marks.confirmed;
  facts.duplicate_open = marks.open;
  const std::string of_year = own + ";fiscal_year==" + std::to_string(year);
  OB_TRY(const auto rank, call.records().first("compilation.project_rank", where(of_year)));
  facts.ranked = rank.has_value();
  OB_TRY(const auto review, call.records().first("compilation.zero_base_review", where(of_year + ";status==decided")));
  facts.zero_base_cancelled = review && (review->text("disposition") == "cancel" || review->text("grade") == "d");
  if (review)
    facts.zero_base_approved = review->money("approved_amount");
  else {
    const std::string before = own + ";status==decided;fiscal_year=lt=" + std::to_string(year);
    OB_TRY(const auto last, call.records().first("compilation.zero_base_review", where(before, "-fiscal_year")));
    if (last && last->has("sunset_year")) facts.sunset_year = static_cast<int>(last->number("sunset_year"));
  }
  facts.fiscal_year = year;
  facts.guaranteed = order_of(project.text("spending_order")) <= kGuaranteed;
  OB_TRY(const auto effect, effect_on(call, project.id().str(), year));
  facts.result_cancelled = effect && effect->flag("cancel") && !shielded(*effect, project);
  OB_TRY(const auto closing, call.records().first("compilation.project_closing", where(own)));
  if (closing) {
    facts.open_contracts = static_cast<int>(closing->number("open_contracts"));
    facts.open_advances = static_cast<int>(closing->number("open_advances"));
    facts.unbooked_assets = static_cast<int>(closing->number("unbooked_assets"));
    facts.accepted = closing->flag("accepted");
  }
  OB_TRY(facts.budgeted, budgeted_before(call, project.id(), year));
  return facts;
}

Result<std::optional<Row>> profile_of(const Call& call, RecordId unit, int fiscal_year) {
  const std::string of_unit =
      "unit==" + unit.str() + ";fiscal_year==" + std::to_string(fiscal_year) + ";status==confirmed";
  auto found = call.records().first("compilation.unit_profile", where(of_unit));
  if (!found && found.fault().kind == FaultKind::forbidden) return std::optional<Row>();
  return found;
}

int year_parameter(const Request& request, const char* name) {
  const std::string text = request.parameter(name).value_or("");
  int year = 0;
  std::from_chars(text.data(), text.data() + text.size(), year);
  return year;
}

int year_member(const Json& body, const char* name) { return static_cast<int>(Row(body).number(name)); }

} // namespace onebudget::compilation
