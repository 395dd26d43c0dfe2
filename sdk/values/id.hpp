#pragma once
// Typed identities. Ids are positive 63-bit integers; on the wire (JSON, CSV, UI) they are decimal strings.

#include <charconv>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace onebudget {

/// An id of one kind of thing: Id<struct NodeTag> and Id<struct UserTag> do not mix. 0 means "none".
template <class Tag>
struct Id {
  std::int64_t value = 0;

  [[nodiscard]] bool none() const { return value == 0; }
  [[nodiscard]] std::string str() const { return std::to_string(value); }
  friend auto operator<=>(const Id&, const Id&) = default;

  /// Reads a decimal string: digits only, 1 … 2^63−1, no sign, no leading zero.
  static std::optional<Id> parse(std::string_view text) {
    std::int64_t number = 0;
    if (text.empty() || text.front() < '1' || text.front() > '9') return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return Id{number};
  }
};

using NodeId = Id<struct NodeTag>;     ///< a node of the organisation tree
using UserId = Id<struct UserTag>;     ///< a person's account
using RecordId = Id<struct RecordTag>; ///< a row of a declared entity
using JobId = Id<struct JobTag>;

} // namespace onebudget

template <class Tag>
struct std::hash<onebudget::Id<Tag>> {
  std::size_t operator()(const onebudget::Id<Tag>& id) const noexcept { return std::hash<std::int64_t>()(id.value); }
};
