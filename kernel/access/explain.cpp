// Why a person may or may not: one sentence for every grant looked at.

#include "kernel/access/names.hpp"
#include "kernel/access/rule/ranges.hpp"
#include "kernel/access/state.hpp"
#include "kernel/access/store.hpp"
#include "kernel/access/tree/node_plan.hpp"

namespace onebudget::access {

namespace {

using RowMatches = std::function<bool(const Scope&)>;

Text words_of(Reach reach) {
  switch (reach) {
    case Reach::self:
      return {"仅本节点", "this node only"};
    case Reach::level:
      return {"本级", "this level"};
    case Reach::subtree:
      break;
  }
  return {"本节点及全部下级", "this node and all below"};
}

/// "授权 17（角色 X，节点 Y）" and the same in English.
Text head(const GrantRow& row) {
  const std::string id = std::to_string(row.grant.id);
  const Text reach = words_of(row.grant.reach);
  return {"授权 " + id + "（角色“" + row.role->title.zh + "”，节点 " + row.node.code + " " + row.node.name +
              "，范围：" + reach.zh + "）",
          "Grant " + id + " (role " + row.role->title.in("en") + " at node " + row.node.code + ", reaching " +
              reach.en + ") "};
}

Text sentence(const GrantRow& row, const char* zh, const char* en) {
  Text text = head(row);
  text.zh += zh;
  text.en += en;
  return text;
}

Text not_in_force(const GrantRow& row, std::int64_t now_ms) {
  if (now_ms < row.grant.valid_from_ms) return sentence(row, "尚未生效。", "is not in force yet.");
  if (row.grant.valid_to_ms != 0 && now_ms >= row.grant.valid_to_ms) return sentence(row, "已到期。", "has ended.");
  return sentence(row, "所依据的委托授权已失效或已收回。",
                  "was delegated, and the grant it came from no longer holds.");
}

/// Nothing when the scope admits the row.
std::optional<Text> outside(const GrantRow& row, const Scope& scope, const Place& place,
                            const RowMatches& row_matches) {
  Scope unconditional = scope;
  unconditional.where.clear();
  if (place.owner_path.empty()) { // public: it stands nowhere in the tree
    if (!row_matches || row_matches(scope)) return std::nullopt;
    if (row_matches(unconditional))
      return sentence(row, "的附加条件不满足。", "carries a condition that the record does not meet.");
    return sentence(row, "不在根节点，而公共记录只能由根节点上的授权修改。",
                    "does not stand at the root, and only grants at the root change public records.");
  }
  Scope anywhere = scope;
  anywhere.departments.clear();
  if (!holds(anywhere, place))
    return sentence(row, "的范围不含这条记录的归属单位。", "does not reach the owner of the record.");
  if (!holds(scope, place))
    return sentence(row, "不含这条记录所属的部门。", "does not include the record's department.");
  if (!row_matches || row_matches(scope)) return std::nullopt;
  if (!scope.where.empty() && row_matches(unconditional)) {
    return sentence(row, "的附加条件不满足。", "carries a condition that the record does not meet.");
  }
  return sentence(row, "高于记录的级次，而记录所处状态上级不可见。",
                  "stands above the record's level, and the record is in a state that levels above do not see.");
}

} // namespace

Result<Explanation> Access::explain(UserId user, std::string_view permission, const std::optional<Place>& place,
                                    const RowMatches& row_matches) {
  GrantGraph graph;
  const Context context = Context::system(state_->clock);
  OB_CHECK(state_->database.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(graph, GrantGraph::load(session, user));
    return {};
  }));
  Explanation result;
  for (const GrantRow& row : graph.own()) {
    if (row.grant.token_id != 0) continue;
    if (!row.patterns->hold(permission)) {
      result.reasons.push_back(sentence(row, "不含此权限。", "does not hold this permission."));
      continue;
    }
    const std::optional<Effective> effective = graph.effective(row, context.now_ms);
    if (!effective) {
      result.reasons.push_back(not_in_force(row, context.now_ms));
      continue;
    }
    if (!effective->hold(permission)) {
      result.reasons.push_back(
          sentence(row, "所依据的委托授权不含此权限。", "was delegated from a grant without this permission."));
      continue;
    }
    std::optional<Text> refusal;
    if (place) refusal = outside(row, effective->scope, *place, row_matches);
    if (!refusal) {
      result.allowed = true;
      result.grants.push_back(row.grant.id);
    }
    result.reasons.push_back(refusal ? *std::move(refusal) : sentence(row, "允许。", "allows it."));
  }
  if (result.reasons.empty()) {
    result.reasons.push_back(
        {"该账号没有任何有效授权。请安全管理员授予含此权限的角色。",
         "The account holds no grant. Ask the security administrator for a role with this permission."});
  }
  return result;
}

} // namespace onebudget::access
