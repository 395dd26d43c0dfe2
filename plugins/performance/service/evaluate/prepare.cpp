// Lines of an evaluation: the goal's indicators, weighed as the evaluation's scheme says, and the scheme's own.
#include <algorithm>

#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {

struct Draft {
  Json values;
  Points weight;
};

Json copied(const Row& line) {
  Json out = {{"goal_line", line.id().str()}};
  for (const char* field : {"first_level", "second_level", "name", "nature", "target", "unit_of_measure", "indicator"})
    if (line.has(field)) out[field] = line.at(field);
  return out;
}

/// The goal's lines of a level share its weight in proportion to their own, the rest of the rounding at the first.
void weigh(std::vector<Draft>& drafts, Points weight) {
  Points sum, given;
  for (const Draft& draft : drafts) sum += draft.weight;
  if (sum <= Points()) return;
  for (Draft& draft : drafts) {
    draft.weight = Points::from_hundredths(
        scaled(weight.hundredths(), draft.weight.hundredths(), sum.hundredths(), Rounding::down));
    given += draft.weight;
  }
  drafts.front().weight += weight - given;
}

/// The scheme's own lines of a level: {"name", "second", "weight"}, judged by degree.
std::vector<Draft> own_lines(const Row& level) {
  std::vector<Draft> out;
  for (const Json& item : level.at("lines")) {
    const Row line(item);
    out.push_back({{{"first_level", level.text("code")},
                    {"second_level", line.text("second")},
                    {"name", line.text("name")},
                    {"nature", "qualitative"},
                    {"target", line.text("target")}},
                   Points::parse(line.text("weight")).value_or(Points())});
  }
  return out;
}

} // namespace

Result<Answer> prepare_evaluation(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Row evaluation, call.records().get(kEvaluation, id));
  OB_TRY(const auto there, call.records().first(kScoreLine, where("evaluation==" + id.str())));
  if (there)
    return fault(FaultKind::conflict, "performance.prepared",
                 {"评价已有得分行。请在其上填写，或先删除。",
                  "The evaluation has its lines. Fill them in, or remove them first."});
  OB_TRY(const Row scheme_row, call.records().get("performance.scheme", evaluation.ref("scheme")));
  OB_TRY(const Scheme scheme, scheme_of(scheme_row));
  std::map<std::string, std::vector<Draft>> levels;
  if (evaluation.has("goal")) {
    OB_CHECK(
        call.records().each("performance.goal_indicator", where("goal==" + evaluation.text("goal"), "line_no"),
                            [&](const Row& line) -> Result<void> {
                              levels[line.text("first_level")].push_back({copied(line), points_in(line, "weight")});
                              return {};
                            }));
  }
  const Row tree(scheme_row.at("tree"));
  for (const Json& item : tree.at("levels")) {
    const Row level(item);
    auto& lines = levels[level.text("code")];
    if (lines.empty()) lines = own_lines(level);
  }
  std::vector<std::string> absent;
  for (const SchemeLevel& level : scheme.levels)
    if (levels[level.code].empty()) absent.push_back(level.code);
  const std::vector<Points> weights = level_weights(scheme, absent);
  int line_no = 0;
  for (std::size_t i = 0; i < scheme.levels.size(); ++i) {
    auto& drafts = levels[scheme.levels[i].code];
    weigh(drafts, weights[i]);
    for (Draft& draft : drafts) {
      draft.values["evaluation"] = id.str();
      draft.values["line_no"] = ++line_no;
      draft.values["weight"] = draft.weight.str();
      draft.values["applicable"] = true;
      OB_TRY(const RecordId made, call.records().insert(kScoreLine, draft.values));
      static_cast<void>(made);
    }
  }
  return Answer::json({{"lines", line_no}});
}

} // namespace onebudget::performance
