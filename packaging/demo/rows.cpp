// The records of the demo province: templates with weights, log-normal amounts, weighted states.
#include <fmt/format.h>
#include <algorithm>
#include <cmath>

#include "packaging/demo/province.hpp"
#include "packaging/demo/random.hpp"

namespace onebudget::demo {

namespace {

/// One entry of a weighted list, by its weight.
const Json& weighted(const Json& list, Random& random, const std::function<std::uint64_t(const Json&)>& weight) {
  std::uint64_t total = 0;
  for (const Json& item : list) total += weight(item);
  std::uint64_t drawn = random.below(total);
  for (const Json& item : list) {
    if (drawn < weight(item)) return item;
    drawn -= weight(item);
  }
  return list.back();
}

/// Made codes lie far above those that the running system counts up itself.
constexpr std::int64_t kSerialBase = 800'000'000'000;

bool listed(const Json& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Yuan with two digits; amounts below a thousand are raised to it, and most are rounded as people round.
std::string yuan(double amount, Random& random) {
  const double step = random.below(5) == 0 ? 0.01 : amount > 1'000'000 ? 10'000 : amount > 50'000 ? 1'000 : 100;
  const double rounded = std::max(1000.0, std::round(amount / step) * step);
  return fmt::format("{:.2f}", rounded);
}

} // namespace

Json Province::record(const Place& unit, std::int64_t serial) const {
  const Json& plan = vocabulary_["records"];
  Random random = Random::of(seed_, "record/" + std::to_string(serial));
  const Json& chosen =
      weighted(plan["templates"], random, [](const Json& item) { return item["weight"].get<std::uint64_t>(); });
  const int year = plan["year"];
  Json values = {{"unit", unit.name},
                 {"unit_code", unit.code},
                 {"region", unit.region_name},
                 {"region6", unit.region.substr(0, 6)},
                 {"year", std::to_string(year)},
                 {"year2", fmt::format("{:02}", year % 100)},
                 {"serial", std::to_string(serial)},
                 {"serial12", fmt::format("{:012}", kSerialBase + serial)},
                 {"person", person_name("contact/" + unit.code)},
                 {"phone", fmt::format("025-{:08}", Random::of(seed_, "line/" + unit.code).below(100'000'000))}};
  for (const auto& [key, value] : (*unit.department_entry)["values"].items()) values[key] = value;
  Random words = Random::of(seed_, "words/" + std::to_string(serial));
  const Json lists = chosen.value("words", Json::object());
  for (const auto& [key, list] : lists.items()) values[key] = list[words.below(list.size())];
  Json row = Json::object();
  for (const Json* source : {&plan["fields"], &chosen["set"]})
    for (const auto& [name, pattern] : source->items()) {
      // Templates fill one another: the name is ready before texts that quote it.
      const std::string text = pattern.is_string() ? filled(pattern.get<std::string>(), values) : pattern.dump();
      row[name] = text;
      if (!values.contains(name)) values[name] = text;
    }
  for (const auto& [name, text] : row.items()) text = filled(text.get<std::string>(), values);
  Json out = Json::object();
  for (const auto& [name, text] : row.items()) {
    if (listed(plan["hidden"], name)) continue;
    const std::size_t dot = name.find('.');
    if (dot != std::string::npos) {
      out[name.substr(0, dot)] = plan["references"][name.substr(0, dot)];
      out[name.substr(0, dot)][name.substr(dot + 1)] = text;
    } else if (listed(plan["integers"], name)) {
      out[name] = std::stoi(text.get<std::string>());
    } else if (listed(plan["booleans"], name)) {
      out[name] = text == "true";
    } else {
      out[name] = text;
    }
  }
  const Json& amounts = plan["amounts"];
  const double year_amount = random.log_normal(chosen["amount"]["median"], chosen["amount"]["spread"]);
  const int years =
      1 + out.value(amounts["last"].get<std::string>(), year) - out.value(amounts["first"].get<std::string>(), year);
  const std::string first = yuan(year_amount, random);
  out[amounts["year"].get<std::string>()] = first;
  out[amounts["total"].get<std::string>()] = years <= 1 ? first : yuan(std::stod(first) * years, random);
  if (std::stod(out[amounts["total"].get<std::string>()].get<std::string>()) < std::stod(first))
    out[amounts["total"].get<std::string>()] = first;
  for (const auto& [name, list] : plan["choices"].items())
    out[name] = weighted(list, random, [](const Json& item) { return item[1].get<std::uint64_t>(); })[0];
  return out;
}

void Province::each_record(const std::function<bool(const Json&)>& take) const {
  // Larger units have more records: every unit one, the rest by a drawn weight.
  std::vector<std::int64_t> ends;
  double total = 0;
  std::vector<double> weights;
  for (const std::size_t index : units_) {
    weights.push_back(Random::of(seed_, "weight/" + places_[index].code).log_normal(1.0, 0.7));
    total += weights.back();
  }
  const std::int64_t free = records_ - static_cast<std::int64_t>(units_.size());
  double sum = 0;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    sum += weights[i];
    ends.push_back(static_cast<std::int64_t>(i) + 1 + std::llround(static_cast<double>(free) * sum / total));
  }
  std::int64_t serial = 0;
  for (std::size_t i = 0; i < units_.size(); ++i)
    for (; serial < ends[i]; ++serial)
      if (!take(record(places_[units_[i]], serial + 1))) return;
}

} // namespace onebudget::demo
