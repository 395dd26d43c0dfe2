// 分步骤字段权限: what a task grants, what came with the decision, and whether it reached the subject.

#include "plugins/workflow/domain/filling.hpp"
#include "plugins/workflow/service/act.hpp"
#include "sdk/values/time_text.hpp"

namespace onebudget::workflow {

namespace {

bool empty(const Json& value) {
  return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
}

/// Whether a value as REST tells it is what a plugin reads: yuan and fen, RFC 3339 and milliseconds.
bool same(const Json& given, const Json& now) {
  if (given == now || (empty(given) && empty(now))) return true;
  if (!given.is_string() || !now.is_number_integer()) return false;
  const auto& text = given.get_ref<const std::string&>();
  const auto amount = Money::parse_yuan(text);
  return (amount && amount->fen() == now.get<std::int64_t>()) || parse_time_text(text) == now.get<std::int64_t>();
}

} // namespace

Json rights_json(const std::vector<FieldRight>& rights) {
  Json out = Json::array();
  for (const FieldRight& right : rights) out.push_back({{"name", right.name}, {"required", right.required}});
  return out;
}

std::vector<FieldRight> rights_of(const Row& task) {
  std::vector<FieldRight> out;
  for (const Json& right : task.at("fields")) {
    if (right.is_string()) out.push_back({right.get<std::string>()}); // a task of before rights could be required
    if (right.is_object()) out.push_back({Row(right).text("name"), Row(right).flag("required")});
  }
  return out;
}

Result<void> check_filling(const Call& call, const Desk& desk, const DeskTask& task, const Json& given, bool approves) {
  const std::vector<FieldRight> rights = rights_of(task.row);
  const std::string title = task.row.text("title");
  std::vector<std::string> names;
  for (const auto& [name, value] : given.items()) names.push_back(name);
  OB_CHECK(may_fill(rights, title, approves, names));
  std::vector<std::string> lacking;
  Row subject;
  for (const FieldRight& right : rights) {
    if (!right.required || !approves) continue;
    if (subject.none()) {
      OB_TRY(subject, call.records().get(desk.row().text("subject_entity"), desk.row().ref("subject_id")));
    }
    if (empty(given.contains(right.name) ? given[right.name] : subject.at(right.name))) lacking.push_back(right.name);
  }
  return all_filled(rights, title, lacking);
}

Result<void> check_taken(const Json& given, const Row& before, const Row& after) {
  std::vector<FieldFault> left;
  for (const auto& [name, value] : given.items()) {
    if (before.at(name) != after.at(name) || same(value, after.at(name))) continue;
    left.push_back({"/fields/" + name,
                    "workflow.fields_not_taken",
                    {"事项没有接收此字段。", "The subject did not take this field."},
                    {"请去掉此项。", "Leave it out."}});
  }
  if (left.empty()) return {};
  return fault(FaultKind::rule, "workflow.fields_not_taken",
               {"事项没有接收所填字段，未办理。请去掉这些字段后再办，并请审批流定义的维护人核对可填字段。",
                "The subject did not take what was filled in, so nothing was decided. Leave these fields out, and have "
                "whoever keeps the definition check what can be filled in."},
               std::move(left));
}

} // namespace onebudget::workflow
