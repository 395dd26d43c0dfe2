// POST /recommend: states the program from ceilings and library, solves it, and writes what a person then judges.
#include "plugins/compilation/domain/allocate/allocation.hpp"
#include "plugins/compilation/service/plan/library.hpp"
#include "plugins/compilation/solver/cbc.hpp"

namespace onebudget::compilation {

namespace {

/// Issued ceilings whose node holds the unit's department or region, each with what it binds.
struct Bound {
  std::string name, department, region, fund, category;
  Money amount;
};

Result<std::vector<Bound>> bounds_of(const Call& call, const Row& region, int fiscal_year) {
  std::vector<Bound> out;
  std::vector<Row> rows;
  std::set<std::string> funds;
  const std::string filter = "fiscal_year==" + std::to_string(fiscal_year) + ";status==issued";
  OB_CHECK(call.records().each("compilation.ceiling", where(filter), [&](const Row& row) -> Result<void> {
    rows.push_back(row);
    funds.insert(row.text("fund_kind"));
    return {};
  }));
  OB_TRY(auto codes, codes_of(call, "standards.fund_kind", funds));
  for (const Row& row : rows) {
    OB_TRY(const Row node, call.node(row.ref("node")));
    const std::string kind = node.text("kind");
    if (node.text("region_code") != region.text("region_code") || kind == "unit") continue;
    Bound bound;
    bound.department = kind == "department" ? node.text("department_code") : "";
    bound.region = node.text("region_code");
    bound.fund = codes[row.text("fund_kind")];
    bound.category = row.text("category");
    bound.amount = row.money("amount");
    bound.name = node.text("name") + " " + bound.fund + " " + bound.category + " " + std::to_string(fiscal_year);
    out.push_back(std::move(bound));
  }
  return out;
}

bool binds(const Bound& bound, const LibraryProject& project) {
  return bound.region == project.region && bound.fund == project.fund && bound.category == project.category &&
         (bound.department.empty() || bound.department == project.department);
}

/// What a project draws on; money without any ceiling is not recommended.
Wish wish_of(const LibraryProject& project, const std::vector<Bound>& bounds) {
  Wish wish{project.claim, {}, project.twin};
  for (const Bound& bound : bounds)
    if (binds(bound, project)) wish.ceilings.push_back(bound.name);
  return wish;
}

Result<RecordId> write_down(const Call& call, RecordId region, int year, const Solution& solution,
                            const Program& program, const std::vector<Wish>& wishes, int seed, Money total) {
  OB_TRY(const auto last,
         call.records().first("compilation.recommendation",
                              where("region==" + region.str() + ";fiscal_year==" + std::to_string(year), "-number")));
  OB_TRY(const RecordId id,
         call.records().insert("compilation.recommendation", {{"region", region.str()},
                                                              {"fiscal_year", year},
                                                              {"number", last ? last->number("number") + 1 : 1},
                                                              {"value", solution.value},
                                                              {"bound", solution.bound},
                                                              {"gap", plugin::abi(solution.gap())},
                                                              {"proven", solution.proven},
                                                              {"stopped", solution.stopped},
                                                              {"seed", seed},
                                                              {"total", plugin::abi(total)}}));
  const auto reasons = explain(wishes, program, solution.taken);
  for (std::size_t i = 0; i < wishes.size(); ++i)
    OB_CHECK(call.records().insert("compilation.recommendation_item",
                                   {{"recommendation", id.str()},
                                    {"project", wishes[i].claim.id},
                                    {"taken", static_cast<bool>(solution.taken[i])},
                                    {"amount", solution.taken[i] ? plugin::abi(wishes[i].claim.amount) : Json(0)},
                                    {"priority", wishes[i].claim.priority},
                                    {"result_number", wishes[i].claim.result},
                                    {"reason_zh", reasons[i].zh},
                                    {"reason_en", reasons[i].en}}));
  return id;
}

} // namespace

Result<Answer> recommend(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  const RecordId region_id = Row(body).ref("region");
  const int year = year_member(body, "fiscal_year");
  SolveLimits limits;
  limits.seconds = static_cast<int>(std::clamp<std::int64_t>(Row(body).number("seconds", limits.seconds), 1, 60));
  limits.seed = static_cast<int>(std::clamp<std::int64_t>(Row(body).number("seed", limits.seed), 0, 1'000'000'000));
  OB_TRY(const Row region, call.node(region_id));
  OB_TRY(const auto projects, library_of(call, region, year, {.twins = true}));
  OB_TRY(const auto bounds, bounds_of(call, region, year));
  std::vector<Wish> wishes;
  int unbound = 0;
  for (const LibraryProject& project : projects) {
    Wish wish = wish_of(project, bounds);
    if (wish.ceilings.empty())
      ++unbound;
    else
      wishes.push_back(std::move(wish));
  }
  if (wishes.empty())
    return refusal("compilation.recommendation",
                   {"没有项目落在已下达的控制数内，请先下达控制数。",
                    "No project lies under an issued ceiling. Issue the ceilings first."},
                   {});
  std::map<std::string, Money> ceilings;
  for (const Bound& bound : bounds) ceilings[bound.name] = bound.amount;
  OB_TRY(const Program program, state_program(wishes, ceilings));
  OB_TRY(const Solution solution, solve(program, limits));
  Money total;
  int taken = 0;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    if (!solution.taken[i]) continue;
    ++taken;
    OB_TRY(total, total.plus(wishes[i].claim.amount));
  }
  OB_TRY(const RecordId id, write_down(call, region_id, year, solution, program, wishes, limits.seed, total));
  return Answer::json({{"id", id.str()},
                       {"projects", wishes.size()},
                       {"without_ceiling", unbound},
                       {"taken", taken},
                       {"total", total.to_yuan()},
                       {"value", solution.value},
                       {"bound", solution.bound},
                       {"gap", solution.gap().percent()},
                       {"proven", solution.proven},
                       {"stopped", solution.stopped}},
                      201);
}

} // namespace onebudget::compilation
