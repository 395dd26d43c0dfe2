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

/// The proof tree as text: lines, rule and version, balances, in-flight amounts, who may override. Amounts in yuan, as
/// people read them.
struct Proof {
  std::string head;                                       ///< its members but for the nodes
  std::vector<std::string> nodes;                         ///< an object each
  std::map<std::size_t, std::vector<std::string>> pieces; ///< of a node with very many lines: some of them each

  [[nodiscard]] std::string text() const;
};

/// What the check of one document came to.
struct Answered {
  bool allowed = false;
  Level level = Level::pass;
  Json findings = Json::array();
  Proof proof;

  /// {allowed, level, findings, proof and `more`, which begins with a comma or is empty}
  [[nodiscard]] std::string text(const std::string& more) const;
};
Result<Answered> answer_of(const Call& call, const Asked& asked, const Facts& facts, const CheckAnswer& answer);

/// Amounts of a request's lines, yuan in text, as whole fen; what is no such text is null, and refused like one that is
/// missing.
Json in_fen(Json request);
/// reserve for a document of an outside system: amounts asked for in fen, answered in yuan.
Result<Answer> reserve_outside(Call& call, const Json& request);
/// One reservation as ledger/1 answers it.
Json reservation_json(const Row& row, Day today);
/// The same as text, among others.
void write_reservation(NewRows& rows, const Reservation& one, std::int64_t line, std::optional<Day> expires_on,
                       Day today, bool yuan);

} // namespace onebudget::ledger
