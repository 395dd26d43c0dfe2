#include "plugins/compilation/domain/policy.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <sstream>

#include "sdk/values/day.hpp"

namespace onebudget::compilation {

namespace {

Fault bad_value(std::string_view code, std::string_view value) {
  const std::string name(code), shown(value);
  return fault(FaultKind::rule, "compilation.policy_value",
               {"政策参数 " + name + " 的值“" + shown + "”不合适，请核对。",
                "The value \"" + shown + "\" of " + name + " makes no sense; check it."});
}

Result<int> whole(std::string_view code, std::string_view value, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number < 0 || number > most)
    return bad_value(code, value);
  return number;
}

constexpr int kMostPoints = 100;

/// "20 15 10 15 10 15 10 5": one number for each row, together a hundred.
Result<std::array<int, 8>> points(std::string_view code, std::string_view value) {
  std::istringstream words{std::string(value)};
  std::array<int, 8> out{};
  for (int& one : out)
    if (!(words >> one) || one < 0) return bad_value(code, value);
  std::string more;
  if (words >> more || std::accumulate(out.begin(), out.end(), 0) != kMostPoints) return bad_value(code, value);
  return out;
}

/// "06-30": a day that every year has.
Result<MonthDay> month_day(std::string_view code, std::string_view value) {
  const auto day = Day::parse("2026-" + std::string(value));
  if (!day) return bad_value(code, value);
  return MonthDay{day->month(), day->day()};
}

/// Words with blanks between them, each once.
Result<std::vector<std::string>> words_of(std::string_view code, std::string_view value) {
  std::istringstream words{std::string(value)};
  std::vector<std::string> out;
  for (std::string word; words >> word; out.push_back(word))
    if (std::find(out.begin(), out.end(), word) != out.end()) return bad_value(code, value);
  if (out.empty()) return bad_value(code, value);
  return out;
}

} // namespace

Result<void> Policy::set(std::string_view code, std::string_view value) {
  const std::pair<std::string_view, Money*> amounts[] = {{"ex_ante_from", &ex_ante_from},
                                                         {"cost_review_from", &cost_review_from},
                                                         {"minutes_from", &minutes_from},
                                                         {"asset_review_from", &asset_review_from},
                                                         {"performance_review_from", &performance_review_from}};
  const std::pair<std::string_view, Ratio*> shares[] = {{"similarity", &similarity},
                                                        {"reserve_least", &reserve_least},
                                                        {"reserve_most", &reserve_most},
                                                        {"class_c_coefficient", &class_c_coefficient}};
  const std::pair<std::string_view, int*> counts[] = {{"sunset_years", &sunset_years},
                                                      {"department_reply_days", &department_reply_days},
                                                      {"unit_reply_days", &unit_reply_days},
                                                      {"draft_days", &draft_days},
                                                      {"publish_days", &publish_days},
                                                      {"general_transfer_days", &general_transfer_days},
                                                      {"special_transfer_days", &special_transfer_days},
                                                      {"central_transfer_days", &central_transfer_days},
                                                      {"duplicate_years", &duplicate_years},
                                                      {"duplicate_shown", &duplicate_shown},
                                                      {"ex_ante_support", &ex_ante_support},
                                                      {"ex_ante_adjust", &ex_ante_adjust},
                                                      {"ex_ante_weak", &ex_ante_weak},
                                                      {"class_a", &class_a},
                                                      {"class_b", &class_b},
                                                      {"class_c", &class_c},
                                                      {"secret_parts", &secret_parts}};
  for (const auto& [name, target] : amounts)
    if (name == code) {
      const auto amount = Money::parse_yuan(value);
      if (!amount || *amount < Money()) return bad_value(code, value);
      *target = *amount;
      return {};
    }
  for (const auto& [name, target] : shares)
    if (name == code) {
      const auto share = Ratio::parse(value);
      if (!share || *share < Ratio() || Ratio::from_percent(100) < *share) return bad_value(code, value);
      *target = *share;
      return {};
    }
  if (code == "zero_base_points") {
    OB_TRY(zero_base_points, points(code, value));
    return {};
  }
  if (code == "notice_by") {
    OB_TRY(notice_by, month_day(code, value));
    return {};
  }
  if (code == "hot_topics") {
    OB_TRY(hot_topics, words_of(code, value));
    return {};
  }
  for (const auto& [name, target] : counts)
    if (name == code) {
      OB_TRY(*target, whole(code, value, 366));
      return {};
    }
  const std::string name(code);
  return fault(FaultKind::rule, "compilation.policy_code",
               {"没有政策参数“" + name + "”，请按说明书中的编码填写。",
                "There is no policy value \"" + name + "\"; use a code of the manual."});
}

Result<void> check_policy(const Policy& policy) {
  if (policy.class_a > 100 || policy.class_b > policy.class_a || policy.class_c > policy.class_b)
    return bad_value(
        "class_a, class_b, class_c",
        std::to_string(policy.class_a) + ", " + std::to_string(policy.class_b) + ", " + std::to_string(policy.class_c));
  constexpr int kMostOfOne = 20;
  if (policy.ex_ante_support > kMostPoints || policy.ex_ante_adjust > policy.ex_ante_support ||
      policy.ex_ante_weak > kMostOfOne)
    return bad_value("ex_ante_support, ex_ante_adjust, ex_ante_weak", std::to_string(policy.ex_ante_support) + ", " +
                                                                          std::to_string(policy.ex_ante_adjust) + ", " +
                                                                          std::to_string(policy.ex_ante_weak));
  if (policy.reserve_most < policy.reserve_least)
    return bad_value("reserve_least, reserve_most",
                     policy.reserve_least.percent() + ", " + policy.reserve_most.percent());
  if (policy.sunset_years < 1) return bad_value("sunset_years", std::to_string(policy.sunset_years));
  if (policy.secret_parts < 2) return bad_value("secret_parts", std::to_string(policy.secret_parts));
  return {};
}

} // namespace onebudget::compilation
