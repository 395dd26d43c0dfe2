#pragma once
// access: what a caller may see and do. Organisation tree, roles, grants with reach; the one rule of
// 3-records-and-access "Permission", compiled to ranges over owner_path that the database evaluates.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/audit/audit.hpp"
#include "kernel/base/context.hpp"
#include "kernel/storage/storage.hpp"
#include "sdk/values/id.hpp"

namespace onebudget::access {

enum class NodeKind { region, zone, department, unit };
/// Government level; "above" compares this number, not the depth in the tree.
enum class GovLevel : int { none = 0, province = 1, city = 2, county = 3, town = 4 };
enum class Reach { self, level, subtree };

/// A node of the organisation tree. `path` is materialised and sorts by code point: regions and zones are "r<code>",
/// departments and units "d<code>", each segment ends with '/': "/r320000/r320100/d001/d001002/".
struct Node {
  NodeId id, parent;
  std::string code; ///< unique in the whole tree
  std::string name;
  NodeKind kind = NodeKind::unit;
  GovLevel gov_level = GovLevel::none; ///< departments and units have their region's
  std::string path;
  std::string department_code;      ///< of the department it is or belongs to; empty for regions
  std::string valid_from, valid_to; ///< YYYY-MM-DD, half open; empty = open
  std::int64_t version = 1;
  int children = 0; ///< filled by list()
};

struct NewNode {
  std::string code, name, parent_code; ///< empty parent_code: the root (only one)
  NodeKind kind = NodeKind::unit;
  GovLevel gov_level = GovLevel::none;
  std::string valid_from;
  std::string department_code; ///< short code within the region for departments, e.g. "101"; inherited by units
};

struct NodeQuery {
  std::optional<NodeId> parent; ///< children of this node; NodeId{0} = the root itself
  std::string text;             ///< part of name or beginning of code
  std::optional<NodeKind> kind;
  std::string after_path; ///< keyset
  int limit = 100;
};

struct Permission {
  std::string code; ///< "<plugin>.<entity>.<verb>", "<plugin>.<action>", "system.<thing>.manage"
  Text title;
  std::string risk = "medium"; ///< low | medium | high
};

struct Role {
  std::int64_t id = 0;
  std::string code;
  Text title;
  std::string category = "business";    ///< business | system_admin | security_admin | audit_admin
  std::vector<std::string> permissions; ///< exact codes, or "<plugin>.*", "<plugin>.<entity>.*"
  bool builtin = false;
  std::int64_t version = 1;
};

struct Grant {
  std::int64_t id = 0;
  UserId user;
  std::int64_t token_id = 0; ///< > 0: a grant of an API token, not of its owner
  std::int64_t role_id = 0;
  NodeId node;
  Reach reach = Reach::self;
  std::vector<std::string> departments;            ///< department codes; empty = all
  std::string where;                               ///< filter on declared fields; empty = all
  std::int64_t valid_from_ms = 0, valid_to_ms = 0; ///< half open; 0 = open
  std::int64_t delegated_by = 0;                   ///< grant id
  bool revoked = false;
  std::string origin; ///< empty: given by a person; otherwise who keeps it up to date
};

/// Two permissions that one person may not hold together; the title says why.
struct Conflict {
  std::string first, second;
  Text title{};
};

/// One admitted part of the tree for one permission: rows with low <= owner_path < high.
struct Scope {
  std::string low, high;
  std::string node_path;
  NodeKind node_kind = NodeKind::region;
  GovLevel node_level = GovLevel::none;
  std::vector<std::string> departments;
  std::string where;
  bool unmask = false;       ///< the same grant also holds "<plugin>.<entity>.unmask"
  bool root = false;         ///< granted at the root of the tree (needed to write public rows)
  std::int64_t grant_id = 0; ///< 0 = the kernel's own work
};

/// A grant in force of an account that is not disabled, with what it refers to.
struct Holding {
  UserId user;
  std::string username, display_name, role; ///< role: its code
  Node node;
  Reach reach = Reach::self;
  std::vector<std::string> departments;
};
/// One person's grants, or those of one role that reach a node.
struct HoldingQuery {
  UserId user;
  std::string role;
  NodeId over;
};

/// Where a row stands.
struct Place {
  std::string owner_path;
  GovLevel gov_level = GovLevel::none;
  std::string department_code;
};

/// The compiled rights of one caller at one access version. Immutable, shared between threads.
class Rights {
 public:
  virtual ~Rights() = default;
  [[nodiscard]] virtual bool may(std::string_view permission) const = 0; ///< by any grant, anywhere
  /// Where; empty = nowhere. Lives as long as the rights; kept for each permission asked for, which are of the kernel's
  /// and plugins' declarations, never a caller's text.
  [[nodiscard]] virtual const std::vector<Scope>& scopes(std::string_view permission) const = 0;
  [[nodiscard]] virtual std::vector<std::string> permissions() const = 0; ///< all declared ones that may() allows
  [[nodiscard]] virtual bool unlimited() const = 0;                       ///< the kernel's own work
  [[nodiscard]] virtual std::int64_t version() const = 0;
};

/// True when the scope's range and departments hold the place; states and `where` are the caller's to check.
bool holds(const Scope& scope, const Place& place);

struct ScopeColumns {
  std::string alias;                      ///< table alias; columns are <alias>.owner_path, .gov_level, .department_code
  std::string state_column;               ///< quoted, with alias; empty = entity without states
  std::vector<std::string> visible_above; ///< states visible to levels above
  bool read = true;                       ///< the visible_above rule applies to reading only
};
struct Predicate {
  std::string sql; ///< "1=1", "0=1" or an expression in parentheses; `?` parameters
  storage::Params params;
};
/// Compiles one `where` filter of a grant to SQL; given by records, which knows the fields.
using WhereCompiler = std::function<Result<Predicate>(const std::string& where)>;
/// The rule as SQL. Scopes that differ only in their range are merged into disjoint ranges: up to 16 inline, more as
/// one list parameter, met with the node table (so each row's owner_path must be the path of a node).
Result<Predicate> compile(storage::Dialect dialect, const std::vector<Scope>& scopes, const ScopeColumns& columns,
                          const WhereCompiler& where);

/// Why a person may or may not.
struct Explanation {
  bool allowed = false;
  std::vector<std::int64_t> grants; ///< those that allow it
  std::vector<Text> reasons;        ///< one per grant looked at, or why none was
};

/// Thread-safe.
class Access {
 public:
  Access(storage::Database& database, storage::IdBlocks& ids, audit::Log& audit, const Clock& clock);
  ~Access();
  static std::vector<storage::Migration> migrations();

