#include "plugins/compilation/domain/similar/duplicate.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "plugins/compilation/domain/similar/place.hpp"

namespace onebudget::compilation {

namespace {

constexpr int kFewTexts = 10;
constexpr std::size_t kRarest = 6;        ///< bigrams of a name that it is looked up by
constexpr std::size_t kMostInBlock = 400; ///< a bigram in more names than this tells nothing
constexpr int kNameWeight = 70, kPurposeWeight = 30;
constexpr std::int64_t kPlaceAlike = 900'000, kNameAlike = 600'000, kPurposeAlike = 800'000, kAmountPercent = 10,
                       kElsewhere = 950'000, kPurposeRelated = 350'000, kPurposeSame = 950'000;

constexpr std::size_t kSlip = 1, kHeading = 4, kFewest = 4; ///< characters

struct Seen {
  std::vector<std::uint64_t> name, purpose, place;
  std::set<std::u32string> name_numbers, place_numbers;
  std::u32string told, located, whole; ///< what tells it: its name; with the place; with the purpose as well
  Place where;
  std::set<std::u32string> towns, houses; ///< that its texts mention
  std::u32string matter;                  ///< what its name tells beside towns and houses
};

/// What the compared projects teach: the towns and houses of their places, the houses that their names begin with, and
/// how much each character of a work tells.
class Known {
 public:
  explicit Known(const std::vector<DeclaredProject>& projects) {
    std::vector<std::pair<std::u32string, std::u32string>> headings;
    for (const DeclaredProject& project : projects) {
      const Place place = place_of(normal_text(project.place)), name = place_of(normal_text(project.name));
      if (const auto town = place.heads.rbegin(); town != place.heads.rend()) towns.add(town->second);
      // Which of several houses it is, its number tells, wherever that stands.
      houses.add(place.rest.substr(0, place.rest.find_first_of(U"0123456789")));
      headings.emplace_back(place.local(), name.rest);
    }
    std::map<std::u32string, std::vector<std::u32string>> at_place;
    for (auto& [place, heading] : headings) {
      heading = without(heading, towns.in(heading));
      houses.add(house_of(heading));
      if (!place.empty()) at_place[place].push_back(heading);
    }
    for (const auto& [place, names] : at_place) houses.add(shared_by_most(names));
  }
  void count(const std::u32string& matter) {
    ++texts_;
    for (const char32_t c : std::set<char32_t>(matter.begin(), matter.end())) ++texts_with_[c];
  }
  /// Rare characters tell more (inverse frequency in texts, in thousandths).
  [[nodiscard]] std::int64_t weight(const std::u32string& characters) const {
    if (texts_ < kFewTexts) return static_cast<std::int64_t>(characters.size()); // nothing is rare among a few
    std::int64_t sum = 0;
    for (const char32_t c : characters) {
      const auto found = texts_with_.find(c);
      const double share = found == texts_with_.end() ? 1.0 : texts_ / static_cast<double>(found->second);
      sum += std::llround(1000 * std::log2(1 + share));
    }
    return sum;
  }
  Names towns, houses;

