// Balances that are kept here, against what their documents come to.
#include "plugins/treasury/domain/reconcile/match.hpp"
#include "plugins/treasury/service/facts.hpp"

#include <map>

namespace onebudget::treasury {

namespace {

using Sums = std::map<std::string, Money>;

Result<void> add(Sums& sums, const std::string& key, Money amount) {
  OB_TRY(sums[key], sums[key].plus(amount));
  return {};
}

/// Requests under way and paid, less refunds that restored and corrections that were carried out.
Result<Sums> used_by_documents(const Call& call, const std::string& of_year, const Sums& undone_by_request) {
  Sums used;
  const std::string live = of_year + ";status=in=(submitted,reviewed,approved,certified,paid)";
  OB_CHECK(call.records().each(kRequest, where(live), [&](const Row& row) -> Result<void> {
    if (!row.has("plan")) return {};
    OB_CHECK(add(used, row.text("plan"), row.money("amount")));
    const auto undone = undone_by_request.find(row.id().str());
    if (undone == undone_by_request.end()) return {};
    OB_TRY(const Money back, undone->second.times(-1));
    return add(used, row.text("plan"), back);
  }));
  return used;
}

struct Undone {
  Sums refunded, corrected, by_request;
};

Result<Undone> undone_by_documents(const Call& call, const std::map<std::string, std::string>& request_of) {
  Undone out;
  const auto note = [&](const Row& row, bool back) -> Result<void> {
    const auto request = request_of.find(row.text("certificate"));
    if (!back || request == request_of.end()) return {};
    return add(out.by_request, request->second, row.money("amount"));
  };
  OB_CHECK(call.records().each(kRefund, where("status==confirmed"), [&](const Row& row) -> Result<void> {
    OB_CHECK(add(out.refunded, row.text("certificate"), row.money("amount")));
    return note(row, row.flag("restores"));
  }));
  OB_CHECK(call.records().each(kCorrection, where("status=in=(approved,done)"), [&](const Row& row) -> Result<void> {
    OB_CHECK(add(out.corrected, row.text("certificate"), row.money("amount")));
    return note(row, row.text("status") == "done");
  }));
  return out;
}

Money sum_in(const Sums& sums, const std::string& key) {
  const auto found = sums.find(key);
  return found == sums.end() ? Money() : found->second;
}

Result<std::vector<Kept>> balances_of(const Call& call, std::int64_t year) {
  const std::string of_year = "fiscal_year==" + std::to_string(year);
  std::vector<Kept> out;
  std::map<std::string, std::string> request_of;
  std::vector<Row> vouchers;
  OB_CHECK(call.records().each(kCertificate, where(of_year + ";kind==payment"), [&](const Row& row) -> Result<void> {
    request_of[row.id().str()] = row.text("request");
    vouchers.push_back(row);
    return {};
  }));
  OB_TRY(const Undone undone, undone_by_documents(call, request_of));
  for (const Row& row : vouchers) {
    const std::string id = row.id().str();
    out.push_back({"payment_certificate.refunded", id, row.money("refunded"), sum_in(undone.refunded, id)});
    out.push_back({"payment_certificate.corrected", id, row.money("corrected"), sum_in(undone.corrected, id)});
  }
  OB_TRY(const Sums used, used_by_documents(call, of_year, undone.by_request));
  OB_CHECK(call.records().each(kPlan, where(of_year), [&](const Row& row) -> Result<void> {
    out.push_back({"usage_plan.used", row.id().str(), row.money("used"), sum_in(used, row.id().str())});
    return {};
  }));
  return out;
}

} // namespace

Result<Answer> recount(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  const std::int64_t year = Row(body).number("fiscal_year", call.today().year());
  OB_TRY(const auto balances, balances_of(call, year));
  Json differing = Json::array();
  for (const Kept& one : drifted(balances))
    differing.push_back(
        {{"what", one.what}, {"id", one.id}, {"kept", one.kept.to_yuan()}, {"counted", one.counted.to_yuan()}});
  return Answer::json({{"fiscal_year", year}, {"checked", balances.size()}, {"drifted", differing}});
}

} // namespace onebudget::treasury
