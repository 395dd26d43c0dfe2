// What compilation asks for, and how units stand.
#include <algorithm>

#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {
constexpr std::int64_t kReviewMost = 15;
} // namespace

Result<Json> effects(Call& call, const Message& message) {
  const Row request(message.request);
  const int most = static_cast<int>(request.number("review_most", kReviewMost));
  std::set<std::string> projects;
  for (const Json& id : request.at("projects"))
    if (id.is_string()) projects.insert(id.get<std::string>());
  const std::string year = ";status==applied;budget_year==" + std::to_string(request.number("budget_year"));
  Json items = Json::array();
  OB_CHECK(by_hundreds(projects, "project", [&](const std::string& filter) {
    return call.records().each(kResult, where(filter + year, "id"), [&](const Row& row) -> Result<void> {
      const Points total = points_in(row, "total");
      items.push_back({{"project", row.text("project")},
                       {"result", row.id().str()},
                       {"factor", row.ratio("factor").str()},
                       {"amount", row.number("amount")},
                       {"change", row.number("change")},
                       {"grade", row.text("grade")},
                       {"total", total.str()},
                       {"review_points", review_points(total, most)},
                       {"priority", row.number("priority")},
                       {"cancel", row.flag("cancel")}});
      return {};
    });
  }));
  return Json{{"items", items}};
}

Result<Answer> show_standing(Call& call, const Request& request) {
  OB_TRY(const int year, year_parameter(request, "year"));
  std::map<std::string, std::int64_t> sums;
  OB_CHECK(call.records().each("performance.unit_point", where("fiscal_year==" + std::to_string(year)),
                               [&](const Row& row) -> Result<void> {
                                 sums[row.text("unit")] += row.number("points");
                                 return {};
                               }));
  std::vector<std::pair<std::int64_t, Json>> listed;
  for (const auto& [unit, points] : sums) {
    OB_TRY(const Row node, call.node(*RecordId::parse(unit)));
    listed.emplace_back(points, Json{{"unit", unit},
                                     {"code", node.text("code")},
                                     {"name", node.text("name")},
                                     {"points", points},
                                     {"rewarded", points > 0}});
  }
  std::stable_sort(listed.begin(), listed.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second["code"] < b.second["code"];
  });
  Json items = Json::array();
  for (auto& [points, item] : listed) items.push_back(std::move(item));
  return Answer::json({{"items", items}});
}

} // namespace onebudget::performance
