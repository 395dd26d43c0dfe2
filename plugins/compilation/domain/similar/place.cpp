#include "plugins/compilation/domain/similar/place.hpp"

#include <algorithm>
#include <optional>

namespace onebudget::compilation {

namespace {

constexpr int kCity = 1, kCounty = 2, kTown = 3;
constexpr std::size_t kShortest = 2, kLongest = 5; ///< characters of a division's name

struct Kind {
  std::u32string_view word;
  int level;
  std::u32string_view not_after; ///< 社区, 超市 and 城镇 are no divisions
};
constexpr Kind kKinds[] = {{U"自治区", 0, U""},
                           {U"省", 0, U"各全"},
                           {U"市", kCity, U"城超门都夜"},
                           {U"县", kCounty, U""},
                           {U"区", kCounty, U"社小校园景片地库灾牧矿厂林"},
                           {U"街道", kTown, U""},
                           {U"镇", kTown, U"乡"},
                           {U"乡", kTown, U"城"}};

constexpr std::u32string_view kHouses[] = {U"中心", U"学校", U"小学", U"中学", U"大学", U"医院", U"幼儿园", U"院",
                                           U"站",   U"所",   U"馆",   U"校",   U"局",   U"台",   U"园",     U"库",
                                           U"场",   U"厂",   U"基地", U"学院", U"大坝", U"码头"};
constexpr std::size_t kLongestHouse = 14, kFewestNames = 3, kShortestShared = 3;

std::uint64_t start_of(std::u32string_view text) { return (std::uint64_t{text[0]} << 32U) | text[1]; }

std::u32string longest_common(const std::u32string& left, const std::u32string& right) {
  std::size_t longest = 0, end = 0;
  std::vector<std::size_t> above(right.size() + 1), row(right.size() + 1);
  for (std::size_t l = 1; l <= left.size(); ++l, above.swap(row))
    for (std::size_t r = 1; r <= right.size(); ++r) {
      row[r] = left[l - 1] == right[r - 1] ? above[r - 1] + 1 : 0;
      if (row[r] > longest) longest = row[r], end = l;
    }
  return left.substr(end - longest, longest);
}

struct Head {
  int level;
  std::size_t name, end;
};

std::optional<Head> head_of(std::u32string_view text, int above) {
  for (std::size_t at = kShortest; at <= kLongest && at < text.size(); ++at)
    for (const Kind& kind : kKinds) {
      if (text.substr(at, kind.word.size()) != kind.word) continue;
      if (kind.not_after.find(text[at - 1]) != std::u32string_view::npos) continue;
      if (kind.word == U"乡" && at + 1 < text.size() && text[at + 1] == U'镇') continue;
      // 苏州市昆山市: the second is a county.
      const int level = kind.level == kCity && above == kCity ? kCounty : kind.level;
      if (level > above) return Head{level, at, at + kind.word.size()};
    }
  return std::nullopt;
}

} // namespace

std::u32string Place::local() const {
  const auto town = heads.find(kTown);
  return town == heads.end() ? rest : town->second + rest;
}

Place place_of(const std::u32string& normal) {
  Place out;
  std::u32string_view left = normal;
  for (int above = -1; above < kTown;) {
    const auto head = head_of(left, above);
    if (!head) break;
    out.heads[head->level] = left.substr(0, head->name);
    left.remove_prefix(head->end);
    above = head->level;
  }
  out.rest = left;
  return out;
}

bool apart(const Place& left, const Place& right) {
  return std::any_of(left.heads.begin(), left.heads.end(), [&](const auto& head) {
    const auto other = right.heads.find(head.first);
    return other != right.heads.end() && other->second != head.second;
  });
}

std::u32string house_of(const std::u32string& text) {
  std::size_t end = 0;
  for (const std::u32string_view word : kHouses)
    for (std::size_t at = text.find(word, kShortest); at != std::u32string::npos; at = text.find(word, at + 1))
      if (at + word.size() <= kLongestHouse) end = std::max(end, at + word.size());
  return text.substr(0, end);
}

std::u32string shared_by_most(const std::vector<std::u32string>& names) {
  const std::size_t looked = std::min(names.size(), kMostNames);
  std::u32string best;
  for (std::size_t i = 1; i < looked && looked >= kFewestNames; ++i) {
    const std::u32string common = longest_common(names[i - 1], names[i]);
    const auto with = std::count_if(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(looked),
                                    [&](const std::u32string& name) { return name.find(common) != name.npos; });
    if (common.size() > best.size() && common.size() >= kShortestShared && static_cast<std::size_t>(with) * 2 > looked)
      best = common;
  }
  return best;
}

void Names::add(const std::u32string& name) {
  if (name.size() >= kShortest) by_start_[start_of(name)].insert(name);
}

std::set<std::u32string> Names::in(const std::u32string& text) const {
  std::set<std::u32string> out;
  const std::u32string_view view = text;
  for (std::size_t at = 0; at + kShortest <= view.size();) {
    std::size_t longest = 0;
    if (const auto names = by_start_.find(start_of(view.substr(at))); names != by_start_.end())
      for (const std::u32string& name : names->second)
        if (view.substr(at, name.size()) == name) longest = std::max(longest, name.size());
    if (longest > 0) out.emplace(view.substr(at, longest));
    at += std::max<std::size_t>(longest, 1);
  }
  return out;
}

std::u32string without(std::u32string text, const std::set<std::u32string>& names) {
  for (const std::u32string& name : names)
    if (const std::size_t at = text.find(name); at != std::u32string::npos) text.erase(at, name.size());
  return text;
}

} // namespace onebudget::compilation
