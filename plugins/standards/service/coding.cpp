#include <algorithm>
#include <charconv>
#include <mutex>

#include "plugins/standards/service/service.hpp"

namespace onebudget::standards {

namespace {

constexpr std::size_t kMostSegments = 20;
constexpr int kMostTries = 3;
constexpr std::int64_t kQuick = 16;  ///< codes taken in one request before the mark runs ahead of them
constexpr std::int64_t kAhead = 256; ///< by how much

const std::pair<const char*, SegmentKind> kKinds[] = {{"digits", SegmentKind::digits},
                                                      {"year2", SegmentKind::year2},
                                                      {"choice", SegmentKind::choice},
                                                      {"serial", SegmentKind::serial},
                                                      {"region", SegmentKind::region}};

Fault bad_segments(const std::string& zh, const std::string& en) {
  return fault(FaultKind::rule, "standards.coding_rule", {zh, en},
               {{"/segments",
                 "standards.coding_rule",
                 {zh, en},
                 {"请按字段说明填写分段。", "Write the segments as the field's help says."}}});
}

Result<Segment> segment_of(const Row& item) {
  if (item.text("name").empty() || item.text("kind").empty() || !item.at("length").is_number_integer())
    return bad_segments("每个编码段都需要 name、kind 和 length。", "Each segment needs name, kind and length.");
  Segment segment;
  segment.name = item.text("name");
  segment.length = static_cast<int>(item.number("length"));
  const Row title(item.at("title"));
  segment.title = {title.has("zh") ? title.text("zh") : segment.name,
                   title.has("en") ? title.text("en") : segment.name};
  bool known = false;
  for (const auto& [name, kind] : kKinds) {
    if (item.text("kind") != name) continue;
    segment.kind = kind;
    known = true;
  }
  if (!known) return bad_segments("编码段的 kind 不正确。", "A segment's kind is not known.");
  for (const Json& choice : item.at("choices"))
    if (choice.is_string()) segment.choices.push_back(choice);
  return segment;
}

std::int64_t number_of(const std::optional<std::string>& text) {
  std::int64_t number = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

/// How codes under one prefix are counted. `counter` is the host's counter. `mark` remembers the highest serial that
/// was given by hand, by anybody: the caller may not see those records, and the counter's numbers may be reserved
/// ahead.
struct Numbering {
  const Call& call;
  std::string counter, mark;

  Numbering(const Call& of, const CodingRule& rule, const std::string& prefix)
      : call(of), counter("serial/" + rule.code + "/" + prefix), mark("given/" + rule.code + "/" + prefix) {}

  /// "highest at taken": the mark, the time of the request that set it, and how many codes that request took.
  struct Mark {
    std::int64_t highest = 0, at_ms = 0, taken = 0;
  };
  static Mark read(const std::optional<std::string>& text) {
    Mark mark;
    if (!text) return mark;
    const std::size_t one = text->find(' '), two = text->rfind(' ');
    mark.highest = number_of(text->substr(0, one));
    if (one == std::string::npos || two == one) return mark;
    mark.at_ms = number_of(text->substr(one + 1, two - one - 1));
    mark.taken = number_of(text->substr(two + 1));
    return mark;
  }

  /// Raises the mark to `serial`. An import that brings many codes raises it in strides, because each change costs a
  /// commit.
  [[nodiscard]] Result<void> raise(std::int64_t serial) const {
    for (int tries = 0; tries < kMostTries; ++tries) {
      OB_TRY(const auto before, call.kv().get(mark));
      Mark now = read(before);
      if (now.highest >= serial) return {};
      now.taken = now.at_ms == call.now_ms() ? now.taken + 1 : 1;
      now.at_ms = call.now_ms();
      now.highest = now.taken > kQuick ? serial + kAhead : serial;
      const std::string text =
          std::to_string(now.highest) + " " + std::to_string(now.at_ms) + " " + std::to_string(now.taken);
      const auto put = call.kv().cas(mark, before.value_or(""), text);
      if (put || put.fault().kind != FaultKind::conflict) return put;
    }
    return fault(FaultKind::conflict, "standards.numbering_busy",
                 {"编码正在被多人同时占用。请重试。", "Codes are being taken by several people at once. Try again."});
  }

  /// The next number, above `used` and above the mark. Two at a time steps over what the host has reserved in small
  /// steps.
  [[nodiscard]] Result<std::int64_t> next(std::int64_t used) const {
    OB_TRY(const auto marked, call.kv().get(mark));
    const std::int64_t floor = std::max(used, read(marked).highest);
    OB_TRY(const std::int64_t number, call.kv().increment(counter));
    if (number > floor) return number;
    // One at a time: each of several that jump together would add the whole distance, far beyond the last serial.
    static std::mutex jumping;
    const std::lock_guard lock(jumping);
    OB_TRY(const auto stored, call.kv().get(counter));
    const std::int64_t behind = floor - number_of(stored);
    return call.kv().increment(counter, behind > 1 ? behind + 1 : 2);
  }
};

/// The highest serial that records visible to the caller use under the prefix; 0 for none.
Result<std::int64_t> highest_in_use(const Call& call, const CodingRule& rule, const std::vector<SegmentValue>& values,
                                    const Row& in_use) {
  const std::string entity = in_use.text("entity"), field = in_use.text("field");
  if (entity.empty() || field.empty()) return std::int64_t{0};
  OB_TRY(const Span span, counted_span(rule, values));
  if (span.below.empty()) return std::int64_t{0};
  plugin::Query query;
  query.filter = field + "=ge=" + plugin::quoted(span.from) + ";" + field + "=lt=" + plugin::quoted(span.below);
  query.sort = "-" + field;
  query.fields = {field};
  OB_TRY(const auto found, call.records().first(entity, query));
  const auto last = found ? counted(rule, found->text(field)) : std::nullopt;
  return last ? last->serial : std::int64_t{0};
}

Result<bool> is_in_use(const Call& call, const Row& in_use, const std::string& code) {
  if (in_use.text("entity").empty() || in_use.text("field").empty()) return false;
  plugin::Query query;
  query.filter = in_use.text("field") + "==" + plugin::quoted(code);
  query.fields = {in_use.text("field")};
  OB_TRY(const auto found, call.records().first(in_use.text("entity"), query));
  return found.has_value();
}

} // namespace

Json findings_json(const std::vector<FieldFault>& findings) {
  Json list = Json::array();
  for (const FieldFault& finding : findings)
    list.push_back({{"field", finding.field},
                    {"code", finding.code},
                    {"message", {{"zh", finding.message.zh}, {"en", finding.message.en}}},
                    {"remedy", {{"zh", finding.remedy.zh}, {"en", finding.remedy.en}}}});
  return list;
}

Result<CodingRule> coding_rule_of(const Row& record) {
  CodingRule rule;
  rule.code = record.text("code");
  rule.total_length = static_cast<int>(record.number("total_length"));
  const Json& segments = record.at("segments");
  if (!segments.is_array() || segments.empty() || segments.size() > kMostSegments)
    return bad_segments("分段应为 1 到 20 段的列表。", "The segments must be a list of 1 to 20.");
  for (const Json& item : segments) {
    OB_TRY(rule.segments.emplace_back(), segment_of(Row(item)));
  }
  return rule;
}

Result<CodingRule> coding_rule_in_force(const Call& call, std::string_view code) {
  plugin::Query query;
  query.filter = "code==" + plugin::quoted(code) + ";status==in_force";
  query.sort = "-edition";
  OB_TRY(const auto found, call.records().first("standards.coding_rule", query));
  if (found) return coding_rule_of(*found);
  const std::string name(code);
  return fault(FaultKind::rule, "standards.no_coding_rule",
               {"没有有效的编码规则“" + name + "”。请先在标准库中导入并批准。",
                "There is no coding rule \"" + name + "\" in force. Import and approve one first."});
}

Result<Json> compose_code(Call& call, const Message& message) {
  const Row request(message.request), in_use(request.at("in_use"));
  OB_TRY(const CodingRule rule, coding_rule_in_force(call, request.text("rule")));
  std::vector<SegmentValue> values;
  for (const auto& [name, value] : request.at("values").items())
    if (value.is_string()) values.push_back({name, value});
  OB_TRY(const std::string prefix, prefix_of(rule, values));
  const Numbering numbering(call, rule, prefix);
  // Counted per prefix; a unit that is dropped later leaves a gap, never a duplicate. What is in use is looked up when
  // nothing was counted under the prefix yet, and again when a number turns out to be taken.
  OB_TRY(const auto counted_before, call.kv().get(numbering.counter));
  std::int64_t used = 0;
  if (!counted_before) {
    OB_TRY(used, highest_in_use(call, rule, values, in_use));
  }
  for (int tries = 0; tries < kMostTries; ++tries) {
    OB_TRY(const std::int64_t serial, numbering.next(used));
    OB_TRY(const std::string code, compose(rule, values, serial));
    OB_TRY(const bool taken, is_in_use(call, in_use, code));
    if (!taken) return Json{{"code", code}};
    OB_TRY(used, highest_in_use(call, rule, values, in_use));
  }
  return fault(FaultKind::conflict, "standards.numbering_busy",
               {"编码正在被多人同时占用。请重试。", "Codes are being taken by several people at once. Try again."});
}

Result<Json> take_code(Call& call, const Message& message) {
  const Row request(message.request);
  OB_TRY(const CodingRule rule, coding_rule_in_force(call, request.text("rule")));
  const std::string code = request.text("code");
  const auto findings = check_code(rule, code);
  if (const auto place = findings.empty() ? counted(rule, code) : std::nullopt) {
    OB_CHECK(Numbering(call, rule, place->prefix).raise(place->serial));
  }
  return Json{{"findings", findings_json(findings)}};
}

Result<Json> check_code_request(Call& call, const Message& message) {
  const Row request(message.request);
  OB_TRY(const CodingRule rule, coding_rule_in_force(call, request.text("rule")));
  return Json{{"findings", findings_json(check_code(rule, request.text("code")))}};
}

} // namespace onebudget::standards
