#include "plugins/standards/service/service.hpp"

namespace onebudget::standards {

namespace {

const std::pair<const char*, SegmentKind> kKinds[] = {{"digits", SegmentKind::digits}, {"year2", SegmentKind::year2}, {"choice", SegmentKind::choice},
                                                      {"serial", SegmentKind::serial}, {"region", SegmentKind::region}};

Fault bad_segments(const std::string& zh, const std::string& en) {
  return fault(FaultKind::rule, "standards.coding_rule", {zh, en}, {{"/segments", "standards.coding_rule", {zh, en}, {"请按字段说明填写分段。", "Write the segments as the field's help says."}}});
}

Result<Segment> segment_of(const Json& item) {
  if (!item.is_object() || !item.value("name", Json()).is_string() || !item.value("length", Json()).is_number_integer() || !item.value("kind", Json()).is_string())
    return bad_segments("每个编码段都需要 name、kind 和 length。", "Each segment needs name, kind and length.");
  Segment segment;
  segment.name = item["name"];
  segment.length = item["length"];
  const Json title = item.value("title", Json::object());
  segment.title = {title.value("zh", segment.name), title.value("en", segment.name)};
  bool known = false;
  for (const auto& [name, kind] : kKinds)
    if (item["kind"] == name) {
      segment.kind = kind;
      known = true;
    }
  if (!known) return bad_segments("编码段的 kind 不正确。", "A segment's kind is not known.");
  for (const Json& choice : item.value("choices", Json::array()))
    if (choice.is_string()) segment.choices.push_back(choice);
  return segment;
}

} // namespace

std::string filter_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

Json findings_json(const std::vector<FieldFault>& findings) {
  Json list = Json::array();
  for (const FieldFault& finding : findings)
    list.push_back({{"field", finding.field}, {"code", finding.code}, {"message", {{"zh", finding.message.zh}, {"en", finding.message.en}}}, {"remedy", {{"zh", finding.remedy.zh}, {"en", finding.remedy.en}}}});
  return list;
}

Result<CodingRule> coding_rule_of(const Json& record) {
  CodingRule rule;
  rule.code = record.value("code", std::string());
  rule.total_length = record.value("total_length", Json(0)).is_number_integer() ? record["total_length"].get<int>() : 0;
  const Json segments = record.value("segments", Json());
  if (!segments.is_array() || segments.empty() || segments.size() > 20) return bad_segments("分段应为 1 到 20 段的列表。", "The segments must be a list of 1 to 20.");
  for (const Json& item : segments) {
    OB_TRY(rule.segments.emplace_back(), segment_of(item));
  }
  return rule;
}

Result<CodingRule> coding_rule_in_force(const Call& call, std::string_view code) {
  OB_TRY(const auto rows, call.rows("standards.coding_rule", {{"filter", "code==" + filter_text(code) + ";status==in_force"}, {"sort", "-edition"}, {"limit", 1}}));
  if (!rows.empty()) return coding_rule_of(rows.front());
  const std::string name(code);
  return fault(FaultKind::rule, "standards.no_coding_rule", {"没有有效的编码规则“" + name + "”。请先在标准库中导入并批准。", "There is no coding rule \"" + name + "\" in force. Import and approve one first."});
}

Result<Json> compose_code(Call& call, const Json& request) {
  OB_TRY(const CodingRule rule, coding_rule_in_force(call, request.value("rule", std::string())));
  std::vector<SegmentValue> values;
  const Json given = request.value("values", Json::object());
  for (const auto& [name, value] : given.items())
    if (value.is_string()) values.push_back({name, value});
  OB_TRY(const std::string prefix, prefix_of(rule, values));
  // Counted per prefix; a unit that is dropped later leaves a gap, never a duplicate.
  OB_TRY(const std::int64_t serial, call.increment("serial/" + rule.code + "/" + prefix));
  OB_TRY(const std::string code, compose(rule, values, serial));
  return Json{{"code", code}};
}

Result<Json> check_code_request(Call& call, const Json& request) {
  OB_TRY(const CodingRule rule, coding_rule_in_force(call, request.value("rule", std::string())));
  return Json{{"findings", findings_json(check_code(rule, request.value("code", std::string())))}};
}

} // namespace onebudget::standards
