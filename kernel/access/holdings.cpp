// Who holds which role where, for plugins that hand work to people.

#include <algorithm>
#include <map>

#include "kernel/access/names.hpp"
#include "kernel/access/rule/duties.hpp"
#include "kernel/access/rule/ranges.hpp"
#include "kernel/access/state.hpp"
#include "kernel/access/store.hpp"

namespace onebudget::access {

namespace {

constexpr std::size_t kMostHoldings = 1000;

/// The node's own path and those of everything above it: a grant that reaches it stands on one of them.
std::vector<std::string> paths_to(const std::string& path) {
  std::vector<std::string> out;
  for (std::size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1))
    out.push_back(path.substr(0, at + 1));
  return out;
}

Result<std::vector<GrantRow>> candidates(storage::Session& session, const HoldingQuery& query,
                                         const std::optional<Node>& over) {
  const std::string valid = "g.revoked_ms = 0 AND g.token_id = 0 AND ";
  if (!query.user.none()) return load_grants(session, valid + "g.user_id = ?", {query.user.value});
  storage::Params params = {query.role};
  std::string marks;
  for (std::string& path : paths_to(over->path)) {
    marks += marks.empty() ? "?" : ",?";
    params.emplace_back(std::move(path));
  }
  return load_grants(session, valid + "r.code = ? AND n.path IN (" + marks + ")", params);
}

/// In force, and so is every grant that it was delegated from.
Result<bool> effective(storage::Session& session, const GrantRow& row, std::int64_t now_ms) {
  if (row.grant.delegated_by == 0) return row.in_force(now_ms);
  OB_TRY(const GrantGraph graph, GrantGraph::load(session, row.grant.user));
  return graph.effective(row, now_ms).has_value();
}

} // namespace

Result<std::vector<Text>> Access::conflicting(const Context& context, const std::vector<Conflict>& pairs) {
  std::vector<Text> out;
  if (pairs.empty()) return out;
  OB_CHECK(state_->database.read(context, [&](storage::Session& session) -> Result<void> {
    out.clear();
    OB_TRY(const auto grants,
           load_grants(session, "g.token_id = 0 AND g.revoked_ms = 0 AND (g.valid_to_ms = 0 OR g.valid_to_ms > ?)",
                       {context.now_ms}));
    std::map<std::int64_t, std::vector<const Role*>> held;
    for (const GrantRow& row : grants) held[row.grant.user.value].push_back(row.role.get());
    for (const auto& [user, roles] : held) {
      const auto pair = conflict_of(roles, pairs);
      if (!pair || out.size() == kMostHoldings) continue;
      OB_TRY(const auto name, session.scalar("SELECT username FROM identity_accounts WHERE id = ?", {user}));
      const auto* text = name ? std::get_if<std::string>(&*name) : nullptr;
      const std::string who = text == nullptr ? std::to_string(user) : *text;
      out.push_back({who + " 同时持有 " + pair->zh, who + " holds both " + pair->en});
    }
    return {};
  }));
  return out;
}

Result<std::vector<Holding>> Access::holdings(const Context& context, const HoldingQuery& query) {
  std::optional<Node> over;
  if (query.user.none()) {
    OB_TRY(over, node(query.over));
  }
  std::vector<Holding> out;
  OB_CHECK(state_->database.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const auto rows, candidates(session, query, over));
    std::vector<storage::Value> users;
    for (const GrantRow& row : rows) {
      const Place place = over ? Place{over->path, over->gov_level, over->department_code} : Place{};
      if (over && !holds(scope_of(row), place)) continue;
      OB_TRY(const bool counts, effective(session, row, context.now_ms));
      if (!counts || out.size() == kMostHoldings) continue;
      users.emplace_back(row.grant.user.value);
      out.push_back({row.grant.user, "", "", row.role->code, row.node, row.grant.reach, row.grant.departments});
    }
    std::map<std::int64_t, std::pair<std::string, std::string>> names;
    OB_CHECK(for_ids(session, "SELECT id, username, display_name FROM identity_accounts WHERE disabled = 0 AND id IN",
                     users, "", [&names](const storage::Rows& found) {
                       names[found.integer(0)] = {std::string(found.text(1)), std::string(found.text(2))};
                     }));
    std::erase_if(out, [&names](const Holding& one) { return names.count(one.user.value) == 0; });
    for (Holding& one : out) std::tie(one.username, one.display_name) = names[one.user.value];
    return {};
  }));
  return out;
}

} // namespace onebudget::access
