#include "sdk/declarations/package/solve.hpp"

#include <algorithm>
#include <optional>

namespace onebudget::declarations {
namespace {

constexpr int kMostSteps = 20'000; ///< bounds the search; real sets need a few dozen

using ById = std::map<std::string, std::vector<const Candidate*>>; ///< newest first
using Chosen = std::map<std::string, const Candidate*>;

/// The start order, or the ids of a cycle.
struct Order {
  std::vector<Candidate> order;
  std::vector<std::string> cycle;
};

class Sorter {
 public:
  explicit Sorter(const Chosen& chosen) : chosen_(chosen) {}
  Order sort() {
    for (const auto& [id, candidate] : chosen_) {
      if (!visit(*candidate)) break;
    }
    return std::move(out_);
  }
  /// Only what `candidate` needs, itself last.
  Order sort_from(const Candidate& candidate) {
    static_cast<void>(visit(candidate));
    return std::move(out_);
  }

 private:
  bool visit(const Candidate& candidate) {
    if (done_.contains(candidate.id)) return true;
    if (const auto at = std::ranges::find(path_, candidate.id); at != path_.end()) {
      out_.cycle.assign(at, path_.end());
      out_.cycle.push_back(candidate.id);
      return false;
    }
    path_.push_back(candidate.id);
    for (const auto& need : candidate.needs) {
      const auto found = chosen_.find(need.id);
      if (found != chosen_.end() && !visit(*found->second)) return false;
    }
    path_.pop_back();
    done_.insert(candidate.id);
    out_.order.push_back(candidate);
    return true;
  }

  const Chosen& chosen_;
  std::set<std::string> done_;
  std::vector<std::string> path_;
  Order out_;
};

class Search {
 public:
  Search(const ById& by_id, std::vector<std::string> ids) : by_id_(by_id), ids_(std::move(ids)) {}
  std::optional<Order> run() {
    if (!place(0)) return std::nullopt;
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool fits(const Candidate& candidate) const {
    for (const auto& need : candidate.needs) {
      if (std::ranges::find(ids_, need.id) == ids_.end()) return false;
      const auto other = chosen_.find(need.id);
      if (other != chosen_.end() && !need.range.holds(other->second->version)) return false;
    }
    return std::ranges::all_of(chosen_, [&](const auto& item) {
      return std::ranges::all_of(item.second->needs, [&](const PluginNeed& need) {
        return need.id != candidate.id || need.range.holds(candidate.version);
      });
    });
  }

  bool place(std::size_t index) {
    if (++steps_ > kMostSteps) return false;
    if (index == ids_.size()) {
      found_ = Sorter(chosen_).sort();
      return found_.cycle.empty();
    }
    const auto candidates = by_id_.find(ids_[index]);
    if (candidates == by_id_.end()) return false;
    for (const auto* candidate : candidates->second) {
      if (!fits(*candidate)) continue;
      chosen_[ids_[index]] = candidate;
      if (place(index + 1)) return true;
      chosen_.erase(ids_[index]);
    }
    return false;
  }

  const ById& by_id_;
  std::vector<std::string> ids_;
  Chosen chosen_;
  Order found_;
  int steps_ = 0;
};

std::string versions(const std::vector<const Candidate*>& candidates) {
  std::string out;
  for (const auto* candidate : candidates) out += (out.empty() ? "" : ", ") + candidate->version.str();
  return out;
}

std::string join(const std::vector<std::string>& words, const char* by) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : by) + word;
  return out;
}

void explain_need(const ById& by_id, const std::set<std::string>& accepted, const PluginNeed& need,
                  std::vector<FieldFault>& out) {
  const auto field = "/requires/plugins/" + need.id;
  const auto wanted = need.id + " " + need.range_text;
  const auto have = by_id.find(need.id);
  if (have == by_id.end()) {
    out.push_back({field,
                   "host.dependency_missing",
                   {"缺少所需插件 " + wanted + "。", "The required plugin " + wanted + " is missing."},
                   {"请先安装插件 " + need.id + "。", "Install the plugin " + need.id + " first."}});
    return;
  }
  const bool any = std::ranges::any_of(have->second, [&](const Candidate* c) { return need.range.holds(c->version); });
  if (!any) {
    out.push_back({field,
                   "host.dependency_version",
                   {"所需插件 " + wanted + " 没有合适版本，现有 " + versions(have->second) + "。",
                    "No version of the required plugin fits " + wanted + "; there is " + versions(have->second) + "."},
                   {"请安装符合范围的版本。", "Install a version within the range."}});
  } else if (!accepted.contains(need.id)) {
    out.push_back({field,
                   "host.dependency_disabled",
                   {"所需插件 " + wanted + " 未启用。", "The required plugin " + wanted + " is not enabled."},
                   {"请先启用插件 " + need.id + "。", "Enable the plugin " + need.id + " first."}});
  }
}

std::vector<FieldFault> explain(const ById& by_id, const std::set<std::string>& accepted, const std::string& id) {
  std::vector<FieldFault> out;
  const auto own = by_id.find(id);
  if (own == by_id.end()) {
    out.push_back({"/id",
                   "host.unknown",
                   {"没有插件 " + id + "。", "There is no plugin " + id + "."},
                   {"请检查编号，或先安装该插件。", "Check the id, or install the plugin first."}});
    return out;
  }
  const Candidate& newest = *own->second.front();
  for (const auto& need : newest.needs) explain_need(by_id, accepted, need, out);
  Chosen all;
  for (const auto& [other, list] : by_id) all[other] = list.front();
  const auto order = Sorter(all).sort_from(newest);
  if (!order.cycle.empty()) {
    const auto circle = join(order.cycle, " → ");
    out.clear();
    out.push_back({"/requires/plugins",
                   "host.dependency_cycle",
                   {"插件相互依赖成环：" + circle + "。", "The plugins need each other in a circle: " + circle + "."},
                   {"请联系插件供应方去掉其中一个依赖。", "Ask the vendors to remove one of the dependencies."}});
  }
  if (out.empty()) {
    out.push_back({"/requires/plugins",
                   "host.dependency_conflict",
                   {"插件 " + id + " 的各版本都与已选的插件版本冲突。",
                    "Every version of " + id + " conflicts with the versions chosen for other plugins."},
                   {"请升级或停用与它冲突的插件。", "Upgrade or disable the plugins it conflicts with."}});
  }
  return out;
}

} // namespace

