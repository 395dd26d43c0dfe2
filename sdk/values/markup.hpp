#pragma once
// Text inside a page of HTML.

#include <string>
#include <string_view>

namespace onebudget {

/// `text` as it may stand between tags and in a quoted attribute of a page: & < > " are written as entities, a line
/// break as <br>. Pure.
inline std::string html_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "<br>";
        break;
      default:
        out += c;
    }
  return out;
}

} // namespace onebudget
