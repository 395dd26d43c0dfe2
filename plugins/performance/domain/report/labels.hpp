#pragma once
// Names as reports print them. Reports are Chinese documents whatever language their maker reads the pages in, so that
// equal data are equal bytes.

#include <string>

namespace onebudget::performance {

/// "output" → "产出指标", "confirmed" → "已确认", "finance" → "财政评价"; a code that has no name is answered as
/// itself.
std::string label_of(const std::string& group, const std::string& code);

} // namespace onebudget::performance
