#pragma once
// Request targets and language tags: text from outside becomes decoded text once.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onebudget::http {

/// Percent-decodes a path. False for bad escapes, encoded '/' or NUL, control characters, bad UTF-8, and for empty, "."
/// or ".." segments: such a path has two readings, so it has none.
bool decode_path(std::string_view raw, std::string& path);
/// Percent-decodes a query value ('+' is a space). False for bad escapes, NUL and bad UTF-8.
bool decode_value(std::string_view raw, std::string& value);
/// "zh" or "en" from Accept-Language; "zh" when neither is asked for.
std::string choose_language(std::string_view accept_language);
/// The same for a raw head, whole or as far as it has come.
std::string language_of(std::string_view head);
/// The path's segments, without the leading '/'.
std::vector<std::string_view> segments_of(std::string_view path);

} // namespace onebudget::http
