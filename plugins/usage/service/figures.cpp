// GET /figures: counts and sums of recorded events, by place or month, each with what opens the events behind it.

#include "plugins/usage/domain/figures.hpp"

#include <algorithm>
#include <set>

#include "plugins/usage/service/service.hpp"

namespace onebudget::usage {

namespace {

constexpr const char* kTrial = "usage.trial";
constexpr const char* kProject = "compilation.project";

/// Which events of the caller's a group is made of.
struct Group {
  std::map<std::string, Sum> kinds; ///< kind, and "project_case" for approvals of projects
  std::map<std::string, Sum> rules; ///< alerts by rule
  std::set<std::string> units, active;
  std::string region; ///< id of the region that opened a round
};

struct Asked {
  int year = 0;
  std::string by, region; ///< region: code of the only one that is looked at, "" = all
};

Result<Asked> asked_of(const Request& request) {
  Asked asked;
  const std::string year = request.parameter("year").value_or("");
  if (year.size() == 4 && std::all_of(year.begin(), year.end(), [](char c) { return c >= '0' && c <= '9'; }))
    asked.year = std::stoi(year);
  if (asked.year < 1900)
    return fault(FaultKind::malformed, "usage.year",
                 {"缺少年度。请写 year=四位年份。", "The year is missing. Write year= and four digits."});
  asked.region = request.parameter("region").value_or("");
  asked.by = request.parameter("by").value_or("region");
  const auto known = {"region", "month", "region_month", "unit", "regime"};
  if (std::find(known.begin(), known.end(), asked.by) != known.end()) return asked;
  return fault(FaultKind::malformed, "usage.by",
               {"只能按 region（地区）、month（月份）、region_month（地区和月份）、unit（单位）或 regime（办法）汇总。",
                "Figures are by region, month, region_month, unit or regime."});
}

/// Regions whose figures of the year are played, with their regime.
Result<std::map<std::string, std::string>> trials_of(const Call& call, int year) {
  std::map<std::string, std::string> out;
  plugin::Query query;
  query.filter = "year==" + std::to_string(year);
  OB_CHECK(call.records().each(kTrial, query, [&](const Row& row) -> Result<void> {
    OB_TRY(const Row node, call.node(row.ref("region")));
    out[node.text("region_code")] = row.text("regime");
    return {};
  }));
  return out;
}

Sum sum_of(const Row& row) {
  Sum sum;
  sum.events = row.number("count");
  sum.calendar_days = row.number("sum_calendar_days");
  sum.workdays = row.number("sum_workdays");
  sum.rows = row.number("sum_rows");
  sum.bad_rows = row.number("sum_bad_rows");
  sum.amount = row.money("sum_amount");
  return sum;
}

void count(Group& group, const Row& row) {
  const std::string kind = row.text("kind"), unit = row.text("unit");
  const Sum sum = sum_of(row);
  group.kinds[kind].add(sum);
  if (kind == "round_opened") group.region = unit;
  if (kind == "case_finished" && row.text("subject_entity") == kProject) group.kinds["project_case"].add(sum);
  if (kind == "case_returned" && row.text("subject_entity") == kProject) group.kinds["project_return"].add(sum);
  if (kind == "alert") group.rules[row.text("rule")].add(sum);
  if (kind == "imported" && row.text("rule") == "refused") group.kinds["refused_file"].add(sum);
  if (kind == "issued" || kind == "declared") group.units.insert(unit);
  if (kind == "declared" || kind == "case_finished" || kind == "paid" || kind == "evaluated") group.active.insert(unit);
}

/// The filter of the events list that shows what a number was computed from.
std::string behind(const Asked& asked, const std::string& key, const std::string& kinds, const std::string& more = "") {
  std::string filter = "kind=in=(" + kinds + ");year==" + std::to_string(asked.year) + more;
  if (!asked.region.empty()) filter += ";region_code==" + plugin::quoted(asked.region);
  if (key.empty() || asked.by == "regime" || (asked.by == "region" && !asked.region.empty())) return filter;
  if (asked.by == "region_month") {
    const std::size_t slash = key.find('/');
    return filter + ";region_code==" + plugin::quoted(key.substr(0, slash)) +
           ";month==" + plugin::quoted(key.substr(slash + 1));
  }
  const char* field = asked.by == "region" ? "region_code" : asked.by == "month" ? "month" : "unit";
  return filter + ";" + field + "==" + plugin::quoted(key);
}

Sum of(const Group& group, const std::string& kind) {
  const auto found = group.kinds.find(kind);
  return found == group.kinds.end() ? Sum() : found->second;
}

Json spans(const Sum& sum) {
  return {{"count", sum.events},
          {"calendar_days", average(sum.calendar_days, sum.events)},
          {"workdays", average(sum.workdays, sum.events)}};
}

Json approvals(const Sum& finished, const Sum& returned, std::string filter) {
  Json out = spans(finished);
  out["returned"] = returned.events;
  out["behind"] = std::move(filter);
  return out;
}

Json figures(const Group& group, const Asked& asked, const std::string& key) {
  Json out;
  out["declaration"] = spans(of(group, "declared"));
  out["declaration"]["behind"] = behind(asked, key, "declared");
  out["approval"] = approvals(of(group, "case_finished"), of(group, "case_returned"),
                              behind(asked, key, "case_finished,case_returned"));
  out["project_approval"] =
      approvals(of(group, "project_case"), of(group, "project_return"),
                behind(asked, key, "case_finished,case_returned", ";subject_entity==" + std::string(kProject)));
  const std::int64_t goals = of(group, "goal").events, evaluated = of(group, "evaluated").events;
  out["evaluation"] = {{"goals", goals},
                       {"evaluated", evaluated},
                       {"coverage", share(evaluated, goals)},
                       {"behind", behind(asked, key, "goal,evaluated")}};
  Json rules = Json::object();
  for (const auto& [rule, sum] : group.rules) rules[rule] = sum.events;
  out["alerts"] = {{"count", of(group, "alert").events}, {"by_rule", rules}, {"behind", behind(asked, key, "alert")}};
  out["findings"] = {{"count", of(group, "finding").events},
                     {"amount", of(group, "finding").amount.to_yuan()},
                     {"behind", behind(asked, key, "finding")}};
  out["payments"] = {{"count", of(group, "paid").events},
                     {"amount", of(group, "paid").amount.to_yuan()},
                     {"behind", behind(asked, key, "paid")}};
  out["results"] = {{"count", of(group, "result").events},
                    {"amount", of(group, "result").amount.to_yuan()},
                    {"behind", behind(asked, key, "result")}};
  const Sum imported = of(group, "imported");
  out["imports"] = {{"files", imported.events},
                    {"refused_files", of(group, "refused_file").events},
                    {"rows", imported.rows},
                    {"bad_rows", imported.bad_rows},
                    {"error_rate", share(imported.bad_rows, imported.rows)},
                    {"behind", behind(asked, key, "imported")}};
  out["adoption"] = {
      {"units", group.units.size()},
      {"active", group.active.size()},
      {"rate", share(static_cast<std::int64_t>(group.active.size()), static_cast<std::int64_t>(group.units.size()))},
      {"behind", behind(asked, key, "declared,issued,case_finished,paid,evaluated")}};
  return out;
}

/// What people call a group: the name of the unit, or of the region whose round was opened; "" where that is not known.
Result<std::string> name_of(const Call& call, const Asked& asked, const std::string& key, const Group& group) {
  const auto place = RecordId::parse(asked.by == "unit" ? key : asked.by == "region" ? group.region : "");
  if (!place) return std::string();
  OB_TRY(const Row node, call.node(*place));
  return node.text("name");
}

/// What says that a number is played; a total of played and lived regions says so too.
void label(const Call& call, Json& item, bool played, bool lived) {
  item["played"] = played;
  if (played) item["label"] = call.text(lived ? "label.mixed" : "label.played");
}

} // namespace

Result<Answer> show_figures(Call& call, const Request& request) {
  OB_TRY(const Asked asked, asked_of(request));
  OB_TRY(const auto trials, trials_of(call, asked.year));
  plugin::AggregateQuery query;
  query.filter = "year==" + std::to_string(asked.year);
  if (!asked.region.empty()) query.filter += ";region_code==" + plugin::quoted(asked.region);
  query.group = {"kind", "subject_entity", "region_code", "month", "rule", "unit"};
  query.aggregates = {"count", "sum:calendar_days", "sum:workdays", "sum:amount", "sum:rows", "sum:bad_rows"};
  OB_TRY(const auto totals, call.records().totals(kEvent, query));
  std::map<std::string, Group> groups;
  std::map<std::string, std::set<bool>> kinds_of_region; ///< key → played and lived regions in it
  Group whole;
  for (const Row& row : totals.rows) {
    const std::string region = row.text("region_code");
    const auto trial = trials.find(region);
    const std::string key = asked.by == "region"         ? region
                            : asked.by == "month"        ? row.text("month")
                            : asked.by == "region_month" ? region + "/" + row.text("month")
                            : asked.by == "unit"         ? row.text("unit")
                            : trial == trials.end()      ? ""
                                                         : trial->second;
    kinds_of_region[key].insert(trial != trials.end());
    kinds_of_region["total"].insert(trial != trials.end());
    count(whole, row);
    count(groups[key], row);
  }
  Json items = Json::array();
  for (const auto& [key, group] : groups) {
    Json item = {{"key", key}, {"figures", figures(group, asked, key)}};
    OB_TRY(item["name"], name_of(call, asked, key, group));
    label(call, item, kinds_of_region[key].contains(true), kinds_of_region[key].contains(false));
    if (const auto trial = trials.find(key); asked.by == "region" && trial != trials.end())
      item["regime"] = trial->second;
    items.push_back(std::move(item));
  }
  Json total = {{"figures", figures(whole, asked, "")}};
  label(call, total, kinds_of_region["total"].contains(true), kinds_of_region["total"].contains(false));
  return Answer::json({{"year", asked.year},
                       {"by", asked.by},
                       {"events", "/usage/event"},
                       {"items", std::move(items)},
                       {"total", std::move(total)}});
}

} // namespace onebudget::usage
