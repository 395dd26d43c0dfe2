// Hook of payment_request: the form on save, rules and funds on submission, three hands, and what each way back gives
// back.
#include "plugins/treasury/domain/request/payment.hpp"
#include "plugins/treasury/service/request/rules.hpp"
#include "plugins/treasury/service/voucher/vouchers.hpp"

namespace onebudget::treasury {

namespace {

using plugin::Action;

std::int64_t person(const Json& value) {
  return value.is_string() ? UserId::parse(value.get<std::string>()).value_or(UserId{}).value : 0;
}

std::string title_of(const Row& row) { return row.text("request_no") + " " + cut(row.text("use"), 40); }

/// What people read beside the money it holds: number, payee, contract.
std::string reservation_title(const Row& row) {
  std::string out = row.text("request_no");
  for (const char* name : {"payee_name", "contract_no"})
    if (row.has(name)) out += " " + cut(row.text(name), 40);
  return out;
}

/// What the plan says about the request is copied: the indicator it is paid from.
Result<void> follow_plan(const Call& call, const Change& change, Verdict& verdict) {
  if (!change.after.has("plan")) return {};
  OB_TRY(const Row plan, call.records().get(kPlan, change.after.ref("plan")));
  verdict.assign("indicator", plan.at("indicator"));
  if (plan.text("unit") == change.after.text("unit") &&
      plan.number("fiscal_year") == change.after.number("fiscal_year"))
    return {};
  verdict.report("/plan", "treasury.plan_other",
                 Text{"用款计划属于其他单位或年度。", "The plan is of another unit or year."},
                 Text{"请选择本单位本年度的计划。", "Choose one of this unit and year."});
  return {};
}

/// What the funds check says while the form is filled in; it refuses nothing before submission.
Result<void> show_funds(const Call& call, const Change& change, Verdict& verdict) {
  if (change.id.none() || !change.after.has("plan") || !(Money() < change.after.money("amount"))) return {};
  OB_TRY(const Row plan, call.records().get(kPlan, change.after.ref("plan")));
  OB_TRY(const Json answer,
         ask_funds(call, "check", document_of(kRequest, change.id), change.after, "payment",
                   {plan.text("indicator"), plan.text("reservation"), change.after.money("amount")}));
  const Row told(answer);
  verdict.assign("funds_check",
                 {{"allowed", told.at("allowed")}, {"level", told.at("level")}, {"findings", told.at("findings")}});
  return {};
}

Result<void> save(const Call& call, const Change& change, Verdict& verdict) {
  Row row = change.after;
  if (!row.has("request_date")) {
    Json dated = row.json();
    dated["request_date"] = call.today().str();
    verdict.assign("request_date", call.today().str());
    row = Row(std::move(dated));
  }
  OB_TRY(const Examination found, examine(call, row, change.id, "save"));
  verdict.report(found.findings);
  OB_CHECK(follow_plan(call, change, verdict));
  if (row.has("currency") && row.text("currency") != "CNY") {
    OB_TRY(const Json rate, rate_on(call, row.text("currency"), row.day("request_date").value_or(call.today())));
    verdict.assign("rate", rate);
  }
  if (verdict.findings() > 0) return {};
  if (change.action == Action::create) {
    OB_TRY(const Json maker, me(call));
    verdict.assign("maker", maker);
    if (row.text("request_no").empty()) {
      OB_TRY(const Row node, call.node(row.ref("unit")));
      OB_TRY(const std::string number, next_number(call, "ZF", node, row.number("fiscal_year")));
      verdict.assign("request_no", number);
    }
  }
  return show_funds(call, change, verdict);
}

/// All rules at a stage, their levels, and the record of what was met. Nothing is recorded of a refused document.
Result<Examination> pass_rules(const Call& call, const Change& change, const char* stage, Verdict& verdict) {
  OB_TRY(Examination found, examine(call, change.before, change.id, stage));
  verdict.report(found.findings);
  verdict.report(judge(found.hits, found.papers.answered));
  verdict.assign("rules_run", found.rules_run);
  return found;
}

/// Says what passed its rules, once it is committed: treasury.request.examined {document, stage, unit, day,
/// fiscal_year, title, facts}.
Result<void> tell(const Call& call, const Row& row, RecordId id, Json asked, const char* hand, const Json& who) {
  asked["fiscal_year"] = row.number("fiscal_year");
  asked["title"] = title_of(row);
  asked["facts"][hand] = who;
  return call.publish("treasury.request.examined", id.str(), asked);
}

/// The plan and the indicator are held before anybody reviews.
Result<void> hold_funds(const Call& call, const Change& change, Verdict& verdict, std::vector<Hit>& hits) {
  const Row& row = change.before;
  const Money amount = row.money("amount");
  OB_TRY(const Row plan, call.records().get(kPlan, row.ref("plan")));
  OB_TRY(const int days, number_setting(call, "reservation_days"));
  OB_TRY(const Json held, ask_funds(call, "reserve", document_of(kRequest, change.id), row, "payment",
                                    {plan.text("indicator"), plan.text("reservation"), amount, reservation_title(row)},
                                    call.today().plus_days(days)));
  for (Hit& warning : report_funds(held, "/amount", verdict)) hits.push_back(std::move(warning));
  if (verdict.findings() > 0) return {};
  OB_TRY(const bool used, use_plan(call, plan.id(), amount));
  if (!used)
    verdict.report("/rules/R04", "treasury.stopped",
                   Text{"红（拦截）：用款计划余额不足。", "Red (stopped): the plan has less left."},
                   Text{"请核对计划余额，或另报计划。", "Check what the plan has left, or ask for another."});
  return {};
}

Result<void> submit(const Call& call, const Change& change, Verdict& verdict) {
  OB_TRY(Examination found, pass_rules(call, change, "submit", verdict));
  if (verdict.findings() > 0) return {};
  OB_CHECK(hold_funds(call, change, verdict, found.hits));
  if (verdict.findings() > 0) return {};
  OB_CHECK(claim_papers(call, change.before, found.papers, verdict));
  if (verdict.findings() > 0) return {};
  OB_TRY(const Json maker, me(call));
  verdict.assign("maker", maker);
  verdict.assign("handed_in_at", call.now_ms());
  for (const char* name : {"reviewer", "approver", "reviewed_digest", "outcome"}) verdict.assign(name, nullptr);
  verdict.assign("funds", "reserved");
  OB_CHECK(tell(call, change.before, change.id, found.asked, "maker", maker));
  return record_hits(call, change.before, kRequest, change.id, "submit", found.hits, found.papers.answered);
}

Result<void> review(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.before;
  OB_TRY(const Json reviewer, me(call));
  verdict.report(check_hands(person(reviewer), {person(row.at("maker"))}));
  OB_TRY(const Examination found, pass_rules(call, change, "review", verdict));
  if (verdict.findings() > 0) return {};
  OB_TRY(const std::string digest, digest_of(call, row, found.papers));
  verdict.assign("reviewed_digest", digest);
  verdict.assign("reviewer", reviewer);
  return record_hits(call, row, kRequest, change.id, "review", found.hits, found.papers.answered);
}

Result<void> approve(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.before;
  OB_TRY(const Json approver, me(call));
  verdict.report(check_hands(person(approver), {person(row.at("maker")), person(row.at("reviewer"))}));
  OB_TRY(const Examination found, pass_rules(call, change, "approve", verdict));
  OB_TRY(const std::string digest, digest_of(call, row, found.papers));
  verdict.report(check_reviewed(row.text("reviewed_digest"), digest));
  if (row.text("funds") != "reserved")
    verdict.report("/funds", "treasury.reservation_expired",
                   Text{"资金占用已过期释放。", "What was reserved has expired and is free again."},
                   Text{"请退回，由经办人重新送审。", "Return it; its maker submits it again."});
  if (verdict.findings() > 0) return {};
  OB_CHECK(confirm_funds(call, document_of(kRequest, change.id)));
  verdict.assign("approver", approver);
  verdict.assign("funds", "confirmed");
  OB_CHECK(tell(call, row, change.id, found.asked, "approver", approver));
  return record_hits(call, row, kRequest, change.id, "approve", found.hits, found.papers.answered);
}

/// Whatever way it comes back: indicator, plan, invoices and swipes are free again.
Result<void> give_back(const Call& call, const Change& change, const char* reason, Verdict& verdict) {
  const Row& row = change.before;
  const std::string funds = row.text("funds");
  if (funds != "reserved" && funds != "confirmed" && funds != "expired") return {};
  if (funds != "expired") OB_CHECK(release_funds(call, document_of(kRequest, change.id), reason));
  OB_CHECK(give_back_plan(call, row.ref("plan"), row.money("amount")));
  OB_CHECK(release_papers(call, change.id));
  verdict.assign("funds", "released");
  return call.publish("treasury.request.gone", change.id.str(),
                      {{"request", change.id.str()}, {"unit", row.text("unit")}, {"reason", reason}});
}

/// Steps that a voucher decides: the request follows it and nobody makes them by hand.
Result<void> follow_voucher(const Call& call, const Change& change, Verdict& verdict) {
  const std::string outcome = change.before.text("outcome");
  const bool settles = change.transition == "settle";
  if (settles ? outcome != "paid" : outcome.empty() || outcome == "paid") {
    verdict.report("/status", "treasury.by_voucher",
                   Text{"支付结果由凭证的回单或退回决定。", "The voucher's receipt or rejection decides it."},
                   Text{"请在支付凭证上登记。", "Record it at the certificate."});
    return {};
  }
  if (!settles) return give_back(call, change, "cancelled", verdict);
  verdict.assign("funds", "consumed");
  return settle_papers(call, change.id);
}

Result<void> take_step(const Call& call, const Change& change, Verdict& verdict) {
  const std::string& step = change.transition;
  if (step == "submit") return submit(call, change, verdict);
  if (step == "review") return review(call, change, verdict);
  if (step == "approve") return approve(call, change, verdict);
  if (step == "withdraw") return give_back(call, change, "withdrawn", verdict);
  if (step == "return") return give_back(call, change, "refused", verdict);
  if (step == "void") return give_back(call, change, "cancelled", verdict);
  if (step == "certify") return certify(call, change, verdict);
  return follow_voucher(call, change, verdict);
}

} // namespace

Result<void> validate_request(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  if (change.action != Action::transition) {
    const bool own = change.action == Action::update && change.before.text("status") != "draft" &&
                     change.before.text("status") != "returned";
    return own ? Result<void>() : save(call, change, verdict); // only the plugin writes what is under way
  }
  OB_CHECK(take_step(call, change, verdict));
  if (verdict.findings() > 0) return {};
  return follow_workflow(
      call, change, {title_of(change.before), change.before.text("business"), change.before.money("amount")}, verdict);
}

Result<Answer> check_payment(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Row row, call.records().get(kRequest, id));
  OB_TRY(const Examination found, examine(call, row, id, "submit"));
  std::vector<FieldFault> findings = found.findings;
  for (FieldFault& stop : judge(found.hits, found.papers.answered)) findings.push_back(std::move(stop));
  Json told = Json::array();
  for (const FieldFault& finding : findings)
    told.push_back({{"field", finding.field},
                    {"code", finding.code},
                    {"message", finding.message.in(call.language())},
                    {"remedy", finding.remedy.in(call.language())}});
  Json funds = nullptr;
  if (row.has("plan")) {
    OB_TRY(const Row plan, call.records().get(kPlan, row.ref("plan")));
    OB_TRY(funds, ask_funds(call, "check", document_of(kRequest, id), row, "payment",
                            {plan.text("indicator"), plan.text("reservation"), row.money("amount")}));
  }
  const auto worst = gravest(found.hits);
  return Answer::json({{"allowed", told.empty() && (funds.is_null() || Row(funds).flag("allowed"))},
                       {"level", worst ? Json(name_of(*worst)) : Json(nullptr)},
                       {"hits", json_of(found.hits)},
                       {"findings", told},
                       {"rules_run", found.rules_run},
                       {"funds", funds}});
}

} // namespace onebudget::treasury
