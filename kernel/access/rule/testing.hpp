#pragma once
// Nodes to plan with, and the rule of visible_above for one place beside the one that is compiled into SQL. For tests
// only.

#include "kernel/access/access.hpp"

namespace onebudget::access {

inline NewNode node_row(std::string code, std::string parent, NodeKind kind, GovLevel level = GovLevel::none) {
  NewNode node;
  node.name = "节点 " + code;
  node.code = std::move(code);
  node.parent_code = std::move(parent);
  node.kind = kind;
  node.gov_level = level;
  return node;
}

/// True when a row at `place` lies on a lower level than the scope's node, so that only states of visible_above show.
inline bool looks_down(const Scope& scope, const Place& place) {
  if (scope.grant_id == 0) return false;
  if (scope.node_kind == NodeKind::region || scope.node_kind == NodeKind::zone)
    return place.gov_level > scope.node_level;
  return place.owner_path.size() > scope.node_path.size() && place.owner_path.starts_with(scope.node_path);
}

} // namespace onebudget::access
