#pragma once
// Deterministic numbers: the same seed gives the same province on every machine and compiler.

#include <cmath>
#include <cstdint>
#include <string_view>

namespace onebudget::demo {

/// SplitMix64. The standard library's distributions differ between implementations, so they are not used.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  /// A stream of its own for a named thing, so that adding one thing does not shift all others.
  [[nodiscard]] static Random of(std::uint64_t seed, std::string_view name) {
    std::uint64_t hash = 0xCBF29CE484222325U ^ seed;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    return Random(hash);
  }

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  /// 0 <= result < bound; bound > 0.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  /// 0 <= result < 1.
  double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
  /// Log-normal with this median; the sum of twelve uniforms stands for a normal, so results are bounded.
  double log_normal(double median, double spread) {
    double normal = -6;
    for (int i = 0; i < 12; ++i) normal += unit();
    return median * std::exp(spread * normal);
  }

 private:
  std::uint64_t state_;
};

} // namespace onebudget::demo
