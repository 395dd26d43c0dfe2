#pragma once
// Thresholds of the rules: dated data by region and year (entity threshold), each with its provenance. What stands in
// limits.cpp holds while no row in force says otherwise; domain rules 4 and 5.1.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/values/ratio.hpp"

namespace onebudget::monitoring {

enum class LimitKind { money, share, count, words };

/// One number of a rule. `value`: yuan "500000.00", share "0.20", count "90", words "会议,培训".
struct Limit {
  std::string_view rule, code;
  LimitKind kind;
  std::string_view value, note;
};

/// All thresholds there are.
const std::vector<Limit>& limit_list();

/// A row in force. `region`: nine digits, or empty for everywhere; holds for the regions below it too.
struct LimitRow {
  std::string rule, code, region, value;
  int year = 0; ///< holds from this budget year on
};

/// Thresholds that hold in one region and year. Reading a code that is not in the list is a mistake of the program and
/// answers zero.
class Limits {
 public:
  Limits(); ///< what holds while no row says otherwise

  /// Fault monitoring.threshold_code for an unknown rule and code, monitoring.threshold for a value that makes no
  /// sense.
  Result<void> set(std::string_view rule, std::string_view code, std::string_view value);

  [[nodiscard]] Money money(std::string_view rule, std::string_view code) const;
  [[nodiscard]] Ratio share(std::string_view rule, std::string_view code) const;
  [[nodiscard]] int count(std::string_view rule, std::string_view code) const;
  [[nodiscard]] const std::vector<std::string>& words(std::string_view rule, std::string_view code) const;

 private:
  struct Value {
    Money money;
    Ratio share;
    int count = 0;
    std::vector<std::string> words;
  };
  [[nodiscard]] const Value& at(std::string_view rule, std::string_view code) const;

  std::map<std::string, Value, std::less<>> values_;
};

/// The narrowest region wins, then the latest year that is not behind `year`. Rows that make no sense are left out;
/// they were refused when they were written.
Limits limits_for(const std::vector<LimitRow>& rows, std::string_view region, int year);

} // namespace onebudget::monitoring
