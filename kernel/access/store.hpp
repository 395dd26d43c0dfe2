#pragma once
// Rows of the access tables as values. Free functions over a Session; nothing here decides anything.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/access/access.hpp"
#include "kernel/access/rule/patterns.hpp"
#include "kernel/access/rule/rights_set.hpp"

namespace onebudget::access {

/// Lists of codes are kept in one text column, one per line.
std::string lines_of(const std::vector<std::string>& items);
std::vector<std::string> items_of(std::string_view lines);

/// Columns for read_node(), with the table alias n.
extern const char* const kNodeColumns;
Node read_node(const storage::Rows& rows);
Result<std::optional<Node>> load_node(storage::Session& session, std::string_view column, storage::Value value);

extern const char* const kRoleColumns;
Role read_role(const storage::Rows& rows);
Result<std::vector<Role>> load_roles(storage::Session& session);

extern const char* const kGrantColumns;
Grant read_grant(const storage::Rows& rows);

/// Runs `select` + " (?,?,…)" + `tail` for all ids in pieces and hands every row on.
Result<void> for_ids(storage::Session& session, const std::string& select, const std::vector<storage::Value>& ids,
                     const std::string& tail, const std::function<void(const storage::Rows&)>& row);

/// Locks the access version against other writers and counts it up. First statement of every change of roles and
/// grants.
Result<void> bump_version(storage::Session& session);

/// A grant with what it refers to.
struct GrantRow {
  Grant grant;
  std::shared_ptr<const Role> role;
  std::shared_ptr<const Patterns> patterns;
  Node node;
  [[nodiscard]] bool in_force(std::int64_t now_ms) const;
};

/// All unrevoked grants of one person (and of the person's tokens), with those they were delegated from.
class GrantGraph {
 public:
  static Result<GrantGraph> load(storage::Session& session, UserId user);

  [[nodiscard]] const std::vector<GrantRow>& own() const { return own_; }
  [[nodiscard]] const std::optional<Moving>& moving() const { return moving_; } ///< what is on its way at present
  /// The grant as far as it is effective now; nothing when it, or one it depends on, is not in force.
  [[nodiscard]] std::optional<Effective> effective(const GrantRow& row, std::int64_t now_ms) const;
  /// The time around `now_ms` in which no grant begins or ends: [first, second).
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> window(std::int64_t now_ms) const;

 private:
  [[nodiscard]] std::optional<Effective> effective(const GrantRow& row, std::int64_t now_ms, int depth) const;
  std::vector<GrantRow> own_;
  std::optional<Moving> moving_;
  std::map<std::int64_t, GrantRow> delegators_;
};

/// Reads grants with role and node; `condition` is SQL over g.
Result<std::vector<GrantRow>> load_grants(storage::Session& session, const std::string& condition,
                                          const storage::Params& params);
Scope scope_of(const GrantRow& row);

inline constexpr int kMostDelegations = 4; ///< length of a chain of delegated grants

} // namespace onebudget::access
