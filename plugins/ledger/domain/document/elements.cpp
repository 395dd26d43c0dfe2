#include "plugins/ledger/domain/document/elements.hpp"

namespace onebudget::ledger {

namespace {

constexpr std::size_t kRegionDigits = 6, kDigestDigits = 16;

char letter_of(const std::string& stage) {
  return stage == "budget" ? 'B' : stage == "division" ? 'D' : stage == "to_issue" ? 'T' : 'E';
}

} // namespace

std::string canonical(const Indicator& indicator) {
  std::string out = indicator.stage + "|" + indicator.unit + "|" + std::to_string(indicator.fiscal_year) + "|" +
                    std::to_string(indicator.source_year);
  for (const char* name : kElements) out += "|" + indicator.element(name);
  return out;
}

std::string indicator_code(const Indicator& indicator, const std::string& digest) {
  std::string region = indicator.element("region_code").substr(0, kRegionDigits);
  region.resize(kRegionDigits, '0');
  return region + "-" + std::to_string(indicator.fiscal_year) + "-" + letter_of(indicator.stage) + "-" +
         digest.substr(0, kDigestDigits);
}

Indicator completed(Indicator wanted, const Indicator& source) {
  for (const auto& [name, value] : source.elements)
    if (wanted.element(name).empty()) wanted.elements[name] = value;
  if (wanted.unit.empty()) wanted.unit = source.unit;
  if (wanted.fiscal_year == 0) wanted.fiscal_year = source.fiscal_year;
  if (wanted.source_year == 0) wanted.source_year = source.source_year;
  return wanted;
}

} // namespace onebudget::ledger
