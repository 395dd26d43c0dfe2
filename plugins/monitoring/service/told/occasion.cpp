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
  return keep_fact(
      call, told_of(one, "procurement"),
      fact_of("tender", number, one.has("title") ? one.text("title") : number, {{"bidders", std::move(bidders)}}));
}

Result<Json> meeting_facts(const Call& call, const Row& meeting) {
  Json out = {{"people", meeting.number("people")},
              {"days", meeting.number("days")},
              {"amount", meeting.number("amount")},
              {"approved", meeting.has("approval_no")}};
  if (meeting.has("daily_standard")) out["standard"] = meeting.number("daily_standard");
  OB_CHECK(add_ceiling(call, meeting, "standard", out));
  return out;
}

} // namespace

Result<void> tell_tenders(const Call& call, const std::set<std::string>& bids) {
  OB_TRY(const auto rows, rows_of(call, kBid, bids));
  std::map<std::string, Row> tenders; // one bid of each
  for (const Row& row : rows) tenders[row.text("unit") + "|" + row.text("tender_no")] = row;
  for (const auto& [key, one] : tenders) OB_CHECK(tell_tender(call, one));
  return {};
}

Result<void> tell_meetings(const Call& call, const std::set<std::string>& meetings) {
  OB_TRY(const auto rows, rows_of(call, kMeeting, meetings));
  for (const Row& meeting : rows) {
    OB_TRY(const Json facts, meeting_facts(call, meeting));
    OB_CHECK(keep_fact(call, told_of(meeting, "meeting"),
                       fact_of("meeting", meeting.text("number"), meeting.text("title"), facts)));
  }
  return {};
}

} // namespace onebudget::monitoring
