#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {

Json told(const Call& call, const std::vector<FieldFault>& findings) {
  Json out = Json::array();
  for (const FieldFault& finding : findings)
    out.push_back({{"field", finding.field},
                   {"code", finding.code},
                   {"message", finding.message.in(call.language())},
                   {"remedy", finding.remedy.in(call.language())}});
  return out;
}

} // namespace

Result<Answer> show_quality(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Row row, call.records().get(kGoal, id));
  OB_TRY(const Parameters parameters, parameters_on(call, call.today()));
  OB_TRY(const Scheme scheme, read_scheme(call, row.ref("scheme")));
  OB_TRY(const Goal goal, goal_of(call, row));
  const Quality quality = quality_of(goal, parameters);
  return Answer::json({{"score", quality.score},
                       {"errors", told(call, check_goal(goal, scheme, parameters))},
                       {"advice", told(call, quality.advice)}});
}

} // namespace onebudget::performance
