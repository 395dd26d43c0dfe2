// R22 and R24: what the registers say of a contract's supplier on the day of its award. A supplier that no register
// names has no answer, and the rule says so.

#include <algorithm>

#include "plugins/monitoring/service/told/registers.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kRecord = "monitoring.supplier_record";
constexpr const char* kPerson = "monitoring.supplier_person";
constexpr const char* kStaff = "monitoring.staff_record";
constexpr const char* kToldBy = "registry";

/// Persons of suppliers and those of them that are public staff.
struct Persons {
  bool staff_known = false;                      ///< there is a register of public staff
  std::map<std::string, std::vector<Row>> named; ///< persons by the supplier's code
  std::map<std::string, std::vector<Row>> staff; ///< staff by identity number

  static Result<Persons> load(const Call& call, const std::set<std::string>& codes) {
    Persons out;
    std::set<std::string> identities;
    OB_CHECK(by_hundreds(codes, "supplier_code", [&](const std::string& filter) {
      return call.records().each(kPerson, where(filter, "id"), [&](const Row& row) -> Result<void> {
        out.named[row.text("supplier_code")].push_back(row);
        identities.insert(row.text("identity_no"));
        return {};
      });
    }));
    if (identities.empty()) return out;
    OB_TRY(const auto any, call.records().first(kStaff, where("")));
    out.staff_known = any.has_value();
    OB_CHECK(by_hundreds(identities, "identity_no", [&](const std::string& filter) {
      return call.records().each(kStaff, where(filter), [&](const Row& row) -> Result<void> {
        out.staff[row.text("identity_no")].push_back(row);
        return {};
      });
    }));
    return out;
  }
  [[nodiscard]] bool public_staff(const Row& person, Day day) const {
    const auto found = staff.find(person.text("identity_no"));
    if (found == staff.end()) return false;
    return std::any_of(found->second.begin(), found->second.end(), [&](const Row& one) { return there_on(one, day); });
  }
  /// Nothing where a register has not answered.
  void add_links(const std::string& code, Day day, Json& facts) const {
    const auto persons = named.find(code);
    if (!staff_known || persons == named.end()) return;
    Json links = Json::array();
    bool declared = true;
    for (const Row& person : persons->second) {
      if (!public_staff(person, day)) continue;
      links.push_back(person.text("name"));
      const auto stepped_back = person.day("declared_on");
      declared = declared && stepped_back && !(day < *stepped_back);
    }
    facts["links_declared"] = declared && !links.empty();
    facts["staff_links"] = std::move(links);
  }
};

std::optional<Day> awarded_on(const Row& contract) {
  const auto awarded = contract.day("awarded_on");
  return awarded ? awarded : contract.day("signed_on");
}

Json facts_of(const Row& contract, const std::optional<Row>& record, Day today) {
  Json out = {{"name", contract.text("supplier")}, {"registered", record.has_value()}};
  const auto awarded = awarded_on(contract);
  if (awarded) out["awarded_on"] = awarded->str();
  if (!record) return out;
  const Day then = awarded.value_or(today);
  const auto cancelled = record->day("cancelled_on"), listed = record->day("listed_on");
  out["cancelled"] = cancelled && !(then < *cancelled);
  out["blacklisted"] = listed && !(then < *listed);
  for (const char* same : {"set_up_on", "listed_until"})
    if (record->has(same)) out[same] = record->at(same);
  return out;
}

} // namespace

Result<void> tell_suppliers(const Call& call, const std::vector<Row>& contracts) {
  std::set<std::string> codes;
  for (const Row& contract : contracts)
    if (contract.has("supplier_code")) codes.insert(contract.text("supplier_code"));
  std::map<std::string, Row> records;
  OB_CHECK(by_hundreds(codes, "code", [&](const std::string& filter) {
    return call.records().each(kRecord, where(filter), [&](const Row& row) -> Result<void> {
      records[row.text("code")] = row;
      return {};
    });
  }));
  OB_TRY(const Persons persons, Persons::load(call, codes));
  for (const Row& contract : contracts) {
    if (!contract.has("supplier_code")) continue;
    const auto found = records.find(contract.text("supplier_code"));
    const auto record = found == records.end() ? std::optional<Row>() : std::optional<Row>(found->second);
    Json facts = facts_of(contract, record, call.today());
    persons.add_links(contract.text("supplier_code"), awarded_on(contract).value_or(call.today()), facts);
    OB_CHECK(keep_fact(call, told_of(contract, kToldBy),
                       fact_of("supplier", contract.text("number"), contract.text("supplier"), facts)));
  }
  return {};
}

namespace {

Result<void> tell_suppliers_of(const Call& call, const std::set<std::string>& codes) {
  return by_hundreds(codes, "supplier_code", [&](const std::string& filter) -> Result<void> {
    OB_TRY(const auto contracts, call.records().list(kContract, where(filter)));
    return tell_suppliers(call, contracts);
  });
}

} // namespace

Result<void> tell_registered(const Call& call, const std::set<std::string>& records) {
  OB_TRY(const auto codes, field_of(call, kRecord, records, "id", "code"));
  return tell_suppliers_of(call, codes);
}

Result<void> tell_supplier_persons(const Call& call, const std::set<std::string>& persons) {
  OB_TRY(const auto codes, field_of(call, kPerson, persons, "id", "supplier_code"));
  return tell_suppliers_of(call, codes);
}

Result<void> tell_supplier_staff(const Call& call, const std::set<std::string>& staff) {
  OB_TRY(const auto identities, field_of(call, kStaff, staff, "id", "identity_no"));
  OB_TRY(const auto codes, field_of(call, kPerson, identities, "identity_no", "supplier_code"));
  return tell_suppliers_of(call, codes);
}

} // namespace onebudget::monitoring
