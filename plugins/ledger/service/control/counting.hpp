#pragma once
// How indicators come under a control and leave it: at once, or in parts when there are many.

#include "plugins/ledger/service/control/pools.hpp"

namespace onebudget::ledger {

/// What a control may count, in the order of ids.
struct Counting {
  std::vector<Row> rows;
  std::string last;  ///< id of the last row that was looked at; empty = none was left
  bool more = false; ///< there are more than were asked for
};

/// Executable indicators of the control's region, year, fund and function behind an id, `most` at most.
Result<Counting> counting(const Call& call, const Control& control, const std::string& after, std::size_t most);
/// More than one unit of work takes.
Result<Counting> at_once(const Call& call, const Control& control);
/// Lists these indicators under the control's pools and adds what they hold to them; those that are listed stay.
Result<void> count_in(const Call& call, const Row& control, const std::vector<Row>& rows);
/// Takes the pools off the indicators' lists, and what they hold out of the pools.
Result<void> count_out(const Call& call, const std::vector<Row>& rows, const std::set<std::string>& pools);
/// Ids of a control's pools.
Result<std::set<std::string>> pools_of(const Call& call, RecordId control);
/// Pools stop or begin to control.
Result<void> let_wait(const Call& call, RecordId control, bool wait);
/// Other editions of the same code that are in force.
Result<std::vector<Row>> older_editions(const Call& call, const Row& control);
/// Withdraws them; their indicators leave with them.
Result<void> supersede(const Call& call, const Row& control);

} // namespace onebudget::ledger
