#pragma once
// Pairs worth a look among many declarations, through an index of blocking keys: the rarest bigrams of each name, and
// the place. All with all would be half a million million pairs for a province.

#include <memory>
#include <unordered_map>

#include "plugins/compilation/domain/similar/duplicate.hpp"

namespace onebudget::compilation {

class Known;
struct Seen;

/// Memory is that of the texts, sixteen bytes for each key (seven a project), and at most kMostSeen texts cut up; a
/// million projects stay below 2 GiB. One thread at a time.
class DuplicateSearch {
 public:
  static constexpr std::size_t kMostSeen = 100'000;

  /// Learns from all projects and builds the index; candidates come in the order that `projects` have.
  DuplicateSearch(std::vector<DeclaredProject> projects, const Policy& policy);
  DuplicateSearch(const DuplicateSearch&) = delete;
  DuplicateSearch& operator=(const DuplicateSearch&) = delete;
  ~DuplicateSearch();

  [[nodiscard]] std::size_t size() const { return projects_.size(); }
  [[nodiscard]] const std::string& id(std::size_t at) const { return projects_[at].id; }
  /// Candidates of the project at this position with those behind it, the likeliest first. Over all positions each
  /// pair comes once.
  std::vector<Candidate> candidates(std::size_t at);

 private:
  struct Entry {
    std::uint64_t key;
    std::uint32_t at;
  };
  [[nodiscard]] std::vector<std::uint64_t> keys_of(std::size_t at) const;
  /// Valid until the next call.
  const Seen& seen_at(std::size_t at);

  std::vector<DeclaredProject> projects_;
  Policy policy_;
  std::unique_ptr<Known> known_;
  std::unordered_map<std::uint64_t, std::uint32_t> names_with_; ///< a bigram → names that hold it
  std::vector<Entry> index_;                                    ///< by key, then position
  std::unordered_map<std::size_t, std::unique_ptr<Seen>> seen_;
};

} // namespace onebudget::compilation
