#include "plugins/monitoring/domain/dual_light.hpp"

#include <algorithm>

namespace onebudget::monitoring {

namespace {

constexpr std::int64_t kYellow = 100'000, kOrange = 200'000, kRed = 300'000;
constexpr const char* kNames[] = {"unknown", "green", "yellow", "orange", "red"};

} // namespace

const char* code_of(Light light) { return kNames[static_cast<std::size_t>(light)]; }

Light light_of(const Progress& progress) {
  if (!progress.planned || !progress.actual) return Light::unknown;
  const std::int64_t gap = progress.planned->millionths() - progress.actual->millionths();
  if (gap > kRed) return Light::red;
  if (gap >= kOrange) return Light::orange;
  return gap >= kYellow ? Light::yellow : Light::green;
}

DualLight dual_light(const DualProgress& progress) {
  DualLight out;
  out.money = light_of(progress.money);
  out.goals = progress.key_indicator_missed ? Light::red : light_of(progress.goals);
  const bool known = out.money != Light::unknown && out.goals != Light::unknown;
  out.both = known || progress.key_indicator_missed ? std::max(out.money, out.goals) : Light::unknown;
  return out;
}

} // namespace onebudget::monitoring
