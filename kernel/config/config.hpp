#pragma once
// config: one declared table of keys; values from defaults, a file, drop-ins, the environment and flags, later over
// earlier.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::config {

enum class KeyType { text, integer, boolean, minutes, hours, bytes, path, secret_file, choice, list };

/// A declared key. Everything the documents and `config explain` say comes from here.
struct Key {
  std::string name;
  KeyType type;
  std::string fallback; ///< default, as text
  Text meaning;
  std::int64_t least = 0, most = INT64_MAX; ///< integers, minutes, hours, bytes
  std::vector<std::string> choices;
};

/// All keys, in the order of the shipped file.
const std::vector<Key>& keys();

/// Where a value comes from, for people: "default", "onebudget.properties:12", "ONEBUDGET_HTTP_PORT", "--set".
struct Setting {
  std::string value, origin;
};

struct Sources {
  std::string file;                               ///< empty = none; conf.d/*.properties beside it are read after it
  std::map<std::string, std::string> environment; ///< ONEBUDGET_* only
  std::vector<std::string> sets;                  ///< "key=value"
};

/// An immutable configuration. Getters of undeclared keys end the process: that is a mistake of the program.
class Config {
 public:
  /// Every unknown key, malformed line and value outside its bounds is one FieldFault with file and line.
  static Result<Config> load(const Sources& sources);
  /// ONEBUDGET_* of this process.
  static std::map<std::string, std::string> environment();

  [[nodiscard]] const std::string& text(std::string_view key) const;
  [[nodiscard]] std::int64_t integer(std::string_view key) const; ///< also minutes, hours, bytes
  [[nodiscard]] bool boolean(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> list(std::string_view key) const;
  [[nodiscard]] const Setting& setting(std::string_view key) const;

 private:
  std::map<std::string, Setting, std::less<>> settings_;
};

/// Where the keys of encrypted fields are: storage.key_file, or field.keys in data.dir.
std::string field_key_file(const Config& config);

} // namespace onebudget::config
