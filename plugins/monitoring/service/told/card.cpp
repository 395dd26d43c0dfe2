// R39 and R40: what was bought against the asset cards, and cards of what was replaced.

#include "plugins/monitoring/domain/limits.hpp"
#include "plugins/monitoring/service/told/registers.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kCard = "monitoring.asset_card";
constexpr const char* kCertificate = "treasury.payment_certificate";
constexpr const char* kRequest = "treasury.payment_request";

/// The day on which what a voucher paid was booked: the first card that names the voucher or its contract.
Result<std::optional<Day>> booked_on(const Call& call, const Row& voucher) {
  std::string filter = "voucher_no==" + plugin::quoted(voucher.text("cert_no"));
  const auto request = call.records().get(kRequest, voucher.ref("request"));
  if (!request && !not_there(request.fault()) && request.fault().kind != FaultKind::not_found) return request.fault();
  if (request && request->has("contract_no"))
    filter = "(" + filter + ",contract_no==" + plugin::quoted(request->text("contract_no")) + ")";
  OB_TRY(const auto card,
         call.records().first(kCard, where("unit==" + voucher.text("unit") + ";" + filter, "booked_on")));
  return card ? card->day("booked_on") : std::optional<Day>();
}

Result<void> tell_voucher(const Call& call, const Row& voucher) {
  const auto paid_on = voucher.day("paid_on");
  if (voucher.text("kind") != "payment" || !paid_on) return {};
  const auto indicator = call.records().get("ledger.indicator", voucher.ref("indicator"));
  if (!indicator) return not_there(indicator.fault()) ? Result<void>() : Result<void>(indicator.fault());
  const std::string economic_class = indicator->text("department_class");
  if (!under(economic_class, limits_for({}, "", 0).words("R39", "classes"))) return {};
  OB_TRY(const auto booked, booked_on(call, voucher));
  Json facts = {{"economic_class", economic_class}, {"paid_on", paid_on->str()}};
  if (booked) facts["carded_on"] = booked->str();
  const Row told(Json{{"unit", voucher.text("unit")}, {"fiscal_year", paid_on->year()}, {"told_by", "voucher"}});
  return keep_fact(
      call, told,
      fact_of("asset", std::string(kCertificate) + "/" + voucher.id().str(), voucher.text("cert_no"), facts));
}

/// R40: a card whose asset was replaced.
Result<void> tell_replaced(const Call& call, const Row& card) {
  const auto replaced = card.day("replaced_on");
  if (!replaced) return {};
  Json facts = {
      {"acquired_on", card.at("acquired_on")}, {"replaced_on", replaced->str()}, {"reported", card.has("report_no")}};
  if (card.has("life_years")) {
    facts["minimum_years"] = card.number("life_years");
  } else if (card.has("life")) {
    const auto life = call.records().get("standards.asset_life", card.ref("life"));
    if (!life && !not_there(life.fault())) return life.fault();
    if (life) facts["minimum_years"] = life->number("min_years");
  }
  const Row told(Json{{"unit", card.text("unit")}, {"fiscal_year", replaced->year()}, {"told_by", "asset"}});
  return keep_fact(call, told, fact_of("asset", "card/" + card.text("code"), card.text("name"), facts));
}

/// Vouchers that a card may come from: its own, and those of its contract.
Result<void> tell_paid(const Call& call, const std::vector<Row>& cards) {
  std::set<std::string> vouchers, contracts, units, requests;
  for (const Row& card : cards) {
    units.insert(card.text("unit"));
    if (card.has("voucher_no")) vouchers.insert(card.text("voucher_no"));
    if (card.has("contract_no")) contracts.insert(card.text("contract_no"));
  }
  const auto some = [&](const std::string& filter) -> Result<void> {
    OB_TRY(const auto rows, call.records().list(kCertificate, where(filter + ";kind==payment")));
    for (const Row& voucher : rows)
      if (units.count(voucher.text("unit")) > 0) OB_CHECK(tell_voucher(call, voucher));
    return {};
  };
  OB_CHECK(by_hundreds(vouchers, "cert_no", some));
  OB_CHECK(by_hundreds(contracts, "contract_no", [&](const std::string& filter) {
    return call.records().each(kRequest, where(filter), [&](const Row& row) -> Result<void> {
      requests.insert(row.id().str());
      return {};
    });
  }));
  return by_hundreds(requests, "request", some);
}

} // namespace

Result<void> tell_cards(const Call& call, const std::set<std::string>& cards) {
  OB_TRY(const auto rows, rows_of(call, kCard, cards));
  for (const Row& card : rows) OB_CHECK(tell_replaced(call, card));
  const auto paid = tell_paid(call, rows);
  return !paid && not_there(paid.fault()) ? Result<void>() : paid;
}

Result<void> follow_paid(Call& call, const Event& event) {
  const auto voucher = call.records().get(kCertificate, Row(event.payload).ref("certificate"));
  if (!voucher) return not_there(voucher.fault()) ? Result<void>() : Result<void>(voucher.fault());
  return tell_voucher(call, *voucher);
}

} // namespace onebudget::monitoring
