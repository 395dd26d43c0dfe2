#include "plugins/compilation/domain/similar/seen.hpp"

#include <algorithm>
#include <cmath>

namespace onebudget::compilation {

namespace {

constexpr int kFewTexts = 10;

/// The text of a project that names of towns and houses are looked for in.
std::u32string text_of(const DeclaredProject& project, const std::u32string& name) {
  return name + U' ' + normal_text(project.place) + U' ' + normal_text(project.purpose);
}

} // namespace

Known::Known(const std::vector<DeclaredProject>& projects) {
  for (const DeclaredProject& project : projects) {
    const Place place = place_of(normal_text(project.place));
    if (const auto town = place.heads.rbegin(); town != place.heads.rend()) towns.add(town->second);
    // Which of several houses it is, its number tells, wherever that stands.
    houses.add(place.rest.substr(0, place.rest.find_first_of(U"0123456789")));
  }
  std::map<std::u32string, std::vector<std::u32string>> at_place;
  for (const DeclaredProject& project : projects) {
    const std::u32string place = place_of(normal_text(project.place)).local();
    std::u32string heading = place_of(normal_text(project.name)).rest;
    heading = without(heading, towns.in(heading));
    houses.add(house_of(heading));
    if (place.empty()) continue;
    auto& names = at_place[place];
    if (names.size() < kMostNames) names.push_back(std::move(heading));
  }
  for (const auto& [place, names] : at_place) houses.add(shared_by_most(names));
  for (const DeclaredProject& project : projects) {
    const std::u32string name = normal_text(project.name), text = text_of(project, name);
    count(telling(without(without(name, towns.in(text)), houses.in(text))));
  }
}

void Known::count(const std::u32string& matter) {
  ++texts_;
  for (const char32_t c : std::set<char32_t>(matter.begin(), matter.end())) ++texts_with_[c];
}

std::int64_t Known::weight(const std::u32string& characters) const {
  if (texts_ < kFewTexts) return static_cast<std::int64_t>(characters.size()); // nothing is rare among a few
  std::int64_t sum = 0;
  for (const char32_t c : characters) {
    const auto found = texts_with_.find(c);
    const double share = found == texts_with_.end() ? 1.0 : texts_ / static_cast<double>(found->second);
    sum += std::llround(1000 * std::log2(1 + share));
  }
  return sum;
}

Seen seen(const DeclaredProject& project, const Known& known) {
  const std::u32string name = normal_text(project.name), purpose = normal_text(project.purpose);
  Seen out;
  out.where = place_of(normal_text(project.place));
  const std::u32string place = out.where.local();
  out.name = bigrams(name);
  out.purpose = bigrams(purpose);
  out.place = bigrams(place);
  out.name_numbers = numbers_in(name);
  out.place_numbers = numbers_in(place);
  out.told = telling(name);
  out.located = together(out.told, telling(place));
  out.whole = together(out.located, telling(purpose));
  const std::u32string text = text_of(project, name);
  out.towns = known.towns.in(text);
  out.houses = known.houses.in(text);
  out.matter = telling(without(without(name, out.towns), out.houses));
  return out;
}

} // namespace onebudget::compilation
