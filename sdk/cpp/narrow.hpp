#pragma once
// What dashboards narrow a year by, read from a request's parameters into a filter: one reading for every plugin.
// `code` is the plugin's own fault code for a parameter that makes no sense (malformed, names the parameter).

#include <string>
#include <string_view>
#include <utility>

#include "sdk/cpp/handlers.hpp"

namespace onebudget::plugin {

[[nodiscard]] inline bool all_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

[[nodiscard]] inline Fault bad_parameter(const char* code, const std::string& name, const Text& should) {
  return fault(FaultKind::malformed, code, {name + " " + should.zh, name + " " + should.en});
}

/// What the codes of a region and of all below it begin with: county 320583000 → 320583, city 320500000 → 3205,
/// province 320000000 → 32; a town stays whole. Codes of six digits as well.
[[nodiscard]] inline std::string region_prefix(std::string code) {
  constexpr std::size_t kCounty = 6, kProvince = 2;
  const auto zeros_from = [&](std::size_t at) { return code.find_first_not_of('0', at) == std::string::npos; };
  if (code.size() > kCounty && zeros_from(kCounty)) code.resize(kCounty);
  while (code.size() > kProvince && code.size() <= kCounty && code.size() % 2 == 0 && zeros_from(code.size() - 2))
    code.resize(code.size() - 2);
  return code;
}

/// Parameter `year`: four digits from 1990 to 2100; it must be there.
[[nodiscard]] inline Result<int> year_of(const Request& request, const char* code) {
  constexpr int kFirst = 1990, kLast = 2100;
  const auto number = RecordId::parse(request.parameter("year").value_or(""));
  if (number && number->value >= kFirst && number->value <= kLast) return static_cast<int>(number->value);
  return bad_parameter(code, "year", {"应为四位年度，如 2026。", "is a year of four digits, such as 2026."});
}

/// "region_code==320583*" of parameter `region` (six or nine digits); empty without it.
[[nodiscard]] inline Result<std::string> region_term(const Request& request, const char* code) {
  const auto region = request.parameter("region");
  if (!region) return std::string();
  if (!all_digits(*region) || (region->size() != 6 && region->size() != 9))
    return bad_parameter(code, "region", {"应为六位或九位区划代码。", "is a region's code of six or nine digits."});
  return "region_code==" + region_prefix(*region) + "*";
}

/// The filter of a year on rows with fiscal_year, department, unit, fund_kind, region_code and functional_class,
/// narrowed by parameters `department`, `unit`, `fund`, `region` (with everything below it) and `function` (its
/// beginning).
[[nodiscard]] inline Result<std::string> filter_of(const Request& request, int year, const char* code) {
  std::string out = "fiscal_year==" + std::to_string(year);
  const std::pair<const char*, const char*> ways[] = {
      {"department", "department"}, {"unit", "unit"}, {"fund", "fund_kind"}};
  for (const auto& [name, field] : ways)
    if (const auto value = request.parameter(name)) {
      if (std::string_view(name) == "unit" && !RecordId::parse(*value))
        return bad_parameter(code, name, {"应为单位的编号。", "is the id of a unit."});
      out += std::string(";") + field + "==" + plugin::quoted(*value);
    }
  OB_TRY(const std::string region, region_term(request, code));
  if (!region.empty()) out += ";" + region;
  if (const auto function = request.parameter("function")) {
    if (function->empty() || !all_digits(*function))
      return bad_parameter(code, "function", {"应为功能科目代码的开头。", "is the beginning of a functional class."});
    out += ";functional_class==" + *function + "*";
  }
  return out;
}

} // namespace onebudget::plugin
