#include "plugins/compilation/domain/line/headcount.hpp"

namespace onebudget::compilation {

namespace {

constexpr const char* kRule = "compilation.headcount";
constexpr int kMonths = 12;

struct People {
  int count = 0;
  Text name;
};

/// Whom the line pays; nobody of the profile for what is not counted by it.
std::optional<People> people_of(const HeadcountFacts& facts) {
  const std::string& code = facts.department_class;
  const bool pension = code.rfind("30301", 0) == 0 || code.rfind("30302", 0) == 0;
  const Headcount& confirmed = *facts.confirmed;
  // 公用经费 has a quota for who is in post and one for who retired, and a line does not say which of them it is.
  const bool retired = facts.category == Category::operating && confirmed.retirees > confirmed.posts;
  if (retired) return People{confirmed.retirees, {"离退休人数", "retirees"}};
  if (facts.category == Category::operating) return People{confirmed.posts, {"编制人数", "posts"}};
  if (facts.category != Category::personnel) return std::nullopt;
  if (pension) return People{confirmed.retirees, {"离退休人数", "retirees"}};
  if (code.rfind("301", 0) != 0) return std::nullopt;
  return People{confirmed.posts, {"编制人数", "posts"}};
}

bool above(const Decimal& value, const Decimal& limit) {
  const auto order = value.compare(limit);
  return !order || *order > 0;
}

} // namespace

std::optional<int> heads_counted(const std::string& unit_of_measure) {
  for (const char* other : {"次", "天", "日", "课时", "学时"})
    if (unit_of_measure.find(other) != std::string::npos) return std::nullopt;
  if (unit_of_measure.find("人") == std::string::npos) return std::nullopt;
  return unit_of_measure.find("月") == std::string::npos ? 1 : kMonths;
}

std::vector<FieldFault> check_headcount(const HeadcountFacts& facts) {
  const auto heads = heads_counted(facts.unit_of_measure);
  if (!facts.confirmed || !heads) return {};
  const auto people = people_of(facts);
  if (!people) return {};
  std::vector<FieldFault> findings;
  const std::string count = std::to_string(people->count), months = *heads == 1 ? "" : " × 12";
  const Decimal most = Decimal::whole(std::int64_t{people->count} * *heads);
  const Text remedy{
      "请按已确认的单位基本情况填写；人数有变的，先报送并确认单位基本情况。",
      "Keep to the unit's confirmed profile; where its people changed, have the profile confirmed first."};
  if (above(facts.quantity, most))
    findings.push_back({"/quantity",
                        kRule,
                        {"数量 " + facts.quantity.str() + " 超过单位" + people->name.zh + " " + count + months + "。",
                         "The quantity of " + facts.quantity.str() + " is above the unit's " + count + months + " " +
                             people->name.en + "."},
                        remedy});
  if (!facts.standard) return findings;
  const auto product = Decimal::of(*facts.standard).times(most);
  const auto limit = product ? product->to_money(Rounding::half_up) : Result<Money>(product.fault());
  if (limit && *limit < facts.amount)
    findings.push_back(
        {"/amount",
         kRule,
         {"金额 " + facts.amount.to_yuan() + " 元超过标准 " + facts.standard->to_yuan() + " 元 × " + people->name.zh +
              " " + count + months + " = " + limit->to_yuan() + " 元。",
          "The " + facts.amount.to_yuan() + " yuan is above the standard of " + facts.standard->to_yuan() +
              " yuan for " + count + months + " " + people->name.en + ", which is " + limit->to_yuan() + " yuan."},
         remedy});
  return findings;
}

} // namespace onebudget::compilation
