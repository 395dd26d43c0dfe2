#include "sdk/text/json_door.hpp"

#include <fmt/format.h>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "sdk/text/utf8.hpp"

namespace onebudget {

namespace {

/// Builds the value while the text is read, and stops at the first thing that must not come in.
class Door final : public nlohmann::json_sax<Json> {
 public:
  explicit Door(int depth) : depth_limit_(depth) {}

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<number_unsigned_t>(INT64_MAX))
      return refuse("json.number", {"整数超出范围。", "An integer is out of range."});
    return put(static_cast<number_integer_t>(value));
  }
  bool number_float(number_float_t value, const string_t& text) override {
    // Without a dot or exponent the text is an integer that does not fit: a double would bend it.
    if (text.find_first_of(".eE") == std::string::npos)
      return refuse("json.number", {"整数超出范围。", "An integer is out of range."});
    return put(value);
  }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t&) override {
    return refuse("json.syntax", {"不支持二进制值。", "Binary values are not understood."});
  }

  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool key(string_t& value) override {
    if (!keys_.back().insert(value).second)
      return refuse("json.duplicate_key",
                    {fmt::format("键“{}”重复。", value), fmt::format("The key \"{}\" occurs twice.", value)});
    key_ = std::move(value);
    return true;
  }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    position_ = position;
    (void)error;
    return refuse("json.syntax", {"JSON 语法错误。", "This is not valid JSON."});
  }

  Json root;
  std::optional<Fault> refusal;
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  bool refuse(std::string code, Text message) {
    refusal = fault(FaultKind::malformed, std::move(code), std::move(message));
    return false;
  }

  Json* place(Json value) {
    if (open_.empty()) {
      root = std::move(value);
      return &root;
    }
    Json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    Json& slot = parent[key_];
    slot = std::move(value);
    return &slot;
  }

  template <class T>
  bool put(T&& value) {
    place(Json(std::forward<T>(value)));
    return true;
  }

  bool open(Json value) {
    if (static_cast<int>(open_.size()) >= depth_limit_)
      return refuse("json.depth", {fmt::format("嵌套超过 {} 层。", depth_limit_),
                                   fmt::format("Nested deeper than {} levels.", depth_limit_)});
    open_.push_back(place(std::move(value)));
    keys_.emplace_back();
    return true;
  }

  bool close() {
    open_.pop_back();
    keys_.pop_back();
    return true;
  }

  int depth_limit_;
  std::size_t position_ = 0;
  std::vector<Json*> open_;
  std::vector<std::unordered_set<std::string>> keys_;
  std::string key_;
};

} // namespace

Result<Json> parse_json(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.bytes)
    return fault(FaultKind::too_large, "json.size",
                 {fmt::format("内容超过 {} 字节的上限，请分批提交。", limits.bytes),
                  fmt::format("The text is larger than {} bytes; send it in parts.", limits.bytes)});
  if (!valid_utf8(text))
    return fault(FaultKind::malformed, "json.utf8",
                 {"内容不是 UTF-8 编码，请改用 UTF-8。", "The text is not UTF-8; send it as UTF-8."});
  Door door(limits.depth);
  const bool done = Json::sax_parse(text.begin(), text.end(), &door);
  if (done && !door.refusal) return std::move(door.root);
  Fault refusal =
      door.refusal.value_or(fault(FaultKind::malformed, "json.syntax", {"JSON 语法错误。", "This is not valid JSON."}));
  if (door.position() > 0) {
    refusal.message.zh += fmt::format("位置：第 {} 个字节。请检查引号、逗号和括号。", door.position());
    refusal.message.en += fmt::format(" At byte {}: check quotes, commas and brackets.", door.position());
  }
  return refusal;
}

} // namespace onebudget
