#pragma once
// Balances as a pure function of entries: sums, as of any day, of indicators, reservations and accounts.

#include <array>
#include <map>
#include <string>
#include <vector>

#include "plugins/ledger/domain/chart/chart.hpp"

namespace onebudget::ledger {

struct Balances {
  std::array<Money, kBucketCount> of; ///< by Bucket; [none] stays zero
  [[nodiscard]] Money at(Bucket bucket) const { return of[static_cast<std::size_t>(bucket)]; }
  /// All buckets together: the indicator's amount. Fault money.overflow.
  [[nodiscard]] Result<Money> amount() const;
  friend bool operator==(const Balances&, const Balances&) = default;
};

/// What a reservation holds, from its own entries and from those of later links that draw on it.
struct Held {
  Money reserved, confirmed, consumed, passed, returned;
  friend bool operator==(const Held&, const Held&) = default;
};

/// Everything that entries say. Fault money.overflow.
class Books {
 public:
  explicit Books(const Chart& chart) : chart_(chart) {}
  Result<void> add(const Entry& entry);

  [[nodiscard]] const std::map<std::string, Balances>& indicators() const { return indicators_; }
  [[nodiscard]] const std::map<std::string, Held>& reservations() const { return reservations_; }
  /// Debits less credits by account.
  [[nodiscard]] const std::map<std::string, Money>& accounts() const { return accounts_; }
  [[nodiscard]] Money debits() const { return debits_; }
  [[nodiscard]] Money credits() const { return credits_; }

 private:
  Result<void> leg(const Entry& entry, const std::string& account, bool debit);
  Result<void> hold(const Entry& entry);

  const Chart& chart_;
  std::map<std::string, Balances> indicators_;
  std::map<std::string, Held> reservations_;
  std::map<std::string, Money> accounts_;
  Money debits_, credits_;
};

/// What an entry adds to the balances of its indicator, by Bucket. Fault money.overflow.
Result<Balances> effect_of(const Chart& chart, const Entry& entry);
/// Rule ledger.sums: debits equal credits. Nothing when they do.
std::vector<FieldFault> check_sums(const std::vector<Entry>& entries);
/// One line for each entry and each balance, in an order that depends on their contents alone: what a digest is taken
/// of. Entries name indicators by code, so that two databases agree.
std::string canonical(const std::vector<Entry>& entries, const std::map<std::string, Balances>& balances);

} // namespace onebudget::ledger
