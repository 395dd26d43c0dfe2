// What others know of a payment that its form does not say: the balance, the holidays, the goal and the special fund of
// its project, whose account the payee's is.

#include <algorithm>

#include "plugins/monitoring/service/told/told.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kGoals = "performance/1";
constexpr const char* kAccount = "monitoring.unit_account";

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
Result<void> ask_goal(const Call& call, const Row& asked, const Row& project, Json& facts) {
  if (!facts.value("specific", false) || facts.contains("goal_approved")) return {};
  OB_TRY(const bool may, call.may("performance.goal.read"));
  if (!may) return {};
  const Row form(asked.at("facts"));
  const auto answer =
      call.send(kGoals, "goal_state", {{"project", project.id().str()}, {"fiscal_year", form.number("fiscal_year")}});
  if (!answer) return not_there(answer.fault()) ? Result<void>() : Result<void>(answer.fault());
  const std::string state = Row(*answer).text("state");
  if (state != "none") facts["goal_approved"] = state == "approved";
  return {};
}

/// "310,30213" as a list.
Json words_of(const std::string& text) {
  Json out = Json::array();
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    if (at < end) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

/// R42: the special fund that the project draws on, and what it may be used for.
Result<void> ask_fund(const Call& call, const Row& project, Json& facts) {
  if (!project.has("special_fund") || facts.contains("special_fund")) return {};
  const auto fund = call.records().get("standards.special_fund", project.ref("special_fund"));
  if (!fund) return not_there(fund.fault()) ? Result<void>() : Result<void>(fund.fault());
  facts["special_fund"] = fund->text("name");
  if (fund->has("allowed_classes")) facts["allowed_classes"] = words_of(fund->text("allowed_classes"));
  return {};
}

/// What the library says of the payment's project, when the caller may read it.
Result<void> ask_project(const Call& call, const Row& asked, Json& facts) {
  const Row form(asked.at("facts")), elements(form.at("elements"));
  if (elements.text("project_code").empty()) return {};
  OB_TRY(const bool may, call.may("compilation.project.read"));
  if (!may) return {};
  const auto project =
      call.records().first("compilation.project", where("code==" + plugin::quoted(elements.text("project_code"))));
  if (!project) return not_there(project.fault()) ? Result<void>() : Result<void>(project.fault());
  if (!*project) return {};
  OB_CHECK(ask_goal(call, asked, **project, facts));
  return ask_fund(call, **project, facts);
}

/// R29: whether the payee's account holds money of the payer or of a unit of the same department and region. A register
/// that is empty has not answered.
Result<void> ask_account(const Call& call, const Row& asked, Json& facts) {
  const std::string account = Row(asked.at("facts")).text("payee_account");
  if (account.empty() || facts.contains("own_account")) return {};
  OB_TRY(const bool may, call.may("monitoring.unit_account.read"));
  if (!may) return {};
  OB_TRY(const auto found, call.records().first(kAccount, where("account==" + plugin::quoted(account))));
  if (!found) {
    OB_TRY(const auto any, call.records().first(kAccount, where("")));
    if (any) facts["own_account"] = false;
    return {};
  }
  bool own = found->text("kind") != "zero_balance";
  if (own && found->text("unit") != asked.text("unit")) {
    OB_TRY(const Row payer, call.node(asked.ref("unit")));
    OB_TRY(const Row owner, call.node(found->ref("unit")));
    own = payer.text("region_code") == owner.text("region_code") && payer.has("department_code") &&
          payer.text("department_code") == owner.text("department_code");
  }
  facts["own_account"] = own;
  return {};
}

} // namespace

Result<void> add_known(const Call& call, const Row& asked, Day day, Json& facts) {
  if (!facts.contains("holiday")) {
    OB_TRY(facts["holiday"], holiday(call, day));
  }
  OB_CHECK(ask_balance(call, asked, facts));
  OB_CHECK(ask_account(call, asked, facts));
  return ask_project(call, asked, facts);
}

} // namespace onebudget::monitoring
