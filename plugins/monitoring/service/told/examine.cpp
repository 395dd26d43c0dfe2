// monitoring/1 examine and observe: the live rules of one document; facts that a source tells.

#include "plugins/monitoring/service/facts_json.hpp"
#include "plugins/monitoring/service/payment_document.hpp"
#include "plugins/monitoring/service/sources.hpp"
#include "plugins/monitoring/service/told/told.hpp"

namespace onebudget::monitoring {

namespace {

Json both(const Text& text) { return {{"zh", text.zh}, {"en", text.en}}; }

Fault refused(std::vector<FieldFault> findings) {
  return fault(
      FaultKind::rule, "monitoring.facts",
      {"事实不完整或不合适，没有检查。请按提示改正。", "The facts make no sense; nothing was examined. Correct them."},
      std::move(findings));
}

/// Facts of the request: a payment document as its maker knows it, or the facts of another subject by their names.
Result<Object> object_of(const Call& call, const Row& asked) {
  Object out;
  out.unit = asked.ref("unit");
  out.subject = asked.has("subject") ? asked.text("subject") : "payment";
  const Row document(asked.at("document"));
  out.object = asked.has("object") ? asked.text("object") : document.text("entity") + "/" + document.text("id");
  const Day day = asked.day("day").value_or(call.today());
  out.year = static_cast<int>(asked.number("fiscal_year", day.year()));
  std::vector<FieldFault> findings;
  const bool translated = out.subject == "payment" && asked.has("document");
  Json facts = translated ? payment_facts(asked, day) : asked.at("facts");
  if (translated) OB_CHECK(add_known(call, asked, day, facts));
  const auto read = read_facts(out.subject, facts, findings, translated);
  if (!read || !findings.empty()) return refused(std::move(findings));
  out.facts = *read;
  set_day(out.facts, day);
  return out;
}

/// Who took a warning on themselves, by rule.
std::map<std::string, Json> overrides_of(const Row& asked) {
  std::map<std::string, Json> out;
  for (const Json& item : asked.at("overrides")) {
    const Row one(item);
    if (!one.text("by").empty() && !one.text("reason").empty()) out[one.text("rule")] = item;
  }
  return out;
}

Result<Json> look(Call& call, const Json& request) {
  const Row asked(request);
  std::vector<Object> objects(1);
  OB_TRY(objects[0], object_of(call, asked));
  OB_TRY(Standing standing, Standing::load(call, asked.day("day").value_or(call.today())));
  OB_CHECK(judge(call, standing, objects));
  const auto overrides = overrides_of(asked);
  Json hits = Json::array(), not_run = Json::array();
  bool allowed = true;
  for (const Hit& hit : objects[0].found.hits) {
    if (!standing.rules().live(hit.rule)) continue;
    const Level level = standing.rules().level_of(hit);
    const auto taken = overrides.find(hit.rule);
    const Effect effect = effect_of(hit.rule, level, true, taken != overrides.end());
    allowed = allowed && !blocks(effect);
    const Rule* rule = rule_of(hit.rule);
    Json item = {{"rule", hit.rule},
                 {"title", both({std::string(rule->zh), std::string(rule->en)})},
                 {"level", code_of(level)},
                 {"effect", code_of(effect)},
                 {"message", both(hit.message)},
                 {"evidence", evidence_json(hit.evidence)}};
    if (taken != overrides.end() && effect == Effect::record) item["overridden"] = taken->second;
    hits.push_back(std::move(item));
  }
  for (const NotRun& one : objects[0].found.not_run)
    if (standing.rules().live(one.rule)) not_run.push_back({{"rule", one.rule}, {"source", both(one.source)}});
  return Json{{"allowed", allowed}, {"hits", hits}, {"not_run", not_run}};
}

} // namespace

Result<void> keep_fact(const Call& call, const Row& asked, const Row& one) {
  const Json key = {{"unit", asked.text("unit")},
                    {"subject", one.text("subject")},
                    {"object", one.text("object")},
                    {"fiscal_year", asked.number("fiscal_year")},
                    {"told_by", asked.text("told_by")}};
  const std::string filter = "unit==" + asked.text("unit") + ";subject==" + one.text("subject") +
                             ";object==" + plugin::quoted(one.text("object")) +
                             ";fiscal_year==" + std::to_string(asked.number("fiscal_year")) +
                             ";told_by==" + plugin::quoted(asked.text("told_by"));
  OB_TRY(const auto known, call.records().first(kFact, where(filter)));
  Json values = {{"object_title", one.text("title")}, {"facts", one.at("facts")}};
  if (one.has("as_of")) values["as_of"] = one.at("as_of");
  if (known && known->at("facts") == one.at("facts") && known->text("object_title") == one.text("title") &&
      (!one.has("as_of") || known->at("as_of") == one.at("as_of")))
    return {};
  if (known) return call.records().update(kFact, known->id(), known->version(), values);
  values.update(key);
  OB_TRY([[maybe_unused]] const RecordId id, call.records().insert(kFact, values));
  return {};
}

Result<Json> examine(Call& call, const Message& message) { return look(call, message.request); }

Result<Answer> examine_request(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  if (Row(body).ref("unit").none())
    return fault(FaultKind::malformed, "monitoring.unit", {"请写明单位。", "Name the unit."});
  OB_TRY(const Json answer, look(call, body));
  return Answer::json(answer);
}

Result<Json> observe(Call& call, const Message& message) {
  const Row asked(message.request);
  for (const Json& item : asked.at("subjects")) OB_CHECK(keep_fact(call, asked, Row(item)));
  return Json{{"facts", asked.at("subjects").size()}};
}

} // namespace onebudget::monitoring
