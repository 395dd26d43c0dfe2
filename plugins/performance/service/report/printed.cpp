// What facts of all kinds share: amounts as printed, findings, and the text that is kept with a report.
#include "plugins/performance/domain/report/labels.hpp"
#include "plugins/performance/service/report/report.hpp"

namespace onebudget::performance {

namespace {

Json printed_json(const Printed& value) { return Json::array({value.text, value.link}); }

Printed printed_in(const Json& json) {
  if (!json.is_array() || json.size() != 2 || !json[0].is_string() || !json[1].is_string()) return {};
  return {json[0].get<std::string>(), json[1].get<std::string>()};
}

} // namespace

std::string rate_text(Money executed, Money budget) {
  if (budget <= Money()) return "";
  return decimal_text(scaled(executed.fen(), 10'000, budget.fen(), Rounding::half_up)) + "%";
}

std::string link_to(const char* entity, const std::string& id) {
  return std::string("/performance/") + entity + "/" + id;
}

void set_common(Facts& facts, int year, const Parameters& parameters) {
  facts.set("year", std::to_string(year));
  facts.set("scale", "优 ≥ " + parameters.excellent.str() + "，良 ≥ " + parameters.good.str() + "，中 ≥ " +
                         parameters.fair.str());
  facts.set("rules", "performance " ONEBUDGET_PLUGIN_VERSION " / renderer " + std::to_string(kRenderer));
}

/// In the language of the report, whoever verified.
static std::string finding_text(const Row& row, const std::string& indicator) {
  const std::string said = row.text("kind") != "inflated"
                               ? row.text("told")
                               : "自评填报 " + row.text("claimed") + "，佐证显示 " + row.text("measured");
  return indicator.empty() ? said : indicator + "：" + said;
}

/// What the lines of some evaluations are called, by id.
static Result<std::map<std::string, std::string>> line_names(const Call& call,
                                                             const std::set<std::string>& evaluations) {
  std::map<std::string, std::string> names;
  OB_CHECK(by_hundreds(evaluations, "evaluation", [&](const std::string& filter) {
    return call.records().each(kScoreLine, where(filter, "", {"name"}), [&](const Row& row) -> Result<void> {
      names[row.id().str()] = row.text("name");
      return {};
    });
  }));
  return names;
}

Result<Findings> read_findings(const Call& call, const std::set<std::string>& evaluations) {
  std::vector<Row> rows;
  std::set<std::string> doubtful;
  OB_CHECK(by_hundreds(evaluations, "evaluation", [&](const std::string& filter) {
    return call.records().each("performance.score_finding", where(filter, "id"), [&](const Row& row) -> Result<void> {
      rows.push_back(row);
      doubtful.insert(row.text("evaluation"));
      return {};
    });
  }));
  OB_TRY(auto lines, line_names(call, doubtful));
  Findings found;
  for (const Row& row : rows) {
    const std::string link = link_to("score-finding", row.id().str());
    found[row.text("evaluation")].push_back({{"", ""},
                                             {finding_text(row, lines[row.text("score_line")]), link},
                                             {row.text("self_points"), ""},
                                             {row.text("verified_points"), ""},
                                             {row.text("difference"), link},
                                             {label_of("finding", row.text("status")), ""}});
  }
  return found;
}

int add_findings(const Findings& found, const std::map<std::string, std::string>& project_names, Facts& facts) {
  std::multimap<std::string, std::vector<Printed>> rows; // by project; of one project in the order of reading
  for (const auto& [evaluation, list] : found) {
    const auto name = project_names.find(evaluation);
    if (name == project_names.end()) continue;
    for (std::vector<Printed> cells : list) {
      cells.front().text = name->second;
      rows.emplace(name->second, std::move(cells));
    }
  }
  for (auto& [name, cells] : rows) facts.tables["findings"].push_back(std::move(cells));
  return static_cast<int>(rows.size());
}

std::string facts_text(const Facts& facts) {
  Json fields = Json::object(), tables = Json::object(), charts = Json::object();
  for (const auto& [code, value] : facts.fields) fields[code] = printed_json(value);
  for (const auto& [code, rows] : facts.tables) {
    Json& table = tables[code] = Json::array();
    for (const auto& row : rows) {
      Json cells = Json::array();
      for (const Printed& value : row) cells.push_back(printed_json(value));
      table.push_back(std::move(cells));
    }
  }
  for (const auto& [code, chart] : facts.charts) {
    Json bars = Json::array();
    for (const Bar& bar : chart.bars) bars.push_back(Json::array({bar.label, bar.hundredths, bar.link}));
    charts[code] = {{"unit", chart.unit}, {"bars", bars}};
  }
  return plugin::dump({{"fields", fields}, {"tables", tables}, {"charts", charts}});
}

Result<Facts> facts_in(const std::string& text) {
  OB_TRY(const Json json, plugin::parse(text));
  const Row kept(json);
  Facts facts;
  for (const auto& [code, value] : kept.at("fields").items()) facts.fields[code] = printed_in(value);
  for (const auto& [code, rows] : kept.at("tables").items())
    for (const Json& row : rows) {
      auto& cells = facts.tables[code].emplace_back();
      for (const Json& value : row) cells.push_back(printed_in(value));
    }
  for (const auto& [code, item] : kept.at("charts").items()) {
    ChartFacts& chart = facts.charts[code];
    chart.unit = Row(item).text("unit");
    for (const Json& bar : item["bars"])
      chart.bars.push_back({bar[0].get<std::string>(), bar[1].get<std::int64_t>(), bar[2].get<std::string>()});
  }
  return facts;
}

std::optional<ReportKind> report_kind_of(const std::string& code) {
  for (std::size_t i = 0; i < std::size(kReportKinds); ++i)
    if (code == kReportKinds[i]) return static_cast<ReportKind>(i);
  return std::nullopt;
}

} // namespace onebudget::performance
