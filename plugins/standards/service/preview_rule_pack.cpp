#include "plugins/standards/service/service.hpp"

namespace onebudget::standards {

namespace {

constexpr std::int64_t kExamples = 10;

Result<std::int64_t> count(const Call& call, const std::string& entity, const std::string& filter) {
  OB_TRY(const auto lines, call.records().aggregate(entity, {filter, {}, {"count"}}));
  return lines.empty() ? 0 : lines.front().number("count");
}

/// What one rule finds; the fault says why it cannot be run.
Result<void> run_rule(const Call& call, const std::string& entity, const std::string& filter, Json& out) {
  OB_TRY(out["found"], count(call, entity, filter));
  plugin::Query query;
  query.filter = filter;
  query.limit = kExamples;
  return call.records().each(entity, query, [&](const Row& row) -> Result<void> {
    out["examples"].push_back({{"id", row.id().str()}, {"code", row.at("code")}, {"name", row.at("name")}});
    return {};
  });
}

} // namespace

Result<Answer> preview_rule_pack(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Row pack, call.records().get("standards.rule_pack", id));
  const std::string target = pack.text("target_entity");
  OB_TRY(const std::int64_t all, count(call, target, ""));
  Json results = Json::array();
  for (const Json& item : pack.at("rules")) {
    const Row rule(item);
    Json line = {{"id", rule.text("id")},
                 {"finding", rule.at("finding")},
                 {"filter", rule.text("filter")},
                 {"state", "run"},
                 {"found", 0},
                 {"examples", Json::array()}};
    const auto run = run_rule(call, target, rule.text("filter"), line);
    if (!run) {
      line["state"] = "not_run";
      line["found"] = nullptr;
      line["examples"] = Json::array();
      line["reason"] = run.fault().message.in(call.language());
    }
    results.push_back(std::move(line));
  }
  return Answer::json({{"pack", pack.text("code")},
                       {"edition", pack.number("edition", 1)},
                       {"target", target},
                       {"records", all},
                       {"rules", results}});
}

} // namespace onebudget::standards
