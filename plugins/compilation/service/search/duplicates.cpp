// POST /duplicate-search: candidates among the visible projects of a region and the years around, for people to judge.
#include "plugins/compilation/domain/similar/duplicate.hpp"

#include "plugins/compilation/service/facts.hpp"

namespace onebudget::compilation {

namespace {

constexpr std::size_t kMostProjects = 50'000,
                      kMostNew = 300; // what one request has time to write; the next brings more

/// The whole rows of a province would take longer to read than to compare.
const std::vector<std::string> kCompared = {"name",         "summary",     "performance_goal", "location",    "unit",
                                            "special_fund", "fiscal_year", "year_amount",      "total_amount"};

Result<std::vector<DeclaredProject>> declared(const Call& call, const Policy& policy, int fiscal_year) {
  std::vector<DeclaredProject> out;
  const std::string years = "fiscal_year=gt=" + std::to_string(fiscal_year - policy.duplicate_years) +
                            ";fiscal_year=lt=" + std::to_string(fiscal_year + policy.duplicate_years) +
                            ";status=out=(draft,terminated)";
  OB_CHECK(call.records().each(kProject, where(years, "", kCompared), [&](const Row& row) -> Result<void> {
    if (out.size() == kMostProjects)
      return fault(FaultKind::rule, "plugin.too_many",
                   {"项目超过 50000 个。请缩小范围。", "There are more than 50,000 projects. Narrow the scope."});
    DeclaredProject one;
    one.id = row.id().str();
    one.name = row.text("name");
    one.purpose = row.text("summary").empty() ? row.text("performance_goal") : row.text("summary");
    one.place = row.text("location");
    one.unit = row.text("unit");
    one.special_fund = row.text("special_fund");
    one.fiscal_year = static_cast<int>(row.number("fiscal_year"));
    one.amount = row.money("year_amount");
    one.total_investment = row.money("total_amount");
    out.push_back(std::move(one));
    return {};
  }));
  return out;
}

} // namespace

Result<Answer> search_duplicates(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  OB_TRY(const RecordId region, id_member(body, "region"));
  OB_TRY(const int year, year_member(body, "fiscal_year"));
  OB_TRY(const Policy policy, policy_for(call, year));
  std::set<std::string> judged;
  OB_CHECK(call.records().each("compilation.duplicate_pair", where("region==" + region.str()),
                               [&](const Row& row) -> Result<void> {
                                 judged.insert(pair_key(row.text("first_project"), row.text("second_project")));
                                 return {};
                               }));
  OB_TRY(const auto projects, declared(call, policy, year));
  const auto found = find_duplicates(projects, judged, policy);
  Json items = Json::array();
  for (const Candidate& one : found) {
    if (items.size() == kMostNew) break;
    OB_TRY(const RecordId id, call.records().insert("compilation.duplicate_pair", {{"region", region.str()},
                                                                                   {"first_project", one.first},
                                                                                   {"second_project", one.second},
                                                                                   {"rule", one.rule},
                                                                                   {"score", plugin::abi(one.score)},
                                                                                   {"reason_zh", one.reason.zh},
                                                                                   {"reason_en", one.reason.en}}));
    items.push_back({{"id", id.str()},
                     {"first", one.first},
                     {"second", one.second},
                     {"rule", one.rule},
                     {"score", plugin::abi(one.score)},
                     {"reason", one.reason.in(call.language())}});
  }
  return Answer::json({{"projects", projects.size()},
                       {"known", judged.size()},
                       {"found", found.size()},
                       {"items", items},
                       {"truncated", found.size() > items.size()}});
}

} // namespace onebudget::compilation
