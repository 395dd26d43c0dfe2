// R21 and R35: the bidders of a tender, and meetings and trainings against their standard.

#include "plugins/monitoring/service/told/registers.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kBid = "monitoring.bid";
constexpr const char* kMeeting = "monitoring.meeting";

Json bidder_of(const Row& bid) {
  Json out = {{"name", bid.text("bidder")}};
  for (const char* same : {"legal_person", "phone", "address", "bank_account", "network_address"})
    if (bid.has(same)) out[same] = bid.at(same);
  return out;
}

Result<void> tell_tender(const Call& call, const Row& one) {
  const std::string number = one.text("tender_no");
  Json bidders = Json::array();
  OB_CHECK(call.records().each(kBid,
                               where("unit==" + one.text("unit") + ";tender_no==" + plugin::quoted(number), "bidder"),
                               [&](const Row& bid) -> Result<void> {
                                 bidders.push_back(bidder_of(bid));
                                 return {};
                               }));
  const Row told(
      Json{{"unit", one.text("unit")}, {"fiscal_year", one.number("fiscal_year")}, {"told_by", "procurement"}});
  return keep_fact(call, told,
                   Row(Json{{"subject", "tender"},
                            {"object", number},
                            {"title", one.has("title") ? one.text("title") : number},
                            {"facts", {{"bidders", std::move(bidders)}}}}));
}

Result<Json> meeting_facts(const Call& call, const Row& meeting) {
  Json out = {{"people", meeting.number("people")},
              {"days", meeting.number("days")},
              {"amount", meeting.number("amount")},
              {"approved", meeting.has("approval_no")}};
  if (meeting.has("daily_standard")) out["standard"] = meeting.number("daily_standard");
  if (!meeting.has("standard")) return out;
  const auto standard = call.records().get("standards.expenditure_standard", meeting.ref("standard"));
  if (!standard) return not_there(standard.fault()) ? Result<Json>(out) : Result<Json>(standard.fault());
  if (standard->has("ceiling")) out["standard"] = standard->number("ceiling");
  return out;
}

} // namespace

Result<void> tell_tenders(const Call& call, const std::set<std::string>& bids) {
  std::map<std::string, Row> tenders; // one bid of each
  OB_CHECK(by_hundreds(bids, "id", [&](const std::string& filter) {
    return call.records().each(kBid, where(filter), [&](const Row& row) -> Result<void> {
      tenders[row.text("unit") + "|" + row.text("tender_no")] = row;
      return {};
    });
  }));
  for (const auto& [key, one] : tenders) OB_CHECK(tell_tender(call, one));
  return {};
}

Result<void> tell_meetings(const Call& call, const std::set<std::string>& meetings) {
  std::vector<Row> rows;
  OB_CHECK(by_hundreds(meetings, "id", [&](const std::string& filter) {
    return call.records().each(kMeeting, where(filter), [&](const Row& row) -> Result<void> {
      rows.push_back(row);
      return {};
    });
  }));
  for (const Row& meeting : rows) {
    OB_TRY(const Json facts, meeting_facts(call, meeting));
    const Row told(
        Json{{"unit", meeting.text("unit")}, {"fiscal_year", meeting.number("fiscal_year")}, {"told_by", "meeting"}});
    OB_CHECK(keep_fact(call, told,
                       Row(Json{{"subject", "meeting"},
                                {"object", meeting.text("number")},
                                {"title", meeting.text("title")},
                                {"facts", facts}})));
  }
  return {};
}

} // namespace onebudget::monitoring
