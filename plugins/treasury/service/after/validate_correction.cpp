// Hook of payment_correction: what was paid is moved to another indicator, by a voucher of its own.
#include "plugins/treasury/service/after/paid_voucher.hpp"
#include "plugins/treasury/service/voucher/vouchers.hpp"

namespace onebudget::treasury {

namespace {

using plugin::Action;

constexpr const char* kSame[] = {"fiscal_year", "request",       "pay_type",   "payer_name",
                                 "payee_name",  "payee_account", "payee_bank", "payee_bank_no"};

Result<void> check(const Call& call, const Row& row, const Row& voucher, Verdict& verdict) {
  verdict.report(check_correction(paid_voucher(voucher), row.money("amount"), row.text("to_indicator"), call.today()));
  if (row.text("unit") != voucher.text("unit"))
    verdict.report("/unit", "treasury.correction", Text{"更正单位应为付款单位。", "It is of the unit that paid."},
                   Text{"请改选单位。", "Choose that unit."});
  return {};
}

std::string title_of(const Row& row) { return row.text("correction_no") + " " + cut(row.text("reason"), 40); }

Result<void> submit(const Call& call, const Change& change, Verdict& verdict) {
  const Row& row = change.before;
  OB_TRY(const Json held, ask_funds(call, "reserve", document_of(kCorrection, change.id), row, "other",
                                    {row.text("to_indicator"), "", row.money("amount"), title_of(row)}));
  const auto warnings = report_funds(held, "/amount", verdict);
  if (verdict.findings() > 0) return {};
  return record_hits(call, row, kCorrection, change.id, "submit", warnings, {});
}

Result<void> approve(const Call& call, const Change& change, const Row& voucher, Verdict& verdict) {
  const Row& row = change.before;
  OB_TRY(const bool taken, take_from_voucher(call, voucher, "corrected", row.money("amount")));
  if (!taken) {
    OB_CHECK(check(call, row, voucher, verdict));
    if (verdict.findings() == 0) return overtaken_voucher();
    return {};
  }
  OB_CHECK(confirm_funds(call, document_of(kCorrection, change.id)));
  OB_TRY(const Json elements, elements_of(call, row.ref("to_indicator")));
  Json values = {{"kind", "correction"},
                 {"unit", row.at("unit")},
                 {"cancels", voucher.id().str()},
                 {"correction", change.id.str()},
                 {"indicator", row.at("to_indicator")},
                 {"elements", elements},
                 {"amount", row.at("amount")},
                 {"use", cut(row.text("reason"), 200)},
                 {"details", 0}};
  for (const char* name : kSame) values[name] = voucher.at(name);
  const auto made = insert_voucher(call, values, "correction/" + change.id.str());
  if (!made) return made.fault();
  return {};
}

/// Its voucher was struck out, rejected or cancelled.
Result<void> give_up(const Call& call, const Change& change, const Row& voucher) {
  OB_CHECK(release_funds(call, document_of(kCorrection, change.id), "cancelled"));
  plugin::Adjustment back;
  back.add = {{"corrected", -change.before.money("amount").fen()}};
  const auto adjusted = call.records().adjust(kCertificate, voucher.id(), back);
  return adjusted ? Result<void>() : Result<void>(adjusted.fault());
}

Result<void> take_step(const Call& call, const Change& change, const Row& voucher, Verdict& verdict) {
  const std::string &step = change.transition, outcome = change.before.text("outcome");
  const Json document = document_of(kCorrection, change.id);
  if (step == "submit") return submit(call, change, verdict);
  if (step == "withdraw") return release_funds(call, document, "withdrawn");
  if (step == "return") return release_funds(call, document, "refused");
  if (step == "approve") return approve(call, change, voucher, verdict);
  if (step == "finish" ? outcome != "paid" : outcome.empty() || outcome == "paid") {
    verdict.report("/status", "treasury.by_voucher",
                   Text{"更正结果由更正凭证的回单或退回决定。", "Its voucher's receipt or rejection decides it."},
                   Text{"请在更正凭证上登记。", "Record it at the voucher."});
    return {};
  }
  if (step != "finish") return give_up(call, change, voucher);
  verdict.assign("done_on", call.today().str());
  return {};
}

} // namespace

Result<void> validate_correction(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  const std::string status = change.before.text("status");
  if (change.action == Action::update && status != "draft" && status != "returned") return {}; // the plugin's own
  if (change.after.ref("certificate").none()) return {}; // the missing field has its own finding
  OB_TRY(const Row voucher, call.records().get(kCertificate, change.after.ref("certificate")));
  if (change.action != Action::transition || change.transition == "submit")
    OB_CHECK(check(call, change.after, voucher, verdict));
  if (verdict.findings() > 0) return {};
  if (change.action == Action::transition) {
    OB_CHECK(take_step(call, change, voucher, verdict));
    if (verdict.findings() > 0) return {};
    return follow_workflow(call, change, {title_of(change.before), "correction", change.before.money("amount")},
                           verdict);
  }
  if (change.action != Action::create) return {};
  OB_TRY(const Json maker, me(call));
  verdict.assign("maker", maker);
  if (!change.after.text("correction_no").empty()) return {};
  OB_TRY(const Row node, call.node(change.after.ref("unit")));
  OB_TRY(const std::string number, next_number(call, "GZ", node, change.after.number("fiscal_year")));
  verdict.assign("correction_no", number);
  return {};
}

} // namespace onebudget::treasury
