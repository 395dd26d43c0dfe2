#include "plugins/performance/domain/score/line_score.hpp"

#include <algorithm>

namespace onebudget::performance {

namespace {

constexpr Ratio kAll = Ratio::from_percent(100);

struct Band {
  int from, below; ///< percent; the first band has its upper end too
  Text told;
};

const Band& band_of(Reached reached) {
  static const Band kBands[] = {{80, 101, {"达成预期：80% 到 100%", "reached: 80 % to 100 %"}},
                                {60, 80, {"部分达成：60% 到不足 80%", "partly reached: 60 % to under 80 %"}},
                                {0, 60, {"未达成：0 到不足 60%", "missed: 0 to under 60 %"}}};
  return kBands[static_cast<std::size_t>(reached)];
}

void add(std::vector<FieldFault>& findings, const char* field, const char* rule, Text message, Text remedy) {
  findings.push_back({field, rule, std::move(message), std::move(remedy)});
}

LineScore qualitative(const Measured& line) {
  const Ratio share = Ratio::from_percent(line.percent);
  return {line.weight.times(share), share, false, false};
}

LineScore higher_is_better(const Measured& line, Value target, Value actual, const Parameters& parameters) {
  LineScore out;
  out.completion = std::max(Ratio(), actual.part_of(target));
  out.overshoot = parameters.overshoot_from < out.completion;
  out.low_target = out.overshoot && !line.overshoot_accepted;
  Ratio share = std::min(kAll, out.completion);
  if (out.low_target) {
    const std::int64_t deviation = out.completion.millionths() - parameters.overshoot_from.millionths();
    share = Ratio::from_millionths(std::max<std::int64_t>(0, Ratio::kOne - deviation));
  }
  out.points = line.weight.times(share);
  return out;
}

LineScore lower_is_better(const Measured& line, Value target, Value actual, const Parameters& parameters) {
  LineScore out;
  if (actual <= target) {
    out.completion = actual <= Value() ? kAll : target.part_of(actual);
    out.overshoot = parameters.overshoot_from < out.completion;
    out.points = line.weight;
    return out;
  }
  out.completion = target.part_of(actual);
  out.points = Points::from_hundredths(
      scaled(line.weight.hundredths(), target.millionths(), actual.millionths(), Rounding::half_up));
  return out;
}

LineScore exact(const Measured& line, Value target, Value actual) {
  LineScore out;
  const std::int64_t off = actual.millionths() - target.millionths();
  const Value away = Value::from_millionths(off < 0 ? -off : off);
  out.completion = Ratio::from_millionths(std::max<std::int64_t>(0, Ratio::kOne - away.part_of(target).millionths()));
  out.points = line.weight.times(out.completion);
  return out;
}

void check_qualitative(const Measured& line, std::vector<FieldFault>& findings) {
  constexpr const char* kRule = "performance.qualitative";
  if (!line.reached)
    return add(findings, "/reached", kRule, {"定性指标应选择达成程度。", "Say how far a qualitative goal was reached."},
               {"请选择达成、部分达成或未达成。", "Choose reached, partly reached or missed."});
  const Band& band = band_of(*line.reached);
  if (line.percent < band.from || line.percent >= band.below)
    add(findings, "/percent", kRule,
        {"得分比例与达成程度不符，" + band.told.zh + "。", "The percentage is outside the band, " + band.told.en + "."},
        {"请改正比例或达成程度。", "Correct one of them."});
}

void check_actual(const Measured& line, std::vector<FieldFault>& findings) {
  if (!Value::parse(line.actual))
    add(findings, "/actual", "performance.actual",
        {"实际完成值应为最多六位小数的数。", "The actual value is a number with at most six decimals."},
        {"请填写实际完成值。", "Fill in what was reached."});
  if (line.actual_unit.empty())
    add(findings, "/actual_unit", "performance.actual_unit",
        {"实际完成值没有计量单位。", "The actual value has no unit."},
        {"请填写与指标值相同的计量单位。", "Give the unit of the target."});
  else if (line.actual_unit != line.unit)
    add(findings, "/actual_unit", "performance.actual_unit",
        {"实际完成值的单位“" + line.actual_unit + "”与指标值的单位“" + line.unit + "”不同。",
         "The unit \"" + line.actual_unit + "\" differs from the target's \"" + line.unit + "\"."},
        {"请换算为指标值的单位后填写。", "Convert the value to the target's unit."});
}

} // namespace

std::vector<FieldFault> check_target(Nature nature, const std::string& target, const std::string& unit) {
  std::vector<FieldFault> findings;
  if (nature == Nature::qualitative) {
    if (target.empty())
      add(findings, "/target", "performance.target",
          {"定性指标应写明预期。", "A qualitative goal says what is expected."},
          {"请填写预期达到的状态。", "Describe the state to be reached."});
    return findings;
  }
  const auto value = Value::parse(target);
  if (!value || *value < Value())
    add(findings, "/target", "performance.target",
        {"指标值应为不小于零、最多六位小数的数。", "A target is a number from zero with at most six decimals."},
        {"请填写可衡量的数值；不能量化的改为定性指标。",
         "Fill in a number, or make it qualitative if it cannot be measured."});
  else if (*value == Value() && nature != Nature::at_most)
    add(findings, "/target", "performance.target_zero",
        {"指标值为零，无法计算完成率。", "With a target of zero no completion can be computed."},
        {"表示“不得发生”的请改为“≤ 0”，其余请填写大于零的指标值。",
         "Use \"≤ 0\" for what must not happen, else a target above zero."});
  if (unit.empty())
    add(findings, "/unit_of_measure", "performance.target",
        {"定量指标应有计量单位。", "A quantitative goal has a unit."}, {"请填写计量单位。", "Fill in the unit."});
  return findings;
}

std::vector<FieldFault> check_measured(const Measured& line, const Parameters& parameters) {
  std::vector<FieldFault> findings;
  if (!line.applicable) {
    if (!line.has_reason)
      add(findings, "/reason", "performance.not_applicable",
          {"不适用的指标应说明原因。", "Say why the indicator does not apply."}, {"请填写原因。", "Write the reason."});
    return findings;
  }
  if (line.nature == Nature::qualitative) {
    check_qualitative(line, findings);
  } else {
    findings = check_target(line.nature, line.target, line.unit);
    check_actual(line, findings);
  }
  if (!findings.empty() || line.has_reason) return findings;
  const LineScore score = score_of(line, parameters);
  const bool short_of = score.completion < parameters.reason_below;
  if (short_of || score.low_target || parameters.explain_from < score.completion || line.overshoot_accepted)
    add(findings, "/reason", "performance.reason",
        {"完成率 " + score.completion.percent() + "，须说明偏差原因和改进措施。",
         "Completion is " + score.completion.percent() + "; the deviation needs its reason and remedy."},
        {"请填写偏差原因分析及改进措施。", "Write why, and what will be done."});
  return findings;
}

LineScore score_of(const Measured& line, const Parameters& parameters) {
  if (!line.applicable) return {};
  if (line.nature == Nature::qualitative) return qualitative(line);
  const Value target = Value::parse(line.target).value_or(Value()),
              actual = Value::parse(line.actual).value_or(Value());
  if (line.nature == Nature::at_most) return lower_is_better(line, target, actual, parameters);
  if (target <= Value()) return {};
  return line.nature == Nature::equal ? exact(line, target, actual)
                                      : higher_is_better(line, target, actual, parameters);
}

} // namespace onebudget::performance
