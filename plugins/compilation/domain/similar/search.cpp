#include "plugins/compilation/domain/similar/search.hpp"

#include <algorithm>

#include "plugins/compilation/domain/similar/seen.hpp"

namespace onebudget::compilation {

namespace {

constexpr std::size_t kRarest = 6;        ///< bigrams of a name that it is looked up by
constexpr std::size_t kMostInBlock = 400; ///< a key of more projects than this tells nothing
constexpr std::uint64_t kPlaceKey = std::uint64_t{1} << 63U;

/// A place's key; two places that fall together cost a comparison, no more.
std::uint64_t key_of(const std::vector<std::uint64_t>& place) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const std::uint64_t gram : place) hash = (hash ^ gram) * 1099511628211ULL;
  return hash | kPlaceKey;
}

} // namespace

DuplicateSearch::DuplicateSearch(std::vector<DeclaredProject> projects, const Policy& policy)
    : projects_(std::move(projects)), policy_(policy), known_(std::make_unique<Known>(projects_)) {
  for (const DeclaredProject& project : projects_)
    for (const std::uint64_t gram : bigrams(normal_text(project.name))) ++names_with_[gram];
  for (std::size_t i = 0; i < projects_.size(); ++i)
    for (const std::uint64_t key : keys_of(i)) index_.push_back({key, static_cast<std::uint32_t>(i)});
  std::sort(index_.begin(), index_.end(), [](const Entry& left, const Entry& right) {
    return std::make_pair(left.key, left.at) < std::make_pair(right.key, right.at);
  });
}

DuplicateSearch::~DuplicateSearch() = default;

std::vector<std::uint64_t> DuplicateSearch::keys_of(std::size_t at) const {
  std::vector<std::uint64_t> out = bigrams(normal_text(projects_[at].name));
  std::sort(out.begin(), out.end(), [&](std::uint64_t left, std::uint64_t right) {
    return std::make_pair(names_with_.at(left), left) < std::make_pair(names_with_.at(right), right);
  });
  if (out.size() > kRarest) out.resize(kRarest);
  const auto place = bigrams(place_of(normal_text(projects_[at].place)).local());
  if (!place.empty()) out.push_back(key_of(place));
  return out;
}

const Seen& DuplicateSearch::seen_at(std::size_t at) {
  auto& slot = seen_[at];
  if (!slot) slot = std::make_unique<Seen>(seen(projects_[at], *known_));
  return *slot;
}

std::vector<Candidate> DuplicateSearch::candidates(std::size_t at) {
  const auto by_key = [](const Entry& left, const Entry& right) { return left.key < right.key; };
  std::set<std::uint32_t> behind;
  for (const std::uint64_t key : keys_of(at)) {
    const auto [begin, end] = std::equal_range(index_.begin(), index_.end(), Entry{key, 0}, by_key);
    if (static_cast<std::size_t>(end - begin) > kMostInBlock) continue;
    for (auto entry = begin; entry != end; ++entry)
      if (entry->at > at) behind.insert(entry->at);
  }
  if (seen_.size() + behind.size() + 1 > kMostSeen) seen_.clear();
  std::vector<Candidate> out;
  const Seen& mine = seen_at(at);
  for (const std::uint32_t other : behind) {
    const auto found = judge(projects_[at], mine, projects_[other], seen_at(other), *known_, policy_);
    out.insert(out.end(), found.begin(), found.end());
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Candidate& left, const Candidate& right) { return left.score > right.score; });
  return out;
}

} // namespace onebudget::compilation
