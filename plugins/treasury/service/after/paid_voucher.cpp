#include "plugins/treasury/service/after/paid_voucher.hpp"

namespace onebudget::treasury {

PaidVoucher paid_voucher(const Row& certificate) {
  const std::string status = certificate.text("status"), kind = certificate.text("kind");
  return {kind == "payment" && (status == "paid" || status == "reconciled"),
          certificate.day("paid_on").value_or(Day()),
          certificate.money("paid_amount"),
          certificate.money("refunded"),
          certificate.money("corrected"),
          certificate.text("indicator")};
}

Result<bool> take_from_voucher(const Call& call, const Row& certificate, const char* field, Money amount) {
  const PaidVoucher paid = paid_voucher(certificate);
  const bool refunds = std::string_view(field) == "refunded";
  const Money other = refunds ? paid.corrected : paid.refunded;
  const auto rest = paid.amount.minus(other);
  if (!paid.paid || !rest) return false;
  const auto most = rest->minus(amount);
  if (!most || *most < Money()) return false;
  plugin::Adjustment change;
  change.add = {{field, amount.fen()}};
  change.where = std::string(field) + "=le=" + most->to_yuan() + ";" + (refunds ? "corrected" : "refunded") +
                 "=le=" + other.to_yuan();
  const auto adjusted = call.records().adjust(kCertificate, certificate.id(), change);
  if (adjusted) return true;
  if (adjusted.fault().code == "records.guard") return false;
  return adjusted.fault();
}

Fault overtaken_voucher() {
  return fault(FaultKind::conflict, "treasury.overtaken",
               {"该凭证刚刚有另一笔退款或更正。请刷新后再办。",
                "Another refund or correction of this voucher came first. Reload and try again."});
}

} // namespace onebudget::treasury
