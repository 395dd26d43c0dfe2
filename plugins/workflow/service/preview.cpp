#include "plugins/workflow/domain/definition.hpp"
#include "plugins/workflow/service/service.hpp"

namespace onebudget::workflow {

namespace {

using plugin::Json;

Fault wrong(const std::string& name) {
  return fault(
      FaultKind::malformed, "workflow.member",
      {"成员“" + name + "”缺失或类型、取值不对。请对照接口说明改正。",
       "The member \"" + name + "\" is missing, or of a wrong type or value. See the description of the API."});
}

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

template <class Value>
Result<void> choose(const Json& from, const char* name, std::initializer_list<std::pair<const char*, Value>> all,
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
  OB_CHECK(choose<Mode>(
      from, "mode", {{"single", Mode::single}, {"all", Mode::all}, {"any", Mode::any}, {"in_order", Mode::in_order}},
      out.mode));
  OB_CHECK(read(from, "roles", out.roles));
  OB_CHECK(read(from, "from", out.from));
  OB_CHECK(read(from, "below", out.below));
  OB_CHECK(read(from, "categories", out.categories));
  OB_CHECK(read(from, "offices", out.offices));
  OB_CHECK(read(from, "workdays", out.workdays));
  OB_CHECK(choose<Overdue>(
      from, "overdue", {{"remind", Overdue::remind}, {"escalate", Overdue::escalate}, {"return", Overdue::send_back}},
      out.overdue));
  OB_CHECK(read(from, "escalate_to", out.escalate_to));
  return out;
}

Result<Definition> read_definition(const Json& from) {
  Definition out;
  OB_CHECK(read(from, "categories", out.categories));
  OB_CHECK(read(from, "offices", out.offices));
  if (!from.contains("steps") || !from["steps"].is_array()) return wrong("steps");
  for (const Json& item : from["steps"]) {
    OB_TRY(Step step, read_step(item));
    out.steps.push_back(std::move(step));
  }
  return out;
}

} // namespace

Result<plugin::Answer> preview(plugin::Call& call, const plugin::Request& request) {
  OB_TRY(const Json body, request.json());
  for (const char* name : {"definition", "facts"})
    if (!body.contains(name) || !body[name].is_object()) return wrong(name);
  OB_TRY(const Definition definition, read_definition(body["definition"]));
  Json findings = Json::array();
  for (const FieldFault& each : check_definition(definition))
    findings.push_back({{"field", each.field},
                        {"code", each.code},
                        {"message", each.message.in(call.language())},
                        {"remedy", each.remedy.in(call.language())}});
  Json ranks = Json::array();
  if (findings.empty()) {
    Facts facts;
    std::optional<Money> amount;
    OB_CHECK(read(body["facts"], "amount", amount));
    if (!amount) return wrong("amount");
    facts.amount = *amount;
    OB_CHECK(read(body["facts"], "category", facts.category));
    OB_CHECK(read(body["facts"], "office", facts.office));
    OB_TRY(const auto found, way(definition, facts));
    for (const auto& rank : found) {
      Json steps = Json::array();
      for (const Step& step : rank) steps.push_back({{"id", step.id}, {"roles", step.roles}});
      ranks.push_back(std::move(steps));
    }
  }
  return plugin::Answer::json({{"findings", findings}, {"way", ranks}});
}

} // namespace onebudget::workflow
