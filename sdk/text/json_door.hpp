#pragma once
// The door through which every JSON text from outside enters: strict UTF-8, bounded depth, no duplicate keys, no
// number that a double would bend. What came through may be copied and dumped without fear.

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string_view>

#include "sdk/values/result.hpp"

namespace onebudget {

using Json = nlohmann::json;

struct JsonLimits {
  std::size_t bytes = 1 << 20;
  int depth = 64;
};

/// Faults are FaultKind::malformed (or too_large) with codes json.syntax, json.depth, json.duplicate_key, json.number
/// (integers outside int64), json.utf8, json.size; the message names the place.
Result<Json> parse_json(std::string_view text, JsonLimits limits = {});

} // namespace onebudget
