#include "plugins/performance/domain/evaluate/statistics.hpp"

#include <algorithm>

namespace onebudget::performance {

namespace {

/// 0.6745 makes MAD comparable with a standard deviation of a normal distribution.
constexpr std::int64_t kNormal = 6745, kTenThousand = 10'000;

Value distance(Value a, Value b) {
  const std::int64_t off = a.millionths() - b.millionths();
  return Value::from_millionths(off < 0 ? -off : off);
}

} // namespace

Value median_of(std::vector<Value> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return Value::from_millionths(
      scaled(values[middle - 1].millionths() + values[middle].millionths(), 1, 2, Rounding::half_up));
}

Spread spread_of(const std::vector<Observation>& values, const Parameters& parameters) {
  Spread out;
  out.count = values.size();
  if (values.empty()) return out;
  std::vector<Value> plain;
  for (const Observation& one : values) plain.push_back(one.value);
  const auto [low, high] = std::minmax_element(plain.begin(), plain.end());
  out.lowest = *low;
  out.highest = *high;
  out.median = median_of(plain);
  for (Value& one : plain) one = distance(one, out.median);
  out.mad = median_of(plain);
  out.judged = values.size() >= static_cast<std::size_t>(parameters.fewest_values) && Value() < out.mad;
  if (!out.judged) return out;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const std::int64_t normal = scaled(plain[i].millionths(), kNormal, kTenThousand, Rounding::half_up);
    const Ratio score = Value::from_millionths(normal).part_of(out.mad);
    if (parameters.outlier < score) out.outliers.push_back({i, score});
  }
  return out;
}

} // namespace onebudget::performance
