// 回单: what the bank answers about a voucher, by hand or by a message.
#include "plugins/treasury/domain/voucher/course.hpp"
#include "plugins/treasury/service/voucher/vouchers.hpp"

namespace onebudget::treasury {

namespace {

constexpr const char* kAlso[] = {"clearing_notice_no", "summary_no", "remittance_no", "cleared_on"};

Expected expected_of(const Row& voucher) {
  Expected out;
  out.state = voucher_state(voucher.text("status")).value_or(VoucherState::made);
  out.amount = voucher.money("amount");
  out.dated = voucher.day("vou_date").value_or(Day());
  out.account = voucher.text("payee_account");
  out.serial_before = voucher.text("bank_serial");
  out.amount_before = voucher.money("paid_amount");
  return out;
}

} // namespace

Result<Json> take_receipt_of(const Call& call, const Row& voucher, const Json& receipt) {
  const Row given(receipt);
  const Receipt read{given.text("bank_serial"), given.day("paid_on").value_or(Day()), given.money("amount"),
                     given.text("actual_account")};
  std::vector<FieldFault> findings;
  const ReceiptOutcome outcome = take_receipt(expected_of(voucher), read, call.today(), findings);
  if (outcome == ReceiptOutcome::refused) {
    const std::string code = findings.front().code;
    return refusal(code,
                   {"回单与凭证不符，未作记录。请逐项核对。",
                    "The receipt does not agree with the voucher; nothing was recorded. Check each item."},
                   std::move(findings));
  }
  if (outcome == ReceiptOutcome::known) return Json{{"status", voucher.text("status")}, {"repeated", true}};
  Json values = {{"bank_serial", read.serial}, {"paid_on", read.paid_on.str()}, {"paid_amount", read.amount.fen()}};
  if (!read.account.empty()) values["actual_account"] = read.account;
  for (const char* name : kAlso)
    if (given.has(name)) values[name] = given.at(name);
  OB_CHECK(call.records().update(kCertificate, voucher.id(), voucher.version(), values));
  OB_TRY(const Row marked, call.records().get(kCertificate, voucher.id()));
  OB_CHECK(call.records().transition(kCertificate, voucher.id(), marked.version(), "pay"));
  return Json{{"status", "paid"}, {"repeated", false}};
}

Result<Answer> record_receipt(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(Json body, request.json());
  OB_TRY(const std::string serial, text_member(body, "bank_serial"));
  OB_TRY(const Day paid_on, day_member(body, "paid_on"));
  OB_TRY(const Money amount, money_member(body, "amount"));
  body["bank_serial"] = serial;
  body["paid_on"] = paid_on.str();
  body["amount"] = amount.fen();
  OB_TRY(const Row voucher, call.records().get(kCertificate, id));
  OB_TRY(const Json answer, take_receipt_of(call, voucher, body));
  return Answer::json(answer);
}

} // namespace onebudget::treasury
