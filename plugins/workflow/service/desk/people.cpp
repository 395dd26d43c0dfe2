// People, posts, delegations and days, as the desk needs them.

#include <algorithm>

#include "plugins/workflow/service/desk/desk.hpp"

namespace onebudget::workflow {

namespace {

constexpr std::int64_t kChina = 8 * 3'600'000LL, kDay = 86'400'000;
constexpr std::int32_t kYearAround = 400;

Post post_of(const Row& grant) {
  Post out;
  out.person = grant.ref("user").value;
  out.name = grant.text("display_name");
  out.role = grant.text("role");
  out.node = grant.text("node");
  out.kind = grant.text("kind");
  out.path = grant.text("path");
  for (const Json& code : grant.at("departments"))
    if (code.is_string()) out.departments.push_back(code);
  return out;
}

Result<std::vector<Post>> posts(const Call& call, const Json& query) {
  OB_TRY(const auto found, call.holders(query));
  std::vector<Post> out;
  for (const Row& grant : found) out.push_back(post_of(grant));
  return out;
}

} // namespace

Result<PersonId> person_of(const Call& call) {
  OB_TRY(const plugin::Caller caller, call.caller());
  if (!caller.user.none()) return caller.user.value;
  return fault(FaultKind::forbidden, "workflow.person",
               {"审批须由登录的人办理。", "Approvals are given by people who signed in."});
}

Result<std::vector<Post>> posts_of_person(const Call& call, PersonId person) {
  return posts(call, {{"user", std::to_string(person)}});
}

Result<std::vector<Post>> posts_of_role(const Call& call, const std::string& role, RecordId node) {
  return posts(call, {{"role", role}, {"node", node.str()}});
}

Result<std::vector<PersonId>> principals_of(const Call& call, PersonId deputy) {
  const std::string today = call.today().str();
  plugin::Query query;
  query.filter = "deputy==" + std::to_string(deputy) + ";from_day=le=" + plugin::quoted(today) +
                 ";to_day=ge=" + plugin::quoted(today);
  query.fields = {"person"};
  OB_TRY(const auto rows, call.records().list("workflow.delegation", query));
  std::vector<PersonId> out;
  for (const Row& row : rows) out.push_back(row.ref("person").value);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Result<Calendar> calendar_of(const Call& call) {
  plugin::Query query;
  query.filter = "day=ge=" + plugin::quoted(call.today().plus_days(-kYearAround).str()) +
                 ";day=le=" + plugin::quoted(call.today().plus_days(kYearAround).str());
  query.sort = "day";
  query.fields = {"list_year", "day", "kind"};
  std::string lines = "list_year,day,kind,name,paper\n";
  OB_CHECK(call.records().each("workflow.holiday", query, [&](const Row& row) -> Result<void> {
    lines += std::to_string(row.number("list_year")) + "," + row.text("day") + "," + row.text("kind") + ",-,-\n";
    return {};
  }));
  return Calendar::parse(lines);
}

std::string day_of_ms(std::int64_t utc_ms) {
  return Day::from_number(static_cast<std::int32_t>((utc_ms + kChina) / kDay)).str();
}

Json moved_json(Desk& desk, RecordId task) {
  const DeskTask& one = desk.task(task);
  return {{"case", desk.id().str()},
          {"case_state", desk.row().text("state")},
          {"task", task.str()},
          {"task_state", name_of(one.task.state)}};
}

const char* name_of(TaskState state) {
  constexpr const char* kNames[] = {"waiting", "open", "approved", "returned", "moved", "cancelled"};
  return kNames[static_cast<int>(state)];
}

const char* name_of(Mode mode) {
  constexpr const char* kNames[] = {"single", "all", "any", "in_order"};
  return kNames[static_cast<int>(mode)];
}

const char* name_of(Overdue overdue) {
  constexpr const char* kNames[] = {"remind", "escalate", "return"};
  return kNames[static_cast<int>(overdue)];
}

} // namespace onebudget::workflow