Solution solve(const std::vector<Candidate>& candidates, const std::set<std::string>& wanted,
               const std::map<std::string, Version>& running) {
  ById by_id;
  for (const auto& candidate : candidates) {
    const auto pinned = running.find(candidate.id);
    if (pinned != running.end() && pinned->second != candidate.version) continue;
    by_id[candidate.id].push_back(&candidate);
  }
  for (auto& [id, list] : by_id) {
    std::ranges::sort(list, [](const Candidate* a, const Candidate* b) { return a->version > b->version; });
  }
  std::set<std::string> all = wanted;
  for (const auto& [id, version] : running) all.insert(id);
  Solution solution;
  const auto attempt = [&](const std::set<std::string>& ids) { return Search(by_id, {ids.begin(), ids.end()}).run(); };
  if (auto found = attempt(all)) {
    solution.order = std::move(found->order);
    return solution;
  }
  // Not all fit: keep what runs, then add one after the other with what it needs, as long as the whole still fits.
  std::set<std::string> accepted;
  for (const auto& [id, version] : running) accepted.insert(id);
  bool grew = true;
  while (grew) {
    grew = false;
    for (const auto& id : all) {
      if (accepted.contains(id)) continue;
      auto trial = accepted;
      trial.insert(id);
      if (attempt(trial)) {
        accepted = std::move(trial);
        grew = true;
      }
    }
  }
  for (const auto& id : all) {
    if (!accepted.contains(id)) solution.refused[id] = explain(by_id, accepted, id);
  }
  if (auto found = attempt(accepted)) solution.order = std::move(found->order);
  return solution;
}

} // namespace onebudget::declarations
