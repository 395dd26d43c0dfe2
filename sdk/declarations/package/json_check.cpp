#include "sdk/declarations/package/json_check.hpp"

#include <algorithm>

#include "sdk/text/utf8.hpp"

namespace onebudget::declarations {

JsonObject::JsonObject(const Json& value, std::string pointer, Findings& findings)
    : pointer_(std::move(pointer)), findings_(findings) {
  if (value.is_object()) {
    value_ = &value;
    return;
  }
  findings_.mistake(pointer_, "manifest.type", {"这里应为对象。", "An object is expected here."},
                    {"请写成 { … }。", "Write { … }."});
}

const Json* JsonObject::member(std::string_view key) const {
  if (value_ == nullptr) return nullptr;
  const auto found = value_->find(std::string(key));
  return found == value_->end() || found->is_null() ? nullptr : &*found;
}

void JsonObject::wrong_type(std::string_view key, const Text& wanted) {
  findings_.mistake(at(key), "manifest.type",
                    {"类型不对，应为" + wanted.zh + "。", "Wrong type; " + wanted.en + " is expected."},
                    {"请改为" + wanted.zh + "。", "Write " + wanted.en + "."});
}

namespace {
void absent(Findings& findings, const std::string& pointer) {
  findings.mistake(pointer, "manifest.required", {"缺少必填项 " + pointer + "。", pointer + " is required."},
                   {"请在 plugin.json 中补上。", "Add it to plugin.json."});
}
} // namespace

std::string JsonObject::text(std::string_view key, bool required, std::size_t most) {
  const Json* found = member(key);
  if (found == nullptr) {
    if (required && value_ != nullptr) absent(findings_, at(key));
    return {};
  }
  if (!found->is_string()) {
    wrong_type(key, {"字符串", "a string"});
    return {};
  }
  auto value = found->get<std::string>();
  if (value.empty() && required) absent(findings_, at(key));
  if (code_points(value) > most || has_hostile_controls(value, true)) {
    findings_.mistake(at(key), "manifest.text",
                      {"文字过长或含控制字符（最多 " + std::to_string(most) + " 字）。",
                       "The text is too long or holds control characters (at most " + std::to_string(most) + ")."},
                      {"请缩短文字并去掉控制字符。", "Shorten it and remove control characters."});
    return {};
  }
  return value;
}

int JsonObject::integer(std::string_view key, bool required, int fallback, int low, int high) {
  const Json* found = member(key);
  if (found == nullptr) {
    if (required && value_ != nullptr) absent(findings_, at(key));
    return fallback;
  }
  const Text range{std::to_string(low) + " 到 " + std::to_string(high) + " 的整数",
                   "an integer from " + std::to_string(low) + " to " + std::to_string(high)};
  if (!found->is_number_integer()) {
    wrong_type(key, range);
    return fallback;
  }
  if (found->is_number_unsigned() && found->get<std::uint64_t>() > static_cast<std::uint64_t>(INT32_MAX)) {
    wrong_type(key, range);
    return fallback;
  }
  const auto value = found->get<std::int64_t>();
  if (value < low || value > high) {
    wrong_type(key, range);
    return fallback;
  }
  return static_cast<int>(value);
}

Text JsonObject::title(std::string_view key, bool required) {
  const Json* found = member(key);
  if (found == nullptr) {
    if (required && value_ != nullptr) absent(findings_, at(key));
    return {};
  }
  JsonObject inner(*found, at(key), findings_);
  Text out;
  out.zh = inner.text("zh", true, 2000);
  out.en = inner.text("en", true, 2000);
  return out;
}

std::string JsonObject::one_of(std::string_view key, std::string fallback,
                               std::initializer_list<std::string_view> allowed) {
  if (!has(key)) return fallback;
  auto value = text(key, false);
  if (std::ranges::find(allowed, value) != allowed.end()) return value;
  std::string list;
  for (const auto word : allowed) list += (list.empty() ? "" : ", ") + std::string(word);
  findings_.mistake(at(key), "manifest.value",
                    {"值不在允许范围内：" + list + "。", "The value is not one of: " + list + "."},
                    {"请从列出的值中选一个。", "Use one of those listed."});
  return fallback;
}

std::vector<std::string> JsonObject::texts(std::string_view key, std::size_t most) {
  std::vector<std::string> out;
  const Json* found = member(key);
  if (found == nullptr) return out;
  if (!found->is_array() || found->size() > most ||
      !std::ranges::all_of(*found, [](const Json& item) { return item.is_string(); })) {
    const auto limit = std::to_string(most);
    wrong_type(key, {"最多 " + limit + " 个字符串的数组", "an array of at most " + limit + " strings"});
    return out;
  }
  for (const auto& item : *found) out.push_back(item.get<std::string>());
  return out;
}

std::vector<std::pair<const Json*, std::string>> JsonObject::objects(std::string_view key, std::size_t most) {
  std::vector<std::pair<const Json*, std::string>> out;
  const Json* found = member(key);
  if (found == nullptr) return out;
  if (!found->is_array() || found->size() > most) {
    const auto limit = std::to_string(most);
    wrong_type(key, {"最多 " + limit + " 个对象的数组", "an array of at most " + limit + " objects"});
    return out;
  }
  for (std::size_t i = 0; i < found->size(); ++i) out.emplace_back(&(*found)[i], at(key) + "/" + std::to_string(i));
  return out;
}

void JsonObject::only(std::initializer_list<std::string_view> known) {
  if (value_ == nullptr) return;
  for (const auto& item : value_->items()) {
    if (std::ranges::find(known, std::string_view(item.key())) != known.end()) continue;
    findings_.warn(at(item.key()), "manifest.unknown_key",
                   {"不认识的键 " + item.key() + "，已忽略。", "Unknown key " + item.key() + "; it is ignored."},
                   {"检查拼写；若它来自更新的开发包，请升级服务器。",
                    "Check the spelling; if it comes from a newer kit, upgrade the server."});
  }
}

} // namespace onebudget::declarations
