// Who a task can be handed to, who can sign it as well, who can be a deputy.

#include <functional>
#include <map>

#include "plugins/workflow/service/desk/desk.hpp"

namespace onebudget::workflow {

namespace {

constexpr std::size_t kMost = 200;

/// Roles that published approvals name, each with the title of the first step it handles.
Result<std::map<std::string, std::string>> roles_of(const Call& call, const std::string& subject) {
  plugin::Query query;
  query.filter = "status==published";
  if (!subject.empty()) query.filter += ";subject==" + plugin::quoted(subject);
  query.fields = {"body"};
  OB_TRY(const auto rows, call.records().list("workflow.definition", query));
  std::map<std::string, std::string> out;
  for (const Row& row : rows) {
    OB_TRY(const Definition definition, read_definition(row.at("body")));
    for (const Step& step : definition.steps) {
      for (const std::string& role : step.roles) out.emplace(role, step.title);
      if (!step.escalate_to.empty()) out.emplace(step.escalate_to, step.title);
    }
  }
  return out;
}

/// Holders of the roles whose grants reach the node, everybody once.
Result<Json> people(const Call& call, PersonId me, const std::string& subject, RecordId node,
                    const std::function<bool(const Post&)>& fits) {
  OB_TRY(const auto roles, roles_of(call, subject));
  std::map<PersonId, Json> found;
  for (const auto& [role, title] : roles) {
    OB_TRY(const auto posts, posts_of_role(call, role, node));
    for (const Post& post : posts) {
      if (post.person == me || found.count(post.person) != 0 || !fits(post)) continue;
      found[post.person] = {{"id", std::to_string(post.person)},
                            {"name", post.name},
                            {"role", role},
                            {"post", title},
                            {"node", post.node}};
      if (found.size() >= kMost) break;
    }
  }
  Json items = Json::array();
  for (auto& [person, one] : found) items.push_back(std::move(one));
  return items;
}

} // namespace

Result<Answer> colleagues(Call& call, const Request& request) {
  OB_TRY(const PersonId me, person_of(call));
  const auto step = RecordId::parse(request.parameter("step").value_or(""));
  if (step) {
    OB_TRY(Desk desk, Desk::of_task(call, *step, 0));
    OB_TRY(const Json items,
           people(call, me, desk.row().text("subject_entity"), desk.row().ref("unit"), [&](const Post& post) {
             std::string name;
             return static_cast<bool>(desk.may_get(post.person, desk.task(*step), name));
           }));
    return Answer::json({{"items", items}});
  }
  const auto office = RecordId::parse(request.parameter("office").value_or(""));
  if (!office) return wrong("office");
  OB_TRY(const Json items, people(call, me, "", *office, [](const Post&) { return true; }));
  return Answer::json({{"items", items}});
}

} // namespace onebudget::workflow
