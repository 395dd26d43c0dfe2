#pragma once
// Which new nodes may stand where: a pure check of a whole batch against what is already in the tree.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/access/access.hpp"

namespace onebudget::access {

/// What the tree already holds, as far as the batch touches it.
struct KnownTree {
  std::map<std::string, Node> by_code; ///< codes and parent codes that the batch names
  std::map<std::pair<std::int64_t, std::string>, std::string> departments; ///< (region id, department code) → node code
  bool has_root = false;
};

/// One reason why one row cannot be taken. `member` is the JSON name of the field.
struct NodeIssue {
  std::size_t row = 0; ///< from 0
  std::string member;
  std::string code;
  Text message, remedy;
};

struct PlannedNode {
  Node node; ///< without id and parent id
  std::size_t row = 0;
  std::ptrdiff_t parent_row = -1; ///< row of the parent in the batch; -1: `parent` of the node is already set
};

struct NodePlan {
  std::vector<PlannedNode> nodes; ///< parents before children; empty when there are issues
  std::vector<NodeIssue> issues;  ///< of every bad row, in order of rows
};

inline constexpr int kMostDepth = 16; ///< levels of the tree

NodePlan plan_nodes(const std::vector<NewNode>& rows, const KnownTree& known);

/// Letters, digits, '.', '_' and '-', 1 … 40 of them: what a path segment can hold.
bool valid_node_code(std::string_view code);
/// A calendar date YYYY-MM-DD.
bool valid_date(std::string_view date);
/// 1 … 200 code points of one line.
bool valid_node_name(std::string_view name);
/// The node's own segment of a path, "r320100/" or "d001/".
std::string segment(NodeKind kind, std::string_view code);

} // namespace onebudget::access
