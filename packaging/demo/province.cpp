#include "packaging/demo/province.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

#include "packaging/demo/random.hpp"

namespace onebudget::demo {

namespace {

/// The code points of a text, each as its own string: surnames and given names are listed without separators.
std::vector<std::string> letters(const std::string& text) {
  std::vector<std::string> out;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) out.emplace_back();
    if (!out.empty()) out.back().push_back(c);
  }
  return out;
}

std::string numeral(int number) {
  const std::vector<std::string> digits = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
  if (number < 10) return digits[static_cast<std::size_t>(number)];
  if (number < 20) return "十" + digits[static_cast<std::size_t>(number % 10)];
  if (number < 100)
    return digits[static_cast<std::size_t>(number / 10)] + "十" + digits[static_cast<std::size_t>(number % 10)];
  return std::to_string(number);
}

} // namespace

Result<std::vector<RegionRow>> read_regions(tables::ByteSource csv, const std::string& kind, const std::string& level) {
  OB_TRY(const auto reader, tables::open_csv(std::move(csv)));
  std::vector<RegionRow> rows;
  std::vector<std::string> names;
  tables::TableRow row;
  while (true) {
    OB_TRY(const bool any, reader->next(row));
    if (!any) return rows;
    if (names.empty()) {
      names = row.cells;
      continue;
    }
    const auto cell = [&](std::string_view name) {
      const auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
      return at < row.cells.size() ? row.cells[at] : std::string();
    };
    rows.push_back({cell("code"), cell("name"), level.empty() ? cell("level") : level, cell("parent_code"), kind});
  }
}

std::string filled(std::string_view pattern, const Json& values) {
  std::string out;
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('{');
    const std::size_t close = open == std::string_view::npos ? open : pattern.find('}', open);
    if (close == std::string_view::npos) break;
    out.append(pattern.substr(0, open));
    const std::string name(pattern.substr(open + 1, close - open - 1));
    out +=
        values.contains(name) ? values[name].get<std::string>() : std::string(pattern.substr(open, close - open + 1));
    pattern.remove_prefix(close + 1);
  }
  return out.append(pattern);
}

Province::Province(const Json& vocabulary, const std::vector<RegionRow>& regions, double scale)
    : vocabulary_(vocabulary), scale_(scale), seed_(vocabulary.value("seed", std::uint64_t{1})) {
  const std::string root = vocabulary_["root"]["code"];
  Place province{root, vocabulary_["root"]["name"], "region", "province", "", "",
                 root, vocabulary_["root"]["name"], nullptr};
  add_departments(province);
  const Json& towns = vocabulary_["towns"];
  int counties = 0;
  for (const RegionRow& row : regions) {
    if (row.code == root) continue;
    add_region(row);
    if (row.level != "county" || row.kind != "region" || ++counties % towns["every"].get<int>() != 0) continue;
    int number = 0;
    for (const Json& name : towns["names"]) {
      // Town codes continue the county's in the last three of nine digits.
      const std::string code = row.code.substr(0, 6) + fmt::format("{:03}", 100 + number++);
      add_region({code, name.get<std::string>(), "town", row.code, "region"});
    }
  }
  records_ = std::max<std::int64_t>(static_cast<std::int64_t>(units_.size()),
                                    std::llround(vocabulary_["records"]["full_rows"].get<double>() * scale_));
  add_people();
}

Province::Counts Province::counts_for(const std::string& level) const {
  const Json& full = vocabulary_["sizes"][level];
  const auto departments = full["departments"].get<double>();
  Counts counts;
  // A small province still has some departments everywhere; units shrink with the scale itself.
  counts.departments = std::max(2, static_cast<int>(std::lround(departments * std::pow(scale_, 0.6))));
  counts.units = std::max(2, static_cast<int>(std::lround(full["units"].get<double>() * scale_)));
  return counts;
}

void Province::add_region(const RegionRow& row) {
  Place place{row.code, row.name, row.kind, row.level, row.parent, "", row.code, row.name, nullptr};
  places_.push_back(place);
  add_departments(place);
}

