#include "sdk/declarations/package/version.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace onebudget::declarations {
namespace {

constexpr std::size_t kLongest = 128;
constexpr std::size_t kMostBounds = 8;

bool digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool identifier(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

bool number(std::string_view text, std::uint32_t& out) {
  if (!digits(text) || (text.size() > 1 && text.front() == '0')) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(by);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::strong_ordering compare_identifier(const std::string& a, const std::string& b) {
  const bool a_number = digits(a), b_number = digits(b);
  if (a_number != b_number) return a_number ? std::strong_ordering::less : std::strong_ordering::greater;
  if (a_number && a.size() != b.size()) return a.size() <=> b.size(); // no leading zeros: longer is larger
  return a <=> b;
}

} // namespace

std::optional<Version> Version::parse(std::string_view text) {
  if (text.size() > kLongest) return std::nullopt;
  if (const auto plus = text.find('+'); plus != std::string_view::npos) {
    for (const auto part : split(text.substr(plus + 1), '.')) {
      if (!identifier(part)) return std::nullopt;
    }
    text = text.substr(0, plus);
  }
  Version version;
  if (const auto dash = text.find('-'); dash != std::string_view::npos) {
    for (const auto part : split(text.substr(dash + 1), '.')) {
      if (!identifier(part) || (digits(part) && part.size() > 1 && part.front() == '0')) return std::nullopt;
      version.pre.emplace_back(part);
    }
    text = text.substr(0, dash);
  }
  const auto parts = split(text, '.');
  if (parts.size() != 3 || !number(parts[0], version.major) || !number(parts[1], version.minor) ||
      !number(parts[2], version.patch)) {
    return std::nullopt;
  }
  return version;
}

std::string Version::str() const {
  std::string out = std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
  for (std::size_t i = 0; i < pre.size(); ++i) out += (i == 0 ? '-' : '.') + pre[i];
  return out;
}

std::strong_ordering operator<=>(const Version& a, const Version& b) {
  if (const auto order = a.major <=> b.major; order != 0) return order;
  if (const auto order = a.minor <=> b.minor; order != 0) return order;
  if (const auto order = a.patch <=> b.patch; order != 0) return order;
  if (a.pre.empty() != b.pre.empty()) return a.pre.empty() ? std::strong_ordering::greater : std::strong_ordering::less;
  for (std::size_t i = 0; i < std::min(a.pre.size(), b.pre.size()); ++i) {
    if (const auto order = compare_identifier(a.pre[i], b.pre[i]); order != 0) return order;
  }
  return a.pre.size() <=> b.pre.size();
}

std::optional<VersionRange> VersionRange::parse(std::string_view text) {
  VersionRange range;
  for (const auto word : split(text, ' ')) {
    if (word.empty()) continue;
    if (range.bounds_.size() == kMostBounds) return std::nullopt;
    Bound bound;
    std::string_view rest = word;
    const auto take = [&rest](std::string_view prefix) {
      if (!rest.starts_with(prefix)) return false;
      rest.remove_prefix(prefix.size());
      return true;
    };
    if (take(">="))
      bound.op = Op::greater_equal;
    else if (take("<="))
      bound.op = Op::less_equal;
    else if (take(">"))
      bound.op = Op::greater;
    else if (take("<"))
      bound.op = Op::less;
    else
      take("=");
    const auto version = Version::parse(rest);
    if (!version) return std::nullopt;
    bound.version = *version;
    range.bounds_.push_back(std::move(bound));
  }
  if (range.bounds_.empty()) return std::nullopt;
  return range;
}

bool VersionRange::holds(const Version& version) const {
  bool pre_named = version.pre.empty();
  for (const auto& bound : bounds_) {
    const auto order = version <=> bound.version;
    bool ok = false;
    switch (bound.op) {
      case Op::less:
        ok = order < 0;
        break;
      case Op::less_equal:
        ok = order <= 0;
        break;
      case Op::equal:
        ok = order == 0;
        break;
      case Op::greater_equal:
        ok = order >= 0;
        break;
      case Op::greater:
        ok = order > 0;
        break;
    }
    if (!ok) return false;
    const auto& b = bound.version;
    if (!b.pre.empty() && b.major == version.major && b.minor == version.minor && b.patch == version.patch) {
      pre_named = true;
    }
  }
  return pre_named;
}

} // namespace onebudget::declarations
