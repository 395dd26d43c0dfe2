#include "plugins/standards/domain/rule_conflict.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>

namespace onebudget::standards {

namespace {

constexpr std::size_t kMostDigits = 14, kDecimals = 4;

bool digits(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Where a value stands on its field's line: a number in ten-thousandths, a day as YYYYMMDD; nothing for other texts.
std::optional<std::int64_t> place_of(std::string text) {
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    text.erase(7, 1).erase(4, 1);
    return digits(text) ? std::optional(std::stoll(text)) : std::nullopt;
  }
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.erase(0, 1);
  const std::size_t point = text.find('.');
  const std::string whole = text.substr(0, point);
  std::string part = point == std::string::npos ? "" : text.substr(point + 1);
  if (whole.empty() || whole.size() > kMostDigits || part.size() > kDecimals || !digits(whole) || !digits(part))
    return std::nullopt;
  part.resize(kDecimals, '0');
  const std::int64_t value = std::stoll(whole + part);
  return negative ? -value : value;
}

struct Bound {
  std::int64_t at = 0;
  bool included = true;
};

/// What one rule leaves of one field.
struct Left {
  std::optional<Bound> least, most;
  std::optional<std::string> equal, null;
  std::vector<std::string> unequal;
  bool torn = false;

  void above(Bound bound) {
    if (!least || least->at < bound.at || (least->at == bound.at && !bound.included)) least = bound;
  }
  void below(Bound bound) {
    if (!most || bound.at < most->at || (most->at == bound.at && !bound.included)) most = bound;
  }
  void take(const Condition& one) {
    const auto place = place_of(one.value);
    if (one.op == "==") {
      torn = torn || (equal && *equal != one.value && !(place && place == place_of(*equal)));
      equal = one.value;
      if (place) above({*place, true}), below({*place, true});
    } else if (one.op == "!=") {
      unequal.push_back(one.value);
    } else if (one.op == "=null=") {
      torn = torn || (null && *null != one.value);
      null = one.value;
    } else if (place && (one.op == "=gt=" || one.op == "=ge=")) {
      above({*place, one.op == "=ge="});
    } else if (place && (one.op == "=lt=" || one.op == "=le=")) {
      below({*place, one.op == "=le="});
    }
  }
  [[nodiscard]] bool nothing() const {
    const bool crossed =
        least && most && (most->at < least->at || (least->at == most->at && !(least->included && most->included)));
    const bool taken_out = equal && std::find(unequal.begin(), unequal.end(), *equal) != unequal.end();
    const bool empty_and_full = null && *null == "true" && (equal || least || most);
    return torn || crossed || taken_out || empty_and_full;
  }
};

bool upwards(const Condition& one) { return one.op == "=gt=" || one.op == "=ge="; }
bool downwards(const Condition& one) { return one.op == "=lt=" || one.op == "=le="; }

/// Whether no value of the field escapes both.
bool cover(const Condition& one, const Condition& other) {
  if (one.field != other.field) return false;
  const bool opposite = (one.op == "==" && other.op == "!=") || (one.op == "!=" && other.op == "==");
  if (opposite) return one.value == other.value;
  if (one.op == "=null=" && other.op == "=null=") return one.value != other.value;
  if (downwards(one) && upwards(other)) return cover(other, one);
  const auto from = place_of(one.value), to = place_of(other.value);
  if (!upwards(one) || !downwards(other) || !from || !to) return false;
  return *from < *to || (*from == *to && (one.op == "=ge=" || other.op == "=le="));
}

FieldFault conflict(std::size_t place, Text message, Text remedy) {
  return {"/rules/" + std::to_string(place) + "/filter", "standards.rule_pack_conflict", std::move(message),
          std::move(remedy)};
}

} // namespace

std::vector<FieldFault> check_conflicts(const std::vector<RuleConditions>& rules) {
  std::vector<FieldFault> out;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    std::map<std::string, Left> fields;
    for (const Condition& one : rules[i].all) fields[one.field].take(one);
    for (const auto& [field, left] : fields)
      if (left.nothing())
        out.push_back(conflict(i,
                               {"规则“" + rules[i].id + "”对 " + field + " 的条件互相排斥，永远查不出记录。",
                                "The conditions of rule \"" + rules[i].id + "\" on " + field +
                                    " exclude each other; it never finds a record."},
                               {"请改正其中一个条件。", "Correct one of the conditions."}));
    if (rules[i].all.size() != 1) continue;
    for (std::size_t j = 0; j < i; ++j)
      if (rules[j].all.size() == 1 && cover(rules[j].all[0], rules[i].all[0]))
        out.push_back(conflict(i,
                               {"规则“" + rules[j].id + "”与“" + rules[i].id + "”合起来不给 " + rules[i].all[0].field +
                                    " 留下任何取值，每条记录都会被查出。",
                                "Rules \"" + rules[j].id + "\" and \"" + rules[i].id + "\" leave no value of " +
                                    rules[i].all[0].field + " between them; every record would be found."},
                               {"请改正其中一条规则。", "Correct one of the rules."}));
  }
  return out;
}

} // namespace onebudget::standards