 private:
  std::map<char32_t, int> texts_with_;
  int texts_ = 0;
};

Seen seen(const DeclaredProject& project, Known& known) {
  const std::u32string name = normal_text(project.name), purpose = normal_text(project.purpose);
  const Place where = place_of(normal_text(project.place));
  const std::u32string place = where.local();
  Seen out{bigrams(name),
           bigrams(purpose),
           bigrams(place),
           numbers_in(name),
           numbers_in(place),
           telling(name),
           {},
           {},
           where,
           {},
           {},
           {}};
  out.located = together(out.told, telling(place));
  out.whole = together(out.located, telling(purpose));
  const std::u32string text = name + U' ' + normal_text(project.place) + U' ' + purpose;
  out.towns = known.towns.in(text);
  out.houses = known.houses.in(text);
  out.matter = telling(without(without(name, out.towns), out.houses));
  known.count(out.matter);
  return out;
}

bool common_name(const std::set<std::u32string>& left, const std::set<std::u32string>& right) {
  return std::any_of(left.begin(), left.end(), [&](const std::u32string& one) { return right.count(one) > 0; });
}

/// Two towns are two places, however alike the rest is.
bool elsewhere_by_name(const Seen& left, const Seen& right) {
  const bool towns = !left.towns.empty() && !right.towns.empty() && !common_name(left.towns, right.towns);
  return towns || apart(left.where, right.where);
}

/// One house of one town, and how far the works there are the same.
struct Works {
  bool one_house = false, same = false, told = false;
};
Works works_of(const Seen& left, const Seen& right, const Known& known) {
  std::u32string shared;
  std::set_intersection(left.matter.begin(), left.matter.end(), right.matter.begin(), right.matter.end(),
                        std::back_inserter(shared));
  Works out;
  out.one_house = left.towns == right.towns && common_name(left.houses, right.houses);
  out.told = !left.matter.empty() && !right.matter.empty();
  const std::int64_t least = std::min(known.weight(left.matter), known.weight(right.matter));
  out.same = out.told && known.weight(shared) * 2 >= least;
  return out;
}

/// Each says something of its own that the other does not say anywhere: another town, another house, another work. One
/// character alone is a slip or another word for the same (屋面, 屋顶).
bool told_apart(const Seen& left, const Seen& right) {
  const bool places = !left.place.empty() && !right.place.empty(); // a place left out contradicts nothing
  return std::min(missing_from(places ? left.located : left.told, right.whole),
                  missing_from(places ? right.located : right.told, left.whole)) > kSlip;
}

/// The name of one is that of the other, written otherwise: in another order, cut short, or with a heading before it.
bool same_matter(const Seen& left, const Seen& right, bool amount_close) {
  const std::size_t l = missing_from(left.told, right.whole), r = missing_from(right.told, left.whole);
  const std::size_t least = std::min(left.told.size(), right.told.size());
  if (least < kFewest || std::min(l, r) > 0 || std::max(l, r) > kHeading) return false;
  const std::size_t shared = left.told.size() - missing_from(left.told, right.told);
  return std::max(l, r) <= kSlip ? shared * 10 >= least * 6 : amount_close && shared * 10 >= least * 7;
}

/// Phase 1 and phase 2, house 3 and house 5 are two things however alike the words are.
bool numbered_apart(const std::set<std::u32string>& left, const std::set<std::u32string>& right) {
  return !left.empty() && !right.empty() && left != right;
}

bool close(Money left, Money right) {
  const std::int64_t big = std::max(left.fen(), right.fen()), small = std::min(left.fen(), right.fen());
  return big > 0 && small >= big - big / 100 * kAmountPercent;
}

/// Likeness of what two texts say beside their places: two works at one place are not one project.
Ratio beside(const std::vector<std::uint64_t>& left, const std::vector<std::uint64_t>& left_place,
             const std::vector<std::uint64_t>& right, const std::vector<std::uint64_t>& right_place) {
  std::vector<std::uint64_t> l, r;
  std::set_difference(left.begin(), left.end(), left_place.begin(), left_place.end(), std::back_inserter(l));
  std::set_difference(right.begin(), right.end(), right_place.begin(), right_place.end(), std::back_inserter(r));
  return dice(l, r);
}

Text reason_of(const Candidate& one, bool by_place, const DeclaredProject& left, const DeclaredProject& right) {
  std::string zh = "名称相似 " + one.name.percent() + "，用途相似 " + one.purpose.percent();
  std::string en = "names alike " + one.name.percent() + ", purposes " + one.purpose.percent();
  if (by_place) zh += "，地点相同", en += ", the same place";
  if (one.same_unit) zh += "，同一单位", en += ", the same unit";
  if (one.amount_close) zh += "，金额相差不到 10%", en += ", amounts within 10 %";
  if (one.rule == "R26") {
    zh += "；同时申报两项专项资金";
    en += "; declared with two special funds";
    const auto sum = left.amount.plus(right.amount);
    const Money investment = std::max(left.total_investment, right.total_investment);
    if (sum && Money() < investment && investment < *sum)
      zh += "，合计超过总投资", en += ", together more than the whole investment";
  }
  return {zh + "。", en + "."};
}

std::vector<Candidate> judge(const DeclaredProject& left, const Seen& l, const DeclaredProject& right, const Seen& r,
                             const Known& known, const Policy& policy) {
  if (std::abs(left.fiscal_year - right.fiscal_year) >= policy.duplicate_years) return {};
  if (numbered_apart(l.name_numbers, r.name_numbers) || numbered_apart(l.place_numbers, r.place_numbers)) return {};
  if (elsewhere_by_name(l, r)) return {};
  Candidate out;
  out.first = std::min(left.id, right.id);
  out.second = std::max(left.id, right.id);
  out.name = dice(l.name, r.name);
  out.purpose = dice(l.purpose, r.purpose);
  out.place = dice(l.place, r.place);
  out.same_unit = left.unit == right.unit;
  out.amount_close = close(left.amount, right.amount);
  const Works works = works_of(l, r, known);
  const bool same_purpose = out.amount_close && out.purpose.millionths() >= kPurposeSame;
  if (works.one_house && works.told && !works.same && !same_purpose) return {};
  const bool other_words = works.one_house && out.amount_close && (works.same || same_purpose);
  if (told_apart(l, r) && !other_words) return {};
  const bool purposes = !l.purpose.empty() && !r.purpose.empty();
  out.score = purposes ? Ratio::from_millionths(
                             (out.name.millionths() * kNameWeight + out.purpose.millionths() * kPurposeWeight) / 100)
                       : out.name;
  const bool by_place = out.place.millionths() >= kPlaceAlike &&
                        (beside(l.name, l.place, r.name, r.place).millionths() >= kNameAlike ||
                         beside(l.purpose, l.place, r.purpose, r.place).millionths() >= kPurposeAlike);
  const bool part = overlap(l.name, r.name) == Ratio::from_percent(100) && l.name.size() >= 4 && r.name.size() >= 4 &&
                    out.amount_close && out.purpose.millionths() >= kPurposeAlike;
  const bool elsewhere = !l.place.empty() && !r.place.empty() && out.place.millionths() < kPlaceAlike;
  const Ratio needed = elsewhere ? std::max(policy.similarity, Ratio::from_millionths(kElsewhere)) : policy.similarity;
  const bool related = !purposes || out.purpose.millionths() >= kPurposeRelated;
  const bool same = !elsewhere && related && same_matter(l, r, out.amount_close);
  // Words that one has and the other has not are borne out by something else that agrees.
  const bool plain = missing_from(l.told, r.whole) == 0 || missing_from(r.told, l.whole) == 0;
  const bool borne_out = plain || out.amount_close || (!l.place.empty() && out.place.millionths() >= kPlaceAlike);
  const bool alike = borne_out && (out.score >= needed || by_place || (part && !elsewhere));
  if (!alike && !same && !other_words) return {};
  const bool two_funds =
      !left.special_fund.empty() && !right.special_fund.empty() && left.special_fund != right.special_fund;
  out.rule = two_funds ? "R26" : "R25";
  out.reason = reason_of(out, by_place, left, right);
  return {out};
}

/// Position lists of the rarest bigrams of each name and of each place.
class Blocks {
 public:
  explicit Blocks(const std::vector<Seen>& all) {
    for (const Seen& one : all)
      for (const std::uint64_t gram : one.name) ++count_[gram];
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (const std::uint64_t gram : rarest(all[i])) members_[gram].push_back(i);
      if (!all[i].place.empty()) places_[all[i].place].push_back(i);
    }
  }
  /// Positions behind `i` that share a block with it, each once.
  [[nodiscard]] std::set<std::size_t> behind(std::size_t i, const Seen& one) const {
    std::set<std::size_t> out;
    const auto add = [&](const std::vector<std::size_t>& block) {
      if (block.size() <= kMostInBlock) out.insert(std::upper_bound(block.begin(), block.end(), i), block.end());
    };
    for (const std::uint64_t gram : rarest(one))
      if (const auto block = members_.find(gram); block != members_.end()) add(block->second);
    if (const auto block = places_.find(one.place); block != places_.end()) add(block->second);
    return out;
  }

