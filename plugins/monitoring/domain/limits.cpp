#include "plugins/monitoring/domain/limits.hpp"

#include <algorithm>
#include <charconv>

namespace onebudget::monitoring {

namespace {

constexpr int kMostCount = 1'000'000;

std::string key_of(std::string_view rule, std::string_view code) { return std::string(rule) + "." + std::string(code); }

Fault bad_value(std::string_view rule, std::string_view code, std::string_view value) {
  const std::string name = key_of(rule, code), shown(value);
  return fault(FaultKind::rule, "monitoring.threshold",
               {"阈值 " + name + " 的值“" + shown + "”不合适：金额写元，比例写 0.20，天数和个数写整数。",
                "The value \"" + shown + "\" of " + name +
                    " makes no sense: amounts in yuan, shares as 0.20, days and counts as whole numbers."});
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    if (const auto word = text.substr(0, comma); !word.empty()) out.emplace_back(word);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return out;
}

/// 320583000 lies in 320500000 and in 320000000: trailing zeros of two or three digits are open.
std::string_view stem_of(std::string_view region) {
  if (region.size() == 9 && region.substr(6) == "000") region = region.substr(0, 6);
  while (region.size() >= 2 && region.size() <= 6 && region.substr(region.size() - 2) == "00")
    region = region.substr(0, region.size() - 2);
  return region;
}

constexpr const char* kOwn = "本产品建议值，可由地方另定";
constexpr const char* kMemory = "按通行规定记述，引用前请核对原文";

} // namespace

const std::vector<Limit>& limit_list() {
  using K = LimitKind;
  static const std::vector<Limit> kList = {
      {"R02", "warn", K::share, "1.00", kOwn},
      {"R02", "escalate", K::share, "1.10", "审计实务用 10%"},
      {"R05", "lag", K::share, "0.20", kOwn},
      {"R05", "lag_escalate", K::share, "0.30", kOwn},
      {"R06", "december", K::share, "0.25", kOwn},
      {"R06", "last_ten_days", K::share, "0.10", kOwn},
      {"R07", "days", K::count, "90", kOwn},
      {"R07", "days_escalate", K::count, "180", kOwn},
      {"R08", "years", K::count, "2", "结转两年为结余"},
      {"R09", "days", K::count, "30", kMemory},
      {"R10", "limit", K::money, "500000.00", kMemory},
      {"R10", "limit_works", K::money, "600000.00", kMemory},
      {"R10", "months", K::count, "12", kOwn},
      {"R10", "deals", K::count, "2", kOwn},
      {"R11", "share", K::share, "0.90", kOwn},
      {"R11", "deals", K::count, "3", kOwn},
      {"R12", "tender", K::money, "4000000.00", "流传的江苏公开招标数额标准，未见原文"},
      {"R12", "tender_works", K::money, "4000000.00", kMemory},
      {"R17", "share", K::share, "0.10", kMemory},
      {"R18", "share", K::share, "0.30", kOwn},
      {"R19", "share", K::share, "0.95", kOwn},
      {"R20", "days", K::count, "30", "政府采购法，引用前请核对原文"},
      {"R23", "share", K::share, "0.50", kOwn},
      {"R23", "deals", K::count, "5", kOwn},
      {"R24", "days", K::count, "90", kOwn},
      {"R25", "similarity", K::share, "0.85", kOwn},
      {"R25", "years", K::count, "3", kOwn},
      {"R27", "days", K::count, "30", kOwn},
      {"R30", "amount", K::money, "2000.00", kOwn},
      {"R30", "classes", K::words, "302", kOwn},
      {"R31", "classes", K::words, "30201,30202,30203,30207,30211,30213,30214,30215,30216,30217,30231", kMemory},
      {"R32", "unit", K::money, "500000.00", kOwn},
      {"R32", "project", K::money, "5000000.00", kOwn},
      {"R33", "words", K::words, "会议,培训,接待", kOwn},
      {"R33", "classes", K::words, "30227,30299", kOwn},
      {"R34", "classes", K::words, "30212,30217,30231,31013,30913", "“三公”经费科目"},
      {"R36", "classes", K::words, "301,30205,30206,30207,30208,30228,30229,30231,30239", kOwn},
      {"R37", "classes", K::words, "301,303", kOwn},
      {"R39", "days", K::count, "60", kOwn},
      {"R39", "classes", K::words, "309,310", kOwn},
      {"R45", "spent", K::share, "0.90", kOwn},
      {"R45", "output", K::share, "0.60", kOwn},
      {"R46", "rows", K::count, "300", kOwn},
      {"R46", "deviation", K::share, "0.015", kOwn},
      {"R46", "chi_square", K::share, "20.09", "自由度 8，显著性 1%"},
      {"R47", "rows", K::count, "100", kOwn},
      {"R47", "share", K::share, "0.30", kOwn},
      {"R48", "amount", K::money, "100000.00", kOwn},
      {"R48", "night_from", K::count, "20", kOwn},
      {"R48", "night_to", K::count, "7", kOwn},
      {"R50", "amount", K::money, "1000000.00", kOwn},
      {"R50", "seconds", K::count, "60", kOwn},
      {"R51", "lag", K::share, "0.05", kMemory},
      {"R51", "coverage", K::share, "0.30", kMemory}};
  return kList;
}

Limits::Limits() {
  for (const Limit& limit : limit_list()) static_cast<void>(set(limit.rule, limit.code, limit.value));
}

Result<void> Limits::set(std::string_view rule, std::string_view code, std::string_view value) {
  const auto& list = limit_list();
  const auto known = std::find_if(list.begin(), list.end(),
                                  [&](const Limit& limit) { return limit.rule == rule && limit.code == code; });
  if (known == list.end()) {
    const std::string name = key_of(rule, code);
    return fault(FaultKind::rule, "monitoring.threshold_code",
                 {"没有阈值“" + name + "”，请按插件说明中的编码填写。",
                  "There is no threshold \"" + name + "\"; use a code of the plugin's README."});
  }
  Value out;
  if (known->kind == LimitKind::money) {
    const auto money = Money::parse_yuan(value);
    if (!money || *money <= Money()) return bad_value(rule, code, value);
    out.money = *money;
  } else if (known->kind == LimitKind::share) {
    const auto share = Ratio::parse(value);
    if (!share || *share <= Ratio()) return bad_value(rule, code, value);
    out.share = *share;
  } else if (known->kind == LimitKind::count) {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out.count);
    const bool whole = error == std::errc() && end == value.data() + value.size();
    if (!whole || out.count < 0 || out.count > kMostCount) return bad_value(rule, code, value);
  } else {
    out.words = split(value);
    if (out.words.empty()) return bad_value(rule, code, value);
  }
  values_[key_of(rule, code)] = std::move(out);
  return {};
}

