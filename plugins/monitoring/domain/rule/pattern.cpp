// R46 Benford 首位检验, R47 整数金额聚集: how amounts are spread. Counting only; all in millionths.
#include "plugins/monitoring/domain/rules.hpp"

#include <numeric>

namespace onebudget::monitoring {

namespace {

/// log10(1 + 1/d) in millionths.
constexpr std::int64_t kBenford[] = {301'030, 176'091, 124'939, 96'910, 79'181, 66'947, 57'992, 51'153, 45'757};
constexpr std::size_t kDigits = 9;

struct Spread {
  Ratio deviation; ///< mean absolute deviation of the nine shares
  Ratio chi_square;
};

Spread spread_of(const std::vector<int>& digits, std::int64_t rows) {
  __extension__ using Wide = __int128;
  std::int64_t apart = 0, chi = 0;
  for (std::size_t i = 0; i < kDigits; ++i) {
    const std::int64_t difference = digits[i] * Ratio::kOne - rows * kBenford[i];
    apart += (difference < 0 ? -difference : difference) / rows;
    chi += static_cast<std::int64_t>(static_cast<Wide>(difference) * difference / (rows * kBenford[i]));
  }
  return {Ratio::from_millionths(apart / static_cast<std::int64_t>(kDigits)), Ratio::from_millionths(chi)};
}

void first_digits(const PaymentBookFacts& facts, Look look) {
  if (facts.first_digits.size() != kDigits) return look.out.missing("R46", source::kTreasury);
  const std::int64_t rows = std::accumulate(facts.first_digits.begin(), facts.first_digits.end(), std::int64_t{0});
  if (rows < look.limits.count("R46", "rows")) return;
  const Spread spread = spread_of(facts.first_digits, rows);
  if (spread.deviation <= look.limits.share("R46", "deviation") &&
      spread.chi_square <= look.limits.share("R46", "chi_square"))
    return;
  look.out.hit(
      "R46", {"支付金额首位数字的分布偏离本福特定律。", "First digits of payments depart from Benford's law."},
      {{"笔数", std::to_string(rows)}, {"平均偏差", spread.deviation.str()}, {"卡方", spread.chi_square.str()}});
}

void round_amounts(const PaymentBookFacts& facts, Look look) {
  if (*facts.rows < look.limits.count("R47", "rows")) return;
  const Money part = Money::from_fen(facts.round_rows), whole = Money::from_fen(*facts.rows);
  if (!above_share(part, look.limits.share("R47", "share"), whole)) return;
  look.out.hit(
      "R47",
      {"整千元支付占 " + percent(part, whole) + "。", percent(part, whole) + " of payments are whole thousands."},
      {{"笔数", std::to_string(*facts.rows)}, {"整千笔数", std::to_string(facts.round_rows)}});
}

} // namespace

void check_payment_book(const PaymentBookFacts& facts, Look look) {
  if (!facts.rows) {
    for (const char* rule : {"R46", "R47"}) look.out.missing(rule, source::kTreasury);
    return;
  }
  if (facts.fixed_standard) return;
  first_digits(facts, look);
  round_amounts(facts, look);
}

} // namespace onebudget::monitoring
