#include "plugins/performance/domain/parameters.hpp"

#include <charconv>
#include <utility>

namespace onebudget::performance {

namespace {

Fault bad(std::string_view code, std::string_view value) {
  const std::string name(code), shown(value.substr(0, 40));
  return fault(FaultKind::rule, "performance.parameter",
               {"绩效参数 " + name + " 的值“" + shown + "”不合适，请核对。",
                "The value \"" + shown + "\" of " + name + " makes no sense; check it."});
}

} // namespace

Result<void> Parameters::set(std::string_view code, std::string_view value) {
  const std::pair<std::string_view, Ratio*> shares[] = {
      {"overshoot_from", &overshoot_from}, {"explain_from", &explain_from}, {"reason_below", &reason_below},
      {"history_drop", &history_drop},     {"outlier", &outlier},           {"most_factor", &most_factor}};
  const std::pair<std::string_view, Points*> points[] = {{"excellent", &excellent},
                                                         {"good", &good},
                                                         {"fair", &fair},
                                                         {"level_tolerance", &level_tolerance},
                                                         {"inflated_by", &inflated_by}};
  const std::pair<std::string_view, int*> counts[] = {{"fewest_values", &fewest_values},
                                                      {"appeal_days", &appeal_days},
                                                      {"hearing_days", &hearing_days},
                                                      {"answer_days", &answer_days},
                                                      {"correction_days", &correction_days}};
  for (const auto& [name, target] : shares)
    if (name == code) {
      const auto share = Ratio::parse(value);
      if (!share || *share < Ratio() || Ratio::from_percent(10'000) < *share) return bad(code, value);
      *target = *share;
      return {};
    }
  for (const auto& [name, target] : points)
    if (name == code) {
      const auto number = Points::parse(value);
      if (!number || *number < Points() || Points::whole(100) < *number) return bad(code, value);
      *target = *number;
      return {};
    }
  for (const auto& [name, target] : counts)
    if (name == code) {
      int number = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
      if (error != std::errc() || end != value.data() + value.size() || number < 1 || number > 366)
        return bad(code, value);
      *target = number;
      return {};
    }
  const std::string name(code);
  return fault(FaultKind::rule, "performance.parameter_code",
               {"没有绩效参数“" + name + "”，请按说明书中的编码填写。",
                "There is no parameter \"" + name + "\"; use a code of the manual."});
}

Result<void> check_parameters(const Parameters& parameters) {
  if (parameters.good > parameters.excellent || parameters.fair > parameters.good)
    return bad("excellent, good, fair",
               parameters.excellent.str() + ", " + parameters.good.str() + ", " + parameters.fair.str());
  if (parameters.explain_from < parameters.overshoot_from || parameters.overshoot_from < Ratio::from_percent(100))
    return bad("overshoot_from, explain_from", parameters.overshoot_from.str() + ", " + parameters.explain_from.str());
  return {};
}

} // namespace onebudget::performance
