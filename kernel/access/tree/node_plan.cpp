#include "kernel/access/tree/node_plan.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <unordered_map>

#include "kernel/access/names.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::access {

namespace {

constexpr std::size_t kMostCode = 40;
constexpr std::size_t kMostName = 200;

bool is_region(NodeKind kind) { return kind == NodeKind::region || kind == NodeKind::zone; }

/// A bad value as a message may quote it.
std::string shown(const std::string& text) {
  constexpr std::size_t kMost = 60;
  if (text.size() <= kMost) return text;
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

/// Where the parent of a row is: in the batch, in the tree, nowhere (a root), or unknown.
struct Parent {
  enum class Where { root, batch, tree, unknown } where = Where::unknown;
  std::size_t row = 0;
  const Node* node = nullptr;
};

class Planner {
 public:
  Planner(const std::vector<NewNode>& rows, const KnownTree& known) : rows_(rows), known_(known) {}

  NodePlan run() {
    index();
    for (std::size_t row = 0; row < rows_.size(); ++row) check_alone(row);
    for (std::size_t row = 0; row < rows_.size(); ++row) find_parent(row);
    order();
    for (const std::size_t row : order_) check_under_parent(row);
    std::stable_sort(plan_.issues.begin(), plan_.issues.end(),
                     [](const NodeIssue& a, const NodeIssue& b) { return a.row < b.row; });
    if (!plan_.issues.empty()) plan_.nodes.clear();
    return std::move(plan_);
  }

 private:
  void issue(std::size_t row, const char* member, const char* code, Text message, Text remedy) {
    plan_.issues.push_back({row, member, std::string("node.") + code, std::move(message), std::move(remedy)});
  }

  void index() {
    for (std::size_t row = 0; row < rows_.size(); ++row) first_.emplace(rows_[row].code, row);
  }

  void check_alone(std::size_t row) {
    const NewNode& node = rows_[row];
    if (!valid_node_code(node.code)) {
      issue(row, "code", "code", {"节点代码“" + shown(node.code) + "”不合规", "the node code is malformed"},
            {"请用 1 至 40 位字母、数字、点、下划线或连字符",
             "use 1 to 40 letters, digits, dots, underscores or hyphens"});
    } else if (first_.at(node.code) != row) {
      const std::string line = std::to_string(first_.at(node.code) + 1);
      issue(row, "code", "duplicate",
            {"代码 " + shown(node.code) + " 与第 " + line + " 行重复", "code " + node.code + " repeats line " + line},
            {"每个节点只写一行", "give every node one line only"});
    } else if (known_.by_code.count(node.code) > 0) {
      issue(row, "code", "duplicate", {"代码 " + node.code + " 已存在", "code " + node.code + " exists already"},
            {"请换一个代码，或改为修改原节点", "use another code, or change the existing node"});
    }
    if (!valid_node_name(node.name)) {
      issue(row, "name", "name",
            {"节点名称为空、过长或含有控制字符", "the name is empty, too long or holds control characters"},
            {"请填写 1 至 200 个字的名称", "give a name of 1 to 200 characters"});
    }
    if (!node.valid_from.empty() && !valid_date(node.valid_from)) {
      issue(row, "valid_from", "date", {"启用日期“" + shown(node.valid_from) + "”不是日期", "valid_from is not a date"},
            {"请写成 YYYY-MM-DD", "write YYYY-MM-DD"});
    }
    check_department_code(row);
  }

  void check_department_code(std::size_t row) {
    const NewNode& node = rows_[row];
    if (node.department_code.empty()) return;
    if (node.kind != NodeKind::department) {
      issue(row, "department_code", "department_code",
            {"只有部门可以填写部门代码", "only departments have a department code"},
            {"请清空该栏，单位会沿用所属部门的代码", "leave it empty; a unit takes its department's"});
    } else if (!valid_node_code(node.department_code)) {
      issue(row, "department_code", "department_code",
            {"部门代码“" + shown(node.department_code) + "”不合规", "the department code is malformed"},
            {"请用 1 至 40 位字母、数字、点、下划线或连字符",
             "use 1 to 40 letters, digits, dots, underscores or hyphens"});
    }
  }

  void find_parent(std::size_t row) {
    const NewNode& node = rows_[row];
    Parent parent;
    if (node.parent_code.empty()) {
      parent.where = Parent::Where::root;
    } else if (const auto known = known_.by_code.find(node.parent_code); known != known_.by_code.end()) {
      parent.where = Parent::Where::tree;
      parent.node = &known->second;
    } else if (const auto first = first_.find(node.parent_code); first != first_.end()) {
      parent.where = Parent::Where::batch;
      parent.row = first->second;
    } else {
      issue(row, "parent_code", "parent_unknown",
            {"上级 " + shown(node.parent_code) + " 不存在", "parent " + shown(node.parent_code) + " does not exist"},
            {"请先建立上级，或更正上级代码", "create the parent first, or correct its code"});
    }
    parents_.push_back(parent);
  }

  /// Parents before children. Rows that lead into a circle are reported; rows below a bad one are left out.
  void order() {
    enum class Mark { fresh, open, done };
    std::vector<Mark> marks(rows_.size(), Mark::fresh);
    cyclic_.assign(rows_.size(), false);
    for (std::size_t start = 0; start < rows_.size(); ++start) {
      std::vector<std::size_t> chain;
      for (std::size_t row = start; marks[row] != Mark::done; row = parents_[row].row) {
        if (marks[row] == Mark::open) {
          report_cycle(chain, row);
          break;
        }
        marks[row] = Mark::open;
        chain.push_back(row);
        if (parents_[row].where != Parent::Where::batch) break;
      }
      for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
        marks[*it] = Mark::done;
        order_.push_back(*it);
      }
    }
  }

  void report_cycle(const std::vector<std::size_t>& chain, std::size_t entry) {
    const auto begin = std::find(chain.begin(), chain.end(), entry);
    for (auto it = begin; it != chain.end(); ++it) {
      cyclic_[*it] = true;
      issue(*it, "parent_code", "cycle",
            {"上级关系成环：" + rows_[*it].code + " 最终是自己的上级",
             "the parents form a circle through " + rows_[*it].code},
            {"请更正环中某一行的上级代码", "correct the parent code of one line of the circle"});
    }
  }

  /// The parent as a node; nothing when it is itself bad, which its own line says.
  std::optional<Node> parent_node(std::size_t row) const {
    const Parent& parent = parents_[row];
    if (parent.where == Parent::Where::tree) return *parent.node;
    if (parent.where != Parent::Where::batch) return std::nullopt;
    const auto found = planned_.find(parent.row);
    if (found == planned_.end()) return std::nullopt;
    return plan_.nodes[found->second].node;
  }

  void check_under_parent(std::size_t row) {
    const NewNode& wanted = rows_[row];
    if (!valid_node_code(wanted.code) || cyclic_[row]) return;
    PlannedNode planned;
    planned.row = row;
    planned.node.code = wanted.code;
    planned.node.name = wanted.name;
    planned.node.kind = wanted.kind;
    planned.node.gov_level = wanted.gov_level;
    planned.node.valid_from = wanted.valid_from;
    planned.node.path = "/";
    if (parents_[row].where == Parent::Where::root) {
      if (!root_fits(row)) return;
    } else {
      const std::optional<Node> parent = parent_node(row);
      if (!parent || !kind_fits(row, *parent) || !level_fits(row, *parent, planned.node)) return;
      if (!take_department_code(row, *parent, planned.node)) return;
      planned.node.path = parent->path;
      planned.node.parent = parent->id;
      if (parents_[row].where == Parent::Where::batch)
        planned.parent_row = static_cast<std::ptrdiff_t>(parents_[row].row);
    }
    planned.node.path += segment(wanted.kind, wanted.code);
    if (std::count(planned.node.path.begin(), planned.node.path.end(), '/') > kMostDepth + 1) {
      issue(row, "parent_code", "depth", {"组织树超过 16 级", "the tree would be deeper than 16 levels"},
            {"请挂到更高的上级", "put the node under a higher parent"});
      return;
    }
    planned_.emplace(row, plan_.nodes.size());
    plan_.nodes.push_back(std::move(planned));
  }

  bool root_fits(std::size_t row) {
    if (rows_[row].kind != NodeKind::region || rows_[row].gov_level == GovLevel::none) {
      issue(row, "kind", "root", {"树根必须是带政府级次的区划", "the root must be a region with a government level"},
            {"请填写上级代码，或把该行改为区划", "give a parent code, or make it a region"});
      return false;
    }
    if (known_.has_root || root_seen_) {
      issue(row, "parent_code", "root", {"组织树已有树根", "the tree has a root already"},
            {"请填写上级代码", "give a parent code"});
      return false;
    }
    root_seen_ = true;
    return true;
  }

  bool kind_fits(std::size_t row, const Node& parent) {
    const NodeKind kind = rows_[row].kind;
    bool fits = false;
    switch (kind) {
      case NodeKind::region:
        fits = parent.kind == NodeKind::region;
        break;
      case NodeKind::zone:
      case NodeKind::department:
        fits = is_region(parent.kind);
        break;
      case NodeKind::unit:
        fits = !is_region(parent.kind);
        break;
    }
    if (!fits) {
      const std::string pair = std::string(name_of(kind)) + " under " + std::string(name_of(parent.kind));
      issue(row, "parent_code", "kind",
            {"该类节点不能挂在 " + parent.code + " 之下（" + pair + "）", "a node may not stand there: " + pair},
            {"区划挂区划，开发区和部门挂区划，单位挂部门或单位",
             "regions stand under regions, zones and departments under regions, units under departments or units"});
    }
    return fits;
  }

  bool level_fits(std::size_t row, const Node& parent, Node& node) {
    const bool region = node.kind == NodeKind::region;
    if (!region && node.gov_level == GovLevel::none) node.gov_level = parent.gov_level;
    bool fits = node.gov_level != GovLevel::none;
    if (region)
      fits = fits && node.gov_level > parent.gov_level;
    else if (node.kind == NodeKind::zone)
      fits = fits && node.gov_level >= parent.gov_level;
    else
      fits = node.gov_level == parent.gov_level;
    if (!fits) {
      const std::string pair =
          std::string(name_of(node.gov_level)) + " under " + std::string(name_of(parent.gov_level));
      issue(row, "gov_level", "level",
            {"政府级次与上级 " + parent.code + " 不符（" + pair + "）", "the government level does not fit: " + pair},
            {"区划的级次必须低于上级；部门和单位与所在区划相同，可不填",
             "a region lies below its parent's level; departments and units have their region's, or leave it out"});
    }
    return fits;
  }

  bool take_department_code(std::size_t row, const Node& parent, Node& node) {
    if (node.kind == NodeKind::unit) {
      node.department_code = parent.department_code;
      return true;
    }
    if (node.kind != NodeKind::department) return true;
    node.department_code = rows_[row].department_code;
    if (node.department_code.empty()) {
      // "320100105" or "320100-105" under "320100" is department "105": the same code in every region.
      const bool extends =
          node.code.size() > parent.code.size() && node.code.compare(0, parent.code.size(), parent.code) == 0;
      const std::size_t own = extends ? node.code.find_first_not_of("-._", parent.code.size()) : 0;
      node.department_code = own == std::string::npos ? node.code : node.code.substr(own);
    }
    const auto known = known_.departments.find({parent.id.value, node.department_code});
    const std::string* other = !parent.id.none() && known != known_.departments.end() ? &known->second : nullptr;
    const auto [seen, fresh] = departments_.emplace(std::make_pair(parent.code, node.department_code), node.code);
    if (!other && !fresh) other = &seen->second;
    if (!other) return true;
    issue(row, "department_code", "department_code",
          {"部门代码 " + node.department_code + " 已由 " + *other + " 使用",
           "department code " + node.department_code + " is taken by " + *other},
          {"同一区划内部门代码不得重复", "a department code is unique within its region"});
    return false;
  }

  const std::vector<NewNode>& rows_;
  const KnownTree& known_;
  NodePlan plan_;
  std::unordered_map<std::string, std::size_t> first_;
  std::vector<Parent> parents_;
  std::vector<std::size_t> order_;
  std::vector<bool> cyclic_;
  std::unordered_map<std::size_t, std::size_t> planned_; ///< row → index in plan_.nodes
  std::map<std::pair<std::string, std::string>, std::string> departments_;
  bool root_seen_ = false;
};

} // namespace

NodePlan plan_nodes(const std::vector<NewNode>& rows, const KnownTree& known) { return Planner(rows, known).run(); }

bool valid_node_code(std::string_view code) {
  if (code.empty() || code.size() > kMostCode) return false;
  return std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
           c == '-';
  });
}

bool valid_date(std::string_view date) {
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return false;
  int parts[3] = {0, 0, 0};
  for (std::size_t i = 0, part = 0; i < date.size(); ++i) {
    if (i == 4 || i == 7) {
      ++part;
    } else if (date[i] < '0' || date[i] > '9') {
      return false;
    } else {
      parts[part] = parts[part] * 10 + (date[i] - '0');
    }
  }
  return std::chrono::year_month_day(std::chrono::year(parts[0]), std::chrono::month(static_cast<unsigned>(parts[1])),
                                     std::chrono::day(static_cast<unsigned>(parts[2])))
      .ok();
}

bool valid_node_name(std::string_view name) {
  return !trimmed(name).empty() && valid_utf8(name) && code_points(name) <= kMostName &&
         !has_hostile_controls(name, false);
}

std::string segment(NodeKind kind, std::string_view code) {
  return (is_region(kind) ? "r" : "d") + std::string(code) + "/";
}

} // namespace onebudget::access
