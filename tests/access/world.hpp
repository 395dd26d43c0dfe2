#pragma once
// A world as plain rows in memory, and the rule over it, evaluated row by row as the design page says it. Nothing here
// knows paths, ranges, SQL or any header of the kernel.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace onebudget::oracle {

enum class Kind { region, zone, department, unit };
enum class Reach { self, level, subtree };

struct Node {
  int parent = -1;
  std::string code;
  Kind kind = Kind::unit;
  int level = 0;          ///< of regions and zones: 1 province … 4 town
  std::string department; ///< of departments
  std::string from, to;   ///< dates
};

enum class Type { text, money, integer, date, choice, boolean, ref, org };

struct Field {
  std::string name;
  Type type = Type::text;
  int target = -1;       ///< of a ref: entity number
  std::string mask = {}; ///< phone | bank_account | name
  bool encrypted = false;
};

struct Entity {
  std::string name;
  bool is_public = false;
  std::string owner;  ///< field that names the node
  std::string parent; ///< field that names the row whose place it takes
  bool states = false;
  std::vector<Field> fields;
  std::vector<std::string> search;
  [[nodiscard]] const Field* field(const std::string& name) const;
};

/// kSeen is a view of the items: it has no rows of its own.
enum Which { kKind = 0, kItem = 1, kLine = 2, kNote = 3, kSeen = 4, kEntities = 5 };
const Entity& entity_at(int which);

struct Cell {
  bool null = true;
  bool number = false;
  std::int64_t n = 0; ///< fen, count, 0/1, node number, row handle
  std::string s;
  static Cell of(std::int64_t value) { return {false, true, value, {}}; }
  static Cell of(std::string value) { return {false, false, 0, std::move(value)}; }
  friend bool operator==(const Cell&, const Cell&) = default;
};

struct Row {
  int handle = 0; ///< what refs hold: stays when the world is built anew
  std::int64_t id = 0, version = 1;
  std::map<std::string, Cell> cells;
  std::int64_t created_by = 0, updated_by = 0, submitted_by = 0;
  std::vector<Cell> masked_past; ///< what the masked field became, oldest first
  [[nodiscard]] const Cell& cell(const std::string& name) const;
};

/// A filter, or the condition of a grant.
struct Condition {
  enum class Join { term, all, any } join = Join::term;
  std::string field; ///< "amount", or through a link "kind.code"
  std::string op;    ///< as written: "==", "=in=", …
  std::vector<Cell> values;
  bool prefix = false;
  std::vector<Condition> parts;
};

struct Role {
  std::int64_t id = 0;
  std::vector<std::string> permissions;
};

struct Grant {
  int handle = 0;
  std::int64_t id = 0, user = 0, token = 0;
  int role = 0, node = 0;
  Reach reach = Reach::self;
  std::vector<std::string> departments;
  std::optional<Condition> where;
  std::int64_t from = 0, to = 0; ///< ms; 0 = open
  int delegated_by = 0;          ///< handle
  bool revoked = false;
  bool untold = false; ///< the real side never heard of it: only to prove that the comparison can fail
};

struct Caller {
  std::int64_t user = 0, token = 0;
};

/// All grants that must admit together: a token's with its owner's, a delegated one with those it came from.
using Authority = std::vector<const Grant*>;

/// Authorities already found; points into one world, so a copy of the world starts without.
struct Found {
  Found() = default;
  ~Found() = default;
  Found(const Found&) {}
  Found& operator=(const Found&) {
    by.clear();
    return *this;
  }
  std::map<std::pair<std::pair<std::int64_t, std::int64_t>, std::string>, std::vector<Authority>> by;
};

struct World {
  std::vector<Node> nodes;
  std::vector<Role> roles;
  std::map<int, Grant> grants;
  std::map<int, Row> rows[kEntities];
  std::set<std::string> visible_above{"submitted", "approved"};
  std::int64_t now = 0;
  int next = 1; ///< handle
  mutable Found cache;

  void rights_changed() const { cache.by.clear(); } ///< after any change of nodes, roles, grants or time

  [[nodiscard]] bool at_or_below(int node, int top) const;
  [[nodiscard]] int region_of(int node) const;
  [[nodiscard]] std::string department_of(int node) const;
  [[nodiscard]] bool reaches(const Grant& grant, int node) const;
  [[nodiscard]] bool lower(int node, int than) const; ///< owned at a lower level than the grant's node
  [[nodiscard]] bool holds(const Role& role, const std::string& permission) const;
  [[nodiscard]] bool in_force(const Grant& grant) const;

  [[nodiscard]] int owner_of(int entity, const Row& row) const; ///< node number, -1 = nowhere
  /// The row whose state counts: its own or its parent's; null when there is none.
  [[nodiscard]] const Row* stateful(int entity, const Row& row) const;
  [[nodiscard]] bool satisfies(int entity, const Row& row, const Condition& condition, const Caller* who) const;

  /// Those of the caller that hold the permission and admit something at all.
  [[nodiscard]] const std::vector<Authority>& authorities(const Caller& who, const std::string& permission) const;
  [[nodiscard]] std::vector<Authority> find_authorities(const Caller& who, const std::string& permission) const;
  [[nodiscard]] bool chain(const Grant& grant, const std::string& permission, Authority& out) const;
  [[nodiscard]] bool admits(const Grant& grant, int entity, const Row& row, bool read) const;
  [[nodiscard]] bool admits(const Authority& all, int entity, const Row& row, bool read) const;
  [[nodiscard]] bool meets(const Authority& all) const;
  [[nodiscard]] bool has_unmask(const Authority& all, int entity) const;

  /// What an entity is asked about: its rows, or those that the view makes for this caller, kept in `made`.
  const std::map<int, Row>& rows_for(const Caller& who, int entity, std::map<int, Row>& made) const;

  [[nodiscard]] bool may(const Caller& who, int entity, const std::string& verb) const; ///< anywhere
  [[nodiscard]] bool may_write(const Caller& who, int entity, const Row& row, const std::string& verb) const;
  [[nodiscard]] bool reads(const Caller& who, int entity, const Row& row) const;
  [[nodiscard]] bool clear(const Caller& who, int entity, const Row& row) const; ///< masked fields show
  [[nodiscard]] bool always_clear(const Caller& who, int entity) const;
};

[[nodiscard]] std::string permission_of(int entity, const std::string& verb);
[[nodiscard]] std::string masked(const std::string& text, const std::string& mask);
/// -1, 0, 1; empty cells are the smallest.
[[nodiscard]] int compare(const Cell& a, const Cell& b);
[[nodiscard]] bool contains_folded(const std::string& text, const std::string& part);
/// Whether a title, from one of its characters on, is read as `text` begins: in full or by initials.
[[nodiscard]] bool read_as(const std::string& title, const std::string& text);
/// How well a title fits what is looked for: 0 equal, 1 begins so, 2 neither.
[[nodiscard]] int rank_of(const Cell& title, const std::string& text);
[[nodiscard]] bool editable_state(const std::string& state);

} // namespace onebudget::oracle
