// Hook of refund: money of a paid voucher that came back.
#include "plugins/treasury/service/after/paid_voucher.hpp"

namespace onebudget::treasury {

namespace {

using plugin::Action;

Day day_of(const Call& call, const Row& row) { return row.day("refund_date").value_or(call.today()); }

Result<void> check(const Call& call, const Change& change, const Row& voucher, Verdict& verdict) {
  const Row& row = change.after;
  verdict.report(check_refund(paid_voucher(voucher), row.money("amount"), day_of(call, row), call.today()));
  if (row.text("unit") != voucher.text("unit"))
    verdict.report("/unit", "treasury.refund", Text{"退款单位应为付款单位。", "A refund is of the unit that paid."},
                   Text{"请改选单位。", "Choose that unit."});
  return {};
}

/// The line of a batch that came back, never more than it was.
Result<void> return_detail(const Call& call, const Row& refund, const Row& voucher, Verdict& verdict) {
  if (!refund.has("detail")) return {};
  OB_TRY(const Row detail, call.records().get("treasury.payment_detail", refund.ref("detail")));
  const auto returned = detail.money("returned_amount").plus(refund.money("amount"));
  if (detail.text("request") == voucher.text("request") && returned && !(detail.money("amount") < *returned))
    return call.records().update("treasury.payment_detail", detail.id(), detail.version(),
                                 {{"returned_amount", returned->fen()}});
  verdict.report("/detail", "treasury.refund",
                 Text{"退款超过该明细未退回的金额，或明细不属于该凭证。",
                      "It is more than is left of the line, or the line is not of the voucher."},
                 Text{"请核对明细和金额。", "Check line and amount."});
  return {};
}

Result<void> confirm(const Call& call, const Change& change, const Row& voucher, Verdict& verdict) {
  const Row& row = change.before;
  const Money amount = row.money("amount");
  const PaidVoucher paid = paid_voucher(voucher);
  OB_TRY(const bool taken, take_from_voucher(call, voucher, "refunded", amount));
  if (!taken) {
    verdict.report(check_refund(paid, amount, day_of(call, row), call.today()));
    if (verdict.findings() == 0) return overtaken_voucher();
    return {};
  }
  OB_CHECK(return_detail(call, row, voucher, verdict));
  if (verdict.findings() > 0) return {};
  const bool restores = restores_indicator(paid, day_of(call, row));
  verdict.assign("restores", restores);
  if (restores) {
    OB_TRY(const Row request, call.records().get(kRequest, voucher.ref("request")));
    OB_CHECK(move_funds(call, "refund", document_of(kRequest, request.id()), row.text("refund_no"), amount));
    OB_CHECK(give_back_plan(call, request.ref("plan"), amount));
  }
  return call.publish("treasury.refund.booked", row.text("refund_no"),
                      {{"refund", change.id.str()},
                       {"refund_no", row.text("refund_no")},
                       {"certificate", voucher.id().str()},
                       {"request", voucher.text("request")},
                       {"unit", row.text("unit")},
                       {"amount", row.at("amount")},
                       {"restores", restores}});
}

} // namespace

Result<void> validate_refund(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  if (change.after.ref("certificate").none()) return {}; // the missing field has its own finding
  OB_TRY(const Row voucher, call.records().get(kCertificate, change.after.ref("certificate")));
  if (change.action != Action::transition || change.transition == "submit")
    OB_CHECK(check(call, change, voucher, verdict));
  if (verdict.findings() > 0) return {};
  if (change.action == Action::transition) {
    if (change.transition == "confirm") OB_CHECK(confirm(call, change, voucher, verdict));
    if (verdict.findings() > 0) return {};
    return follow_workflow(call, change,
                           {change.before.text("refund_no") + " " + cut(change.before.text("reason"), 40),
                            change.before.text("kind"), change.before.money("amount")},
                           verdict);
  }
  if (!change.after.has("refund_date")) verdict.assign("refund_date", call.today().str());
  if (change.action != Action::create) return {};
  OB_TRY(const Json maker, me(call));
  verdict.assign("maker", maker);
  if (!change.after.text("refund_no").empty()) return {};
  OB_TRY(const Row node, call.node(change.after.ref("unit")));
  OB_TRY(const std::string number, next_number(call, "TK", node, change.after.number("fiscal_year")));
  verdict.assign("refund_no", number);
  return {};
}

} // namespace onebudget::treasury
