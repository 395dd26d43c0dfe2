// GET /execution: what may be spent, what is, and how that stands against the year; from rollups, as the caller sees
// it.

#include <algorithm>

#include "plugins/ledger/domain/balance/execution.hpp"
#include "plugins/ledger/service/read.hpp"
#include "sdk/cpp/narrow.hpp"
#include "sdk/values/time_text.hpp"

namespace onebudget::ledger {

namespace {

constexpr std::size_t kMostItems = 1000;
constexpr const char* kWrong = "ledger.parameter";

struct Way {
  const char* by;
  const char* field;
};
constexpr Way kWays[] = {{"region", "region_code"},
                         {"department", "department"},
                         {"function", "functional_class"},
                         {"fund", "fund_kind"},
                         {"unit", "unit"}};

struct Asked {
  int year = 0;
  std::string by, field, where; ///< where: the filter that entries and indicators share
  std::size_t digits = 0;       ///< of a function
};

Result<Asked> asked_of(const Request& request) {
  Asked out;
  OB_TRY(out.year, plugin::year_of(request, kWrong));
  OB_TRY(out.where, plugin::filter_of(request, out.year, kWrong));
  out.by = request.parameter("by").value_or("month");
  for (const Way& way : kWays)
    if (out.by == way.by) out.field = way.field;
  if (out.field.empty() && out.by != "month")
    return plugin::bad_parameter(kWrong, "by",
                                 {"应为 month、region、department、function、fund 或 unit。",
                                  "is month, region, department, function, fund or unit."});
  const std::string digits = request.parameter("digits").value_or("3");
  if (digits != "3" && digits != "5" && digits != "7")
    return plugin::bad_parameter(kWrong, "digits", {"应为 3、5 或 7。", "is 3, 5 or 7."});
  out.digits = static_cast<std::size_t>(digits[0] - '0');
  return out;
}

/// Sums of one line: the amount and its five buckets.
struct Line {
  std::string key, name;
  Money amount;
  Balances balances;
};

Result<void> add(Line& line, const Row& sum) {
  OB_TRY(line.amount, line.amount.plus(sum.money("sum_amount")));
  for (std::size_t i = 1; i < kBucketCount; ++i) {
    OB_TRY(line.balances.of[i], line.balances.of[i].plus(sum.money("sum_" + std::string(kBuckets[i]))));
  }
  return {};
}

Json number(const std::optional<Ratio>& ratio) { return ratio ? plugin::abi(*ratio) : Json(nullptr); }

Json json_of(const Line& line, Ratio gone) {
  Json out = {{"amount", line.amount.to_yuan()}};
  for (std::size_t i = 1; i < kBucketCount; ++i) out[kBuckets[i]] = line.balances.of[i].to_yuan();
  const Rate rate = rate_of(line.balances.at(Bucket::paid), line.amount, gone);
  out["rate"] = number(rate.spent);
  out["deviation"] = number(rate.ahead);
  return out;
}

/// When what was added up is from; the rows themselves have no such time.
struct Fresh {
  std::int64_t at_ms = 0;
  bool rollup = true;

