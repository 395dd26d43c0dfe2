#include "kernel/access/rule/ranges.hpp"

#include <algorithm>
#include <utility>

namespace onebudget::access {

namespace {

// Behind every path: segments use letters, digits, '.', '_', '-' and '/', all below '~' and above '!'.
constexpr char kAfterSelf = '!';        // path + "!" stands before every path below `path`
constexpr char kAfterDepartments = 'e'; // "d…" stands before it, "r…" behind it
constexpr char kAfterAll = '~';

bool is_region(NodeKind kind) { return kind == NodeKind::region || kind == NodeKind::zone; }

/// The node whose looking-down rule is the stricter one on the rows that both scopes hold.
const Scope& stricter(const Scope& a, const Scope& b) {
  // The kernel's own work looks down on nobody.
  if (a.grant_id == 0) return b;
  if (b.grant_id == 0) return a;
  if (a.node_level != b.node_level) return a.node_level < b.node_level ? a : b;
  if (is_region(a.node_kind) != is_region(b.node_kind)) return is_region(a.node_kind) ? b : a;
  return a.node_path.size() <= b.node_path.size() ? a : b;
}

} // namespace

Range reach_range(std::string_view path, Reach reach) {
  Range range{std::string(path), std::string(path)};
  switch (reach) {
    case Reach::self:
      range.high += kAfterSelf;
      break;
    case Reach::level:
      range.high += kAfterDepartments;
      break;
    case Reach::subtree:
      range.high += kAfterAll;
      break;
  }
  return range;
}

std::vector<Range> merged(std::vector<Range> ranges) {
  ranges.erase(std::remove_if(ranges.begin(), ranges.end(), [](const Range& range) { return range.low >= range.high; }),
               ranges.end());
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.low != b.low ? a.low < b.low : a.high > b.high; });
  std::vector<Range> result;
  for (Range& range : ranges) {
    if (!result.empty() && range.low <= result.back().high) {
      if (range.high > result.back().high) result.back().high = std::move(range.high);
    } else {
      result.push_back(std::move(range));
    }
  }
  return result;
}

std::optional<Scope> meet(const Scope& a, const Scope& b) {
  Scope result = stricter(a, b);
  result.low = std::max(a.low, b.low);
  result.high = std::min(a.high, b.high);
  if (result.low >= result.high) return std::nullopt;
  if (a.departments.empty() || b.departments.empty()) {
    result.departments = a.departments.empty() ? b.departments : a.departments;
  } else {
    result.departments.clear();
    for (const std::string& code : a.departments) {
      if (std::find(b.departments.begin(), b.departments.end(), code) != b.departments.end()) {
        result.departments.push_back(code);
      }
    }
    if (result.departments.empty()) return std::nullopt;
  }
  if (a.where.empty() || a.where == b.where) {
    result.where = b.where;
  } else if (b.where.empty()) {
    result.where = a.where;
  } else {
    result.where = "(" + a.where + ");(" + b.where + ")";
  }
  result.unmask = a.unmask && b.unmask;
  result.root = a.root && b.root;
  result.grant_id = a.grant_id != 0 ? a.grant_id : b.grant_id;
  return result;
}

bool within(const Scope& inner, const Scope& outer) {
  if (inner.low < outer.low || inner.high > outer.high) return false;
  if (!outer.where.empty() && inner.where != outer.where) return false;
  if (outer.departments.empty()) return true;
  if (inner.departments.empty()) return false;
  return std::all_of(inner.departments.begin(), inner.departments.end(), [&outer](const std::string& code) {
    return std::find(outer.departments.begin(), outer.departments.end(), code) != outer.departments.end();
  });
}

Scope whole_tree() {
  Scope scope;
  scope.high = std::string(1, kAfterAll);
  scope.node_path = "/";
  scope.unmask = true;
  scope.root = true;
  return scope;
}

bool holds(const Scope& scope, const Place& place) {
  if (place.owner_path < scope.low || place.owner_path >= scope.high) return false;
  return scope.departments.empty() || std::find(scope.departments.begin(), scope.departments.end(),
                                                place.department_code) != scope.departments.end();
}

} // namespace onebudget::access
