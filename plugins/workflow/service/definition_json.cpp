// Definitions and facts as JSON, as they stand in a definition's body and in the preview.

#include "plugins/workflow/service/service.hpp"

namespace onebudget::workflow {

Fault wrong(const std::string& name) {
  return fault(
      FaultKind::malformed, "workflow.member",
      {"成员“" + name + "”缺失或类型、取值不对。请对照接口说明改正。",
       "The member \"" + name + "\" is missing, or of a wrong type or value. See the description of the API."});
}

namespace {

Result<void> read(const Json& from, const char* name, std::string& to) {
  if (!from.contains(name)) return {};
  if (!from[name].is_string()) return wrong(name);
  to = from[name].get<std::string>();
  return {};
}

Result<void> read(const Json& from, const char* name, std::vector<std::string>& to) {
  if (!from.contains(name)) return {};
  if (!from[name].is_array()) return wrong(name);
  for (const Json& item : from[name]) {
    if (!item.is_string()) return wrong(name);
    to.push_back(item.get<std::string>());
  }
  return {};
}

/// Names, or {name, required}.
Result<void> read(const Json& from, const char* name, std::vector<FieldRight>& to) {
  if (!from.contains(name)) return {};
  if (!from[name].is_array()) return wrong(name);
  for (const Json& item : from[name]) {
    FieldRight right;
    if (item.is_string()) {
      right.name = item.get<std::string>();
    } else {
      if (!item.is_object() || (item.contains("required") && !item["required"].is_boolean())) return wrong(name);
      OB_CHECK(read(item, "name", right.name));
      right.required = item.value("required", false);
    }
    to.push_back(std::move(right));
  }
  return {};
}

Result<void> read(const Json& from, const char* name, std::optional<int>& to) {
  if (!from.contains(name)) return {};
  if (!from[name].is_number_integer()) return wrong(name);
  const auto number = from[name].get<std::int64_t>();
  if (number < -10'000 || number > 10'000) return wrong(name);
  to = static_cast<int>(number);
  return {};
}

Result<void> read(const Json& from, const char* name, std::optional<Money>& to) {
  std::string text;
  OB_CHECK(read(from, name, text));
  if (text.empty()) return {};
  OB_TRY(to, Money::parse_yuan(text));
  return {};
}

Result<void> read(const Json& from, const char* name, std::optional<Day>& to) {
  std::string text;
  OB_CHECK(read(from, name, text));
  if (text.empty()) return {};
  to = Day::parse(text);
  return to ? Result<void>() : Result<void>(wrong(name));
}

template <class Value>
Result<void> choose_word(const Json& from, const char* name, std::initializer_list<std::pair<const char*, Value>> all,
                         Value& to) {
  std::string text;
  OB_CHECK(read(from, name, text));
  if (text.empty()) return {};
  for (const auto& [word, value] : all)
    if (text == word) {
      to = value;
      return {};
    }
  return wrong(name);
}

Result<Step> read_step(const Json& from) {
  if (!from.is_object()) return wrong("steps");
  Step out;
  std::optional<int> rank;
  OB_CHECK(read(from, "id", out.id));
  OB_CHECK(read(from, "rank", rank));
  out.rank = rank.value_or(1);
  OB_CHECK(choose_word<Mode>(
      from, "mode", {{"single", Mode::single}, {"all", Mode::all}, {"any", Mode::any}, {"in_order", Mode::in_order}},
      out.mode));
  OB_CHECK(choose_word<At>(from, "at",
                           {{"nearest", At::nearest},
                            {"unit", At::unit},
                            {"department", At::department},
                            {"division", At::division},
                            {"region", At::region},
                            {"upper", At::upper}},
                           out.at));
  OB_CHECK(read(from, "title", out.title));
  OB_CHECK(read(from, "roles", out.roles));
  OB_CHECK(read(from, "from", out.from));
  OB_CHECK(read(from, "below", out.below));
  OB_CHECK(read(from, "categories", out.categories));
  OB_CHECK(read(from, "offices", out.offices));
  OB_CHECK(read(from, "workdays", out.workdays));
  OB_CHECK(choose_word<Overdue>(
      from, "overdue", {{"remind", Overdue::remind}, {"escalate", Overdue::escalate}, {"return", Overdue::send_back}},
      out.overdue));
  OB_CHECK(read(from, "escalate_to", out.escalate_to));
  OB_CHECK(read(from, "by", out.by));
  OB_CHECK(read(from, "transition", out.transition));
  OB_CHECK(read(from, "fields", out.fields));
  return out;
}

} // namespace

Result<Definition> read_definition(const Json& from) {
  Definition out;
  OB_CHECK(read(from, "categories", out.categories));
  OB_CHECK(read(from, "offices", out.offices));
  OB_CHECK(read(from, "owner_kinds", out.owner_kinds));
  OB_CHECK(read(from, "on_finish", out.on_finish));
  OB_CHECK(read(from, "on_return", out.on_return));
  OB_CHECK(read(from, "on_withdraw", out.on_withdraw));
  if (!from.contains("steps") || !from["steps"].is_array()) return wrong("steps");
  for (const Json& item : from["steps"]) {
    OB_TRY(Step step, read_step(item));
    out.steps.push_back(std::move(step));
  }
  return out;
}

Result<Facts> read_facts(const Json& from) {
  Facts facts;
  std::optional<Money> amount;
  OB_CHECK(read(from, "amount", amount));
  if (!amount) return wrong("amount");
  facts.amount = *amount;
  OB_CHECK(read(from, "category", facts.category));
  OB_CHECK(read(from, "office", facts.office));
  OB_CHECK(read(from, "owner_kind", facts.owner_kind));
  return facts;
}

Json findings_json(const Call& call, const std::vector<FieldFault>& findings) {
  Json list = Json::array();
  for (const FieldFault& each : findings)
    list.push_back({{"field", each.field},
                    {"code", each.code},
                    {"message", each.message.in(call.language())},
                    {"remedy", each.remedy.in(call.language())}});
  return list;
}

} // namespace onebudget::workflow
