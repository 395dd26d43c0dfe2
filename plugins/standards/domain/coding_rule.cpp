#include "plugins/standards/domain/coding_rule.hpp"

#include <algorithm>

namespace onebudget::standards {

namespace {

bool digits_only(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool fits(const Segment& segment, std::string_view value) {
  if (static_cast<int>(value.size()) != segment.length) return false;
  if (segment.kind != SegmentKind::choice) return digits_only(value);
  return std::find(segment.choices.begin(), segment.choices.end(), value) != segment.choices.end();
}

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : "/") + item;
  return text;
}

FieldFault finding(std::string field, std::string code, Text message, Text remedy) {
  return {std::move(field), std::move(code), std::move(message), std::move(remedy)};
}

Result<std::string> value_for(const Segment& segment, const std::vector<SegmentValue>& values) {
  const auto found =
      std::find_if(values.begin(), values.end(), [&](const SegmentValue& value) { return value.name == segment.name; });
  if (found != values.end() && fits(segment, found->value)) return found->value;
  const std::string given = found == values.end() ? "" : found->value;
  return fault(
      FaultKind::rule, "standards.segment_value",
      {"编码段“" + segment.title.zh + "”的取值“" + given + "”不符合编码规则。",
       "The value \"" + given + "\" does not fit the segment \"" + segment.title.en + "\" of the coding rule."});
}

} // namespace

std::vector<FieldFault> check_rule(const CodingRule& rule) {
  std::vector<FieldFault> findings;
  int sum = 0, serials = 0;
  for (const Segment& segment : rule.segments) {
    sum += segment.length;
    serials += segment.kind == SegmentKind::serial ? 1 : 0;
    if (segment.length < 1 || segment.length > 18)
      findings.push_back(finding("/segments", "standards.coding_rule",
                                 {"编码段“" + segment.name + "”的长度应为 1 到 18。",
                                  "The segment \"" + segment.name + "\" must be 1 to 18 long."},
                                 {"请修改该段的 length。", "Change its length."}));
    if (segment.kind == SegmentKind::year2 && segment.length != 2)
      findings.push_back(finding("/segments", "standards.coding_rule",
                                 {"两位年度段的长度必须为 2。", "A two-digit year is 2 long."},
                                 {"请把 length 改为 2。", "Set its length to 2."}));
    for (const std::string& choice : segment.choices)
      if (static_cast<int>(choice.size()) != segment.length)
        findings.push_back(finding(
            "/segments", "standards.coding_rule",
            {"选项“" + choice + "”的长度与段长不符。", "The choice \"" + choice + "\" is not as long as its segment."},
            {"请修改选项或段长。", "Change the choice or the length."}));
  }
  if (sum != rule.total_length)
    findings.push_back(finding(
        "/total_length", "standards.coding_rule",
        {"各段长度之和为 " + std::to_string(sum) + "，与总长度 " + std::to_string(rule.total_length) + " 不符。",
         "The segments add up to " + std::to_string(sum) + ", not to " + std::to_string(rule.total_length) + "."},
        {"请修改总长度或各段长度。", "Change the total or the segments."}));
  if (serials > 1)
    findings.push_back(finding("/segments", "standards.coding_rule",
                               {"流水号只能有一段。", "There can be one serial only."},
                               {"请删除多余的流水号段。", "Remove the others."}));
  return findings;
}

std::vector<FieldFault> check_code(const CodingRule& rule, std::string_view code) {
  if (static_cast<int>(code.size()) != rule.total_length)
    return {
        finding("/code", "standards.code_matches_rule",
                {"编码应为 " + std::to_string(rule.total_length) + " 位，现为 " + std::to_string(code.size()) + " 位。",
                 "The code must have " + std::to_string(rule.total_length) + " characters; it has " +
                     std::to_string(code.size()) + "."},
                {"请按编码规则填写，或留空由系统编制。",
                 "Write it as the coding rule says, or leave it empty to have it made."})};
  std::size_t at = 0;
  for (const Segment& segment : rule.segments) {
    const std::string_view value = code.substr(at, static_cast<std::size_t>(segment.length));
    at += static_cast<std::size_t>(segment.length);
    if (fits(segment, value)) continue;
    const std::string wanted =
        segment.kind == SegmentKind::choice ? joined(segment.choices) : std::to_string(segment.length) + " 位数字";
    const std::string wanted_en =
        segment.kind == SegmentKind::choice ? joined(segment.choices) : std::to_string(segment.length) + " digits";
    return {finding(
        "/code", "standards.code_matches_rule",
        {"“" + segment.title.zh + "”段为“" + std::string(value) + "”，应为" + wanted + "。",
         "The segment \"" + segment.title.en + "\" is \"" + std::string(value) + "\"; expected " + wanted_en + "."},
        {"请按编码规则填写，或留空由系统编制。",
         "Write it as the coding rule says, or leave it empty to have it made."})};
  }
  return {};
}

Result<std::string> prefix_of(const CodingRule& rule, const std::vector<SegmentValue>& values) {
  std::string prefix;
  for (const Segment& segment : rule.segments) {
    if (segment.kind == SegmentKind::serial) continue;
    OB_TRY(const std::string value, value_for(segment, values));
    prefix += value;
  }
  return prefix;
}

Result<std::string> compose(const CodingRule& rule, const std::vector<SegmentValue>& values, std::int64_t serial) {
  std::string code;
  for (const Segment& segment : rule.segments) {
    if (segment.kind != SegmentKind::serial) {
      OB_TRY(const std::string value, value_for(segment, values));
      code += value;
      continue;
    }
    const std::string number = std::to_string(serial);
    const auto length = static_cast<std::size_t>(segment.length);
    if (serial < 1 || number.size() > length)
      return fault(FaultKind::rule, "standards.serial_exhausted",
                   {"流水号已用尽。请由标准库管理人员延长编码规则的流水号段。",
                    "The serial numbers are used up. Have the serial segment of the coding rule extended."});
    code += std::string(length - number.size(), '0') + number;
  }
  return code;
}

std::optional<Counted> counted(const CodingRule& rule, std::string_view code) {
  Counted out;
  std::string_view serial;
  std::size_t at = 0;
  for (const Segment& segment : rule.segments) {
    const std::string_view value =
        at > code.size() ? std::string_view() : code.substr(at, static_cast<std::size_t>(segment.length));
    at += static_cast<std::size_t>(segment.length);
    if (!fits(segment, value)) return std::nullopt;
    if (segment.kind == SegmentKind::serial)
      serial = value;
    else
      out.prefix += value;
  }
  if (at != code.size() || serial.empty() || serial.front() == '9') return std::nullopt;
  for (const char digit : serial) out.serial = out.serial * 10 + (digit - '0');
  return out;
}

Result<Span> counted_span(const CodingRule& rule, const std::vector<SegmentValue>& values) {
  Span span;
  for (const Segment& segment : rule.segments) {
    if (segment.kind == SegmentKind::serial) {
      span.below = span.from + '9';
      return span;
    }
    OB_TRY(const std::string value, value_for(segment, values));
    span.from += value;
  }
  return span; // no serial: nothing lies below nothing
}

} // namespace onebudget::standards
