#include "plugins/monitoring/domain/level.hpp"

#include <algorithm>
#include <array>

namespace onebudget::monitoring {

namespace {

constexpr std::array<const char*, 5> kCodes = {"blue", "yellow", "orange", "red", "grey"};
constexpr std::array<const char*, 5> kTitles = {"蓝", "黄", "橙", "红", "灰"};
constexpr std::array<const char*, 6> kEffects = {"record", "warn", "ask_papers", "stop", "forbid", "inquire"};
constexpr std::array<Effect, 5> kLive = {Effect::record, Effect::warn, Effect::ask_papers, Effect::stop,
                                         Effect::forbid};
constexpr std::array<std::string_view, 3> kBalance = {"R01", "R03", "R04"};
constexpr std::array<std::string_view, 2> kProgress = {"R05", "R07"};

bool warning(Level level) { return level == Level::yellow || level == Level::orange; }

} // namespace

const char* code_of(Level level) { return kCodes[static_cast<std::size_t>(level)]; }
const char* title_of(Level level) { return kTitles[static_cast<std::size_t>(level)]; }
const char* code_of(Effect effect) { return kEffects[static_cast<std::size_t>(effect)]; }

std::optional<Level> level_of(std::string_view code) {
  const auto found = std::find(kCodes.begin(), kCodes.end(), code);
  if (found == kCodes.end()) return std::nullopt;
  return static_cast<Level>(found - kCodes.begin());
}

bool bound_to_balance(std::string_view rule) {
  return std::find(kBalance.begin(), kBalance.end(), rule) != kBalance.end();
}
bool about_progress(std::string_view rule) {
  return std::find(kProgress.begin(), kProgress.end(), rule) != kProgress.end();
}

Effect effect_of(std::string_view rule, Level level, bool live, bool overridden) {
  if (!live) return Effect::inquire;
  if (overridden && warning(level) && !bound_to_balance(rule)) return Effect::record;
  return kLive[static_cast<std::size_t>(level)];
}

bool blocks(Effect effect) { return effect == Effect::stop || effect == Effect::forbid; }

bool closes_itself(std::string_view rule, Level level) {
  return about_progress(rule) && (level == Level::yellow || level == Level::blue);
}

} // namespace onebudget::monitoring
