#pragma once
// What several verbs read: chart, indicators and reservations as values of the domain, periods, small helpers.

#include <map>
#include <set>

#include "plugins/ledger/domain/document/document.hpp"
#include "plugins/ledger/domain/funds/chain.hpp"
#include "plugins/ledger/domain/year/period.hpp"
#include "plugins/ledger/service/new_rows.hpp"

namespace onebudget::ledger {

/// A query in one line.
inline plugin::Query where(std::string filter, std::string sort = {}, std::vector<std::string> fields = {}) {
  plugin::Query query;
  query.filter = std::move(filter);
  query.sort = std::move(sort);
  query.fields = std::move(fields);
  return query;
}

/// "field=in=(…)" over ids, a hundred at a time.
Result<void> by_hundreds(const std::set<std::string>& ids, const std::string& field,
                         const std::function<Result<void>(const std::string& filter)>& each);
/// Rows by id, as far as the caller sees them.
Result<std::map<std::string, Row>> rows_of(const Call& call, const char* entity, const std::set<std::string>& ids);

/// Accounts and posting rules in force, at most a second late. Fault ledger.posting_rule when there are none.
Result<Chart> chart_of(const Call& call);
/// One of them is about to change: this server looks at once.
void look_at_chart_again();
Balances balances_of(const Row& indicator);
Indicator indicator_of(const Row& row, const std::string& unit_code);
Reservation reservation_of(const Row& row);
Entry entry_of(const Row& row);

/// State of the month and the year of a posting in a region, whoever may see the rows.
Result<PeriodMarks> marks_of(const Call& call, const std::string& region_code, Day posted_on);
/// Which row a region's month or year has; kept before it is first closed.
Result<void> remember_period(const Call& call, const Row& period, RecordId id);
/// Fault ledger.period_closed: the day's month or year is shut, or the year of the indicators is finished.
Result<void> may_post(const Call& call, const std::string& region_code, Day posted_on, int fiscal_year);

/// SM3 of a text of any length, as 64 hexadecimal digits.
Result<std::string> digest_of(const Call& call, const std::string& text);

/// An entry as it is written; the caller may add further fields to the row. `number` makes it unique: a second one is a
/// conflict.
void add_entry(NewRows& rows, const Entry& entry, const Row& indicator, const std::string& number);
/// What its entries add to the balances of an indicator, under the pools it was read with. Nothing for nothing.
Result<void> add_balances(const Row& indicator, const Balances& by, plugin::Adjustments& to);

/// Any number of new rows, in as few calls as fit; answers their ids.
Result<std::vector<RecordId>> insert_all(const Call& call, const char* entity, const Json& rows);
/// Any number of guarded changes, in as few calls as fit.
Result<void> adjust_all(const Call& call, const char* entity, const plugin::Adjustments& changes);
/// What a unit of work adds to pools, by their ids.
struct PoolDelta {
  Money budget, used;
};
using PoolDeltas = std::map<std::string, PoolDelta>;
/// Adds an indicator's change to every pool that counts it. Fault money.overflow.
Result<void> count_in_pools(const Row& indicator, Money budget, Money used, PoolDeltas& deltas);
/// Each pool once: budget, used and room; never beyond the stop while more is used.
Result<void> adjust_pools(const Call& call, const PoolDeltas& deltas);
/// The same for pools that begin: what is used already stands, also beyond the stop.
Result<void> start_pools(const Call& call, const PoolDeltas& deltas);

} // namespace onebudget::ledger
