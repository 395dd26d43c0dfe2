// What others know of a payment that its form does not say: the balance, the holidays, the goal of its project.

#include "plugins/monitoring/service/told/told.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kGoals = "performance/1";

/// What a document's reservations still hold of an indicator; nothing when it has none.
Result<Money> held_by(const Call& call, const char* entity, const std::string& id, const std::string& indicator) {
  Money out;
  const auto answer = call.send(kLedger, "state", {{"document", {{"entity", entity}, {"id", id}}}});
  if (!answer) return answer.fault();
  for (const Json& item : Row(*answer).at("reservations")) {
    const Row one(item);
    if (one.text("indicator") == indicator) out = sum(out, sum(one.money("reserved"), one.money("confirmed")));
  }
  return out;
}

/// R01: what the ledger has available, with what the payment's plan and the payment itself hold already. Without a
/// ledger the balance stays unknown.
Result<void> ask_balance(const Call& call, const Row& asked, Json& facts) {
  const Row form(asked.at("facts")), document(asked.at("document"));
  const std::string indicator = form.text("indicator");
  if (!RecordId::parse(indicator) || facts.contains("available")) return {};
  const auto answer = call.send(kLedger, "balance", {{"indicators", {indicator}}});
  if (!answer) return not_there(answer.fault()) ? Result<void>() : Result<void>(answer.fault());
  for (const Json& item : Row(*answer).at("items")) {
    Money available = Row(item).money("available");
    if (RecordId::parse(form.text("plan"))) {
      OB_TRY(const Money plan, held_by(call, "treasury.usage_plan", form.text("plan"), indicator));
      OB_TRY(const Money own, held_by(call, document.text("entity").c_str(), document.text("id"), indicator));
      available = sum(available, sum(plan, own));
    }
    facts["available"] = available.fen();
  }
  return {};
}

/// R48: Saturdays, Sundays and the published holidays, but not the days worked instead.
Result<bool> holiday(const Call& call, Day day) {
  constexpr int kWeek = 7, kToMonday = 3, kSaturday = 5; // 1970-01-01 was a Thursday
  const bool weekend = ((day.number() + kToMonday) % kWeek + kWeek) % kWeek >= kSaturday;
  const auto listed = call.records().first("workflow.holiday", where("day==" + day.str()));
  if (!listed) return not_there(listed.fault()) ? Result<bool>(weekend) : Result<bool>(listed.fault());
  return *listed ? (*listed)->text("kind") == "off" : weekend;
}

/// R44: whether the project's goal of the year is approved. Who may not read goals learns nothing of them, and where
/// there is no such record the goal may be one in words, in the library.
Result<void> ask_goal(const Call& call, const Row& asked, Json& facts) {
  if (!facts.value("specific", false) || facts.contains("goal_approved")) return {};
  OB_TRY(const bool may, call.may("performance.goal.read"));
  if (!may) return {};
  const Row form(asked.at("facts")), elements(form.at("elements"));
  const auto project =
      call.records().first("compilation.project", where("code==" + plugin::quoted(elements.text("project_code"))));
  if (!project) return not_there(project.fault()) ? Result<void>() : Result<void>(project.fault());
  if (!*project) return {};
  const auto answer = call.send(kGoals, "goal_state",
                                {{"project", (*project)->id().str()}, {"fiscal_year", form.number("fiscal_year")}});
  if (!answer) return not_there(answer.fault()) ? Result<void>() : Result<void>(answer.fault());
  const std::string state = Row(*answer).text("state");
  if (state != "none") facts["goal_approved"] = state == "approved";
  return {};
}

} // namespace

Result<void> add_known(const Call& call, const Row& asked, Day day, Json& facts) {
  if (!facts.contains("holiday")) {
    OB_TRY(facts["holiday"], holiday(call, day));
  }
  OB_CHECK(ask_balance(call, asked, facts));
  return ask_goal(call, asked, facts);
}

} // namespace onebudget::monitoring
