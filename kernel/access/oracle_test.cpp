// The rule a second time, as a plain evaluator that knows no paths, ranges or SQL: it climbs the tree by parent. Random
// trees, grants, delegations, tokens and rows must be judged alike by both.

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "kernel/access/test_room.hpp"

namespace onebudget::access {
namespace {

const std::string kRead = "p.thing.read";
const std::string kUpdate = "p.thing.update";
const std::vector<std::string> kVisible = {"submitted", "approved"};
const std::vector<std::string> kStates = {"draft", "submitted", "approved", "returned"};

const std::vector<std::vector<std::string>> kDepartments = {{"100"}, {"101"}, {"100", "101"}};

struct Row {
  std::int64_t id = 0;
  std::string owner; ///< node code
  std::string status;
  int kind = 0;
};

/// What the evaluator knows: the tree as parents, the grants as they were given.
struct World {
  std::map<std::string, NewNode> nodes;
  std::map<std::int64_t, std::string> code_of;               ///< node id → code
  std::map<std::int64_t, std::set<std::string>> permissions; ///< role id → codes
  std::map<std::int64_t, Grant> grants;
  std::vector<Row> rows;

  [[nodiscard]] bool is_region(const std::string& code) const { return nodes.at(code).kind == NodeKind::region; }
  [[nodiscard]] bool at_or_below(const std::string& code, const std::string& top) const {
    for (std::string at = code; !at.empty(); at = nodes.at(at).parent_code) {
      if (at == top) return true;
    }
    return false;
  }
  [[nodiscard]] std::string region_of(std::string code) const {
    while (!is_region(code)) code = nodes.at(code).parent_code;
    return code;
  }
  [[nodiscard]] std::string department_of(std::string code) const {
    while (nodes.at(code).kind == NodeKind::unit) code = nodes.at(code).parent_code;
    return is_region(code) ? std::string() : nodes.at(code).department_code;
  }
  [[nodiscard]] int level_of(const std::string& code) const {
    return static_cast<int>(nodes.at(region_of(code)).gov_level);
  }

