#include "kernel/http/api/toolbox.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <cstring>

#include "sdk/tables/tables.hpp"
#include "sdk/text/utf8.hpp"
#include "sdk/values/day.hpp"

namespace onebudget::http {

Response json_answer(int status, std::string body, std::int64_t version) {
  Response response(status, "application/json", std::move(body));
  if (version > 0) response.set("ETag", fmt::format("\"{}\"", version));
  return response;
}

Response json_answer(int status, const Json& body, std::int64_t version) {
  return json_answer(status, body.dump(-1, ' ', false, Json::error_handler_t::replace), version);
}

Result<Json> body_object(const Request& request) {
  OB_TRY(Json body, parse_json(request.body));
  if (body.is_object()) return body;
  return fault(FaultKind::malformed, "http.object", {"请求体应为 JSON 对象。", "The body must be a JSON object."});
}

const Json* Members::find(const char* name, bool required, const char* type_zh, const char* type_en,
                          bool (Json::*is)() const noexcept) {
  known_.emplace_back(name);
  const auto found = object_.find(name);
  const bool absent = found == object_.end() || found->is_null();
  if (absent && required)
    faults_.push_back({fmt::format("/{}", name),
                       "field.required",
                       {"必填项缺失。", "This is required."},
                       {"请填写。", "Give a value."}});
  if (absent) return nullptr;
  if ((*found.*is)()) return &*found;
  faults_.push_back({fmt::format("/{}", name),
                     "field.type",
                     {fmt::format("应为{}。", type_zh), fmt::format("This must be {}.", type_en)},
                     {"请修改类型。", "Change its type."}});
  return nullptr;
}

std::string Members::text(const char* name, bool required) {
  const Json* value = find(name, required, "文字", "text", &Json::is_string);
  if (value == nullptr) return {};
  std::string text = *value;
  if (text.size() > 4000 || has_hostile_controls(text, true))
    faults_.push_back(
        {fmt::format("/{}", name),
         "field.hostile_text",
         {"文字过长或含有不可见的控制字符。", "The text is too long or holds invisible control characters."},
         {"请重新输入。", "Type it anew."}});
  if (required && trimmed(text).empty())
    faults_.push_back({fmt::format("/{}", name),
                       "field.required",
                       {"必填项为空。", "This is empty."},
                       {"请填写。", "Give a value."}});
  return text;
}

bool Members::boolean(const char* name, bool fallback) {
  const Json* value = find(name, false, "true 或 false", "true or false", &Json::is_boolean);
  return value == nullptr ? fallback : value->get<bool>();
}

std::vector<std::string> Members::texts(const char* name) {
  const Json* value = find(name, false, "文字列表", "a list of texts", &Json::is_array);
  std::vector<std::string> texts;
  if (value == nullptr) return texts;
  for (const Json& item : *value) {
    if (!item.is_string()) {
      faults_.push_back({fmt::format("/{}", name),
                         "field.type",
                         {"列表中应全部为文字。", "The list must hold texts only."},
                         {"请修改。", "Change it."}});
      break;
    }
    texts.push_back(item);
  }
  return texts;
}

const Json* Members::object(const char* name) { return find(name, false, "对象", "an object", &Json::is_object); }

bool Members::has(const char* name) {
  known_.emplace_back(name);
  return object_.contains(name);
}

Result<void> Members::done() {
  for (const auto& [name, value] : object_.items())
    if (std::find(known_.begin(), known_.end(), name) == known_.end())
      faults_.push_back({fmt::format("/{}", name),
                         "field.unknown",
                         {"没有这一项。", "There is no such member."},
                         {"请删除它，或检查拼写。", "Remove it, or check its spelling."}});
  if (faults_.empty()) return {};
  return fault(FaultKind::malformed, "http.body",
               {"请求内容有误，请按提示修改。", "The body is wrong; see each field."}, faults_);
}

Result<void> below(const char* member, Result<void> checked) {
  if (checked) return checked;
  Fault wrong = std::move(checked).fault();
  for (FieldFault& field : wrong.fields) field.field = fmt::format("/{}{}", member, field.field);
  return wrong;
}

Result<Parameters> Parameters::of(const Request& request, std::vector<std::string> known) {
  Parameters parameters;
  OB_TRY(parameters.pairs_, request.query_pairs());
  for (auto at = parameters.pairs_.begin(); at != parameters.pairs_.end(); ++at) {
    const bool unknown = std::find(known.begin(), known.end(), at->first) == known.end();
    const bool repeated =
        std::any_of(parameters.pairs_.begin(), at, [&](const auto& pair) { return pair.first == at->first; });
    if (unknown || repeated)
      return fault(
          FaultKind::malformed, "http.parameter",
          {fmt::format("查询参数“{}”{}。", at->first, unknown ? "不存在" : "重复"),
           fmt::format("The query parameter \"{}\" {}.", at->first, unknown ? "does not exist" : "is repeated")});
  }
  return parameters;
}

std::string Parameters::text(std::string_view name) const {
  for (const auto& [key, value] : pairs_)
    if (key == name) return value;
  return {};
}

std::vector<std::string> Parameters::list(std::string_view name) const {
  std::vector<std::string> items;
  std::string_view rest;
  const std::string all = text(name);
  rest = all;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (comma > 0) items.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return items;
}

bool Parameters::boolean(std::string_view name) const { return text(name) == "true"; }

Result<std::int64_t> Parameters::number(std::string_view name) const {
  const std::string value = text(name);
  if (value.empty()) return 0;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc() && end == value.data() + value.size() && number >= 0) return number;
  return fault(
      FaultKind::malformed, "http.parameter",
      {fmt::format("参数 {} 应为非负整数。", name), fmt::format("The parameter {} must be a whole number.", name)});
}

