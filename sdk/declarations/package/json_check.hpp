#pragma once
// Reads members of a JSON object and collects every mistake with its JSON pointer, instead of stopping at the first.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sdk/text/json_door.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::declarations {

struct Findings {
  std::vector<FieldFault> mistakes, warnings;

  void mistake(std::string pointer, std::string code, Text message, Text remedy) {
    mistakes.push_back({std::move(pointer), std::move(code), std::move(message), std::move(remedy)});
  }
  void warn(std::string pointer, std::string code, Text message, Text remedy) {
    warnings.push_back({std::move(pointer), std::move(code), std::move(message), std::move(remedy)});
  }
};

/// One object of the document. The document must outlive it.
class JsonObject {
 public:
  /// `value` that is not an object is a mistake; the members then read as absent.
  JsonObject(const Json& value, std::string pointer, Findings& findings);

  [[nodiscard]] std::string at(std::string_view key) const { return pointer_ + "/" + std::string(key); }
  [[nodiscard]] const Json* member(std::string_view key) const; ///< null when absent
  [[nodiscard]] bool has(std::string_view key) const { return member(key) != nullptr; }

  std::string text(std::string_view key, bool required, std::size_t most = 200);
  int integer(std::string_view key, bool required, int fallback, int low, int high);
  Text title(std::string_view key, bool required); ///< {"zh": …, "en": …}
  std::string one_of(std::string_view key, std::string fallback, std::initializer_list<std::string_view> allowed);
  std::vector<std::string> texts(std::string_view key, std::size_t most = 200);
  /// The elements of an array of objects, with the pointer of each.
  std::vector<std::pair<const Json*, std::string>> objects(std::string_view key, std::size_t most = 200);
  /// Every key that is not in the list is a warning: a newer kit may write keys that this server does not know.
  void only(std::initializer_list<std::string_view> known);
  Findings& findings() { return findings_; }

 private:
  void wrong_type(std::string_view key, const Text& wanted);
  const Json* value_ = nullptr;
  std::string pointer_;
  Findings& findings_;
};

} // namespace onebudget::declarations
