#pragma once
// 双监控: the lights of money and goals of a project. Gap = planned − actual progress (domain rules 3.4): below 10
// points green, 10–20 yellow, 20–30 orange, above 30 red; a key indicator forecast to miss turns goals red.

#include <optional>
#include <string>

#include "sdk/values/ratio.hpp"

namespace onebudget::monitoring {

enum class Light { unknown, green, yellow, orange, red };

struct Progress {
  std::optional<Ratio> planned, actual;
};
struct DualProgress {
  Progress money, goals;
  bool key_indicator_missed = false;
};
struct DualLight {
  Light money = Light::unknown, goals = Light::unknown, both = Light::unknown;
};

/// "unknown" … "red".
const char* code_of(Light light);
Light light_of(const Progress& progress);
/// `both` is the worse one; unknown as long as one is.
DualLight dual_light(const DualProgress& progress);

} // namespace onebudget::monitoring
