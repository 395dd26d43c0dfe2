// performance.effect.applied and .revoked: what an evaluation proposes for the year after next, as rows for people.
#include "plugins/compilation/service/result/results.hpp"

namespace onebudget::compilation {

namespace {

constexpr int kShielding = 5; ///< 三保, debt service, legal commitments stand before the rest (domain rules 1.11)

Result<std::optional<Row>> known(const Call& call, const std::string& result) {
  return call.records().first(kEffect, where("result==" + plugin::quoted(result)));
}

Result<Json> values_of(const Call& call, const Row& told) {
  OB_TRY(const Row project, call.records().get(kProject, told.ref("project")));
  Json out = {{"change", told.number("change")},
              {"base_amount", told.number("base_amount")},
              {"fiscal_year", told.number("budget_year")},
              {"evaluated_year", told.number("evaluated_year")},
              {"fund_kind", project.text("fund_kind")},
              {"category", project.text("category")},
              {"cancel", told.flag("cancel")},
              {"priority", told.number("priority")},
              {"review_points", told.number("review_points")},
              {"review_most", told.number("review_most")},
              {"shield", told.text("shield").empty() ? "none" : told.text("shield")}};
  OB_TRY(const Ratio factor, Ratio::parse(told.text("factor")));
  out["factor"] = plugin::abi(factor);
  for (const char* field : {"result", "number", "unit", "project", "evaluation", "pack_told", "grade", "total"})
    out[field] = told.text(field);
  return out;
}

} // namespace

bool shielded(const Row& effect, const Row& project) {
  const std::string shield = effect.text("shield");
  return (!shield.empty() && shield != "none") || project.flag("three_guarantees") ||
         order_of(project.text("spending_order")) <= kShielding;
}

Result<std::optional<Row>> effect_on(const Call& call, const std::string& project, std::int64_t fiscal_year) {
  const std::string filter =
      "project==" + project + ";fiscal_year==" + std::to_string(fiscal_year) + ";status==in_force";
  return call.records().first(kEffect, where(filter, "-id"));
}

Json effect_json(const Row& effect) {
  Json out = {{"id", effect.id().str()},
              {"change", effect.money("change").to_yuan()},
              {"trace", "/performance/trace?result=" + effect.text("result")}};
  for (const char* field :
       {"result", "number", "project", "unit", "fiscal_year", "evaluated_year", "evaluation", "pack_told", "grade",
        "total", "factor", "shield", "cancel", "priority", "status", "ceiling", "carried_on", "carried_by", "document"})
    out[field] = effect.at(field);
  out["ceiling_change"] = effect.has("ceiling_change") ? Json(effect.money("ceiling_change").to_yuan()) : Json(nullptr);
  return out;
}

Result<void> follow_result(Call& call, const Event& event) {
  const Row told(event.payload);
  if (told.number("budget_year") < year_fed_by(static_cast<int>(told.number("evaluated_year"))))
    return fault(FaultKind::rule, "compilation.result_year",
                 {"评价结果最早用于评价年度后的第二年，请核对结果的应用年度。",
                  "A result reaches the second year after the one evaluated at the earliest; check its budget year."});
  const bool revoked = event.topic == "performance.effect.revoked";
  OB_TRY(const auto there, known(call, told.text("result")));
  // Delivered again, or late: what was revoked stays so.
  if (there && (!revoked || there->text("status") == "revoked")) return {};
  if (there) return call.records().update(kEffect, there->id(), there->version(), {{"status", "revoked"}});
  OB_TRY(Json values, values_of(call, told));
  values["status"] = revoked ? "revoked" : "in_force";
  OB_CHECK(call.records().insert(kEffect, values));
  return {};
}

} // namespace onebudget::compilation
