// GET /stream: the newest alerts behind a place in the stream, and counts of all, as the caller sees them.

#include <algorithm>
#include <map>

#include "plugins/monitoring/domain/catalogue.hpp"
#include "plugins/monitoring/service/service.hpp"
#include "sdk/cpp/narrow.hpp"
#include "sdk/values/time_text.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kWrong = "monitoring.parameter";
constexpr std::int64_t kUsual = 50, kMost = 200;
constexpr const char* kStatuses[] = {"open", "explained", "violation", "rectified", "normal", "closed", "lapsed"};
constexpr std::size_t kWaiting = 4; ///< the first so many statuses are not settled

struct Asked {
  std::string where; ///< of counts and items
  std::string after = "0";
  std::int64_t limit = kUsual;
};

bool waits(const std::string& status) {
  return std::find(kStatuses, kStatuses + kWaiting, status) != kStatuses + kWaiting;
}

Result<void> narrow(const Request& request, Asked& out) {
  const auto add = [&](const std::string& term) { out.where += (out.where.empty() ? "" : ";") + term; };
  if (const auto level = request.parameter("level")) {
    if (!level_of(*level))
      return plugin::bad_parameter(kWrong, "level", {"应为 blue、yellow、orange、red 或 grey。", "is a level."});
    add("level==" + *level);
  }
  if (const auto rule = request.parameter("rule")) {
    if (rule_of(*rule) == nullptr)
      return plugin::bad_parameter(kWrong, "rule", {"应为 R01 至 R52。", "is R01 to R52."});
    add("rule==" + *rule);
  }
  if (const auto status = request.parameter("status")) {
    if (std::find(std::begin(kStatuses), std::end(kStatuses), *status) == std::end(kStatuses))
      return plugin::bad_parameter(kWrong, "status", {"不是预警的状态。", "is no state of an alert."});
    add("status==" + *status);
  }
  if (const auto year = request.parameter("year")) {
    if (year->size() != 4 || !plugin::all_digits(*year))
      return plugin::bad_parameter(kWrong, "year", {"应为四位年度。", "is a year of four digits."});
    add("fiscal_year==" + *year);
  }
  if (const auto unit = request.parameter("unit")) {
    if (!RecordId::parse(*unit))
      return plugin::bad_parameter(kWrong, "unit", {"应为单位的编号。", "is the id of a unit."});
    add("unit==" + *unit);
  }
  if (const auto department = request.parameter("department")) add("department==" + plugin::quoted(*department));
  OB_TRY(const std::string region, plugin::region_term(request, kWrong));
  if (!region.empty()) add(region);
  return {};
}

Result<Asked> asked_of(const Request& request) {
  Asked out;
  OB_CHECK(narrow(request, out));
  if (const auto after = request.parameter("after")) {
    if (*after != "0" && !RecordId::parse(*after))
      return plugin::bad_parameter(kWrong, "after", {"应为上次回答的 newest。", "is the newest of the last answer."});
    out.after = *after;
  }
  if (const auto limit = request.parameter("limit")) {
    const auto number = RecordId::parse(*limit);
    if (!number || number->value > kMost)
      return plugin::bad_parameter(kWrong, "limit", {"应为 1 到 200。", "is 1 to 200."});
    out.limit = number->value;
  }
  return out;
}

Result<Json> item_of(const Call& call, const Row& row, std::map<std::int64_t, std::string>& names) {
  const RecordId unit = row.ref("unit");
  if (names.count(unit.value) == 0) {
    OB_TRY(const Row node, call.node(unit));
    names[unit.value] = node.text("name");
  }
  Json out = {{"id", row.id().str()},
              {"title", row.at("rule_title")},
              {"title_en", row.at("rule_title_en")},
              {"unit_name", names[unit.value]},
              {"message", {{"zh", row.text("message_zh")}, {"en", row.text("message_en")}}},
              {"raised_at", time_text(row.number("created_at"))}};
  for (const char* name : {"rule", "level", "effect", "status", "unit", "region_code", "department", "subject",
                           "object", "object_title", "fiscal_year", "raised_on", "due_on"})
    out[name] = row.at(name);
  return out;
}

/// How many alerts there are by one field, and how many of them wait.
struct Count {
  std::int64_t all = 0, open = 0;
};
struct Counted {
  std::map<std::string, Count> by;
  std::map<std::string, std::int64_t> by_status;
  std::int64_t at_ms = 0;
};

Result<Counted> count_by(const Call& call, const Asked& asked, const char* field) {
  OB_TRY(const auto totals, call.records().totals(kAlert, {asked.where, {field, "status"}, {"count"}}));
  Counted out;
  out.at_ms = totals.at_ms;
  for (const Row& row : totals.rows) {
    const std::int64_t count = row.number("count");
    Count& one = out.by[row.text(field)];
    one.all += count;
    if (waits(row.text("status"))) one.open += count;
    out.by_status[row.text("status")] += count;
  }
  return out;
}

Json list_of(const Counted& counted, const char* name) {
  Json out = Json::array();
  for (const auto& [key, count] : counted.by) out.push_back({{name, key}, {"count", count.all}, {"open", count.open}});
  return out;
}

struct Counts {
  Json json;
  std::int64_t at_ms = 0;
};

Result<Counts> counts_of(const Call& call, const Asked& asked) {
  OB_TRY(const Counted levels, count_by(call, asked, "level"));
  OB_TRY(const Counted rules, count_by(call, asked, "rule"));
  OB_TRY(const Counted regions, count_by(call, asked, "region_code"));
  Count whole;
  for (const auto& [level, count] : levels.by) {
    whole.all += count.all;
    whole.open += count.open;
  }
  Json statuses = Json::array(), by_rule = list_of(rules, "rule");
  for (const auto& [status, count] : levels.by_status) statuses.push_back({{"status", status}, {"count", count}});
  for (Json& item : by_rule) {
    const Rule* rule = rule_of(item["rule"].get<std::string>());
    if (rule == nullptr) continue;
    item["title"] = std::string(rule->zh);
    item["title_en"] = std::string(rule->en);
  }
  return Counts{{{"all", whole.all},
                 {"open", whole.open},
                 {"by_level", list_of(levels, "level")},
                 {"by_rule", by_rule},
                 {"by_region", list_of(regions, "key")},
                 {"by_status", statuses}},
                std::min({levels.at_ms, rules.at_ms, regions.at_ms})};
}

} // namespace

Result<Answer> show_stream(Call& call, const Request& request) {
  OB_TRY(const Asked asked, asked_of(request));
  std::string filter = asked.where;
  if (asked.after != "0") filter += (filter.empty() ? "" : ";") + std::string("id=gt=") + asked.after;
  OB_TRY(const auto rows, call.records().list(kAlert, where(filter, "-id", asked.limit)));
  Json items = Json::array();
  std::map<std::int64_t, std::string> names;
  for (const Row& row : rows) {
    OB_TRY(Json item, item_of(call, row, names));
    items.push_back(std::move(item));
  }
  OB_TRY(const Counts counts, counts_of(call, asked));
  const bool rollup = counts.at_ms > 0;
  return Answer::json(
      {{"items", items},
       {"newest", rows.empty() ? asked.after : rows.front().id().str()},
       {"counts", counts.json},
       {"fresh", {{"at", rollup ? Json(time_text(counts.at_ms)) : Json(nullptr)}, {"rollup", rollup}}}});
}

} // namespace onebudget::monitoring