Result<int> Parameters::limit(int fallback, int most) const {
  if (text("limit").empty()) return fallback;
  OB_TRY(const std::int64_t number, this->number("limit"));
  if (number >= 1 && number <= most) return static_cast<int>(number);
  return fault(FaultKind::malformed, "http.limit",
               {fmt::format("limit 应为 1 到 {}。", most), fmt::format("limit must be from 1 to {}.", most)});
}

Result<std::int64_t> if_match(const Request& request) {
  const std::string_view header = request.header("if-match");
  if (header.empty())
    return fault(FaultKind::precondition, "http.if_match",
                 {"缺少 If-Match。请先读取记录，带上它的 ETag 再提交。",
                  "If-Match is missing. Read the record first and send its ETag."});
  std::int64_t version = 0;
  if (header.size() > 2 && header.front() == '"' && header.back() == '"') {
    const auto [end, error] = std::from_chars(header.data() + 1, header.data() + header.size() - 1, version);
    if (error == std::errc() && end == header.data() + header.size() - 1 && version > 0) return version;
  }
  return fault(
      FaultKind::malformed, "http.if_match_malformed",
      {"If-Match 应为读取时得到的 ETag，如 \"3\"。", "If-Match must be the ETag that was read, such as \"3\"."});
}

Result<std::string> name_of(std::string_view segment) {
  std::string name;
  for (const char c : segment) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    if (!fine || segment.size() > 60) return not_found();
    name.push_back(c == '-' ? '_' : c);
  }
  return name;
}

Fault not_found() {
  return fault(FaultKind::not_found, "http.not_found",
               {"没有找到，或您无权查看。", "Not found, or not for you to see."});
}

Result<void> require(Services& services, const Request& request, std::string_view permission) {
  OB_TRY(const auto rights, services.access.rights(request.context));
  if (rights->may(permission)) return {};
  return fault(
      FaultKind::forbidden, "http.forbidden",
      {fmt::format("您没有“{}”权限。如工作需要，请联系安全管理员授权。", permission),
       fmt::format("You do not hold the permission \"{}\". If your work needs it, ask the security administrator.",
                   permission)});
}

Json time_json(std::int64_t ms) {
  if (ms == 0) return nullptr;
  const std::int64_t day = ms >= 0 ? ms / 86'400'000 : -((-ms + 86'399'999) / 86'400'000);
  const std::int64_t rest = ms - day * 86'400'000;
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", Day::from_number(static_cast<std::int32_t>(day)).str(),
                     rest / 3'600'000, rest / 60'000 % 60, rest / 1000 % 60, rest % 1000);
}

