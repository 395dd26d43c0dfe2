#include <algorithm>

#include "plugins/standards/domain/edition.hpp"
#include "plugins/standards/service/service.hpp"

namespace onebudget::standards {

namespace {

/// Fields that name a row apart from its edition, per entity; the rows of one such name are its editions.
std::vector<std::string> identity_of(std::string_view entity) {
  if (entity == "standards.economic_mapping") return {"list_year", "department_class", "unit_type"};
  if (entity == "standards.asset_life") return {"class_name", "item"};
  for (const std::string_view yearly : {"functional_class", "department_economic_class", "government_economic_class", "procurement_category", "asset_class", "special_fund"})
    if (entity == "standards." + std::string(yearly)) return {"list_year", "code"};
  return {"code"};
}

EditionState state_of(const std::string& text) {
  if (text == "submitted") return EditionState::submitted;
  if (text == "in_force") return EditionState::in_force;
  if (text == "superseded") return EditionState::superseded;
  return text == "withdrawn" ? EditionState::withdrawn : EditionState::draft;
}

std::optional<Day> day_of(const Json& row, const char* field) {
  return row.contains(field) && row[field].is_string() ? Day::parse(row[field].get<std::string>()) : std::nullopt;
}

Edition edition_of(const Json& row) {
  Edition edition;
  if (const auto id = RecordId::parse(row.value("id", std::string()))) edition.id = id->value;
  edition.version = row.value("version", std::int64_t{0});
  edition.number = row.value("edition", 1);
  edition.state = state_of(row.value("status", std::string()));
  edition.validity = {day_of(row, "valid_from"), day_of(row, "valid_to")};
  return edition;
}

Result<std::vector<Edition>> editions_of(const Call& call, std::string_view entity, const Json& row) {
  std::string filter;
  for (const std::string& field : identity_of(entity)) {
    const Json& value = row[field];
    filter += (filter.empty() ? "" : ";") + field + "==" + (value.is_string() ? filter_text(value.get<std::string>()) : value.dump());
  }
  std::vector<Edition> editions;
  OB_CHECK(call.query(entity, {{"filter", filter}, {"sort", "edition"}, {"limit", 0}}, [&](const Json& found) {
    editions.push_back(edition_of(found));
    return editions.size() < 1000;
  }));
  return editions;
}

std::vector<FieldFault> check_rule_pack(const Json& row) {
  const Json rules = row.value("rules", Json());
  const auto wrong = [](const char* zh, const char* en) {
    return std::vector<FieldFault>{{"/rules", "standards.rule_pack", {zh, en}, {"每条规则写明 id、filter 和 finding（zh、en）。", "Each rule has id, filter and finding (zh, en)."}}};
  };
  if (!rules.is_array() || rules.empty() || rules.size() > 200) return wrong("规则应为 1 到 200 条的列表。", "The rules must be a list of 1 to 200.");
  for (const Json& rule : rules) {
    const bool whole = rule.is_object() && rule.value("id", Json()).is_string() && rule.value("filter", Json()).is_string() && rule.value("finding", Json()).is_object();
    if (!whole) return wrong("有一条规则缺少 id、filter 或 finding。", "A rule lacks id, filter or finding.");
  }
  return {};
}

Result<void> supersede_older(Change& change) {
  const Json& row = change.after();
  OB_TRY(const auto editions, editions_of(change, change.entity(), row));
  Edition approved = edition_of(row);
  approved.id = change.id();
  for (const Edition& old : replaced_by(approved, editions))
    OB_CHECK(change.transition(change.entity(), old.id, old.version, "supersede", "第 " + std::to_string(approved.number) + " 版生效 / edition " + std::to_string(approved.number)));
  return {};
}

std::string entity_of(const std::string& segment) {
  std::string name = segment;
  std::replace(name.begin(), name.end(), '-', '_');
  return "standards." + name;
}

} // namespace

Result<void> validate(Change& change) {
  if (change.action() == OB_ACTION_REMOVE) return {};
  const Json& row = change.after();
  if (change.action() == OB_ACTION_TRANSITION) return change.transition_name() == "approve" ? supersede_older(change) : Result<void>();
  OB_CHECK(change.report(check_validity({day_of(row, "valid_from"), day_of(row, "valid_to")})));
  if (change.entity() == "standards.rule_pack") OB_CHECK(change.report(check_rule_pack(row)));
  if (change.entity() == "standards.coding_rule") {
    auto rule = coding_rule_of(row);
    OB_CHECK(change.report(rule ? check_rule(*rule) : rule.fault().fields));
  }
  return {};
}

Result<Json> check_postable_request(Call& call, const Json& request) {
  const std::string list = request.value("list", std::string()), entity = "standards." + list;
  const auto id = RecordId::parse(request.value("id", std::string()));
  if (!id) return Json{{"findings", Json::array()}};
  OB_TRY(const Json row, call.get(entity, id->value));
  const Edition edition = edition_of(row);
  CodeFacts facts{row.value("code", std::string()), row.value("name", std::string()), row.value("leaf", true), edition.state, edition.validity, row.value("list_year", 0), {}};
  const int year = request.value("year", 0);
  // A budget of a year is posted in that year: the first day counts, so that next year's list can be used this autumn.
  const Day on = Day::of(year, 1, 1).value_or(Day());
  auto findings = check_postable(facts, year, on, request.value("field", std::string("/code")));
  if (!findings.empty()) {
    OB_CHECK(call.query("standards.code_succession", {{"filter", "list==" + filter_text(list) + ";from_code==" + filter_text(facts.code)}, {"limit", 20}}, [&](const Json& next) {
      if (const std::string to = next.value("to_code", std::string()); !to.empty()) facts.successors.push_back(to);
      return true;
    }));
    findings = check_postable(facts, year, on, request.value("field", std::string("/code")));
  }
  return Json{{"findings", findings_json(findings)}};
}

Result<Json> successions(Call& call, const Json& request) {
  Json items = Json::array();
  const std::string filter = "list==" + filter_text(request.value("list", std::string())) + ";from_year==" + std::to_string(request.value("from_year", 0));
  OB_CHECK(call.query("standards.code_succession", {{"filter", filter}, {"sort", "from_code,to_code"}, {"limit", 0}}, [&](const Json& row) {
    items.push_back({{"from_code", row.value("from_code", std::string())}, {"to_code", row.value("to_code", std::string())}, {"kind", row.value("kind", std::string())}, {"to_year", row.value("to_year", 0)}});
    return items.size() < 10'000;
  }));
  return Json{{"items", items}};
}

Result<void> revise(Exchange& exchange) {
  OB_TRY(const std::string segment, exchange.parameter("entity"));
  OB_TRY(const std::string id_text, exchange.parameter("id"));
  const auto id = RecordId::parse(id_text);
  const std::string entity = entity_of(segment);
  if (!id) return fault(FaultKind::not_found, "standards.not_found", {"没有找到。", "Not found."});
  OB_TRY(Json row, exchange.get(entity, id->value));
  OB_TRY(const auto editions, editions_of(exchange, entity, row));
  OB_TRY(const int number, next_edition(editions));
  Json copy = Json::object();
  for (const auto& [name, value] : row.items()) {
    const bool own = name == "id" || name == "version" || name == "status" || name == "edition" || name == "valid_from" || name == "valid_to" || name.rfind("created_", 0) == 0 ||
                     name.rfind("updated_", 0) == 0 || name.rfind("source_", 0) == 0 || name.front() == '_' || name.find("__") != std::string::npos;
    if (!own && !value.is_null()) copy[name] = value;
  }
  copy["edition"] = number;
  OB_TRY(const std::int64_t made, exchange.insert(entity, copy));
  return exchange.respond(201, {{"id", std::to_string(made)}, {"edition", number}, {"message", exchange.text("revised", {std::to_string(number)})}});
}

Result<void> preview_rule_pack(Exchange& exchange) {
  OB_TRY(const std::string id_text, exchange.parameter("id"));
  const auto id = RecordId::parse(id_text);
  if (!id) return fault(FaultKind::not_found, "standards.not_found", {"没有找到。", "Not found."});
  OB_TRY(const Json pack, exchange.get("standards.rule_pack", id->value));
  const std::string target = pack.value("target_entity", std::string());
  OB_TRY(const Json all, exchange.aggregate(target, {{"aggregates", {"count"}}}));
  Json results = Json::array();
  for (const Json& rule : pack.value("rules", Json::array())) {
    const std::string filter = rule.value("filter", std::string());
    OB_TRY(const Json counted, exchange.aggregate(target, {{"filter", filter}, {"aggregates", {"count"}}}));
    OB_TRY(const auto first, exchange.rows(target, {{"filter", filter}, {"limit", 10}}));
    Json examples = Json::array();
    for (const Json& row : first) examples.push_back({{"id", row.value("id", std::string())}, {"code", row.value("code", Json())}, {"name", row.value("name", Json())}});
    results.push_back({{"id", rule.value("id", std::string())}, {"finding", rule.value("finding", Json::object())}, {"filter", filter},
                       {"found", counted.empty() ? 0 : counted[0].value("count", std::int64_t{0})}, {"examples", examples}});
  }
  return exchange.respond(200, {{"pack", pack.value("code", std::string())}, {"edition", pack.value("edition", 1)}, {"target", target},
                                {"records", all.empty() ? 0 : all[0].value("count", std::int64_t{0})}, {"rules", results}});
}

} // namespace onebudget::standards
