// Follows the business: each commit names a record; the projects behind it are computed anew.
#include "plugins/insight/service/keep.hpp"
#include "plugins/insight/service/sources.hpp"

namespace onebudget::insight {

namespace {

constexpr std::size_t kAtOnce = 200; ///< projects in one reading

/// An import tells many ids at once, every other change one.
std::set<std::string> ids_in(const Row& payload) {
  std::set<std::string> out;
  if (payload.has("id")) out.insert(payload.text("id"));
  for (const Json& id : payload.at("ids"))
    if (id.is_string()) out.insert(id.get<std::string>());
  return out;
}

/// How to get from a record to its projects.
struct Way {
  const char* entity;
  const char* through; ///< the entity whose rows name the projects
  const char* by;      ///< the field of `through` that holds the record's id
  const char* names;   ///< "project_code", "project" (an id) or "code"
};

constexpr Way kWays[] = {
    {kProject, kProject, "id", "code"},
    {"compilation.project_review", "compilation.project_review", "id", "project"},
    {"compilation.budget_version", "compilation.version_line", "version_ref", "project"},
    {"compilation.budget_issue", "compilation.issue_line", "issue", "project"},
    {kIndicator, kIndicator, "id", "project_code"},
    {kContract, kContract, "id", "project_code"},
    {"performance.goal", "performance.goal", "id", "project"},
    {"performance.evaluation", "performance.evaluation", "id", "project"},
    {"performance.result", "performance.result", "id", "project"},
    {kPlace, kPlace, "id", "project_code"},
};

/// Values of one field of the rows that hold the ids.
Result<std::set<std::string>> values_of(const Call& call, const char* entity, const char* by, const char* field,
                                        const std::set<std::string>& ids) {
  std::set<std::string> out;
  OB_CHECK(each_in(call, entity, by, ids, "", {field}, [&](const Row& row) -> Result<void> {
    if (row.has(field)) out.insert(row.text(field));
    return {};
  }));
  return out;
}

/// Codes of the projects behind changed records of an entity.
Result<std::set<std::string>> codes_behind(const Call& call, std::string entity, std::set<std::string> ids) {
  if (entity == "monitoring.contract_change") {
    OB_TRY(ids, values_of(call, "monitoring.contract_change", "id", "contract", ids));
    entity = kContract;
  }
  if (entity == "treasury.usage_plan") {
    OB_TRY(ids, values_of(call, "treasury.usage_plan", "id", "indicator", ids));
    entity = kIndicator;
  }
  std::set<std::string> codes;
  if (entity == kProject) {
    // A project that is gone is known by its rows alone.
    OB_TRY(codes, values_of(call, kLine, "project", "project_code", literals(ids)));
  }
  for (const Way& way : kWays) {
    if (entity != way.entity) continue;
    OB_TRY(std::set<std::string> found, values_of(call, way.through, way.by, way.names, ids));
    if (std::string_view(way.names) == "project") {
      OB_TRY(found, values_of(call, kProject, "id", "code", found));
    }
    codes.merge(found);
  }
  return codes;
}

} // namespace

Result<void> follow_change(Call& call, const Event& event) {
  const Row payload(event.payload);
  const std::set<std::string> ids = ids_in(payload);
  if (payload.text("entity") == kAlert) return place_alerts(call, ids);
  OB_TRY(const std::set<std::string> codes, codes_behind(call, payload.text("entity"), ids));
  for (auto next = codes.begin(); next != codes.end();) {
    std::set<std::string> some;
    while (next != codes.end() && some.size() < kAtOnce) some.insert(*next++);
    OB_TRY([[maybe_unused]] const Kept kept, keep(call, some, true));
  }
  return {};
}

} // namespace onebudget::insight
