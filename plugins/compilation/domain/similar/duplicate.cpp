#include "plugins/compilation/domain/similar/duplicate.hpp"

#include <algorithm>
#include <iterator>

#include "plugins/compilation/domain/similar/seen.hpp"

namespace onebudget::compilation {

namespace {

constexpr int kNameWeight = 70, kPurposeWeight = 30;
constexpr std::int64_t kPlaceAlike = 900'000, kNameAlike = 600'000, kPurposeAlike = 800'000, kAmountPercent = 10,
                       kElsewhere = 950'000, kPurposeRelated = 350'000, kPurposeSame = 950'000;

constexpr std::size_t kSlip = 1, kHeading = 4, kFewest = 4; ///< characters

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

} // namespace

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
  out.first_unit = out.first == left.id ? left.unit : right.unit;
  out.second_unit = out.first == left.id ? right.unit : left.unit;
  out.same_unit = left.unit == right.unit;
  out.at_stake = std::min(left.amount, right.amount);
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

std::string pair_key(const std::string& first, const std::string& second) {
  return std::min(first, second) + "|" + std::max(first, second);
}

std::vector<Candidate> judge_pair(const DeclaredProject& left, const DeclaredProject& right, const Policy& policy) {
  const Known known({left, right});
  const Seen l = seen(left, known), r = seen(right, known);
  return judge(left, l, right, r, known, policy);
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
