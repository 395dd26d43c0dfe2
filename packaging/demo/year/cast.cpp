// Who plays: regions in pairs, one of each regime, with people for every office.

#include <algorithm>
#include <array>

#include "packaging/demo/year/year.hpp"

namespace onebudget::demo {

namespace {

/// Departments that a finance division looks after; projects of others have no way through the approval.
const std::map<std::string, std::string> kDivisions = {
    {"106", ""},   {"107", ""},   {"121", ""},   {"127", ""},   {"110", ".2"}, {"113", ".2"},
    {"122", ".2"}, {"129", ".2"}, {"114", ".3"}, {"118", ".3"}, {"119", ".3"}, {"101", ".4"},
    {"102", ".4"}, {"109", ".4"}, {"111", ".4"}, {"136", ".4"}, {"137", ".4"}};
constexpr const char* kPassword = "Ob7-year-that-is-played";
constexpr std::array kAtRegion = {"budget_division",      "treasury_division", "performance_division",
                                  "procurement_division", "asset_division",    "review_center",
                                  "supervision_division", "finance_leader",    "read_only_auditor"};
constexpr std::array kAtDepartment = {"department_clerk", "department_reviewer", "department_head"};
constexpr std::array kAtUnit = {"unit_clerk", "unit_reviewer", "unit_head"};

struct Post {
  std::string username, role, node, reach;
  Json departments = Json::array();
};

std::string hyphens(std::string role) {
  std::replace(role.begin(), role.end(), '_', '-');
  return role;
}

std::vector<Post> posts_of(const Region& region) {
  std::vector<Post> posts;
  for (const char* role : kAtRegion) posts.push_back({region.person(hyphens(role)), role, region.code, "subtree", {}});
  for (const char* suffix : {"", ".2", ".3", ".4"}) {
    Post post{region.person("finance-division") + suffix, "finance_division", region.code, "level", Json::array()};
    for (const auto& [department, division] : kDivisions)
      if (division == suffix) post.departments.push_back(department);
    posts.push_back(std::move(post));
  }
  for (const auto& [code, department] : region.departments)
    for (const char* role : kAtDepartment)
      posts.push_back({region.person(hyphens(role), code), role, department.code, "subtree", {}});
  for (const Unit& unit : region.units)
    for (const char* role : kAtUnit) posts.push_back({unit.person(hyphens(role)), role, unit.code, "self", {}});
  return posts;
}

/// Accounts and grants for everybody whom the demo province leaves without a login.
Result<void> staff(Stage& stage, const Region& region) {
  std::string users, grants;
  std::vector<std::string> fresh;
  for (const Post& post : posts_of(region)) {
    if (stage.desk.knows(post.username)) continue;
    fresh.push_back(post.username);
    users += Json({{"username", post.username},
                   {"display_name", post.username},
                   {"node_code", post.node},
                   {"password", kPassword},
                   {"must_change_password", false}})
                 .dump() +
             "\n";
    grants += Json({{"username", post.username},
                    {"role_code", post.role},
                    {"node_code", post.node},
                    {"reach", post.reach},
                    {"departments", post.departments.is_null() ? Json::array() : post.departments}})
                  .dump() +
              "\n";
  }
  if (fresh.empty()) return {};
  OB_TRY(const Json made, stage.desk.upload("sysadmin", "/system/user/import", "application/x-ndjson", users));
  OB_TRY(const Json given, stage.desk.upload("secadmin", "/system/grant/import", "application/x-ndjson", grants));
  for (const std::string& name : fresh) stage.desk.know(name, kPassword);
  return {};
}

/// The region with its units, if it has any that can be played.
Result<std::unique_ptr<Region>> region_of(Stage& stage, const Json& node, const std::vector<Json>& nodes) {
  auto region = std::make_unique<Region>();
  region->id = node.value("id", std::string());
  region->code = node.value("code", std::string());
  region->name = node.value("name", std::string());
  for (const Json& one : nodes) {
    const std::string code = one.value("code", std::string());
    if (code.rfind(region->code + "-", 0) != 0) continue;
    const std::string rest = code.substr(region->code.size() + 1), department = rest.substr(0, 3);
    const auto division = kDivisions.find(department);
    if (division == kDivisions.end()) continue;
    const std::string kind = one.value("kind", std::string());
    if (kind == "department")
      region->departments[department] = {one.value("id", std::string()), code, division->second};
    if (kind != "unit" || region->units.size() >= static_cast<std::size_t>(stage.settings.units)) continue;
    Unit unit;
    unit.id = one.value("id", std::string());
    unit.code = code;
    unit.name = one.value("name", std::string());
    unit.department = department;
    region->units.push_back(std::move(unit));
  }
  std::erase_if(region->departments, [&](const auto& known) {
    return std::none_of(region->units.begin(), region->units.end(),
                        [&](const Unit& unit) { return unit.department == known.first; });
  });
  for (Unit& unit : region->units) unit.region = region.get();
  return region;
}

} // namespace

Result<void> cast(Stage& stage, const std::set<std::string>& taken, const std::string& regime) {
  std::vector<Json> nodes;
  for (std::string cursor;;) {
    OB_TRY(const Json page,
           stage.desk.get("sysadmin",
                          "/system/node?limit=1000" + (cursor.empty() ? "" : "&cursor=" + client::encoded(cursor))));
    for (const Json& node : page["items"]) nodes.push_back(node);
    if (!page["next_cursor"].is_string()) break;
    cursor = page["next_cursor"];
  }
  std::vector<Json> places;
  for (const Json& node : nodes) {
    const std::string kind = node.value("kind", std::string());
    if ((kind == "region" || kind == "zone") && node.value("gov_level", std::string()) == "county")
      places.push_back(node);
  }
  std::sort(places.begin(), places.end(), [](const Json& a, const Json& b) { return a["code"] < b["code"]; });
  // One of each regime in turn, so that both get the same kind of region.
  const std::size_t wanted = static_cast<std::size_t>(stage.settings.regions) * (regime == "both" ? 2 : 1);
  for (const Json& place : places) {
    if (stage.regions.size() == wanted) break;
    if (taken.contains(place.value("id", std::string()))) continue;
    OB_TRY(auto region, region_of(stage, place, nodes));
    if (region->units.empty()) continue;
    region->regime =
        regime == "paper" || (regime == "both" && stage.regions.size() % 2 == 1) ? Regime::paper : Regime::onebudget;
    OB_CHECK(staff(stage, *region));
    stage.regions.push_back(std::move(region));
  }
  if (stage.regions.size() == wanted) return {};
  return fault(FaultKind::conflict, "ctl.demo_played",
               {"没有足够的未推演地区。请减少 --regions，或换一个空系统。",
                "Too few regions are left that no play has used. Ask for fewer --regions, or take an empty system."});
}

} // namespace onebudget::demo
