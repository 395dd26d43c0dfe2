// The first start: one secret, used once, makes the root of the tree and the three administrators.

#include <fmt/format.h>

#include "kernel/access/names.hpp"
#include "kernel/http/api/session_rate.hpp"
#include "kernel/http/api/toolbox.hpp"

namespace onebudget::http {

namespace {

struct Administrator {
  const char *member, *role;
};
constexpr Administrator kAdministrators[] = {
    {"system", "system_administrator"}, {"security", "security_administrator"}, {"audit", "audit_administrator"}};

Result<bool> needed(Services& services) {
  OB_TRY(const auto accounts, services.identity.list({"", 0, 1}));
  return accounts.empty();
}

Result<identity::NewAccount> administrator_of(const Json& body, const char* member) {
  Members whole(body);
  const Json* person = whole.object(member);
  if (person == nullptr)
    return fault(FaultKind::malformed, "http.body", {"缺少管理员信息。", "An administrator is missing."},
                 {{fmt::format("/{}", member),
                   "field.required",
                   {"必填项缺失。", "This is required."},
                   {"请填写 username、display_name、password。", "Give username, display_name and password."}}});
  Members members(*person);
  identity::NewAccount account;
  account.username = members.text("username", true);
  account.display_name = members.text("display_name", true);
  account.password = members.text("password", true);
  account.must_change_password = false;
  OB_CHECK(below(member, members.done()));
  return account;
}

Result<access::NewNode> root_of(const Json& body) {
  Members whole(body);
  const Json* root = whole.object("root");
  access::NewNode node;
  if (root == nullptr)
    return fault(FaultKind::malformed, "http.body", {"缺少根节点。", "The root is missing."},
                 {{"/root",
                   "field.required",
                   {"必填项缺失。", "This is required."},
                   {"请填写 code、name、gov_level。", "Give code, name and gov_level."}}});
  Members members(*root);
  node.code = members.text("code", true);
  node.name = members.text("name", true);
  node.kind = access::NodeKind::region;
  const std::string level = members.text("gov_level", true);
  OB_CHECK(below("root", members.done()));
  const auto known = access::of_name(access::kLevels, level);
  if (!known || *known == access::GovLevel::none)
    return fault(FaultKind::rule, "http.body", {"根节点的级次有误。", "The root's level is wrong."},
                 {{"/root/gov_level",
                   "field.reference",
                   {"没有这个级次。", "There is no such level."},
                   {"请填 province、city、county 或 town。", "Give province, city, county or town."}}});
  node.gov_level = *known;
  return node;
}

/// A first start that was cut off after its root was made goes on with that root.
Result<NodeId> root_node(Services& services, const Context& system, const access::NewNode& root) {
  OB_TRY(const auto known, services.access.node_by_code(system, root.code));
  if (known) return known->id;
  auto made = services.access.create_node(system, root);
  if (made) return made->id;
  return below("root", std::move(made).fault()).fault();
}

/// "/2/password" is the audit administrator's.
Fault named(Fault wrong) {
  for (FieldFault& field : wrong.fields) {
    if (field.field.size() > 1 && field.field[1] >= '0' && field.field[1] - '0' < std::ssize(kAdministrators))
      field.field = fmt::format("/{}{}", kAdministrators[field.field[1] - '0'].member, field.field.substr(2));
  }
  return wrong;
}

Result<Response> bootstrap(Services& services, Request& request) {
  OB_TRY(const Json body, body_object(request));
  Members members(body);
  const std::string secret = members.text("secret", true);
  for (const char* name : {"root", "system", "security", "audit"}) members.object(name);
  OB_CHECK(members.done());
  OB_TRY(const access::NewNode root, root_of(body));
  std::vector<identity::NewAccount> people;
  for (const Administrator& administrator : kAdministrators) {
    OB_TRY(people.emplace_back(), administrator_of(body, administrator.member));
  }
  // The kernel itself acts: nobody holds a right yet.
  const Context system = Context::system(services.clock, request.context.request_id);
  NodeId node;
  auto made = services.identity.bootstrap(request.context, secret, people, [&]() -> Result<void> {
    OB_TRY(node, root_node(services, system, root));
    return {};
  });
  if (!made) return named(std::move(made).fault());
  OB_TRY(const auto roles, services.access.roles());
  Json accounts = Json::array();
  for (std::size_t i = 0; i < made->size(); ++i) {
    access::Grant grant;
    grant.user = (*made)[i].id;
    grant.node = node;
    grant.reach = access::Reach::subtree;
    for (const access::Role& role : roles)
      if (role.code == kAdministrators[i].role) grant.role_id = role.id;
    OB_TRY(const access::Grant granted, services.access.grant(system, grant));
    accounts.push_back({{"username", people[i].username}, {"role", kAdministrators[i].role}});
  }
  return json_answer(201, Json{{"accounts", accounts}});
}

} // namespace

void add_bootstrap_routes(Router& router, Services& services, const std::shared_ptr<SignInRate>& rate) {
  add_api(router, services, "GET", "/session/bootstrap", Entry::open, {},
          [](Services& s, Request&) -> Result<Response> {
            OB_TRY(const bool wanted, needed(s));
            return json_answer(200, Json{{"needed", wanted}});
          });
  add_api(router, services, "POST", "/session/bootstrap", Entry::open, {BodyPolicy::memory, 16 * 1024, false, 60},
          [rate](Services& s, Request& r) -> Result<Response> {
            OB_CHECK(rate->admit(r.client_ip, s.clock.mono_ns()));
            return bootstrap(s, r);
          });
}

} // namespace onebudget::http
