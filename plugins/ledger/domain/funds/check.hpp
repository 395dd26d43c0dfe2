#pragma once
// The funds check (资金检查): one answer for a whole document, and everything that it rests on. Corrections, "Execute":
// nobody overrides an indicator's balance; overrides apply to warnings only.

#include <map>
#include <string>
#include <vector>

#include "plugins/ledger/domain/balance/balance.hpp"

namespace onebudget::ledger {

/// warn informs; hold is a warning that somebody must let pass; stop is final.
enum class Level { pass, warn, hold, stop };
inline constexpr const char* kLevels[] = {"pass", "warn", "hold", "stop"};
inline const char* name_of(Level level) { return kLevels[static_cast<std::size_t>(level)]; }

struct AskedLine {
  int line = 0;
  std::string indicator, earlier; ///< ids; earlier: the reservation that the line draws on, or empty
  Money amount;
};

struct IndicatorFacts {
  std::string code, stage;
  Balances balances;
  std::vector<std::string> pools;         ///< ids of the pools that count it
  std::map<std::string, Money> in_flight; ///< reserved and confirmed, by link
};

struct EarlierFacts {
  std::string indicator, link;
  Money confirmed;
  bool closed = false;
};

struct PoolFacts {
  std::string control, name; ///< id of the control
  int edition = 0, warn_percent = 0, stop_percent = 0;
  bool hold = false;
  std::string override_role;
  Money override_limit, budget, used;
  Money granted; ///< let pass for this document by a named person; zero = nobody did
};

struct CheckFacts {
  std::string link;
  std::vector<AskedLine> lines;
  std::map<std::string, IndicatorFacts> indicators; ///< by id; a missing one is not the caller's to see
  std::map<std::string, EarlierFacts> earlier;
  std::map<std::string, PoolFacts> pools;
};

struct LineShare {
  int line = 0;
  std::string earlier;
  Money amount, drawn, needed; ///< amount = drawn from the earlier link + needed of the indicator
};
struct IndicatorShare {
  std::vector<LineShare> lines;
  Money needed, left; ///< left: available − needed, negative when it does not hold
  bool holds = true;
};
struct PoolShare {
  Money needed, after;
  Level level = Level::pass;
  bool let_pass = false; ///< a hold that a granted override lifts
};
struct CheckFinding {
  int line = 0; ///< 0 = the document
  Level level = Level::stop;
  FieldFault fault;
};

struct CheckAnswer {
  Level level = Level::pass;
  std::vector<CheckFinding> findings;
  std::map<std::string, IndicatorShare> indicators;
  std::map<std::string, PoolShare> pools;
  [[nodiscard]] bool allowed() const { return level < Level::hold; }
};

/// Rules ledger.indicator, ledger.not_executable, ledger.from, ledger.amount, ledger.balance, ledger.control_stop,
/// ledger.control_hold, ledger.control_warn. Fault money.overflow.
Result<CheckAnswer> check_funds(const CheckFacts& facts);
/// Whether `used` is more than `percent` of `budget`, in 128 bits.
bool beyond(Money used, Money budget, int percent);

} // namespace onebudget::ledger
