#pragma once
// A report as one HTML page for screen and print: A4, page numbers, table heads repeated. The same document gives the
// same bytes: no clock, no random, no floating point.

#include "plugins/performance/domain/report/template.hpp"

namespace onebudget::performance {

std::string html_of(const Document& document);
/// Horizontal bars as inline SVG with a text for those who do not see them.
std::string svg_of(const std::string& title, const ChartFacts& chart);

} // namespace onebudget::performance
