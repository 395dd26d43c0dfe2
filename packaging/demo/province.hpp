#pragma once
// The demo province: organisation tree, people with grants, records; made from a vocabulary (config/demo/*.json), the
// region lists of the reference data, a scale and a seed. Pure: no I/O. What the words mean is the vocabulary's
// business.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/tables/tables.hpp"

namespace onebudget::demo {

/// One row of a region list: code, name, level, parent.
struct RegionRow {
  std::string code, name, level, parent, kind;
};

/// Rows of a region list in CSV: columns code, name, parent_code, and level unless `level` names one for all.
Result<std::vector<RegionRow>> read_regions(tables::ByteSource csv, const std::string& kind, const std::string& level);

struct Place {
  std::string code, name, kind, level, parent; ///< kind region | zone | department | unit
  std::string department;                      ///< short code
  std::string region, region_name;             ///< of departments and units
  const Json* department_entry = nullptr;      ///< vocabulary of its department
};

struct Person {
  std::string username, display_name, phone, role, title, node, reach, scope;
  std::vector<std::string> departments;
  bool known = false; ///< gets a password and is printed
};

class Province {
 public:
  /// `vocabulary` must outlive the province. `scale` 0 < s <= 1.
  Province(const Json& vocabulary, const std::vector<RegionRow>& regions, double scale);

  [[nodiscard]] const std::vector<Place>& places() const {
    return places_;
  } ///< parents first; the root is not among them
  [[nodiscard]] const std::vector<Person>& people() const { return people_; }
  [[nodiscard]] std::int64_t record_count() const { return records_; }
  [[nodiscard]] std::size_t unit_count() const { return units_.size(); }

  /// Calls `take` with every record as a JSON object ready for import, in a fixed order. Stops when it answers false.
  void each_record(const std::function<bool(const Json&)>& take) const;

 private:
  struct Counts {
    int departments = 0, units = 0;
  };
  [[nodiscard]] Counts counts_for(const std::string& level) const;
  void add_region(const RegionRow& row);
  void add_departments(const Place& region);
  void add_units(const Place& department, int count);
  void add_people();
  void add_person(const Json& entry, const Place& place, int number, bool known);
  [[nodiscard]] std::string person_name(std::string_view key) const;
  [[nodiscard]] Json record(const Place& unit, std::int64_t serial) const;

  const Json& vocabulary_;
  double scale_;
  std::uint64_t seed_;
  std::vector<Place> places_;
  std::vector<std::size_t> units_; ///< places that own records
  std::vector<Person> people_;
  std::int64_t records_ = 0;
};

/// Replaces {name} by the member of `values`; unknown names stay.
std::string filled(std::string_view pattern, const Json& values);

} // namespace onebudget::demo