 private:
  [[nodiscard]] std::vector<std::uint64_t> rarest(const Seen& one) const {
    std::vector<std::uint64_t> grams = one.name;
    std::sort(grams.begin(), grams.end(), [&](std::uint64_t a, std::uint64_t b) {
      return std::make_pair(count_.at(a), a) < std::make_pair(count_.at(b), b);
    });
    if (grams.size() > kRarest) grams.resize(kRarest);
    return grams;
  }

  std::map<std::uint64_t, std::size_t> count_;
  std::map<std::uint64_t, std::vector<std::size_t>> members_;
  std::map<std::vector<std::uint64_t>, std::vector<std::size_t>> places_;
};

} // namespace

std::string pair_key(const std::string& first, const std::string& second) {
  return std::min(first, second) + "|" + std::max(first, second);
}

std::vector<Candidate> judge_pair(const DeclaredProject& left, const DeclaredProject& right, const Policy& policy) {
  Known known({left, right});
  const Seen l = seen(left, known), r = seen(right, known);
  return judge(left, l, right, r, known, policy);
}

std::vector<Candidate> find_duplicates(const std::vector<DeclaredProject>& projects,
                                       const std::set<std::string>& rejected, const Policy& policy) {
  Known known(projects);
  std::vector<Seen> all;
  all.reserve(projects.size());
  for (const DeclaredProject& project : projects) all.push_back(seen(project, known));
  const Blocks blocks(all);
  std::vector<Candidate> out;
  for (std::size_t i = 0; i < projects.size(); ++i)
    for (const std::size_t j : blocks.behind(i, all[i])) {
      if (rejected.count(pair_key(projects[i].id, projects[j].id)) > 0) continue;
      const auto found = judge(projects[i], all[i], projects[j], all[j], known, policy);
      out.insert(out.end(), found.begin(), found.end());
    }
  std::sort(out.begin(), out.end(), [](const Candidate& a, const Candidate& b) {
    return std::make_tuple(-a.score.millionths(), std::cref(a.first), std::cref(a.second)) <
           std::make_tuple(-b.score.millionths(), std::cref(b.first), std::cref(b.second));
  });
  return out;
}

Ratio Quality::precision() const { return found == 0 ? Ratio() : Ratio::from_millionths(right * Ratio::kOne / found); }
Ratio Quality::recall() const { return wanted == 0 ? Ratio() : Ratio::from_millionths(right * Ratio::kOne / wanted); }

Quality quality_of(const std::vector<Candidate>& found, const std::set<std::string>& labelled) {
  Quality out;
  out.found = static_cast<int>(found.size());
  out.wanted = static_cast<int>(labelled.size());
  for (const Candidate& one : found) out.right += labelled.count(pair_key(one.first, one.second)) > 0 ? 1 : 0;
  return out;
}

} // namespace onebudget::compilation