const Limits::Value& Limits::at(std::string_view rule, std::string_view code) const {
  static const Value kNone;
  const auto found = values_.find(key_of(rule, code));
  return found == values_.end() ? kNone : found->second;
}

Money Limits::money(std::string_view rule, std::string_view code) const { return at(rule, code).money; }
Ratio Limits::share(std::string_view rule, std::string_view code) const { return at(rule, code).share; }
int Limits::count(std::string_view rule, std::string_view code) const { return at(rule, code).count; }
const std::vector<std::string>& Limits::words(std::string_view rule, std::string_view code) const {
  return at(rule, code).words;
}

Limits limits_for(const std::vector<LimitRow>& rows, std::string_view region, int year) {
  std::vector<const LimitRow*> holding;
  for (const LimitRow& row : rows) {
    const std::string_view stem = stem_of(row.region);
    if (row.year <= year && region.substr(0, stem.size()) == stem) holding.push_back(&row);
  }
  std::stable_sort(holding.begin(), holding.end(), [](const LimitRow* a, const LimitRow* b) {
    return std::make_pair(stem_of(a->region).size(), a->year) < std::make_pair(stem_of(b->region).size(), b->year);
  });
  Limits out;
  for (const LimitRow* row : holding) static_cast<void>(out.set(row->rule, row->code, row->value));
  return out;
}

} // namespace onebudget::monitoring
