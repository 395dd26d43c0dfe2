// Like projects beside each other: the same indicator of the library, one value for each project, plain statistics.
#include "plugins/performance/domain/evaluate/statistics.hpp"

#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {

struct Like {
  std::string project, unit, region, evaluation, line;
  Value value;
  int rank = 0; ///< finance before department before self
};

int rank_of(const std::string& kind) { return kind == "finance" ? 3 : kind == "department" ? 2 : 1; }

Result<Row> indicator_by(const Call& call, const std::string& code) {
  OB_TRY(const auto row, call.records().first("performance.indicator", where("code==" + plugin::quoted(code))));
  if (row) return *row;
  return fault(FaultKind::not_found, "performance.no_indicator",
               {"指标库中没有该编码，请核对。", "The library has no such code; check it."});
}

/// The best measured value of each project and year.
Result<std::vector<Like>> values_of(const Call& call, RecordId indicator, int year) {
  std::map<std::string, std::vector<Like>> lines;
  std::set<std::string> evaluations;
  OB_CHECK(call.records().each(kScoreLine, where("indicator==" + indicator.str()), [&](const Row& row) -> Result<void> {
    const auto value = Value::parse(row.text("actual"));
    if (!value || (row.has("applicable") && !row.flag("applicable"))) return {};
    evaluations.insert(row.text("evaluation"));
    lines[row.text("evaluation")].push_back({"", "", "", row.text("evaluation"), row.id().str(), *value, 0});
    return {};
  }));
  std::map<std::string, Like> best;
  OB_CHECK(by_hundreds(evaluations, "id", [&](const std::string& filter) {
    return call.records().each(kEvaluation, where(filter + ";status==confirmed;fiscal_year==" + std::to_string(year)),
                               [&](const Row& row) -> Result<void> {
                                 for (Like one : lines[row.id().str()]) {
                                   one.project = row.has("project") ? row.text("project") : "unit/" + row.text("unit");
                                   one.unit = row.text("unit");
                                   one.rank = rank_of(row.text("kind"));
                                   Like& known = best[one.project];
                                   if (known.rank < one.rank) known = one;
                                 }
                                 return {};
                               });
  }));
  std::map<std::string, std::string> regions;
  std::vector<Like> out;
  for (auto& [project, one] : best) {
    if (regions.count(one.unit) == 0) {
      OB_TRY(const Row node, call.node(*RecordId::parse(one.unit)));
      regions[one.unit] = node.text("region_code");
    }
    one.region = regions[one.unit];
    out.push_back(one);
  }
  return out;
}

std::vector<Observation> observed(const std::vector<Like>& values) {
  std::vector<Observation> out;
  for (const Like& one : values) out.push_back({one.project, one.value});
  return out;
}

/// Rule performance.comparison: what is published shows no single project.
std::vector<FieldFault> too_few(const Spread& spread, const Parameters& parameters) {
  if (spread.count >= static_cast<std::size_t>(parameters.fewest_values)) return {};
  const std::string count = std::to_string(spread.count);
  return {{"/indicator",
           "performance.comparison",
           {"可比数值只有 " + count + " 个，公布会暴露单个项目。",
            "Only " + count + " values: publishing would show single projects."},
           {"请待数值增多后公布。", "Wait until there are more."}}};
}

Json spread_json(const Spread& spread) {
  return {{"count", spread.count},         {"median", spread.median.str()},   {"mad", spread.mad.str()},
          {"lowest", spread.lowest.str()}, {"highest", spread.highest.str()}, {"judged", spread.judged}};
}

} // namespace

Result<Answer> compare_projects(Call& call, const Request& request) {
  OB_TRY(const int year, year_parameter(request, "year"));
  OB_TRY(const Row indicator, indicator_by(call, request.parameter("indicator").value_or("")));
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  OB_TRY(const auto values, values_of(call, indicator.id(), year));
  const Spread spread = spread_of(observed(values), parameters);
  Json items = Json::array();
  for (const Like& one : values)
    items.push_back({{"project", one.project},
                     {"region", one.region},
                     {"evaluation", one.evaluation},
                     {"line", one.line},
                     {"value", one.value.str()},
                     {"outlier", nullptr}});
  for (const Outlier& one : spread.outliers) items[one.at]["outlier"] = one.distance.str();
  Json out = spread_json(spread);
  out["indicator"] = indicator.text("code");
  out["benchmark"] = indicator.at("benchmark");
  out["items"] = items;
  out["note"] = call.text("comparison.note");
  OB_TRY(const auto published,
         call.records().first("performance.benchmark",
                              where("indicator==" + indicator.id().str() + ";fiscal_year==" + std::to_string(year))));
  if (published)
    for (const char* field : {"values", "regions", "median", "mad", "lowest", "highest"})
      out["published"][field] = published->at(field);
  return Answer::json(out);
}

Result<Answer> publish_comparison(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  OB_TRY(const int year, year_member(body, "year"));
  OB_TRY(const Row indicator, indicator_by(call, Row(body).text("indicator")));
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  OB_TRY(const auto values, values_of(call, indicator.id(), year));
  auto few = too_few(spread_of(observed(values), parameters), parameters);
  if (!few.empty())
    return refusal("performance.comparison", {"数值太少，不能公布。", "There are too few values to publish."},
                   std::move(few));
  OB_TRY(const auto known,
         call.records().first("performance.benchmark",
                              where("indicator==" + indicator.id().str() + ";fiscal_year==" + std::to_string(year))));
  RecordId id;
  if (known) {
    id = known->id();
    OB_CHECK(call.records().update("performance.benchmark", id, known->version(), {{"median", ""}}));
  } else {
    OB_TRY(id, call.records().insert("performance.benchmark",
                                     {{"indicator", indicator.id().str()}, {"fiscal_year", year}}));
  }
  return Answer::json({{"id", id.str()}});
}

Result<void> validate_benchmark(Call& call, const Change& change, Verdict& verdict) {
  if (!written(change)) return {};
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  OB_TRY(const auto values,
         values_of(call, change.after.ref("indicator"), static_cast<int>(change.after.number("fiscal_year"))));
  const Spread spread = spread_of(observed(values), parameters);
  verdict.report(too_few(spread, parameters));
  if (verdict.findings() > 0) return {};
  std::set<std::string> regions;
  for (const Like& one : values) regions.insert(one.region);
  verdict.assign("values", spread.count);
  verdict.assign("regions", regions.size());
  verdict.assign("median", spread.median.str());
  verdict.assign("mad", spread.mad.str());
  verdict.assign("lowest", spread.lowest.str());
  verdict.assign("highest", spread.highest.str());
  return {};
}

} // namespace onebudget::performance
