#include "sdk/declarations/pattern.hpp"

namespace onebudget::declarations {

namespace {

constexpr std::size_t kLongest = 1000;

} // namespace

std::shared_ptr<const Pattern> Pattern::compile(const std::string& text, std::string& why) {
  try {
    return std::make_shared<const Pattern>(std::regex(text, std::regex::ECMAScript | std::regex::optimize));
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
