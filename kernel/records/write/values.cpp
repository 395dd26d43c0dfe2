#include "kernel/records/write/values.hpp"

#include <fmt/format.h>
#include <charconv>

#include "kernel/records/faults.hpp"
#include "kernel/records/write/default_value.hpp"
#include "sdk/declarations/pattern.hpp"
#include "sdk/text/utf8.hpp"
#include "sdk/values/scaled.hpp"

namespace onebudget::records {

namespace {

using faults::at;
using Answer = std::optional<FieldFault>;

constexpr std::int64_t kFirstYear = 1900;
constexpr std::int64_t kLastYear = 2200;
constexpr std::size_t kLongestJson = 64 * 1024;

FieldFault wrong_type(const Field& field, const Text& wanted) {
  return at(field, "field.type",
            {fmt::format("“{}”的值类型不对。", field.title.zh),
             fmt::format("\"{}\" has the wrong type.", field.title.in("en"))},
            {fmt::format("请填写{}。", wanted.zh), fmt::format("Give {}.", wanted.en)});
}

Text wanted_number(const Field& field) {
  switch (field.type) {
    case FieldType::money:
      return {"以元为单位、至多两位小数的金额，如 \"1234.50\"",
              "an amount in yuan with at most two decimals, such as \"1234.50\""};
    case FieldType::decimal:
      return {fmt::format("至多 {} 位小数的数，写在引号中", field.scale),
              fmt::format("a number with at most {} decimals, in quotes", field.scale)};
    case FieldType::ratio:
      return {"至多六位小数的比率，如 0.25", "a ratio with at most six decimals, such as 0.25"};
    case FieldType::year:
      return {"四位数的年份，如 2026", "a year of four digits, such as 2026"};
    default:
      return {"整数", "an integer"};
  }
}

const char* number_code(const Field& field) {
  switch (field.type) {
    case FieldType::money:
      return "field.money";
    case FieldType::decimal:
      return "field.decimal";
    case FieldType::ratio:
      return "field.ratio";
    case FieldType::year:
      return "field.year";
    default:
      return "field.type";
  }
}

int scale_of(const Field& field) {
  if (field.type == FieldType::money) return 2;
  if (field.type == FieldType::decimal) return field.scale;
  return field.type == FieldType::ratio ? kRatioScale : 0;
}

std::string shown_number(const Field& field, std::int64_t number) {
  std::string out;
  if (field.type == FieldType::ratio)
    append_ratio(out, number);
  else
    append_scaled(out, number, scale_of(field));
  return out;
}

Answer check_range(const Field& field, std::int64_t number) {
  std::optional<std::int64_t> low = field.min_number, high = field.max_number;
  if (field.type == FieldType::ratio && !low) low = 0;
  if (field.type == FieldType::ratio && !high) high = 1'000'000;
  if (field.type == FieldType::year && !low) low = kFirstYear;
  if (field.type == FieldType::year && !high) high = kLastYear;
  if (field.type == FieldType::decimal && field.precision < 18) {
    std::int64_t limit = 1;
    for (int i = 0; i < field.precision; ++i) limit *= 10;
    if (!high || *high >= limit) high = limit - 1;
    if (!low || *low <= -limit) low = 1 - limit;
  }
  if ((!low || number >= *low) && (!high || number <= *high)) return std::nullopt;
  Text allowed;
  if (low && high)
    allowed = {fmt::format("请填写 {} 到 {} 之间的值。", shown_number(field, *low), shown_number(field, *high)),
               fmt::format("Give a value from {} to {}.", shown_number(field, *low), shown_number(field, *high))};
  else if (low)
    allowed = {fmt::format("请填写不小于 {} 的值。", shown_number(field, *low)),
               fmt::format("Give a value of at least {}.", shown_number(field, *low))};
  else
    allowed = {fmt::format("请填写不大于 {} 的值。", shown_number(field, *high)),
               fmt::format("Give a value of at most {}.", shown_number(field, *high))};
  return at(
      field, "field.range",
      {fmt::format("“{}”超出允许范围。", field.title.zh), fmt::format("\"{}\" is out of range.", field.title.in("en"))},
      allowed);
}

Answer number_from(const Field& field, std::string_view text, Parsed& out) {
  std::int64_t number = 0;
  const ScaledError error = parse_scaled(text, scale_of(field), number);
  if (error == ScaledError::none) {
    out.value = number;
    return check_range(field, number);
  }
  const Text wanted = wanted_number(field);
  if (error == ScaledError::overflow)
    return at(field, "field.range",
              {fmt::format("“{}”超出允许范围。", field.title.zh),
               fmt::format("\"{}\" is out of range.", field.title.in("en"))},
              {fmt::format("请填写{}。", wanted.zh), fmt::format("Give {}.", wanted.en)});
  return at(field, number_code(field),
            {fmt::format("“{}”不是正确的数。", field.title.zh),
             fmt::format("\"{}\" is not a proper number.", field.title.in("en"))},
            {fmt::format("请填写{}。", wanted.zh), fmt::format("Give {}.", wanted.en)});
}

/// JSON numbers that came as doubles are read from their shortest decimal form.
Answer number_value(const Field& field, const Json& in, Form form, Parsed& out) {
  if (form == Form::abi && field.type == FieldType::money) {
    if (!in.is_number_integer()) return wrong_type(field, {"以分为单位的整数", "an integer in fen"});
    if (in.is_number_unsigned() && in.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
      return number_from(field, "99999999999999999999", out);
    out.value = in.get<std::int64_t>();
    return check_range(field, in.get<std::int64_t>());
  }
  if (in.is_string()) {
    const bool quoted_fine = field.type == FieldType::money || field.type == FieldType::decimal;
    if (!quoted_fine) return wrong_type(field, wanted_number(field));
    return number_from(field, in.get_ref<const std::string&>(), out);
  }
  if (!in.is_number()) return wrong_type(field, wanted_number(field));
  if (in.is_number_float() && field.type == FieldType::money)
    return at(
        field, "field.money",
        {fmt::format("“{}”须写成带引号的金额，小数会失真。", field.title.zh),
         fmt::format("\"{}\" must be an amount in quotes; a binary fraction would bend it.", field.title.in("en"))},
        {"例如 \"1234.50\"。", "For example \"1234.50\"."});
  if (in.is_number_float()) return number_from(field, fmt::format("{:.{}f}", in.get<double>(), 9).substr(0, 40), out);
  return number_from(field, in.dump(), out);
}

Answer text_value(const Field& field, std::string text, Parsed& out) {
  const bool multi_line = field.type == FieldType::longtext;
  if (!valid_utf8(text) || has_hostile_controls(text, multi_line))
    return at(field, "field.hostile_text",
              {fmt::format("“{}”含有不可见的控制字符或错误编码。", field.title.zh),
               fmt::format("\"{}\" holds invisible control characters or bad encoding.", field.title.in("en"))},
              {"请删除这些字符后重新输入。", "Remove those characters and type it again."});
  text = trimmed(text);
  if (text.empty()) {
    out.value = storage::Value{};
    return std::nullopt;
  }
  if (field.max > 0 && code_points(text) > static_cast<std::size_t>(field.max))
    return at(field, "field.too_long",
              {fmt::format("“{}”超过 {} 个字。", field.title.zh, field.max),
               fmt::format("\"{}\" is longer than {} characters.", field.title.in("en"), field.max)},
              {"请缩短。", "Shorten it."});
  if (!field.mask.empty() && text.find('*') != std::string::npos)
    return at(field, "field.masked",
              {fmt::format("“{}”是遮蔽后的值，不能写回。", field.title.zh),
               fmt::format("\"{}\" is a masked value and cannot be written back.", field.title.in("en"))},
              {"不改动时请不要提交此项。", "Leave it out unless you change it."});
  if (field.type == FieldType::file && (text.size() != 32 || text.find_first_not_of("0123456789abcdef") < text.size()))
    return at(field, "field.reference",
              {fmt::format("“{}”不是已上传文件的编号。", field.title.zh),
               fmt::format("\"{}\" is not the id of an uploaded file.", field.title.in("en"))},
              {"请先上传文件，再填写返回的 id。", "Upload the file first and give the id that comes back."});
  if (field.compiled && !field.compiled->matches(text))
    return at(field, "field.pattern",
              {fmt::format("“{}”的格式不对。", field.title.zh),
               fmt::format("\"{}\" does not have the right form.", field.title.in("en"))},
              field.help.zh.empty() ? Text{"请按规定的格式填写：" + field.pattern, "Follow the form " + field.pattern}
                                    : field.help);
  out.value = std::move(text);
  return std::nullopt;
}

Answer enum_value(const Field& field, const std::string& text, Origin origin, Parsed& out) {
  std::string zh, en;
  for (const EnumValue& value : field.values) {
    if (value.code == text || (origin == Origin::file && (value.title.zh == text || value.title.en == text))) {
      out.value = value.code;
      return std::nullopt;
    }
    if (zh.size() > 400) continue;
    zh += (zh.empty() ? "" : "、") + value.code + "（" + value.title.zh + "）";
    en += (en.empty() ? "" : ", ") + value.code + " (" + value.title.in("en") + ")";
  }
  return at(field, "field.enum",
            {fmt::format("“{}”没有这个取值。", field.title.zh),
             fmt::format("\"{}\" has no such value.", field.title.in("en"))},
            {"可用的取值：" + zh + "。", "Values are: " + en + "."});
}

bool digits_id(std::string_view text, std::int64_t& id) {
  const auto parsed = RecordId::parse(text);
  if (parsed) id = parsed->value;
  return parsed.has_value();
}

Answer link_text(const Field& field, std::string_view text, Origin origin, Parsed& out) {
  std::int64_t id = 0;
  if (text.rfind("code:", 0) == 0) {
    out.natural = NaturalKey{std::string(text.substr(5)), Json()};
  } else if (text.rfind("id:", 0) == 0 && digits_id(text.substr(3), id)) {
    out.value = id;
  } else if (origin == Origin::file) {
    out.natural = NaturalKey{std::string(text), Json()};
  } else if (digits_id(text, id)) {
    out.value = id;
  } else {
    return wrong_type(field, {"编号（id）或 \"code:代码\"", "an id, or \"code:<code>\""});
  }
  if (!out.natural) return std::nullopt;
  if (out.natural->code.empty() || out.natural->code.size() > 800 || has_hostile_controls(out.natural->code, false))
    return wrong_type(field, {"代码", "a code"});
  return std::nullopt;
}

Answer link_value(const Field& field, const Json& in, Form form, Origin origin, Parsed& out) {
  if (in.is_string()) return link_text(field, in.get_ref<const std::string&>(), origin, out);
  if (in.is_number_integer() && form == Form::abi && in.get<std::int64_t>() > 0) {
    out.value = in.get<std::int64_t>();
    return std::nullopt;
  }
  if (in.is_object() && !in.empty() && in.size() <= 8) {
    NaturalKey key{"", in};
    for (auto it = in.begin(); it != in.end(); ++it) {
      if ((!it->is_string() && !it->is_number_integer()) || (field.type == FieldType::org && it.key() != "code"))
        return wrong_type(field, {"由代码组成的对象", "an object of codes"});
      if (it.key() == "code" || in.size() == 1) key.code = it->is_string() ? it->get<std::string>() : it->dump();
    }
    out.natural = std::move(key);
    return std::nullopt;
  }
  return wrong_type(field, {"编号（id）、\"code:代码\" 或 {\"code\": …}", "an id, \"code:<code>\" or {\"code\": …}"});
}

Answer date_text(const Field& field, const std::string& text, Parsed& out) {
  if (!valid_date(text))
    return at(field, "field.date",
              {fmt::format("“{}”不是正确的日期。", field.title.zh),
               fmt::format("\"{}\" is not a date.", field.title.in("en"))},
              {"请写成 2026-01-31 的形式。", "Write it as 2026-01-31."});
  out.value = text;
  return std::nullopt;
}

Answer time_text(const Field& field, const std::string& text, Parsed& out) {
  std::int64_t ms = 0;
  if (!parse_time(text, ms))
    return at(field, "field.time",
              {fmt::format("“{}”不是正确的时间。", field.title.zh),
               fmt::format("\"{}\" is not a time.", field.title.in("en"))},
              {"请写成 2026-01-31T08:30:00Z 的形式，须带时区。", "Write it as 2026-01-31T08:30:00Z, with its zone."});
  out.value = ms;
  return std::nullopt;
}

Answer json_value(const Field& field, const Json& in, Parsed& out) {
  std::string text = in.dump();
  if (text.size() > kLongestJson)
    return at(field, "field.too_long",
              {fmt::format("“{}”超过 64 KB。", field.title.zh),
               fmt::format("\"{}\" is larger than 64 KB.", field.title.in("en"))},
              {"请缩短。", "Shorten it."});
  out.value = std::move(text);
  return std::nullopt;
}

Answer bool_cell(const Field& field, const std::string& cell, Parsed& out) {
  for (const char* yes : {"true", "TRUE", "1", "是", "yes", "Yes", "Y"})
    if (cell == yes) return out.value = std::int64_t{1}, std::nullopt;
  for (const char* no : {"false", "FALSE", "0", "否", "no", "No", "N"})
    if (cell == no) return out.value = std::int64_t{0}, std::nullopt;
  return wrong_type(field, {"“是”或“否”", "yes or no"});
}

/// "2026/1/2" and "20260102", as people type them, in the one form.
std::string tidy_date(const std::string& cell) {
  if (cell.size() == 8 && cell.find_first_not_of("0123456789") == std::string::npos)
    return cell.substr(0, 4) + "-" + cell.substr(4, 2) + "-" + cell.substr(6);
  int part[3] = {0, 0, 0};
  int count = 0;
  const char* at_char = cell.data();
  const char* const end = cell.data() + cell.size();
  while (count < 3) {
    const auto [next, error] = std::from_chars(at_char, end, part[count]);
    if (error != std::errc() || part[count] < 0) return cell;
    ++count;
    at_char = next;
    if (count < 3) {
      if (at_char == end || (*at_char != '/' && *at_char != '-' && *at_char != '.')) return cell;
      ++at_char;
    }
  }
  return at_char == end ? fmt::format("{:04}-{:02}-{:02}", part[0], part[1], part[2]) : cell;
}

std::string without_separators(const std::string& cell) {
  std::string out;
  for (const char c : cell)
    if (c != ',') out.push_back(c);
  return out;
}

} // namespace

std::optional<FieldFault> parse_value(const Field& field, const Json& in, Form form, Origin origin, Parsed& out) {
  out = {};
  if (in.is_null()) return std::nullopt;
  if (in.is_string() && in.get_ref<const std::string&>().empty() && field.type != FieldType::json) return std::nullopt;
  switch (field.type) {
    case FieldType::text:
    case FieldType::longtext:
    case FieldType::code:
    case FieldType::file:
      if (!in.is_string()) return wrong_type(field, {"文字", "text"});
      return text_value(field, in.get<std::string>(), out);
    case FieldType::boolean:
      if (!in.is_boolean()) return wrong_type(field, {"true 或 false", "true or false"});
      out.value = std::int64_t{in.get<bool>() ? 1 : 0};
      return std::nullopt;
    case FieldType::integer:
    case FieldType::year:
    case FieldType::decimal:
    case FieldType::money:
    case FieldType::ratio:
      return number_value(field, in, form, out);
    case FieldType::date:
      if (!in.is_string()) return wrong_type(field, {"日期", "a date"});
      return date_text(field, in.get<std::string>(), out);
    case FieldType::time:
      if (form == Form::abi && in.is_number_integer()) return out.value = in.get<std::int64_t>(), std::nullopt;
      if (!in.is_string()) return wrong_type(field, {"时间", "a time"});
      return time_text(field, in.get<std::string>(), out);
    case FieldType::enumeration:
      if (!in.is_string()) return wrong_type(field, {"取值代码", "the code of a value"});
      return enum_value(field, in.get<std::string>(), origin, out);
    case FieldType::ref:
    case FieldType::org:
    case FieldType::user:
      return link_value(field, in, form, origin, out);
    case FieldType::json:
      return json_value(field, in, out);
  }
  return wrong_type(field, {"合适的值", "a fitting value"});
}

std::optional<FieldFault> parse_cell(const Field& field, const std::string& cell, Parsed& out) {
  out = {};
  const std::string text = trimmed(cell);
  if (text.empty()) return std::nullopt;
  switch (field.type) {
    case FieldType::boolean:
      return bool_cell(field, text, out);
    case FieldType::integer:
    case FieldType::year:
    case FieldType::decimal:
    case FieldType::money:
      return number_from(field, without_separators(text), out);
    case FieldType::ratio: {
      if (text.back() != '%') return number_from(field, text, out);
      std::int64_t number = 0;
      if (parse_scaled(std::string_view(text).substr(0, text.size() - 1), 4, number) != ScaledError::none)
        return number_from(field, text, out);
      out.value = number; // hundredths of a ten-thousandth: four decimals of a percentage are millionths
      return check_range(field, number);
    }
    case FieldType::date:
      return date_text(field, tidy_date(text), out);
    case FieldType::time:
      return time_text(field, text, out);
    case FieldType::json: {
      auto parsed = parse_json(text);
      if (!parsed) return wrong_type(field, {"JSON 文本", "JSON text"});
      return json_value(field, *parsed, out);
    }
    default:
      return parse_value(field, Json(text), Form::rest, Origin::file, out);
  }
}

Result<storage::Value> default_value(const Field& field) {
  Parsed parsed;
  const auto wrong = parse_value(field, field.default_value, Form::rest, Origin::request, parsed);
  if (!wrong && !parsed.natural) return std::move(parsed.value);
  return fault(FaultKind::malformed, "records.bad_default",
               {fmt::format("字段“{}”的默认值不合要求。", field.name),
                fmt::format("The default of field \"{}\" does not fit it.", field.name)});
}

} // namespace onebudget::records