void Province::add_departments(const Place& region) {
  const std::string level = region.kind == "zone" ? "zone" : region.level;
  const Counts counts = counts_for(level);
  const Json& entries = vocabulary_["departments"];
  // Which departments a small region has is drawn by its code, but finance, education and health come first.
  std::vector<const Json*> chosen;
  for (const Json& entry : entries)
    if (entry["code"] == "106" || entry["code"] == "112" || entry["code"] == "122") chosen.push_back(&entry);
  std::vector<const Json*> others;
  for (const Json& entry : entries)
    if (std::find(chosen.begin(), chosen.end(), &entry) == chosen.end()) others.push_back(&entry);
  Random random = Random::of(seed_, "departments/" + region.code);
  for (std::size_t i = others.size(); i > 1; --i) std::swap(others[i - 1], others[random.below(i)]);
  chosen.insert(chosen.end(), others.begin(), others.end());
  chosen.resize(std::min(chosen.size(), static_cast<std::size_t>(counts.departments)));
  int left = counts.units;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Json& entry = *chosen[i];
    const Json name = {{"r", region.name}};
    const std::string code = entry["code"];
    places_.push_back({region.code + "-" + code, filled(entry["names"][level].get<std::string>(), name), "department",
                       region.level, region.code, code, region.code, region.name, &entry});
    const int share = left / static_cast<int>(chosen.size() - i);
    const Place department = places_.back();
    add_units(department, share);
    left -= share;
  }
}

void Province::add_units(const Place& department, int count) {
  const Json& patterns = (*department.department_entry)["units"];
  for (int i = 0; i < count; ++i) {
    // The department's own office is its first unit; the others take the patterns in turn.
    std::string name = department.name + "本级";
    if (i > 0 && !patterns.empty()) {
      const auto turn = static_cast<std::size_t>(i - 1);
      const std::string pattern = patterns[turn % patterns.size()];
      const int round = static_cast<int>(turn / patterns.size()) + 1;
      name = filled(pattern, {{"r", department.region_name}, {"n", numeral(round)}});
      if (round > 1 && pattern.find("{n}") == std::string::npos) name += fmt::format("（{}）", numeral(round));
    } else if (i > 0) {
      name = fmt::format("{}第{}分支机构", department.name, numeral(i));
    }
    Place unit = department;
    unit.parent = department.code;
    unit.code = department.code + fmt::format("{:03}", i + 1);
    unit.name = std::move(name);
    unit.kind = "unit";
    units_.push_back(places_.size());
    places_.push_back(std::move(unit));
  }
}

std::string Province::person_name(std::string_view key) const {
  Random random = Random::of(seed_, key);
  const auto pick = [&](const char* list) {
    const std::vector<std::string> all = letters(vocabulary_["names"][list].get<std::string>());
    return all[random.below(all.size())];
  };
  std::string name = pick("surnames") + pick("given");
  if (random.below(4) != 0) name += pick("given");
  return name;
}

void Province::add_person(const Json& entry, const Place& place, int number, bool known) {
  Person person;
  person.role = entry["role"];
  person.title = entry["title"];
  person.node = place.code;
  person.reach = entry.value("reach", std::string("self"));
  person.departments = entry.value("departments", std::vector<std::string>());
  person.scope = place.name;
  std::string code = place.code;
  std::replace(code.begin(), code.end(), '-', '.');
  person.username = person.role + "." + code + (number > 1 ? "." + std::to_string(number) : "");
  std::replace(person.username.begin(), person.username.end(), '_', '-');
  person.display_name = person_name(person.username);
  Random random = Random::of(seed_, "phone/" + person.username);
  person.phone = fmt::format("1{}{:09}", 3 + random.below(7), random.below(1'000'000'000));
  person.known = known;
  people_.push_back(std::move(person));
}

void Province::add_people() {
  const std::string root = vocabulary_["root"]["code"];
  const Place province{root, vocabulary_["root"]["name"], "region", "province", "", "",
                       root, vocabulary_["root"]["name"], nullptr};
  std::vector<const Place*> staffed;
  for (const Json& code : vocabulary_["staffed"]) {
    if (code == root) staffed.push_back(&province);
    for (const Place& place : places_)
      if (place.code == code) staffed.push_back(&place);
  }
  for (const Json& entry : vocabulary_["people"]) {
    const std::string at = entry["at"];
    const bool every = entry.value("every", false);
    for (const Place* region : staffed) {
      if (at == "region") {
        const auto same = std::count_if(people_.begin(), people_.end(), [&](const Person& p) {
          return p.role == entry["role"] && p.node == region->code;
        });
        add_person(entry, *region, static_cast<int>(same) + 1, true);
        continue;
      }
      // Of departments and units, the first education one of a staffed region is the one whose people can sign in.
      const auto first = std::find_if(places_.begin(), places_.end(), [&](const Place& p) {
        return p.kind == at && p.region == region->code && p.department == "106";
      });
      if (first != places_.end()) add_person(entry, *first, 1, true);
    }
    if (!every) continue;
    for (const Place& place : places_) {
      const bool there = std::any_of(people_.begin(), people_.end(), [&](const Person& p) {
        return p.known && p.role == entry["role"] && p.node == place.code;
      });
      if (place.kind == at && !there) add_person(entry, place, 1, false);
    }
  }
}

} // namespace onebudget::demo
