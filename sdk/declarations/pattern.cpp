#include "sdk/declarations/pattern.hpp"

#include <mutex>
#include <unordered_map>

namespace onebudget::declarations {

namespace {

constexpr std::size_t kLongest = 1000, kMostKept = 1000;

struct Kept {
  std::mutex mutex;
  std::unordered_map<std::string, std::shared_ptr<const Pattern>> patterns;
};

} // namespace

std::shared_ptr<const Pattern> Pattern::compile(const std::string& text, std::string& why) {
  static Kept kept;
  const std::lock_guard lock(kept.mutex);
  if (const auto found = kept.patterns.find(text); found != kept.patterns.end()) return found->second;
  try {
    auto made = std::make_shared<const Pattern>(std::regex(text, std::regex::ECMAScript | std::regex::optimize));
    if (kept.patterns.size() >= kMostKept) kept.patterns.clear();
    return kept.patterns[text] = std::move(made);
  } catch (const std::regex_error& error) {
    why = error.what();
    return nullptr;
  }
}

bool Pattern::matches(const std::string& text) const {
  if (text.size() > kLongest) return false;
  try {
    return std::regex_match(text, expression_);
  } catch (const std::regex_error&) { // the matcher gave up: too complex a text for this pattern does not match
    return false;
  }
}

} // namespace onebudget::declarations
