#include "sdk/client/output.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cstdio>

namespace onebudget::client {

namespace {

/// Columns a text takes on a terminal: wide for CJK.
std::size_t width_of(const std::string& text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) == 0x80U) continue;
    width += byte >= 0xE3 && byte <= 0xEF ? 2 : 1;
  }
  return width;
}

std::string cell_of(const Json& row, const std::string& key, const std::string& language) {
  const Json* at = &row;
  std::size_t from = 0;
  while (from <= key.size()) {
    const std::size_t dot = std::min(key.find('.', from), key.size());
    const std::string part = key.substr(from, dot - from);
    if (!at->is_object() || !at->contains(part)) return "";
    at = &(*at)[part];
    from = dot + 1;
  }
  if (at->is_object() && at->contains("zh")) at = &(*at)[language == "en" ? "en" : "zh"];
  if (at->is_null()) return "";
  if (at->is_string()) return at->get<std::string>();
  if (!at->is_array()) return at->dump();
  std::string joined;
  for (const Json& item : *at)
    joined += (joined.empty() ? "" : ", ") + (item.is_string() ? item.get<std::string>() : item.dump());
  return joined;
}

void print_json(const Json& document) {
  fmt::print("{}\n", document.dump(1, ' ', false, Json::error_handler_t::replace));
}

} // namespace

Output::Output(bool json, std::string language, bool terminal)
    : json_(json), language_(std::move(language)), terminal_(terminal) {}

void Output::table(const Json& document, const std::vector<TableColumn>& columns) const {
  if (json_) return print_json(document);
  const Json& items = document.is_array() ? document : document.value("items", Json::array());
  std::vector<std::vector<std::string>> rows;
  std::vector<std::size_t> widths;
  for (const TableColumn& column : columns) widths.push_back(width_of(column.title));
  for (const Json& item : items) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      cells.push_back(cell_of(item, columns[i].key, language_));
      widths[i] = std::max(widths[i], width_of(cells[i]));
    }
    rows.push_back(std::move(cells));
  }
  const auto print_row = [&](const auto& text_of) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string text = text_of(i);
      line += text;
      if (i + 1 < columns.size()) line.append(widths[i] - width_of(text) + 2, ' ');
    }
    fmt::print("{}\n", line);
  };
  print_row([&](std::size_t i) { return columns[i].title; });
  for (const auto& row : rows) print_row([&](std::size_t i) { return row[i]; });
}

void Output::object(const Json& document) const {
  if (json_) return print_json(document);
  for (const auto& [key, value] : document.items())
    fmt::print("{}: {}\n", key, value.is_string() ? value.get<std::string>() : value.dump());
}

void Output::done(const Text& sentence, const Json& document) const {
  if (json_) return print_json(document);
  fmt::print("{}\n", sentence.in(language_));
}

void Output::failed(const Fault& fault) const {
  if (json_) {
    Json errors = Json::array();
    for (const FieldFault& field : fault.fields)
      errors.push_back({{"field", field.field},
                        {"code", field.code},
                        {"message", field.message.in(language_)},
                        {"remedy", field.remedy.in(language_)}});
    print_json({{"error", {{"code", fault.code}, {"message", fault.message.in(language_)}, {"errors", errors}}}});
    return;
  }
  fmt::print(stderr, "{}\n", fault.message.in(language_));
  constexpr std::size_t kShown = 20; // the rest is there with --json
  for (std::size_t i = 0; i < fault.fields.size() && i < kShown; ++i)
    fmt::print(stderr, "  {}: {} {}\n", fault.fields[i].field, fault.fields[i].message.in(language_),
               fault.fields[i].remedy.in(language_));
  if (fault.fields.size() > kShown) fmt::print(stderr, "  … +{}\n", fault.fields.size() - kShown);
  fmt::print(stderr, "({})\n", fault.code);
}

void Output::progress(const std::string& what, double share) const {
  if (json_ || !terminal_) return;
  fmt::print(stderr, "\r\033[K{} {:3.0f}%{}", what, share * 100, share >= 1 ? "\n" : "");
  std::fflush(stderr);
}

} // namespace onebudget::client
