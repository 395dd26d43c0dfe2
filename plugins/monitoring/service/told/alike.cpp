// R25 and R26: what the library's search for duplicates found, told as facts of the later of two projects.

#include <algorithm>

#include "plugins/monitoring/service/sources.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kPair = "compilation.duplicate_pair";
constexpr const char* kProject = "compilation.project";

RecordId later_of(const Row& pair) {
  return RecordId{std::max(pair.ref("first_project").value, pair.ref("second_project").value)};
}

RecordId earlier_of(const Row& pair) {
  return RecordId{std::min(pair.ref("first_project").value, pair.ref("second_project").value)};
}

Json grant_of(const Row& project) {
  return {{"fund", project.text("special_fund")}, {"amount", project.number("year_amount")}};
}

/// All pairs in which the project is the later one; what somebody judged different stays named as such.
Result<Json> facts_of(const Call& call, const Row& project) {
  Json alike = Json::array(), grants = Json::array();
  if (project.has("special_fund")) grants.push_back(grant_of(project));
  const std::string id = project.id().str();
  OB_TRY(const auto pairs, call.records().list(kPair, where("(first_project==" + id + ",second_project==" + id + ")")));
  for (const Row& pair : pairs) {
    if (later_of(pair) != project.id()) continue;
    const auto other = call.records().get(kProject, earlier_of(pair));
    if (!other) continue; // gone
    if (pair.text("rule") == "R25")
      alike.push_back({{"project", other->text("code")},
                       {"similarity", pair.at("score")},
                       {"years_apart", project.number("fiscal_year") - other->number("fiscal_year")},
                       {"judged_different", pair.text("status") == "rejected"}});
    if (pair.text("rule") == "R26" && pair.text("status") != "rejected" && other->has("special_fund"))
      grants.push_back(grant_of(*other));
  }
  return Json{{"alike", alike}, {"grants", grants}, {"total_investment", project.number("total_amount")}};
}

} // namespace

Result<void> tell_alike(const Call& call, const std::set<std::string>& pairs) {
  std::set<std::int64_t> projects;
  OB_CHECK(by_hundreds(pairs, "id", [&](const std::string& filter) {
    return call.records().each(kPair, where(filter), [&](const Row& pair) -> Result<void> {
      projects.insert(later_of(pair).value);
      return {};
    });
  }));
  for (const std::int64_t id : projects) {
    const auto project = call.records().get(kProject, RecordId{id});
    if (!project) continue; // gone
    OB_TRY(const Json facts, facts_of(call, *project));
    const Row told(Json{
        {"unit", project->text("unit")}, {"fiscal_year", project->number("fiscal_year")}, {"told_by", "compilation"}});
    OB_CHECK(keep_fact(call, told,
                       Row(Json{{"subject", "project"},
                                {"object", project->text("code")},
                                {"title", project->text("name")},
                                {"facts", facts}})));
  }
  return {};
}

} // namespace onebudget::monitoring
