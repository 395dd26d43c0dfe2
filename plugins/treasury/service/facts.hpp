#pragma once
// What several verbs share: people, numbers, digests, the funds check, hits, the way of approvals.

#include <functional>
#include <optional>

#include "plugins/treasury/domain/level.hpp"
#include "plugins/treasury/service/service.hpp"
#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::treasury {

inline bool absent(const Fault& fault) { return fault.code == "host.no_service"; }

/// Id of the person who asks, as fields of type user hold it; null for a background identity.
Result<Json> me(const Call& call);
/// "YP" + region 6 + year 4 + serial 8; unique over all nodes, gaps are possible.
Result<std::string> next_number(const Call& call, const char* prefix, const Row& unit, std::int64_t fiscal_year);
/// SM3 in lower-case hexadecimal.
Result<std::string> sm3(const Call& call, const std::string& text);
/// At most so many characters of a text.
std::string cut(const std::string& text, std::size_t characters);
/// A setting that is a whole number.
Result<int> number_setting(const Call& call, const char* key);

/// Ledger documents are named by entity and record.
Json document_of(const std::string& entity, RecordId id);
struct FundsLine {
  std::string indicator, from; ///< `from`: reservation of the plan; may be empty
  Money amount;
  std::string title = {}; ///< what people read beside the reservation: number, whom or what for
};
/// One line of a document of the row's unit before the funds check. verb: "check" or "reserve".
Result<Json> ask_funds(const Call& call, const char* verb, const Json& document, const Row& row, const char* link,
                       const FundsLine& line, const std::optional<Day>& expires = {});
/// Findings of a refused check at `field`; warnings come back as yellow hits.
std::vector<Hit> report_funds(const Json& answer, const char* field, Verdict& verdict);
/// The reservation of line 1, or empty.
std::string reservation_in(const Json& answer);
/// release | confirm of all lines of a document.
Result<void> release_funds(const Call& call, const Json& document, const char* reason);
Result<void> confirm_funds(const Call& call, const Json& document);
/// consume | refund of line 1 by a voucher's number.
Result<void> move_funds(const Call& call, const char* verb, const Json& document, const std::string& reference,
                        Money amount);

/// The indicator's elements as evidence in a voucher: everything that classifies, no balances.
Result<Json> elements_of(const Call& call, RecordId indicator);

/// What dashboards sum by: region_code, department, fund_kind, functional_class; those that are known.
Json cut_of(const Row& node, const Json& elements);

/// Writes what a document met at a stage, numbered so that a stage repeated is told apart.
Result<void> record_hits(const Call& call, const Row& row, const std::string& entity, RecordId id, const char* stage,
                         const std::vector<Hit>& hits, const std::vector<std::string>& answered);
Json json_of(const std::vector<Hit>& hits);

/// Used amount of a plan, guarded by the database: more only while it stays within what was granted. False when it
/// would not.
Result<bool> use_plan(const Call& call, RecordId plan, Money by);
/// The same the other way; nothing when the request has no plan.
Result<void> give_back_plan(const Call& call, RecordId plan, Money by);

/// A document's transition and its approval: submitting begins the approval when a definition is published for it, and
/// goes on with a returned one; withdrawing recalls it; while it runs the other transitions are made by the workflow
/// only. Without the workflow, or without a definition, transitions are made directly as their permissions say.
/// `shown`: title, amount and category of the case.
struct Shown {
  std::string title, category;
  Money amount;
};
Result<void> follow_workflow(const Call& call, const Change& change, const Shown& shown, Verdict& verdict);

/// Members of a route's body. Faults treasury.parameter (malformed).
Result<std::string> text_member(const Json& body, const char* name);
Result<Money> money_member(const Json& body, const char* name);
Result<Day> day_member(const Json& body, const char* name);

} // namespace onebudget::treasury
