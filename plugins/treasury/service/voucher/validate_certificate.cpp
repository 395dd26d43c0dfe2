// Hook of payment_certificate: what each step needs and what follows from it.
#include "plugins/treasury/domain/exchange/message.hpp"
#include "plugins/treasury/domain/voucher/course.hpp"
#include "plugins/treasury/service/exchange/messages.hpp"
#include "plugins/treasury/service/voucher/vouchers.hpp"

namespace onebudget::treasury {

namespace {

using plugin::Action;

bool of_kind(const Row& voucher, const char* kind) { return voucher.text("kind") == kind; }

Result<VoucherFacts> facts_of(const Call& call, const Row& voucher, VoucherStep step) {
  VoucherFacts facts;
  facts.state = voucher_state(voucher.text("status")).value_or(VoucherState::made);
  facts.has_receipt = voucher.has("bank_serial") && voucher.has("paid_on") && voucher.has("paid_amount");
  facts.cancellation_carried = voucher.text("outcome") == "cancelled";
  if (step != VoucherStep::send) return facts;
  OB_TRY(const std::string digest, voucher_digest(call, voucher));
  facts.sealed_as_is = Row(voucher.at("seal")).text("digest") == digest;
  OB_TRY(facts.leaves, vouchers_leave(call, voucher.ref("unit")));
  return facts;
}

Result<void> seal(const Call& call, const Change& change, Verdict& verdict) {
  OB_TRY(const std::string digest, voucher_digest(call, change.before));
  if (digest != change.before.text("digest")) {
    verdict.report("/digest", "treasury.seal", Text{"凭证内容与生成时不一致。", "The voucher is not what was made."},
                   Text{"请作废后重新生成。", "Strike it out and make it anew."});
    return {};
  }
  OB_TRY(const Json sealer, me(call));
  verdict.assign("seal", {{"digest", digest}, {"algorithm", "sm3"}, {"by", sealer}, {"at_ms", call.now_ms()}});
  return {};
}

Json told(const Row& voucher, RecordId id) {
  return {
      {"certificate", id.str()},        {"cert_no", voucher.text("cert_no")}, {"kind", voucher.text("kind")},
      {"unit", voucher.text("unit")},   {"request", voucher.text("request")}, {"indicator", voucher.text("indicator")},
      {"amount", voucher.at("amount")}, {"paid_on", voucher.at("paid_on")},   {"cancels", voucher.at("cancels")}};
}

Result<void> pay_correction(const Call& call, const Row& voucher) {
  const std::string number = voucher.text("cert_no");
  const Money amount = voucher.money("amount");
  OB_TRY(const Row from, call.records().get(kCertificate, voucher.ref("cancels")));
  OB_TRY(const Row request, call.records().get(kRequest, from.ref("request")));
  OB_CHECK(move_funds(call, "refund", document_of(kRequest, request.id()), number, amount));
  OB_CHECK(move_funds(call, "consume", document_of(kCorrection, voucher.ref("correction")), number, amount));
  OB_CHECK(give_back_plan(call, request.ref("plan"), amount));
  return conclude(call, kCorrection, voucher.ref("correction"), "paid", "finish", number);
}

/// 回单: money left the treasury, or the undoing was carried out.
Result<void> pay(const Call& call, const Change& change) {
  const Row& voucher = change.before;
  const std::string number = voucher.text("cert_no");
  if (of_kind(voucher, "cancellation"))
    OB_CHECK(conclude(call, kCertificate, voucher.ref("cancels"), "cancelled", "cancel", number));
  else if (of_kind(voucher, "correction"))
    OB_CHECK(pay_correction(call, voucher));
  else {
    OB_CHECK(
        move_funds(call, "consume", document_of(kRequest, voucher.ref("request")), number, voucher.money("amount")));
    OB_CHECK(conclude(call, kRequest, voucher.ref("request"), "paid", "settle", number));
  }
  return call.publish("treasury.certificate.paid", number, told(voucher, change.id));
}

/// Struck out, rejected or cancelled: whatever it was for goes back. A cancellation that fails leaves its voucher as it
/// is.
Result<void> fall_through(const Call& call, const Change& change, Verdict& verdict) {
  const Row& voucher = change.before;
  verdict.assign("open_subject", nullptr);
  const char* outcome = change.transition == "reject" ? "rejected" : change.transition == "void" ? "void" : "cancelled";
  const std::string comment = call.text("note.voucher_" + std::string(outcome), {voucher.text("cert_no")});
  if (of_kind(voucher, "payment"))
    OB_CHECK(conclude(call, kRequest, voucher.ref("request"), outcome, "unsettle", comment));
  if (of_kind(voucher, "correction"))
    OB_CHECK(conclude(call, kCorrection, voucher.ref("correction"), outcome, "void", comment));
  return call.publish("treasury.certificate.unpaid", voucher.text("cert_no"), told(voucher, change.id));
}

} // namespace

Result<void> conclude(const Call& call, const char* entity, RecordId id, const char* outcome, const char* transition,
                      const std::string& comment) {
  OB_TRY(Row row, call.records().get(entity, id));
  OB_CHECK(call.records().update(entity, id, row.version(), {{"outcome", outcome}}));
  OB_TRY(row, call.records().get(entity, id));
  return call.records().transition(entity, id, row.version(), transition, comment);
}

Result<void> validate_certificate(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) {
    verdict.report("", "treasury.voucher_kept", Text{"支付凭证不能删除。", "A voucher is not removed."},
                   Text{"未发送的请作废。", "Strike out one that was not sent."});
    return {};
  }
  if (change.action != Action::transition) return {}; // readonly throughout: only the plugin writes them
  const auto step = voucher_step(change.transition);
  if (!step) return {};
  OB_TRY(const VoucherFacts facts, facts_of(call, change.before, *step));
  verdict.report(check_step(facts, *step));
  if (verdict.findings() > 0) return {};
  switch (*step) {
    case VoucherStep::seal:
      return seal(call, change, verdict);
    case VoucherStep::send:
      OB_CHECK(queue_voucher(call, change.before, change.id));
      return call.publish("treasury.certificate.sent", change.before.text("cert_no"), told(change.before, change.id));
    case VoucherStep::pay:
      return pay(call, change);
    case VoucherStep::reject:
    case VoucherStep::void_:
    case VoucherStep::cancel:
      return fall_through(call, change, verdict);
    case VoucherStep::accept:
    case VoucherStep::reconcile:
      break;
  }
  return {};
}

} // namespace onebudget::treasury
