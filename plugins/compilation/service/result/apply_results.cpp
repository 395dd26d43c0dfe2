// POST /ceiling/{id}/apply-results: a person carries results of evaluations into a ceiling that is not issued yet.
#include "plugins/compilation/service/result/results.hpp"

namespace onebudget::compilation {

namespace {

constexpr std::size_t kNoteMost = 4000;
constexpr const char* kTold[] = {"carry", "take_back", "shielded", "elsewhere", "nothing"};

struct Reached {
  std::vector<Row> rows;
  std::vector<EffectFacts> facts;
  std::vector<std::string> documents;
};

/// The document that a person names for a result, empty without.
std::map<std::string, std::string> documents_in(const Json& body) {
  std::map<std::string, std::string> out;
  const Row given(Row(body).at("documents"));
  for (const auto& [result, document] : given.json().items()) out[result] = given.text(result);
  return out;
}

/// Every effect on units under the ceiling's node, of its year, fund and category.
Result<Reached> reached_by(const Call& call, const Row& ceiling, const std::map<std::string, std::string>& documents) {
  Reached out;
  OB_TRY(const Row above, call.node(ceiling.ref("node")));
  const std::string path = above.text("path");
  const std::string filter = "fiscal_year==" + std::to_string(ceiling.number("fiscal_year")) +
                             ";fund_kind==" + ceiling.text("fund_kind") + ";category==" + ceiling.text("category");
  std::vector<Row> rows;
  OB_CHECK(call.records().each(kEffect, where(filter, "id"),
                               [&](const Row& row) -> Result<void> { return rows.push_back(row), Result<void>(); }));
  for (const Row& row : rows) {
    OB_TRY(const Row unit, call.node(row.ref("unit")));
    if (unit.text("path").rfind(path, 0) != 0) continue;
    OB_TRY(const Row project, call.records().get(kProject, row.ref("project")));
    const auto document = documents.find(row.text("result"));
    EffectFacts facts;
    facts.change = row.money("change");
    facts.in_force = row.text("status") == "in_force";
    facts.shielded = shielded(row, project);
    facts.documented = document != documents.end();
    facts.here = row.has("ceiling") && row.ref("ceiling") == ceiling.id();
    facts.elsewhere = row.has("ceiling") && !facts.here;
    facts.carried = row.money("ceiling_change");
    out.facts.push_back(facts);
    out.documents.push_back(facts.documented ? document->second : "");
    out.rows.push_back(row);
  }
  return out;
}

/// "320583…-1 中 0.8，变动 -20000.00 元（苏财绩〔2026〕3号 v1）", one line for each result that the ceiling carries.
std::string note_of(const Reached& reached, const CarryPlan& plan) {
  std::string out;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const bool carries = plan.steps[i].what == Carry::carry;
    if (!carries && !(reached.facts[i].here && plan.steps[i].what == Carry::nothing)) continue;
    const Row& row = reached.rows[i];
    const Money change = carries ? plan.steps[i].change : reached.facts[i].carried;
    out +=
        (out.empty() ? "" : "\n") + row.text("number") + "：" + change.to_yuan() + " 元，依据 " + row.text("pack_told");
  }
  return out.size() > kNoteMost ? out.substr(0, out.rfind('\n', kNoteMost)) : out;
}

Result<void> write(const Call& call, const Row& ceiling, const Reached& reached, const CarryPlan& plan) {
  OB_TRY(const plugin::Caller caller, call.caller());
  OB_TRY(const Money moved, plan.amount.minus(ceiling.money("amount")));
  OB_TRY(const Money in_all, ceiling.money("result_change").plus(moved));
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Row& row = reached.rows[i];
    if (plan.steps[i].what == Carry::take_back)
      OB_CHECK(call.records().update(
          kEffect, row.id(), row.version(),
          {{"ceiling", nullptr}, {"ceiling_change", nullptr}, {"carried_on", nullptr}, {"carried_by", nullptr}}));
    if (plan.steps[i].what == Carry::carry)
      OB_CHECK(call.records().update(
          kEffect, row.id(), row.version(),
          {{"ceiling", ceiling.id().str()},
           {"ceiling_change", plugin::abi(plan.steps[i].change)},
           {"carried_on", plugin::abi(call.today())},
           {"carried_by", caller.display_name},
           {"document", reached.documents[i].empty() ? Json(nullptr) : Json(reached.documents[i])}}));
  }
  return call.records().update(kCeiling, ceiling.id(), ceiling.version(),
                               {{"amount", plugin::abi(plan.amount)},
                                {"result_change", plugin::abi(in_all)},
                                {"result_note", note_of(reached, plan)}});
}

} // namespace

Result<Answer> apply_results(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Json body, request.json());
  const auto documents = documents_in(body);
  OB_TRY(const Row ceiling, call.records().get(kCeiling, id));
  const bool trial = Row(body).flag("dry_run");
  if (!trial && ceiling.text("status") != "draft")
    return fault(FaultKind::conflict, "compilation.ceiling_issued",
                 {"控制数已下达。请先收回，再计入评价结果。",
                  "The ceiling is issued. Recall it before results are carried into it."});
  OB_TRY(const Reached reached, reached_by(call, ceiling, documents));
  OB_TRY(const CarryPlan plan, carry_results(ceiling.money("amount"), reached.facts));
  bool any = false;
  Json items = Json::array();
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const CarryStep& step = plan.steps[i];
    any = any || step.what == Carry::carry || step.what == Carry::take_back;
    Json item = effect_json(reached.rows[i]);
    item["does"] = kTold[static_cast<std::size_t>(step.what)];
    item["moves"] = step.change.to_yuan();
    items.push_back(std::move(item));
  }
  if (!trial && any) OB_CHECK(write(call, ceiling, reached, plan));
  return Answer::json({{"ceiling", id.str()},
                       {"before", ceiling.money("amount").to_yuan()},
                       {"amount", plan.amount.to_yuan()},
                       {"written", !trial && any},
                       {"items", items}});
}

} // namespace onebudget::compilation
