#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace onebudget {

/// Strict UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
[[nodiscard]] bool valid_utf8(std::string_view text);
/// Number of code points; `text` must be valid UTF-8.
[[nodiscard]] std::size_t code_points(std::string_view text);
/// True when text holds a control character other than tab and line ends, or a bidirectional override: refused in
/// single-line fields because such text looks different from what it is.
[[nodiscard]] bool has_hostile_controls(std::string_view text, bool multi_line);
/// Without leading and trailing white space (ASCII and U+3000).
[[nodiscard]] std::string trimmed(std::string_view text);

/// Appends `text`, which must be valid UTF-8, as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] std::string base64url(std::string_view bytes);
/// False when `text` is not unpadded base64url.
[[nodiscard]] bool from_base64url(std::string_view text, std::string& bytes);

} // namespace onebudget
