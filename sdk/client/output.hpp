#pragma once
// What a command prints: a table for people, one JSON document for programs.

#include <string>
#include <vector>

#include "sdk/text/json_door.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::client {

struct TableColumn {
  std::string title;
  std::string key; ///< member of each row; dotted for nested members ("title.zh")
};

class Output {
 public:
  Output(bool json, std::string language, bool terminal);
  /// Prints `items` as a table, or the whole document with --json.
  void table(const Json& document, const std::vector<TableColumn>& columns) const;
  /// Prints one object, a line per member.
  void object(const Json& document) const;
  /// A sentence for people; nothing with --json, where `document` is printed instead.
  void done(const Text& sentence, const Json& document = Json::object()) const;
  /// A fault on standard error, with every bad field.
  void failed(const Fault& fault) const;
  /// A progress line that is overwritten; nothing in a pipe.
  void progress(const std::string& what, double share) const;
  [[nodiscard]] bool json() const { return json_; }
  [[nodiscard]] const std::string& language() const { return language_; }

 private:
  bool json_;
  std::string language_;
  bool terminal_;
};

} // namespace onebudget::client
