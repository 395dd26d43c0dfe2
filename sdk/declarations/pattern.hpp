#pragma once
// A declared pattern, compiled once and used by many threads.

#include <memory>
#include <regex>
#include <string>

namespace onebudget::declarations {

class Pattern {
 public:
  /// Null and a reason when `text` is not a regular expression. One that was compiled before is kept: making one costs
  /// more than a request that is checked by it.
  static std::shared_ptr<const Pattern> compile(const std::string& text, std::string& why);
  explicit Pattern(std::regex expression) : expression_(std::move(expression)) {}
  /// Full match. Longer text than a pattern is meant for does not match: the matcher recurses once per character.
  [[nodiscard]] bool matches(const std::string& text) const;

 private:
  std::regex expression_;
};

} // namespace onebudget::declarations
