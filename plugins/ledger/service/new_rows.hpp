#pragma once
// Rows written as JSON text: new ones as the host takes them, and those of long answers.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/ledger/service/service.hpp"

namespace onebudget::ledger {

/// Rows as JSON text, written field by field: trees of a thousand rows cost several times the work they are for. A
/// field that is null is left out by not writing it.
class NewRows {
 public:
  /// Begins the next row.
  NewRows& row() {
    if (!begins_.empty()) text_ += "},";
    begins_.push_back(text_.size());
    text_ += '{';
    first_ = true;
    return *this;
  }
  /// UTF-8, as it came from the host.
  NewRows& text(std::string_view field, std::string_view value) {
    name(field);
    const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
      return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != '\x7f';
    });
    if (!plain) return raw(plugin::dump(Json(std::string(value))));
    text_ += '"';
    text_ += value;
    text_ += '"';
    return *this;
  }
  NewRows& number(std::string_view field, std::int64_t value) {
    name(field);
    return raw(std::to_string(value));
  }
  NewRows& flag(std::string_view field, bool value) {
    name(field);
    return raw(value ? "true" : "false");
  }
  /// An amount in yuan, as people read it.
  NewRows& yuan(std::string_view field, Money value) { return text(field, value.to_yuan()); }
  /// A value that is JSON already.
  NewRows& json(std::string_view field, std::string_view value) {
    name(field);
    return raw(value);
  }
  [[nodiscard]] std::size_t size() const { return begins_.size(); }
  /// The one row.
  [[nodiscard]] std::string object() const { return text_ + "}"; }
  /// Some of the rows as an array: from one, `most` at most.
  [[nodiscard]] std::string array(std::size_t from, std::size_t most) const {
    if (from >= begins_.size()) return "[]";
    const bool last = begins_.size() - from <= most;
    const std::size_t end = last ? text_.size() : begins_[from + most] - 2; // "},"
    return "[" + text_.substr(begins_[from], end - begins_[from]) + "}]";
  }

 private:
  void name(std::string_view field) {
    if (!first_) text_ += ',';
    first_ = false;
    text_ += '"';
    text_ += field;
    text_ += "\":";
  }
  NewRows& raw(std::string_view value) {
    text_ += value;
    return *this;
  }

  std::string text_;
  std::vector<std::size_t> begins_;
  bool first_ = true;
};

/// Any number of new rows, in as few calls as fit; answers their ids in order.
Result<std::vector<RecordId>> insert_all(const Call& call, const char* entity, const NewRows& rows);

} // namespace onebudget::ledger