  [[nodiscard]] bool reaches(const Grant& grant, const std::string& owner) const {
    const std::string& node = code_of.at(grant.node.value);
    switch (grant.reach) {
      case Reach::self:
        return owner == node;
      case Reach::level:
        return at_or_below(owner, node) && region_of(owner) == region_of(node);
      case Reach::subtree:
        return at_or_below(owner, node);
    }
    return false;
  }
  [[nodiscard]] bool below(const Grant& grant, const std::string& owner) const {
    const std::string& node = code_of.at(grant.node.value);
    return is_region(node) ? level_of(owner) > level_of(node) : owner != node;
  }
  [[nodiscard]] bool alone(const Grant& grant, const Row& row, const std::string& permission, bool read,
                           std::int64_t now) const {
    if (permissions.at(grant.role_id).count(permission) == 0) return false;
    if (now < grant.valid_from_ms || (grant.valid_to_ms != 0 && now >= grant.valid_to_ms)) return false;
    if (!reaches(grant, row.owner)) return false;
    const auto& departments = grant.departments;
    if (!departments.empty() &&
        std::find(departments.begin(), departments.end(), department_of(row.owner)) == departments.end())
      return false;
    if (!grant.where.empty() && grant.where != "kind==" + std::to_string(row.kind)) return false;
    return !read || !below(grant, row.owner) ||
           std::find(kVisible.begin(), kVisible.end(), row.status) != kVisible.end();
  }
  [[nodiscard]] bool admits(const Grant& grant, const Row& row, const std::string& permission, bool read,
                            std::int64_t now) const {
    if (!alone(grant, row, permission, read, now)) return false;
    return grant.delegated_by == 0 || admits(grants.at(grant.delegated_by), row, permission, read, now);
  }
  [[nodiscard]] bool may(std::int64_t user, std::int64_t token, const Row& row, const std::string& permission,
                         bool read, std::int64_t now) const {
    bool own = false, through_token = false;
    for (const auto& [id, grant] : grants) {
      if (grant.user.value != user || grant.revoked) continue;
      if (grant.token_id == 0)
        own = own || admits(grant, row, permission, read, now);
      else if (grant.token_id == token)
        through_token = through_token || admits(grant, row, permission, read, now);
    }
    return own && (token == 0 || through_token);
  }
};

/// "kind==3" and conjunctions "(kind==3);(kind==4)".
Result<Predicate> compile_where(const std::string& where) {
  Predicate out;
  out.sql = "(1=1";
  for (std::size_t at = where.find("kind=="); at != std::string::npos; at = where.find("kind==", at + 1)) {
    out.sql += " AND t.kind = ?";
    out.params.emplace_back(std::int64_t{where.at(at + 6) - '0'});
  }
  out.sql += ")";
  return out;
}

class OracleTest : public OnBothDatabases {
 protected:
  using Random = std::mt19937_64;
  static std::int64_t below(Random& random, std::int64_t limit) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit));
  }

  void make_tree(Random& random) {
    std::vector<NewNode> rows{node_row("p", "", NodeKind::region, GovLevel::province)};
    std::vector<std::string> regions{"p"}, cities;
    for (int i = 0; i < 3; ++i) {
      cities.push_back("c" + std::to_string(i));
      rows.push_back(node_row(cities.back(), "p", NodeKind::region, GovLevel::city));
      regions.push_back(cities.back());
    }
    for (int i = 0; i < 5; ++i) {
      const std::string code = "k" + std::to_string(i);
      rows.push_back(node_row(code, i == 0 ? "p" : cities[static_cast<std::size_t>(below(random, 3))], NodeKind::region,
                              GovLevel::county));
      regions.push_back(code);
    }
    for (const std::string& region : regions) {
      for (int d = 0; d < 2; ++d) {
        const std::string department = region + "-10" + std::to_string(d);
        rows.push_back(node_row(department, region, NodeKind::department));
        rows.back().department_code = "10" + std::to_string(d);
        for (std::int64_t u = below(random, 3); u > 0; --u) {
          const std::string unit = department + "-u" + std::to_string(u);
          rows.push_back(node_row(unit, department, NodeKind::unit));
          if (below(random, 2) == 0) rows.push_back(node_row(unit + "x", unit, NodeKind::unit));
        }
      }
    }
    const auto made = room->access.create_nodes(room->kernel(), rows);
    ASSERT_TRUE(made) << made.fault().fields.at(0).message.en;
    for (const NewNode& row : rows) {
      world.nodes[row.code] = row;
      world.code_of[room->find(row.code).id.value] = row.code;
    }
  }

  void make_roles() {
    const std::vector<std::vector<std::string>> sets = {
        {kRead}, {kUpdate}, {kRead, kUpdate}, {"p.other.read"}, {"p.thing.*"}};
    for (std::size_t i = 0; i < sets.size(); ++i) {
      const Role role = room->role("role" + std::to_string(i), sets[i]);
      roles.push_back(role.id);
      for (const std::string& code : {kRead, kUpdate}) {
        for (const std::string& pattern : sets[i]) {
          if (pattern == code || pattern == "p.thing.*") world.permissions[role.id].insert(code);
        }
      }
      world.permissions[role.id];
    }
  }

  Grant random_grant(Random& random, std::int64_t user) {
    auto node = world.code_of.begin();
    std::advance(node, below(random, static_cast<std::int64_t>(world.code_of.size())));
    Grant grant;
    grant.user = UserId{user};
    grant.role_id = roles[static_cast<std::size_t>(below(random, static_cast<std::int64_t>(roles.size())))];
    grant.node = NodeId{node->first};
    grant.reach = static_cast<Reach>(below(random, 3));
    if (below(random, 4) == 0) grant.departments = kDepartments[static_cast<std::size_t>(below(random, 3))];
    if (below(random, 4) == 0) grant.where = "kind==" + std::to_string(below(random, 3));
    const std::int64_t now = room->clock.now_ms();
    if (below(random, 6) == 0) grant.valid_from_ms = now + 500;
    if (below(random, 6) == 0) grant.valid_to_ms = now + 1000;
    return grant;
  }

  /// The node, its parent, or one of its children.
  NodeId near_by(Random& random, NodeId node) {
    std::vector<NodeId> choice{node};
    const std::string& code = world.code_of.at(node.value);
    for (const auto& [id, other] : world.code_of) {
      if (world.nodes.at(other).parent_code == code || world.nodes.at(code).parent_code == other)
        choice.push_back(NodeId{id});
    }
    return choice[static_cast<std::size_t>(below(random, static_cast<std::int64_t>(choice.size())))];
  }

  void try_grant(const Context& context, const Grant& wanted) {
    const auto given = room->access.grant(context, wanted);
    if (given) world.grants[given->id] = *given;
  }

  void make_grants(Random& random) {
    for (std::int64_t user = 1; user <= 6; ++user) {
      for (std::int64_t i = 1 + below(random, 4); i > 0; --i) try_grant(room->kernel(), random_grant(random, user));
    }
    for (std::int64_t user = 1; user <= 6; ++user) {
      for (std::int64_t i = below(random, 3); i > 0; --i) {
        Grant grant = random_grant(random, user);
        grant.token_id = 100 + user;
        try_grant(room->person(user), grant);
      }
    }
    // Where two grants meet: a token's beside each of its owner's, at a node above, below or the same.
    const std::map<std::int64_t, Grant> owned = world.grants;
    for (const auto& [id, from] : owned) {
      if (from.token_id != 0) continue;
      Grant grant = random_grant(random, from.user.value);
      grant.token_id = 100 + from.user.value;
      grant.node = near_by(random, from.node);
      grant.role_id = roles[below(random, 2) == 0 ? 2 : 4];
      grant.reach = below(random, 3) == 0 ? grant.reach : Reach::subtree;
      if (!from.departments.empty()) grant.departments = kDepartments[static_cast<std::size_t>(below(random, 3))];
      try_grant(room->person(from.user.value), grant);
    }
    const std::map<std::int64_t, Grant> given = world.grants;
    for (const auto& [id, from] : given) {
      if (from.token_id != 0) continue;
      // Delegated to user 7: as it is, or moved to some node and then mostly refused.
      Grant grant = from;
      grant.user = UserId{7};
      grant.delegated_by = id;
      if (below(random, 2) == 0) grant.node = near_by(random, grant.node);
      if (below(random, 2) == 0) grant.reach = static_cast<Reach>(below(random, 3));
      try_grant(room->person(from.user.value), grant);
    }
    for (auto& [id, grant] : world.grants) {
      if (below(random, 8) != 0) continue;
      ASSERT_TRUE(room->access.revoke(room->kernel(), id));
      grant.revoked = true;
    }
    // A revoked grant also ends what was delegated from it.
    for (auto& [id, grant] : world.grants) {
      if (grant.delegated_by != 0 && world.grants.at(grant.delegated_by).revoked) grant.revoked = true;
    }
  }

  void make_rows(Random& random) {
    std::vector<storage::Params> rows;
    std::int64_t id = 0;
    for (const auto& [node_id, code] : world.code_of) {
      const Node node = room->find(code);
      for (int i = 0; i < 4; ++i) {
        Row row{++id, code, kStates[static_cast<std::size_t>(below(random, 4))], static_cast<int>(below(random, 3))};
        rows.push_back({row.id, node.path, static_cast<std::int64_t>(node.gov_level), node.department_code, row.status,
                        std::int64_t{row.kind}});
        world.rows.push_back(row);
      }
    }
    const std::string ddl = storage::ddl(
        room->database().dialect(),
        "CREATE TABLE t_rows (id ${id} PRIMARY KEY, owner_path ${text} NOT NULL, gov_level ${id} NOT NULL, "
        "department_code ${text} NOT NULL, status ${text} NOT NULL, kind ${id} NOT NULL)");
    const auto written = room->database().write(room->kernel(), [&](storage::Session& session) -> Result<void> {
      OB_CHECK(session.script(ddl));
      OB_TRY(
          [[maybe_unused]] const auto count,
          session.bulk_insert("t_rows", {"id", "owner_path", "gov_level", "department_code", "status", "kind"}, rows));
      return {};
    });
    ASSERT_TRUE(written) << written.fault().message.en;
  }

  std::set<std::int64_t> by_database(const Context& context, const std::string& permission, bool read) {
    std::set<std::int64_t> ids;
    const auto done = room->database().read(context, [&](storage::Session& session) -> Result<void> {
      OB_TRY(const auto rights, room->access.rights(session, context));
      ScopeColumns columns{"t", "t.status", kVisible, read};
      OB_TRY(const Predicate predicate, compile(session.dialect(), rights->scopes(permission), columns, compile_where));
      OB_TRY(const auto rows, session.query("SELECT t.id FROM t_rows t WHERE " + predicate.sql, predicate.params));
      while (true) {
        OB_TRY(const bool more, rows->next());
        if (!more) return {};
        EXPECT_TRUE(ids.insert(rows->integer(0)).second);
      }
    });
    EXPECT_TRUE(done) << (done ? "" : done.fault().message.en);
    return ids;
  }

  void compare(std::uint64_t seed) {
    for (std::int64_t user = 1; user <= 7; ++user) {
      for (const std::int64_t token : {std::int64_t{0}, 100 + user}) {
        Context context = room->person(user);
        if (token != 0) context.caller.kind = CallerKind::token;
        context.caller.token_id = token;
        for (const std::string& permission : {kRead, kUpdate}) {
          const bool read = permission == kRead;
          std::set<std::int64_t> expected;
          for (const Row& row : world.rows) {
            if (world.may(user, token, row, permission, read, room->clock.now_ms())) expected.insert(row.id);
          }
          ASSERT_EQ(by_database(context, permission, read), expected)
              << "seed " << seed << " user " << user << " token " << token << " " << permission;
          admitted += expected.size();
          compared += world.rows.size();
        }
      }
    }
  }

  World world;
  std::vector<std::int64_t> roles;
  std::size_t compared = 0, admitted = 0;
};
OB_ON_EVERY_DATABASE(OracleTest);

