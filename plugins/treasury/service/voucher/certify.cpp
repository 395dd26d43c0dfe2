// 生成凭证: from an approved request to the voucher that money is paid by, and the voucher that cancels a sent one.
#include "plugins/treasury/domain/request/payment.hpp"
#include "plugins/treasury/service/request/rules.hpp"
#include "plugins/treasury/service/voucher/vouchers.hpp"

namespace onebudget::treasury {

namespace {

constexpr const char* kSaid[] = {"cert_no",    "kind",          "unit",       "fiscal_year",   "request",  "cancels",
                                 "correction", "vou_date",      "indicator",  "elements",      "pay_type", "payer_name",
                                 "payee_name", "payee_account", "payee_bank", "payee_bank_no", "details",  "amount",
                                 "use"};
/// What a cancellation says again of the voucher that it cancels.
constexpr const char* kRepeated[] = {
    "unit",       "fiscal_year",   "request",    "indicator",     "elements", "pay_type", "payer_name",
    "payee_name", "payee_account", "payee_bank", "payee_bank_no", "details",  "amount",   "use"};

} // namespace

Result<std::string> voucher_digest(const Call& call, const Row& voucher) {
  std::vector<std::string> parts;
  for (const char* name : kSaid) parts.push_back(std::string(name) + "=" + plugin::dump(voucher.at(name)));
  return sm3(call, reviewed_text(parts));
}

Result<RecordId> insert_voucher(const Call& call, Json values, const std::string& subject) {
  const Row row(values);
  OB_TRY(const Row node, call.node(row.ref("unit")));
  OB_TRY(const std::string number, next_number(call, "PZ", node, row.number("fiscal_year")));
  values["cert_no"] = number;
  values["open_subject"] = subject;
  values["vou_date"] = call.today().str();
  OB_TRY(const std::string digest, voucher_digest(call, Row(values)));
  values["digest"] = digest;
  return call.records().insert(kCertificate, values);
}

Result<void> certify(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.before;
  OB_TRY(const Papers papers, papers_of(call, row, change.id));
  OB_TRY(const std::string digest, digest_of(call, row, papers));
  verdict.report(check_reviewed(row.text("reviewed_digest"), digest));
  if (row.text("funds") != "confirmed")
    verdict.report("/funds", "treasury.not_confirmed",
                   Text{"资金没有占用，不能生成凭证。", "Its money is not confirmed; no voucher is made."},
                   Text{"请先复核。", "Have it approved first."});
  if (verdict.findings() > 0) return {};
  OB_TRY(const Row node, call.node(row.ref("unit")));
  OB_TRY(const Json elements, elements_of(call, row.ref("indicator")));
  const Json values = {{"kind", "payment"},
                       {"unit", row.at("unit")},
                       {"fiscal_year", row.at("fiscal_year")},
                       {"request", change.id.str()},
                       {"indicator", row.at("indicator")},
                       {"elements", elements},
                       {"pay_type", row.at("pay_type")},
                       {"payer_name", node.at("name")},
                       {"payee_name", row.at("payee_name")},
                       {"payee_account", row.at("payee_account")},
                       {"payee_bank", row.at("payee_bank")},
                       {"payee_bank_no", row.at("payee_bank_no")},
                       {"details", papers.details.size()},
                       {"amount", row.at("amount")},
                       {"use", row.at("use")}};
  const auto made = insert_voucher(call, values, "request/" + change.id.str());
  if (!made) return made.fault();
  return {};
}

Result<Answer> make_cancellation(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Json body, request.json());
  OB_TRY(const std::string reason, text_member(body, "reason"));
  OB_TRY(const Row voucher, call.records().get(kCertificate, id));
  const std::string status = voucher.text("status");
  if (voucher.text("kind") == "cancellation" || (status != "sent" && status != "received"))
    return refusal("treasury.sent_voucher",
                   {"只有已发送、未支付的支付凭证和更正凭证可以撤销。",
                    "Only a payment or correction voucher that was sent and is not paid is cancelled."},
                   {{"/status",
                     "treasury.sent_voucher",
                     {"凭证不在可撤销的状态。", "The voucher is not in a state to be cancelled."},
                     {"未发送的请作废；已支付的请办退款。", "Strike out what was not sent; refund what is paid."}}});
  Json values = {{"kind", "cancellation"}, {"cancels", id.str()}};
  for (const char* name : kRepeated) values[name] = voucher.at(name);
  values["use"] = cut(reason, 200);
  OB_TRY(const RecordId made, insert_voucher(call, values, "cancel/" + id.str()));
  OB_TRY(const Row row, call.records().get(kCertificate, made));
  return Answer::json({{"id", made.str()}, {"cert_no", row.text("cert_no")}}, 201);
}

} // namespace onebudget::treasury
