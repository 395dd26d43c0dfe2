#pragma once
// A request of the funds check, the facts behind it, and the proof tree of its answer.

#include "plugins/ledger/domain/funds/check.hpp"
#include "plugins/ledger/service/read.hpp"

namespace onebudget::ledger {

struct Asked {
  std::string entity, id, unit, link, title; ///< entity and id: the source document
  std::optional<Day> expires_on;
  std::vector<AskedLine> lines;
};

/// What was read for one request, as rows and as facts.
struct Facts {
  CheckFacts check;
  std::map<std::string, Row> indicators, earlier, pools;
};

Asked asked_of(const Json& request);
/// The day a request is booked on: `on`, else today. Rule ledger.posting_date: not in the future.
Result<Day> day_of(const Call& call, const Json& request);
/// Two to five queries for the whole document, whatever the number of lines.
Result<Facts> facts_of(const Call& call, const Asked& asked);
/// Fault ledger.period_closed: the day's month or the year of an indicator is shut in its region.
Result<void> may_post_on(const Call& call, const std::map<std::string, Row>& indicators, Day day);
/// Reservations of a document, all rounds, by line and round.
Result<std::vector<Row>> reservations_of(const Call& call, const std::string& entity, const std::string& id);
/// Of each line the newest round.
std::map<int, Row> newest_rounds(const std::vector<Row>& reservations);

/// The proof tree: lines, rule and version, balances, in-flight amounts, who may override. Amounts in fen.
Result<Json> proof_of(const Call& call, const Asked& asked, const Facts& facts, const CheckAnswer& answer);
/// {allowed, level, findings, proof}
Result<Json> answer_of(const Call& call, const Asked& asked, const Facts& facts, const CheckAnswer& answer);
/// One reservation as ledger/1 answers it.
Json reservation_json(const Row& row, Day today);
Json reservation_json(const Reservation& one, std::int64_t line, std::optional<Day> expires_on, Day today);

} // namespace onebudget::ledger
