#pragma once
// Accounts and posting rules as dated data, and what an entry does to an indicator. Domain rules 1.10; the codes are
// working ones [P] until the official table is supplied.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::ledger {

/// The balances of an indicator, in the order of the arrays below.
enum class Bucket { none, available, frozen, reserved, confirmed, paid };
inline constexpr const char* kBuckets[] = {"none", "available", "frozen", "reserved", "confirmed", "paid"};
inline constexpr std::size_t kBucketCount = 6;
/// By its code; `none` for anything unknown.
Bucket bucket_of(const std::string& code);

struct Account {
  std::string code;
  Bucket bucket = Bucket::none;
  std::string stage; ///< indicators of this stage keep their available balance here; empty: of none
  Day valid_from;
  std::optional<Day> valid_to;
};

struct PostingRule {
  std::string event, debit, credit; ///< an account, "@source" or "@target"
  Day valid_from;
  std::optional<Day> valid_to;
};

/// A debit leg, a credit leg, or both, of one indicator. Red entries have negative amounts.
struct Entry {
  std::string event;
  std::string indicator; ///< id or code, as the caller names it
  std::string debit, credit;
  Money amount;
  Day posted_on;
  std::string reservation, other; ///< of movements: whose, and the earlier link's
  int line = 0;                   ///< of the document
};

/// Which stage of which indicator a rule's "@source" and "@target" stand for; empty when there is none.
struct Sides {
  std::string source, source_stage, target, target_stage;
};

/// Copies share what they hold.
class Chart {
 public:
  Chart() : Chart({}, {}) {}
  Chart(std::vector<Account> accounts, std::vector<PostingRule> rules)
      : held_(std::make_shared<const Held>(Held{std::move(accounts), std::move(rules)})) {}

  [[nodiscard]] bool empty() const { return held_->rules.empty(); }
  /// The entry or the two legs of an event. Both legs on one indicator make one entry; legs of two indicators make one
  /// each. Faults: ledger.posting_rule, ledger.account.
  [[nodiscard]] Result<std::vector<Entry>> post(const std::string& event, const Sides& sides, Money amount,
                                                Day on) const;
  [[nodiscard]] Bucket bucket(const std::string& account, Day on) const;
  /// The event's rule in force on a day, the newest; nothing without one.
  [[nodiscard]] const PostingRule* rule(const std::string& event, Day on) const;

 private:
  [[nodiscard]] const Account* account(const std::string& code, Day on) const;
  [[nodiscard]] Result<std::string> resolved(const std::string& written, const Sides& sides, Day on) const;

  struct Held {
    std::vector<Account> accounts;
    std::vector<PostingRule> rules;
  };
  std::shared_ptr<const Held> held_;
};

} // namespace onebudget::ledger
