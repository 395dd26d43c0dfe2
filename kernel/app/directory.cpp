#include "kernel/app/directory.hpp"

#include <algorithm>

#include "kernel/access/names.hpp"

namespace onebudget::app {

namespace {

Result<NodeId> node_of(access::Access& access, const Context& context, const std::string& code) {
  if (code.empty()) return NodeId{};
  OB_TRY(const auto node, access.node_by_code(context, code));
  if (node) return node->id;
  return fault(FaultKind::forbidden, "identity.directory_no_node",
               {"目录服务给出的单位代码 " + code + " 在组织机构中不存在。请联系系统管理员。",
                "Your unit " + code + " of the directory is not in the organisation. Ask the system administrator."});
}

Result<void> replace(access::Access& access, const Context& context, UserId user, NodeId node,
                     const std::vector<identity::GroupRole>& roles) {
  OB_TRY(const auto known, access.roles());
  std::vector<access::Grant> wanted;
  for (const identity::GroupRole& role : roles) {
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const access::Role& one) { return one.code == role.role; });
    if (found == known.end() || node.none()) continue; // a role without a place is no right
    access::Grant grant;
    grant.role_id = found->id;
    grant.node = node;
    grant.reach = access::of_name(access::kReaches, role.reach).value_or(access::Reach::self);
    wanted.push_back(std::move(grant));
  }
  return access.replace_grants(context, user, "directory", std::move(wanted));
}

} // namespace

identity::DirectoryRights directory_rights(access::Access& access) {
  return {[&](const Context& context, const std::string& code) { return node_of(access, context, code); },
          [&](const Context& context, UserId user, NodeId node, const std::vector<identity::GroupRole>& roles) {
            return replace(access, context, user, node, roles);
          }};
}

} // namespace onebudget::app