TEST_P(OracleTest, both_implementations_of_the_rule_agree) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    if (seed > 1) SetUp(); // a fresh database
    world = {};
    roles.clear();
    Random random(seed);
    make_tree(random);
    make_roles();
    make_grants(random);
    make_rows(random);
    if (HasFatalFailure()) return;
    compare(seed);
    room->clock.advance_ms(500); // what begins later has begun
    compare(seed);
    room->clock.advance_ms(500); // what ends has ended
    compare(seed);
    if (HasFatalFailure()) return;
  }
  // The comparison would be empty if nobody could see anything, or everybody everything.
  EXPECT_GT(admitted * 50, compared);
  EXPECT_LT(admitted * 2, compared);
}

TEST_P(OracleTest, a_long_list_of_ranges_selects_the_same_rows) {
  Random random(99);
  make_tree(random);
  make_roles();
  const std::int64_t role = roles[2];
  int given = 0;
  for (const auto& [id, code] : world.code_of) {
    if (world.is_region(code) || ++given % 2 == 0) continue;
    Grant grant;
    grant.user = UserId{1};
    grant.role_id = role;
    grant.node = NodeId{id};
    grant.reach = Reach::self;
    try_grant(room->kernel(), grant);
  }
  ASSERT_GE(world.grants.size(), 17U); // sixteen stand inline
  make_rows(random);
  compare(99);
  EXPECT_GT(admitted, 34U);
}

} // namespace
} // namespace onebudget::access
