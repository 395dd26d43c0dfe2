#pragma once
// Text inside a page of HTML and inside XML.

#include <string>
#include <string_view>

namespace onebudget {

/// Appends a character as it may stand between tags and in a quoted attribute: & < > " are written as entities.
inline void append_markup(std::string& out, char c) {
  switch (c) {
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
    default:
      out += c;
  }
}

/// `text` for a page: as append_markup(), a line break as <br>. Pure.
inline std::string html_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '\n')
      out += "<br>";
    else
      append_markup(out, c);
  }
  return out;
}

/// `text` for XML: as append_markup(), control characters, which XML does not know, as blanks. Pure.
inline std::string xml_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text)
    append_markup(out, static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' ? ' ' : c);
  return out;
}

} // namespace onebudget
