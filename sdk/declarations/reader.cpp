#include "sdk/declarations/reader.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "sdk/text/nearest.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::declarations {

void Mistakes::add(std::string pointer, std::string code, Text message, Text remedy) {
  list_.push_back({std::move(pointer), std::move(code), std::move(message), std::move(remedy)});
}

void Mistakes::missing(const std::string& pointer) {
  add(pointer, "entity.missing", {"缺少必填项。", "A required member is missing."},
      {"请在声明文件中补上该项。", "Add the member to the declaration."});
}

void Mistakes::wrong_type(const std::string& pointer, const Text& wanted) {
  add(pointer, "entity.type",
      {fmt::format("类型不对，应为{}。", wanted.zh), fmt::format("Wrong type; {} is expected.", wanted.en)},
      {"请按声明格式修改。", "Change it to the declared format."});
}

ObjectReader::ObjectReader(const Json& object, std::string pointer, Mistakes& mistakes,
                           std::initializer_list<std::string_view> known)
    : pointer_(std::move(pointer)), mistakes_(mistakes) {
  if (!object.is_object()) {
    mistakes_.wrong_type(pointer_, {"对象", "an object"});
    return;
  }
  object_ = &object;
  for (auto it = object.begin(); it != object.end(); ++it) {
    if (std::find(known.begin(), known.end(), it.key()) != known.end()) continue;
    const std::string near = nearest(it.key(), std::vector<std::string>(known.begin(), known.end()));
    Text remedy{"请删除该项。", "Remove it."};
    if (!near.empty()) remedy = {fmt::format("是否想写“{}”？", near), fmt::format("Did you mean \"{}\"?", near)};
    mistakes_.add(at(it.key()), "entity.unknown_member",
                  {fmt::format("不认识的成员“{}”。", it.key()), fmt::format("Unknown member \"{}\".", it.key())},
                  std::move(remedy));
  }
}

bool ObjectReader::has(const char* name) const { return any(name) != nullptr; }

const Json* ObjectReader::any(const char* name) const {
  if (object_ == nullptr) return nullptr;
  const auto found = object_->find(name);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

std::string ObjectReader::string(const char* name, bool required) {
  const Json* member = any(name);
  if (member == nullptr) {
    if (required && object_ != nullptr) mistakes_.missing(at(name));
    return {};
  }
  if (!member->is_string()) {
    mistakes_.wrong_type(at(name), {"文字", "a string"});
    return {};
  }
  std::string value = member->get<std::string>();
  if (required && value.empty()) mistakes_.missing(at(name));
  if (has_hostile_controls(value, true)) {
    mistakes_.add(at(name), "entity.hostile_text", {"含有不可见的控制字符。", "Holds invisible control characters."},
                  {"请删除控制字符。", "Remove the control characters."});
    return {};
  }
  return value;
}

bool ObjectReader::boolean(const char* name, bool otherwise) {
  const Json* member = any(name);
  if (member == nullptr) return otherwise;
  if (member->is_boolean()) return member->get<bool>();
  mistakes_.wrong_type(at(name), {"true 或 false", "true or false"});
  return otherwise;
}

std::optional<std::int64_t> ObjectReader::integer(const char* name) {
  const Json* member = any(name);
  if (member == nullptr) return std::nullopt;
  if (member->is_number_integer()) return member->get<std::int64_t>();
  mistakes_.wrong_type(at(name), {"整数", "an integer"});
  return std::nullopt;
}

Text ObjectReader::text(const char* name, bool required) {
  const Json* member = any(name);
  if (member == nullptr) {
    if (required && object_ != nullptr) mistakes_.missing(at(name));
    return {};
  }
  ObjectReader pair(*member, at(name), mistakes_, {"zh", "en"});
  Text text;
  text.zh = pair.string("zh", true);
  text.en = pair.string("en");
  return text;
}

const Json* ObjectReader::array(const char* name) {
  const Json* member = any(name);
  if (member == nullptr || member->is_array()) return member;
  mistakes_.wrong_type(at(name), {"数组", "an array"});
  return nullptr;
}

std::vector<std::string> ObjectReader::strings(const char* name) {
  std::vector<std::string> list;
  const Json* member = array(name);
  if (member == nullptr) return list;
  for (std::size_t i = 0; i < member->size(); ++i) {
    if ((*member)[i].is_string()) {
      list.push_back((*member)[i].get<std::string>());
    } else {
      mistakes_.wrong_type(fmt::format("{}/{}", at(name), i), {"文字", "a string"});
    }
  }
  return list;
}

std::vector<std::vector<std::string>> ObjectReader::string_lists(const char* name) {
  std::vector<std::vector<std::string>> lists;
  const Json* member = array(name);
  if (member == nullptr) return lists;
  for (std::size_t i = 0; i < member->size(); ++i) {
    const Json wrapped = Json{{"list", (*member)[i]}};
    ObjectReader inner(wrapped, fmt::format("{}/{}", at(name), i), mistakes_, {"list"});
    lists.push_back(inner.strings("list"));
    if (lists.back().empty())
      mistakes_.add(fmt::format("{}/{}", at(name), i), "entity.empty", {"不能为空。", "It may not be empty."},
                    {"请至少写一个字段名。", "Name at least one field."});
  }
  return lists;
}

} // namespace onebudget::declarations
