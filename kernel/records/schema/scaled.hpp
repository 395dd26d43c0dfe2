#pragma once
// Exact decimals as scaled integers: "12.5" with scale 2 is 1250. No rounding, no doubles.

#include <cstdint>
#include <string>
#include <string_view>

namespace onebudget::records {

enum class ScaledError { none, syntax, decimals, overflow };

/// Reads [-]digits[.digits]; more than `scale` decimals (trailing zeros aside) is an error, never rounded.
ScaledError parse_scaled(std::string_view text, int scale, std::int64_t& number);

/// Appends the number with exactly `scale` decimals.
void append_scaled(std::string& out, std::int64_t number, int scale);

/// Ratios are kept in millionths.
constexpr int kRatioScale = 6;
/// Appends a ratio without trailing zeros: a JSON number.
void append_ratio(std::string& out, std::int64_t millionths);

} // namespace onebudget::records
