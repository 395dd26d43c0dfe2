#pragma once
// Keyset page cursors: opaque to callers, bound to the query that made them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget {

/// Packs the sort values of the last row and a digest of the query into a URL-safe string. `std::nullopt`-like NULL
/// values are written as such, so that keyset comparison can go on behind them.
struct CursorValue {
  bool null = false;
  bool integer = false;
  std::int64_t number = 0;
  std::string text;
  friend bool operator==(const CursorValue&, const CursorValue&) = default;
};

/// Never fails.
std::string encode_cursor(std::string_view query_digest, const std::vector<CursorValue>& values);

/// Faults: "cursor.malformed" for anything not made by encode_cursor, "cursor.other_query" for one of another query.
Result<std::vector<CursorValue>> decode_cursor(std::string_view query_digest, std::string_view cursor);

} // namespace onebudget