  /// The caller's rights; the version is read through `session`, so it belongs to the same snapshot as the data.
  Result<std::shared_ptr<const Rights>> rights(storage::Session& session, const Context& context);
  /// The rights that were right a moment ago, or null where none are kept: their version goes out with the session's
  /// next statement, and nothing found with them may be told before current() says so.
  Result<std::shared_ptr<const Rights>> known_rights(storage::Session& session, const Context& context);
  /// Whether what known_rights() gave is right in the session's snapshot.
  static Result<bool> current(storage::Session& session, const Rights& known);
  /// The same for one of many callers of a snapshot whose version() was read once.
  Result<std::shared_ptr<const Rights>> rights(storage::Session& session, const Context& context, std::int64_t version);
  /// What Database::together() asks first where rights will be looked at.
  static constexpr const char* kVersionQuestion = "SELECT version FROM access_version WHERE id = 1";
  /// The access version of the session's snapshot.
  Result<std::int64_t> version(storage::Session& session);
  /// The rights in a snapshot of their own.
  Result<std::shared_ptr<const Rights>> rights(const Context& context);
  /// What a plugin's service identity ("service:<plugin>") may do; set by host at activation, forgotten at disable.
  void set_service_permissions(const std::string& service, std::vector<std::string> permissions);

  /// Declared permissions: the kernel's own and those of enabled plugins (set by host).
  void set_permissions(const std::string& plugin, std::vector<Permission> permissions);
  [[nodiscard]] std::vector<Permission> permissions() const;
  /// Pairs of permissions that nobody may hold together.
  void set_conflicts(const std::string& plugin, std::vector<Conflict> pairs);
  /// Who holds both of one of these pairs at present, for people: grants that were given before stay until somebody
  /// revokes them.
  Result<std::vector<Text>> conflicting(const Context& context, const std::vector<Conflict>& pairs);

  Result<Node> create_node(const Context& context, const NewNode& node);
  /// All or nothing; parents may come in the same list in any order. Cycles, unknown parents and duplicate codes are
  /// reported for every bad row (field "line N").
  Result<int> create_nodes(const Context& context, const std::vector<NewNode>& nodes);
  Result<Node> node(NodeId id);
  Result<std::optional<Node>> node_by_code(storage::Session& session, std::string_view code);
  Result<std::optional<Node>> node_by_code(const Context& context, std::string_view code); ///< in a read of its own
  Result<std::optional<Node>> node_by_id(storage::Session& session, NodeId id);
  Result<std::vector<Node>> nodes(const Context& context, const NodeQuery& query);
  Result<Node> update_node(const Context& context, const Node& node); ///< name, dates; by version

  Result<Role> create_role(const Context& context, const Role& role);
  Result<Role> update_role(const Context& context, const Role& role); ///< by version; code stays; not of built-in ones
  Result<void> remove_role(const Context& context, std::int64_t id,
                           std::int64_t version); ///< by version; refused while granted, or built in
  /// Creates the missing and updates the differing of the shipped roles; answers how many. Does nothing the second
  /// time.
  Result<int> sync_roles(const Context& context, const std::vector<Role>& builtin);
  Result<std::vector<Role>> roles();

  /// Refused: to oneself; business with an admin category or two admin categories in one person; conflict pairs.
  Result<Grant> grant(const Context& context, const Grant& grant);
  Result<int> grant_many(const Context& context, const std::vector<Grant>& grants);
  Result<void> revoke(const Context& context, std::int64_t id);
  /// Makes `wanted` the person's only grants of this origin ("directory"); grants given by people stay as they are.
  Result<void> replace_grants(const Context& context, UserId user, const std::string& origin,
                              std::vector<Grant> wanted);
  struct GrantQuery {
    UserId user; ///< none = all
    std::int64_t after_id = 0;
    int limit = 50;
  };
  Result<std::vector<Grant>> grants(const GrantQuery& query);
  /// By grant, at most 1000. Delegated grants count while those they come from are in force; the grants of tokens do
  /// not. A grant's `where` is not judged: it needs a row. Fault access.node_absent.
  Result<std::vector<Holding>> holdings(const Context& context, const HoldingQuery& query);

  /// For a permission anywhere, or on a row whose place is given (`row_matches` says whether state and `where` fit).
  Result<Explanation> explain(UserId user, std::string_view permission, const std::optional<Place>& place,
                              const std::function<bool(const Scope&)>& row_matches);

 private:
  struct State;
  Result<int> grant_all(const Context& context, std::vector<Grant>& grants); ///< also gives them ids
  std::unique_ptr<State> state_;
};

} // namespace onebudget::access
