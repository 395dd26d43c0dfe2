#pragma once
// Reads a JSON object of a declaration member by member and collects every mistake with its JSON pointer.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/text/json_door.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::declarations {

/// Collects mistakes of one declaration.
class Mistakes {
 public:
  void add(std::string pointer, std::string code, Text message, Text remedy);
  void missing(const std::string& pointer);
  void wrong_type(const std::string& pointer, const Text& wanted);
  [[nodiscard]] bool none() const { return list_.empty(); }
  [[nodiscard]] std::vector<FieldFault> take() { return std::move(list_); }

 private:
  std::vector<FieldFault> list_;
};

/// One object at `pointer`. Members that nobody may write are mistakes; reading one of the wrong type answers the
/// default.
class ObjectReader {
 public:
  ObjectReader(const Json& object, std::string pointer, Mistakes& mistakes,
               std::initializer_list<std::string_view> known);
  [[nodiscard]] bool usable() const { return object_ != nullptr; }
  [[nodiscard]] bool has(const char* name) const;
  [[nodiscard]] std::string at(std::string_view name) const { return pointer_ + "/" + std::string(name); }
  std::string string(const char* name, bool required = false);
  bool boolean(const char* name, bool otherwise);
  std::optional<std::int64_t> integer(const char* name);
  Text text(const char* name, bool required = false);
  std::vector<std::string> strings(const char* name);
  std::vector<std::vector<std::string>> string_lists(const char* name);
  const Json* array(const char* name);
  const Json* any(const char* name) const; ///< null when absent or JSON null
  Mistakes& mistakes() { return mistakes_; }

 private:
  const Json* object_ = nullptr;
  std::string pointer_;
  Mistakes& mistakes_;
};

} // namespace onebudget::declarations
