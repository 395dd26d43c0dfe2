#pragma once
// What registers, the library and the unit's own lists say of suppliers, assets, people and occasions.

#include "plugins/monitoring/service/told/told.hpp"

namespace onebudget::monitoring {

/// The rows of some ids.
Result<std::vector<Row>> rows_of(const Call& call, const char* entity, const std::set<std::string>& ids);
/// The different values of `field` in the rows whose `by` is one of some values.
Result<std::set<std::string>> field_of(const Call& call, const char* entity, const std::set<std::string>& values,
                                       const char* by, const char* field);
/// Whether somebody of a roster was there on the day; nothing said of a border leaves it open.
bool there_on(const Row& staff, Day day);
/// Puts the price of the expenditure standard that a row refers to under `name`, where there is one.
Result<void> add_ceiling(const Call& call, const Row& row, const char* name, Json& facts);
/// Whose fact it is, by the row that it comes of, and the fact, as keep_fact takes them.
Row told_of(const Row& row, const char* told_by);
Row fact_of(const char* subject, const std::string& object, const std::string& title, const Json& facts);

/// Tells what the registers say of the contracts' suppliers (R24), and again when the registers' records change.
Result<void> tell_suppliers(const Call& call, const std::vector<Row>& contracts);
Result<void> tell_registered(const Call& call, const std::set<std::string>& records);
/// Tells assets that projects of the library ask for (R38), by the ids of their lines.
Result<void> tell_assets(const Call& call, const std::set<std::string>& assets);

/// The same when persons of suppliers, or public staff, come to be known (R22).
Result<void> tell_supplier_persons(const Call& call, const std::set<std::string>& persons);
Result<void> tell_supplier_staff(const Call& call, const std::set<std::string>& staff);

/// Tells tenders by the ids of some of their bids (R21), and meetings (R35).
Result<void> tell_tenders(const Call& call, const std::set<std::string>& bids);
Result<void> tell_meetings(const Call& call, const std::set<std::string>& meetings);
/// Tells what the cards replaced (R40), and the payments that they come from (R39).
Result<void> tell_cards(const Call& call, const std::set<std::string>& cards);
/// Tells a region's three guarantees with the newest cover of its treasury (R51).
Result<void> tell_covers(const Call& call, const std::set<std::string>& covers);

/// The list of people that a payment request pays.
struct PersonList {
  std::string request, unit, title, economic_class;
  std::int64_t fiscal_year = 0;
  Day day;
};
/// Tells the people of a list (R37, R43); nothing for a request without a list.
Result<void> tell_people(const Call& call, const PersonList& list);
/// Tells the year's lists of the units that staff came to or left, and lists with persons that a register came to know.
Result<void> tell_rosters(const Call& call, const std::set<std::string>& staff);
Result<void> tell_persons(const Call& call, const std::set<std::string>& persons);

} // namespace onebudget::monitoring