Result<std::int64_t> time_ms(const std::string& text, const char* field) {
  if (text.empty()) return 0;
  const auto day = Day::parse(std::string_view(text).substr(0, std::min<std::size_t>(10, text.size())));
  int hour = 0, minute = 0, second = 0, millis = 0, used = 0;
  if (day && text.size() == 10) return std::int64_t{day->number()} * 86'400'000;
  const std::string clock = text.size() > 10 ? text.substr(10) : "";
  const bool whole = std::sscanf(clock.c_str(), "T%2d:%2d:%2dZ%n", &hour, &minute, &second, &used) == 3 &&
                     used == static_cast<int>(clock.size());
  const bool fraction =
      !whole && std::sscanf(clock.c_str(), "T%2d:%2d:%2d.%3dZ%n", &hour, &minute, &second, &millis, &used) == 4 &&
      used == static_cast<int>(clock.size());
  if (day && (whole || fraction) && hour < 24 && minute < 60 && second < 60 && hour >= 0 && minute >= 0 && second >= 0)
    return std::int64_t{day->number()} * 86'400'000 + hour * 3'600'000 + minute * 60'000 + second * 1000 + millis;
  return fault(FaultKind::malformed, "http.body", {"时间格式有误。", "A time is malformed."},
               {{fmt::format("/{}", field),
                 "field.time",
                 {"应为 RFC 3339 的 UTC 时间。", "This must be an RFC 3339 time in UTC."},
                 {"如 2026-01-02T03:04:05Z。", "Such as 2026-01-02T03:04:05Z."}}});
}

Json text_json(const Text& text) { return {{"zh", text.zh}, {"en", text.en.empty() ? text.zh : text.en}}; }

Json abilities_json(const records::Abilities& can) {
  return {{"create", can.create}, {"read", can.read},      {"update", can.update},          {"delete", can.remove},
          {"import", can.import}, {"export", can.export_}, {"transitions", can.transitions}};
}

Json field_json(const FieldFault& fault, const std::string& language) {
  return {{"field", fault.field},
          {"code", fault.code},
          {"message", fault.message.in(language)},
          {"remedy", fault.remedy.in(language)}};
}

Result<std::string> entity_of(const Services& services, const Request& request) {
  OB_TRY(const std::string plugin, name_of(request.param("plugin")));
  OB_TRY(const std::string entity, name_of(request.param("entity")));
  std::string full = plugin + "." + entity;
  if (!services.records.entity(full)) return not_found();
  return full;
}

records::ByteSource body_source(const Request& request) {
  auto at = std::make_shared<std::uint64_t>(0);
  return [&request, at](char* buffer, std::size_t size) -> Result<std::size_t> {
    std::size_t got = 0;
    if (request.spool) {
      OB_TRY(got, request.spool.read_at(*at, buffer, size));
    } else {
      got = std::min<std::size_t>(size, request.body.size() - static_cast<std::size_t>(*at));
      std::memcpy(buffer, request.body.data() + *at, got);
    }
    *at += got;
    return got;
  };
}

Result<void> each_line(const Request& request, const std::function<Result<void>(const Json& value)>& take) {
  tables::JsonLines lines(body_source(request));
  tables::JsonLines::Item item;
  std::vector<FieldFault> bad;
  while (true) {
    OB_TRY(const bool any, lines.next(item));
    if (!any) break;
    Result<void> taken;
    if (!item.value)
      taken = item.value.fault();
    else if (!item.value->is_object())
      taken =
          fault(FaultKind::malformed, "http.object", {"每行应为一个 JSON 对象。", "Each line must be a JSON object."});
    else
      taken = take(*item.value);
    if (taken) continue;
    const std::string place = fmt::format("line {}", item.line);
    const Fault& wrong = taken.fault();
    if (wrong.fields.empty()) bad.push_back({place, wrong.code, wrong.message, {"请修正该行。", "Correct this line."}});
    for (FieldFault field : wrong.fields) {
      field.field.insert(0, place);
      bad.push_back(std::move(field));
    }
  }
  if (bad.empty()) return {};
  return fault(FaultKind::rule, "http.import",
               {"有不正确的行，没有导入。", "Some lines are wrong; nothing was imported."}, std::move(bad));
}

} // namespace onebudget::http
