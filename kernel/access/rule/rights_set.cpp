#include "kernel/access/rule/rights_set.hpp"

#include <algorithm>
#include <mutex>

#include "kernel/access/rule/ranges.hpp"

namespace onebudget::access {

bool Effective::hold(std::string_view permission) const {
  if (!patterns || !patterns->hold(permission)) return false;
  return std::all_of(limits.begin(), limits.end(), [permission](const auto& limit) { return limit->hold(permission); });
}

std::optional<Effective> limited(const Effective& inner, const Effective& outer) {
  std::optional<Scope> scope = meet(inner.scope, outer.scope);
  if (!scope) return std::nullopt;
  Effective result = inner;
  result.scope = std::move(*scope);
  result.scope.grant_id = inner.scope.grant_id;
  result.limits.push_back(outer.patterns);
  result.limits.insert(result.limits.end(), outer.limits.begin(), outer.limits.end());
  return result;
}

void set_aside(std::vector<Effective>& effective, const Moving& moving) {
  const Range old = reach_range(moving.from, Reach::subtree), fresh = reach_range(moving.to, Reach::subtree);
  const std::size_t count = effective.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Scope& whole = effective[i].scope;
    const bool both = whole.low <= fresh.low && fresh.high <= whole.high;
    if (whole.low >= old.high || whole.high <= old.low || (both && moving.alike && whole.departments.empty())) continue;
    Effective behind = effective[i];
    behind.scope.low = std::max(behind.scope.low, old.high);
    effective[i].scope.high = std::min(whole.high, old.low);
    if (behind.scope.low < behind.scope.high) effective.push_back(std::move(behind));
  }
}

bool RightsSet::may(std::string_view permission) const {
  return std::any_of(effective_.begin(), effective_.end(),
                     [permission](const Effective& one) { return one.hold(permission); });
}

const std::vector<Scope>& RightsSet::scopes(std::string_view permission) const {
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = known_.find(permission); found != known_.end()) return found->second;
  }
  std::vector<Scope> fresh = compiled(permission);
  const std::unique_lock lock(mutex_);
  return known_.try_emplace(std::string(permission), std::move(fresh)).first->second;
}

std::vector<Scope> RightsSet::compiled(std::string_view permission) const {
  std::vector<Scope> result;
  std::string unmask;
  for (const Effective& one : effective_) {
    if (!one.hold(permission)) continue;
    if (unmask.empty()) unmask = unmask_of(permission);
    result.push_back(one.scope);
    result.back().unmask = one.hold(unmask);
  }
  return result;
}

std::vector<std::string> RightsSet::permissions() const {
  std::vector<std::string> result;
  for (const Permission& permission : *declared_) {
    if (may(permission.code)) result.push_back(permission.code);
  }
  return result;
}

UnlimitedRights::UnlimitedRights(PermissionList declared) : declared_(std::move(declared)), everywhere_{whole_tree()} {}

std::vector<std::string> UnlimitedRights::permissions() const {
  std::vector<std::string> result;
  result.reserve(declared_->size());
  for (const Permission& permission : *declared_) result.push_back(permission.code);
  return result;
}

} // namespace onebudget::access
