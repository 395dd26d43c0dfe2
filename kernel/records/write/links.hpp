#pragma once
// Looks up what drafts point to, in sets: refs, organisation nodes, people, the place of a row. Keeps what it found, so
// that a long import asks for each code once.

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/records/core.hpp"
#include "kernel/records/query/neighbours.hpp"
#include "kernel/records/write/draft.hpp"

namespace onebudget::records {

class Links {
 public:
  /// Rows that the unit of work has written itself and not yet committed; null when there is none.
  using OwnRow = std::function<const Row*(const std::string& entity, std::int64_t id)>;
  /// What was found of nodes, and of which rows a link may lead to by entity and declared filter.
  struct Found {
    std::unordered_map<std::int64_t, neighbours::OrgNode> nodes;
    std::unordered_map<std::string, std::unordered_map<std::int64_t, bool>> ids;
  };
  /// `shared` by all writes of one unit, and outlives this; null = its own.
  explicit Links(ServedPtr served, OwnRow own = {}, Found* shared = nullptr)
      : served_(std::move(served)), own_(std::move(own)), found_(shared != nullptr ? *shared : alone_) {}

  /// Resolves natural keys, checks that changed links exist, are visible, satisfy the declared filter and kinds, and
  /// sets the place columns. What is wrong goes to the drafts' faults.
  Result<void> resolve(const Snapshot& snapshot, std::vector<Draft*>& drafts);
  /// The same for these columns only, without the place.
  Result<void> resolve(const Snapshot& snapshot, const std::vector<int>& columns, std::vector<Draft*>& drafts);

 private:
  struct Candidate {
    std::int64_t id = 0;
    std::vector<std::string> parts; ///< of the target's natural key, as text
  };
  struct Column {
    std::unordered_map<std::string, std::vector<Candidate>> codes;
    std::unordered_map<std::int64_t, Candidate> current; ///< what the drafts' rows point to now
  };

  Result<void> resolve_refs(const Snapshot& snapshot, int column, const Field& field, std::vector<Draft*>& drafts);
  Result<void> load_ids(const Snapshot& snapshot, const Served& target, const Field& field,
                        std::unordered_map<std::int64_t, bool>& known, const std::vector<std::int64_t>& ids);
  Result<void> load_codes(const Snapshot& snapshot, const Served& target, const Field& field, Column& known,
                          const std::vector<std::string>& codes, bool by_title);
  Result<void> load_nodes(const Snapshot& snapshot, std::vector<std::int64_t> ids);
  Result<void> resolve_orgs(const Snapshot& snapshot, int column, const Field& field, std::vector<Draft*>& drafts);
  Result<void> resolve_users(const Snapshot& snapshot, int column, const Field& field, std::vector<Draft*>& drafts);
  Result<void> set_places(const Snapshot& snapshot, std::vector<Draft*>& drafts);
  Result<void> parent_places(const Snapshot& snapshot, std::vector<Draft*>& drafts);
  Result<void> load_current(const Snapshot& snapshot, const Served& target, int column,
                            const std::vector<Draft*>& drafts);
  [[nodiscard]] bool fits(const Served& target, const Candidate& candidate, const NaturalKey& key, const Draft& draft,
                          bool linked = false) const;
  [[nodiscard]] std::int64_t match(const Served& target, const Column& known, const NaturalKey& key, const Draft& draft,
                                   std::int64_t current, bool& ambiguous) const;

  struct Parent {
    access::Place place;
    std::string state;
  };

  ServedPtr served_;
  OwnRow own_;
  std::unordered_map<int, Column> columns_;
  Found alone_;
  Found& found_;
  std::unordered_map<std::string, std::int64_t> node_codes_; ///< 0 = there is none
  std::unordered_map<std::int64_t, Parent> parents_;
};

} // namespace onebudget::records
