#pragma once
// Movements of reservations in one unit of work: entries, the reservation itself, the earlier link, and each indicator
// and pool once.

#include "plugins/ledger/service/funds/ask.hpp"

namespace onebudget::ledger {

class Moving {
 public:
  Moving(const Call& call, Day today) : call_(call), today_(today) {}

  /// What the movements of these reservations need. Faults: ledger.period_closed, ledger.posting_rule.
  Result<void> load(const std::vector<Row>& rows);
  [[nodiscard]] bool earlier_open(const Row& row) const;
  /// `suffix` makes the entries' numbers unique; `closes`: nothing comes back to the reservation afterwards.
  Result<void> move(const Row& row, const std::vector<Movement>& movements, bool closes, const std::string& suffix,
                    const Json& extra);
  /// Writes what was moved: entries, reservations, earlier links, indicators and pools; last.
  Result<void> settle();
  [[nodiscard]] Json reply(bool repeated) const { return {{"reservations", moved_}, {"repeated", repeated}}; }
  /// A reservation that stays as it is.
  void keep(const Row& row) { moved_.push_back(reservation_json(row, today_)); }

 private:
  Result<void> post(const Row& row, const Row& indicator, const Movement& movement, const std::string& suffix,
                    const Json& extra);

  const Call& call_;
  Day today_;
  Chart chart_;
  std::map<std::string, Row> indicators_, earlier_;
  std::map<std::string, Balances> deltas_; ///< by indicator
  NewRows entries_;
  plugin::Adjustments changes_;       ///< of the reservations
  std::map<std::string, Json> backs_; ///< by earlier reservation: what returns to it
  Json moved_ = Json::array();
};

} // namespace onebudget::ledger
