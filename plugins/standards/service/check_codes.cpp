#include "plugins/standards/domain/economic_pair.hpp"
#include "plugins/standards/domain/postable.hpp"
#include "plugins/standards/service/service.hpp"

namespace onebudget::standards {

namespace {

constexpr std::size_t kMostCodes = 50;

Fault no_such_list(const std::string& list) {
  return fault(FaultKind::malformed, "standards.no_such_list",
               {"标准库没有代码表“" + list + "”。请联系插件供应方。",
                "The standards have no code list \"" + list + "\". Ask the plugin's vendor."});
}

/// What a refused code's finding needs besides the row: the edition that is in force now, or what took its place.
Result<void> complete(const Call& call, const std::string& list, const Row& row, CodeFacts& facts) {
  if (facts.state == EditionState::superseded) {
    OB_TRY(const auto editions, editions_of(call, "standards." + list, row));
    for (const Edition& edition : editions)
      if (edition.state == EditionState::in_force) facts.edition_in_force = edition.number;
  }
  OB_TRY(facts.successors, successors_of(call, list, facts.list_year, facts.code));
  return {};
}

/// Findings about one code; `row` is what it stands for.
Result<std::vector<FieldFault>> judge(const Call& call, const std::string& list, const Row& row, int year,
                                      const std::string& field) {
  const Edition edition = edition_of(row);
  CodeFacts facts;
  facts.code = row.text("code");
  facts.name = row.text("name");
  facts.leaf = !row.has("leaf") || row.flag("leaf");
  facts.state = edition.state;
  facts.validity = edition.validity;
  facts.list_year = static_cast<int>(row.number("list_year"));
  // A budget of a year is posted in that year: the first day counts, so that next year's list can be used this autumn.
  const Day on = Day::of(year, 1, 1).value_or(Day());
  auto findings = check_postable(facts, year, on, field);
  if (findings.empty()) return findings;
  OB_CHECK(complete(call, list, row, facts));
  return check_postable(facts, year, on, field);
}

Result<Row> row_of(const Call& call, const std::string& list, const Row& item) {
  const std::string entity = "standards." + list;
  if (identity_of(entity).empty()) return no_such_list(list);
  return call.records().get(entity, item.ref("id"));
}

Result<std::vector<FieldFault>> judge_pair(const Call& call, const EconomicPair& of, int year,
                                           const std::string& field) {
  EconomicPair pair = of;
  plugin::Query query;
  query.filter = "list_year==" + std::to_string(year) + ";department_class==" + plugin::quoted(pair.department_class) +
                 ";status==in_force";
  query.fields = {"unit_type", "government_class"};
  OB_CHECK(call.records().each("standards.economic_mapping", query, [&](const Row& row) -> Result<void> {
    pair.allowed.push_back({row.text("unit_type"), row.text("government_class")});
    return {};
  }));
  return check_pair(pair, field);
}

} // namespace

Result<Json> check_postable_request(Call& call, const Message& message) {
  const Row request(message.request);
  const std::string list = request.text("list");
  OB_TRY(const Row row, row_of(call, list, request));
  OB_TRY(const auto findings, judge(call, list, row, static_cast<int>(request.number("year")), request.text("field")));
  return Json{{"findings", findings_json(findings)}};
}

Result<Json> check_codes(Call& call, const Message& message) {
  const Row request(message.request);
  const int year = static_cast<int>(request.number("year"));
  const Json& codes = request.at("codes");
  if (!codes.is_array() || codes.size() > kMostCodes)
    return fault(FaultKind::malformed, "standards.codes",
                 {"codes 应为不超过 50 项的列表。请联系插件供应方。",
                  "codes must be a list of at most 50. Ask the plugin's vendor."});
  std::vector<FieldFault> findings;
  EconomicPair pair;
  pair.unit_type = request.text("unit_type");
  std::string pair_field;
  bool pair_chosen = false;
  for (const Json& each : codes) {
    const Row item(each);
    const std::string list = item.text("list"), field = item.text("field");
    OB_TRY(const Row row, row_of(call, list, item));
    if (item.flag("chosen")) {
      OB_TRY(const auto found, judge(call, list, row, year, field));
      findings.insert(findings.end(), found.begin(), found.end());
    }
    if (list == "department_economic_class") pair.department_class = row.text("code");
    if (list == "government_economic_class") {
      pair.government_class = row.text("code");
      pair_field = field;
    }
    pair_chosen = pair_chosen ||
                  (item.flag("chosen") && (list == "department_economic_class" || list == "government_economic_class"));
  }
  if (pair_chosen && findings.empty() && !pair.department_class.empty() && !pair.government_class.empty()) {
    OB_TRY(findings, judge_pair(call, pair, year, pair_field));
  }
  return Json{{"findings", findings_json(findings)}};
}

} // namespace onebudget::standards
