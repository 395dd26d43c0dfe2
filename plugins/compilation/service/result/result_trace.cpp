// GET /result-trace: from a ceiling to the results and policies behind it, and from a result to the money it reached.
#include "plugins/compilation/service/result/results.hpp"

namespace onebudget::compilation {

namespace {

Result<Json> ceiling_json(const Call& call, const Row& row) {
  OB_TRY(const Row node, call.node(row.ref("node")));
  OB_TRY(const Money before, row.money("amount").minus(row.money("result_change")));
  return Json{{"id", row.id().str()},
              {"node", {{"id", row.text("node")}, {"code", node.text("code")}, {"name", node.text("name")}}},
              {"fiscal_year", row.number("fiscal_year")},
              {"category", row.text("category")},
              {"status", row.text("status")},
              {"amount", row.money("amount").to_yuan()},
              {"before_results", before.to_yuan()},
              {"result_change", row.money("result_change").to_yuan()},
              {"parent_ceiling", row.at("parent_ceiling")}};
}

Result<Json> named(const Call& call, const Row& effect) {
  Json out = effect_json(effect);
  OB_TRY(const Row project, call.records().get(kProject, effect.ref("project")));
  out["project"] = {{"id", project.id().str()}, {"code", project.text("code")}, {"name", project.text("name")}};
  return out;
}

/// Ceilings split off below.
Result<Json> children_of(const Call& call, const std::string& ceiling) {
  Json out = Json::array();
  OB_CHECK(
      call.records().each(kCeiling, where("parent_ceiling==" + ceiling, "id"), [&](const Row& row) -> Result<void> {
        OB_TRY(Json one, ceiling_json(call, row));
        out.push_back(std::move(one));
        return {};
      }));
  return out;
}

/// Recommendations that its priority ranked the project in.
Result<Json> ranked_by(const Call& call, const Row& effect) {
  Json out = Json::array();
  if (effect.number("priority") == 0) return out;
  const std::string filter =
      "project==" + effect.text("project") + ";result_number==" + plugin::quoted(effect.text("number"));
  const auto read =
      call.records().each("compilation.recommendation_item", where(filter, "id"), [&](const Row& row) -> Result<void> {
        out.push_back({{"recommendation", row.text("recommendation")},
                       {"taken", row.flag("taken")},
                       {"priority", row.number("priority")},
                       {"reason", row.text(call.language() == "en" ? "reason_en" : "reason_zh")}});
        return {};
      });
  if (!read && read.fault().kind != FaultKind::forbidden) return read.fault();
  return out;
}

bool unseen(const Fault& fault) { return fault.kind == FaultKind::not_found || fault.kind == FaultKind::forbidden; }

Result<Answer> of_ceiling(const Call& call, const Row& row) {
  OB_TRY(const Json ceiling, ceiling_json(call, row));
  Json effects = Json::array();
  OB_CHECK(
      call.records().each(kEffect, where("ceiling==" + row.id().str(), "id"), [&](const Row& effect) -> Result<void> {
        OB_TRY(Json one, named(call, effect));
        effects.push_back(std::move(one));
        return {};
      }));
  return Answer::json({{"ceiling", ceiling}, {"effects", effects}});
}

Result<Answer> of_result(const Call& call, const Row& effect) {
  OB_TRY(const Json told, named(call, effect));
  Json out = {{"effect", told}, {"ceiling", nullptr}, {"parts", Json::array()}, {"review", nullptr}};
  if (effect.has("ceiling")) {
    const auto row = call.records().get(kCeiling, effect.ref("ceiling"));
    if (!row && !unseen(row.fault())) return row.fault();
    if (row) {
      OB_TRY(out["ceiling"], ceiling_json(call, *row));
      OB_TRY(out["parts"], children_of(call, effect.text("ceiling")));
    }
  }
  const std::string of_year =
      "project==" + effect.text("project") + ";fiscal_year==" + std::to_string(effect.number("fiscal_year"));
  OB_TRY(const auto review, call.records().first("compilation.zero_base_review", where(of_year)));
  if (review)
    out["review"] = {{"id", review->id().str()},
                     {"performance", review->at("performance")},
                     {"proposed_performance", review->at("proposed_performance")},
                     {"performance_reason", review->at("performance_reason")},
                     {"grade", review->at("grade")},
                     {"approved_amount", review->money("approved_amount").to_yuan()}};
  OB_TRY(out["recommendations"], ranked_by(call, effect));
  return Answer::json(out);
}

} // namespace

Result<Answer> show_result_trace(Call& call, const Request& request) {
  if (!request.parameter("ceiling").value_or("").empty()) {
    OB_TRY(const RecordId id, request.id("ceiling"));
    OB_TRY(const Row row, call.records().get(kCeiling, id));
    return of_ceiling(call, row);
  }
  OB_TRY(const RecordId result, request.id("result"));
  OB_TRY(const auto effect, call.records().first(kEffect, where("result==" + plugin::quoted(result.str()))));
  if (!effect)
    return fault(FaultKind::not_found, "compilation.no_effect",
                 {"没有该结果的记录。结果应用后才会到预算编制。",
                  "There is no such result here. It arrives once it is applied."});
  return of_result(call, *effect);
}

} // namespace onebudget::compilation
