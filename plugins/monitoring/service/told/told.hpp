#pragma once
// What the plugin hears, and what it asks others for, before its rules look.

#include <set>

#include "plugins/monitoring/service/sources.hpp"

namespace onebudget::monitoring {

/// records.imported: what came in pieces too large to be judged at once is scanned. Harmless when repeated.
Result<void> follow_imported(Call& call, const Event& event);

/// Adds to the facts of a payment what ledger, calendar, library, goals and the register of accounts know (R01, R29,
/// R42, R44, R48), as far as they are installed and the caller may see them. `asked` as in examine.
Result<void> add_known(const Call& call, const Row& asked, Day day, Json& facts);

/// Tells facts of projects by code from the ledger, the contracts and the newest progress (R02, R45). What is not in
/// the project library is passed over, and all of them where no ledger is.
Result<void> tell_projects(const Call& call, const std::set<std::string>& codes);

/// treasury.certificate.paid: what was bought waits for its asset card (R39). Harmless when repeated.
Result<void> follow_paid(Call& call, const Event& event);

/// Tells purchases of procured contracts (R12, R41), and the purchases of their units over the months that R10, R11 and
/// R23 look at.
Result<void> tell_purchases(const Call& call, const std::vector<Row>& contracts);

/// Tells the payments of each unit in the day's year, counted by first digit and roundness (R46, R47). Reads all paid
/// vouchers of the year once; `saved` is called now and then, so that the facts told so far are kept.
Result<void> tell_books(const Call& call, Day day, const std::function<Result<void>()>& saved);

} // namespace onebudget::monitoring
