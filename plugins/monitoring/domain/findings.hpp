#pragma once
// What came out of the rules: hits with their evidence, and rules that have not run because a source is missing.

#include <string>
#include <utility>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/ratio.hpp"

namespace onebudget::monitoring {

using Evidence = std::vector<std::pair<std::string, std::string>>; ///< name in Chinese, value

struct Hit {
  std::string rule;
  bool escalated = false; ///< the second, higher level of the rule
  std::string cause;      ///< tells two hits of a rule on one object apart; usually empty
  Text message;
  Evidence evidence;
  std::vector<std::string> rows; ///< ids of what lies behind it, as the facts named them
};

/// A rule without its facts. Never counted as "nothing found".
struct NotRun {
  std::string rule;
  Text source; ///< who would know
};

struct Findings {
  std::vector<Hit> hits;
  std::vector<NotRun> not_run;

  void hit(std::string_view rule, Text message, Evidence evidence, bool escalated = false, std::string cause = {},
           std::vector<std::string> rows = {}) {
    hits.push_back(
        {std::string(rule), escalated, std::move(cause), std::move(message), std::move(evidence), std::move(rows)});
  }
  void missing(std::string_view rule, const Text& source) { not_run.push_back({std::string(rule), source}); }
};

/// Where facts come from.
namespace source {
inline const Text kLedger{"预算指标账", "budget indicator ledger"};
inline const Text kTreasury{"国库支付", "treasury payments"};
inline const Text kContracts{"合同台账", "contract register"};
inline const Text kProcurement{"政府采购系统", "procurement system"};
inline const Text kBidders{"投标人登记信息", "bidders' register"};
inline const Text kStaff{"公职人员名册", "register of public staff"};
inline const Text kRegistry{"信用与工商登记", "credit and business registry"};
inline const Text kPersons{"死亡、企业和车辆登记", "registers of deaths, companies and vehicles"};
inline const Text kRoster{"人员库", "staff roster"};
inline const Text kAssets{"资产系统", "asset system"};
inline const Text kStandards{"标准库", "standards library"};
inline const Text kGoals{"绩效管理", "performance goals"};
inline const Text kInvoices{"发票查验", "invoice verification"};
inline const Text kAccounts{"单位账户登记", "register of unit accounts"};
inline const Text kLibrary{"项目库", "project library"};
} // namespace source

/// True when `part` is more than `share` of `whole`; exact, a whole that is not positive is never exceeded.
inline bool above_share(Money part, Ratio share, Money whole) {
  __extension__ using Wide = __int128;
  return Money()<whole&& static_cast<Wide>(part.fen()) * Ratio::kOne> static_cast<Wide>(whole.fen()) *
         share.millionths();
}
/// True when `part` is less than `share` of `whole`.
inline bool below_share(Money part, Ratio share, Money whole) {
  __extension__ using Wide = __int128;
  return Money() < whole &&
         static_cast<Wide>(part.fen()) * Ratio::kOne < static_cast<Wide>(whole.fen()) * share.millionths();
}
/// Sums at the edge of 64 bits stay there, on the far side of every limit.
inline Money sum(Money left, Money right) {
  const auto out = left.plus(right);
  if (out) return *out;
  return Money::from_fen(left < Money() ? INT64_MIN : INT64_MAX);
}
/// part / whole for people, rounded to a hundredth of a percent.
inline std::string percent(Money part, Money whole) {
  const auto ratio = Ratio::of(part, whole, Rounding::half_up);
  if (!ratio) return "—";
  const std::int64_t rounded = (ratio->millionths() + (ratio->millionths() < 0 ? -50 : 50)) / 100 * 100;
  return Ratio::from_millionths(rounded).percent();
}
/// True when a code begins with one of the prefixes.
inline bool under(std::string_view code, const std::vector<std::string>& prefixes) {
  for (const std::string& prefix : prefixes)
    if (!prefix.empty() && code.substr(0, prefix.size()) == prefix) return true;
  return false;
}

} // namespace onebudget::monitoring
