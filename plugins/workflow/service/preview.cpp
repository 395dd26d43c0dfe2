#include "plugins/workflow/service/service.hpp"

namespace onebudget::workflow {

Result<Answer> preview(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  for (const char* name : {"definition", "facts"})
    if (!body.contains(name) || !body[name].is_object()) return wrong(name);
  OB_TRY(const Definition definition, read_definition(body["definition"]));
  const Json findings = findings_json(call, check_definition(definition));
  Json ranks = Json::array();
  if (findings.empty()) {
    OB_TRY(const Facts facts, read_facts(body["facts"]));
    OB_TRY(const auto found, way(definition, facts));
    for (const auto& rank : found) {
      Json steps = Json::array();
      for (const Step& step : rank) steps.push_back({{"id", step.id}, {"roles", step.roles}});
      ranks.push_back(std::move(steps));
    }
  }
  return Answer::json({{"findings", findings}, {"way", ranks}});
}

} // namespace onebudget::workflow
