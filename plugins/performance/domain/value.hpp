#pragma once
// Numbers of performance: values of indicators in millionths, points in hundredths. Integers only, every rounding
// named.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sdk/values/ratio.hpp"

namespace onebudget::performance {

/// a × b / c in 128 bits, c > 0, rounded as named; held at the ends of 64 bits.
std::int64_t scaled(std::int64_t a, std::int64_t b, std::int64_t c, Rounding rounding);

/// A target or an actual value: at most six decimals and twelve digits before them.
class Value {
 public:
  static constexpr std::int64_t kOne = 1'000'000;

  constexpr Value() = default;
  static constexpr Value from_millionths(std::int64_t millionths) { return Value(millionths); }
  /// "95", "-3.5", "0.000001"; nothing for anything else.
  static std::optional<Value> parse(std::string_view text);

  [[nodiscard]] constexpr std::int64_t millionths() const { return millionths_; }
  /// Shortest decimal: "95", "3.5".
  [[nodiscard]] std::string str() const;
  /// This in parts of `whole`, rounded half up; `whole` > 0.
  [[nodiscard]] Ratio part_of(Value whole) const;

  friend constexpr auto operator<=>(const Value&, const Value&) = default;

 private:
  explicit constexpr Value(std::int64_t millionths) : millionths_(millionths) {}
  std::int64_t millionths_ = 0;
};

/// Points of a score or a weight: two decimals.
class Points {
 public:
  constexpr Points() = default;
  static constexpr Points from_hundredths(std::int64_t hundredths) { return Points(hundredths); }
  static constexpr Points whole(std::int64_t points) { return Points(points * 100); }
  static std::optional<Points> parse(std::string_view text);

  [[nodiscard]] constexpr std::int64_t hundredths() const { return hundredths_; }
  /// Always two decimals: "12.50".
  [[nodiscard]] std::string str() const;
  /// This share of the points, rounded half up.
  [[nodiscard]] Points times(Ratio share) const;

  constexpr Points& operator+=(Points other) {
    hundredths_ += other.hundredths_;
    return *this;
  }
  friend constexpr Points operator+(Points a, Points b) { return Points(a.hundredths_ + b.hundredths_); }
  friend constexpr Points operator-(Points a, Points b) { return Points(a.hundredths_ - b.hundredths_); }
  friend constexpr auto operator<=>(const Points&, const Points&) = default;

 private:
  explicit constexpr Points(std::int64_t hundredths) : hundredths_(hundredths) {}
  std::int64_t hundredths_ = 0;
};

} // namespace onebudget::performance