  void also(const plugin::Records::Totals& totals) {
    rollup = rollup && totals.at_ms > 0;
    at_ms = at_ms == 0 ? totals.at_ms : std::min(at_ms, totals.at_ms);
  }
  [[nodiscard]] Json json() const {
    return {{"at", rollup ? Json(time_text(at_ms)) : Json(nullptr)}, {"rollup", rollup}};
  }
};

Result<std::vector<Line>> lines_of(const Call& call, const Asked& asked, const std::string& group, Fresh& fresh) {
  plugin::AggregateQuery query;
  query.filter = asked.where + ";stage==executable";
  if (!group.empty()) query.group = {group};
  query.aggregates = {"sum:amount"};
  for (std::size_t i = 1; i < kBucketCount; ++i) query.aggregates.push_back("sum:" + std::string(kBuckets[i]));
  OB_TRY(const auto totals, call.records().totals(kIndicator, query));
  fresh.also(totals);
  std::map<std::string, Line> lines;
  for (const Row& sum : totals.rows) {
    std::string key = group.empty() ? std::string() : sum.text(group);
    if (group == "functional_class") key = key.substr(0, asked.digits);
    Line& line = lines[key];
    line.key = key;
    OB_CHECK(add(line, sum));
  }
  std::vector<Line> out;
  for (auto& [key, line] : lines) out.push_back(std::move(line));
  return out;
}

/// Names of codes as the standards list them; none where there is no such list.
std::map<std::string, std::string> listed_names(const Call& call, const Asked& asked, const std::vector<Line>& lines) {
  std::map<std::string, std::string> out;
  std::set<std::string> codes;
  for (const Line& line : lines)
    if (!line.key.empty()) codes.insert(plugin::quoted(line.key));
  std::string entity = "standards.region", year;
  if (asked.by == "fund") entity = "standards.fund_kind";
  if (asked.by == "function") {
    entity = "standards.functional_class";
    year = ";list_year==" + std::to_string(asked.year);
  }
  const auto read = by_hundreds(codes, "code", [&](const std::string& filter) {
    return call.records().each(entity, where(filter + year, "edition", {"code", "name"}),
                               [&](const Row& row) -> Result<void> {
                                 out[row.text("code")] = row.text("name");
                                 return {};
                               });
  });
  return read ? out : std::map<std::string, std::string>();
}

Result<void> name_lines(const Call& call, const Asked& asked, std::vector<Line>& lines) {
  if (asked.by == "department") return {}; // a code of many nodes: whoever shows it knows the tree
  std::map<std::string, std::string> names;
  if (asked.by != "unit") names = listed_names(call, asked, lines);
  for (Line& line : lines) {
    if (asked.by != "unit") {
      line.name = names[line.key];
      continue;
    }
    OB_TRY(const Row node, call.node(RecordId::parse(line.key).value_or(RecordId{})));
    line.name = node.text("name");
  }
  return {};
}

Result<Json> items_of(const Call& call, const Asked& asked, Ratio gone, Fresh& fresh) {
  OB_TRY(auto lines, lines_of(call, asked, asked.field, fresh));
  const auto behind = [&](const Line& line) {
    const Rate rate = rate_of(line.balances.at(Bucket::paid), line.amount, gone);
    return rate.ahead.value_or(Ratio::from_millionths(INT64_MAX));
  };
  std::stable_sort(lines.begin(), lines.end(),
                   [&](const Line& left, const Line& right) { return behind(left) < behind(right); });
  if (lines.size() > kMostItems) lines.resize(kMostItems);
  OB_CHECK(name_lines(call, asked, lines));
  Json items = Json::array();
  for (const Line& line : lines) {
    Json item = json_of(line, gone);
    item["key"] = line.key;
    item["name"] = line.name.empty() ? Json(nullptr) : Json(line.name);
    items.push_back(std::move(item));
  }
  return items;
}

Result<Json> curve_json(const Call& call, const Asked& asked, Money budget, Fresh& fresh) {
  OB_TRY(
      const auto totals,
      call.records().totals(kEntry, {asked.where + ";event=in=(consume,refund)", {"month", "event"}, {"sum:amount"}}));
  fresh.also(totals);
  std::array<Money, kMonths> paid;
  for (const Row& sum : totals.rows) {
    const auto month = static_cast<std::size_t>(sum.number("month") - 1);
    if (month >= paid.size()) continue;
    const Money amount = sum.money("sum_amount");
    OB_TRY(paid[month], sum.text("event") == "refund" ? paid[month].minus(amount) : paid[month].plus(amount));
  }
  OB_TRY(const auto curve, curve_of(paid, budget, asked.year, call.today()));
  const auto yuan = [](const std::optional<Money>& amount) { return amount ? Json(amount->to_yuan()) : Json(nullptr); };
  Json items = Json::array();
  for (std::size_t i = 0; i < curve.size(); ++i)
    items.push_back({{"key", std::to_string(i + 1)},
                     {"paid", yuan(curve[i].paid)},
                     {"paid_to_date", yuan(curve[i].paid_to_date)},
                     {"even_to_date", curve[i].even_to_date.to_yuan()},
                     {"rate", number(curve[i].rate.spent)},
                     {"even", plugin::abi(curve[i].gone)},
                     {"deviation", number(curve[i].rate.ahead)}});
  return items;
}

} // namespace

Result<Answer> show_execution(Call& call, const Request& request) {
  OB_TRY(const Asked asked, asked_of(request));
  const Ratio gone = gone_of_year(asked.year, call.today());
  Fresh fresh;
  OB_TRY(auto whole, lines_of(call, asked, "", fresh));
  if (whole.empty()) whole.emplace_back();
  Json items;
  if (asked.by == "month") {
    OB_TRY(items, curve_json(call, asked, whole.front().amount, fresh));
  } else {
    OB_TRY(items, items_of(call, asked, gone, fresh));
  }
  return Answer::json({{"year", asked.year},
                       {"by", asked.by},
                       {"day", call.today().str()},
                       {"even", plugin::abi(gone)},
                       {"total", json_of(whole.front(), gone)},
                       {"items", items},
                       {"fresh", fresh.json()}});
}

} // namespace onebudget::ledger
