#pragma once
// What the plugin does for others, one file per verb: load facts, decide in domain/, answer. All on the caller's call.

#include <map>
#include <string_view>
#include <vector>

#include "plugins/standards/domain/coding_rule.hpp"
#include "plugins/standards/domain/edition.hpp"
#include "plugins/standards/domain/succession.hpp"
#include "sdk/cpp/handlers.hpp"

namespace onebudget::standards {

using plugin::Answer;
using plugin::Call;
using plugin::Change;
using plugin::Json;
using plugin::Message;
using plugin::Request;
using plugin::Row;
using plugin::Verdict;

/// Hook of every entity: editions, periods and the entity's own rules. On approval the older edition in force is
/// superseded in the same unit of work.
Result<void> validate(Call& call, const Change& change, Verdict& verdict);

// Messages of standards/1; their shapes are declared in plugin.json.
Result<Json> compose_code(Call& call, const Message& message); ///< the next code by the rule in force
Result<Json> take_code(Call& call, const Message& message);    ///< a code given by hand: checked, and counted on from
Result<Json> check_code_request(Call& call, const Message& message); ///< the same check, nothing is counted
Result<Json> check_postable_request(Call& call,
                                    const Message& message);  ///< whether one code may be used for something new
Result<Json> check_codes(Call& call, const Message& message); ///< the codes of one record together, and their pair
Result<Json> successions(Call& call, const Message& message); ///< what became of a year's codes

/// POST /standards/revise/{entity}/{id}: a draft with the next edition number and the same content.
Result<Answer> revise(Call& call, const Request& request);
/// POST /standards/rule-pack/{id}/preview: for each rule how many visible records it finds, and the first of them. A
/// rule that cannot be run says so with its reason; it never reports zero.
Result<Answer> preview_rule_pack(Call& call, const Request& request);

// Shared by the files above.

/// The coding rule in force with this code. Fault standards.no_coding_rule.
Result<CodingRule> coding_rule_in_force(const Call& call, std::string_view code);
/// Segments as stored; a fault names what is not understood.
Result<CodingRule> coding_rule_of(const Row& record);

Edition edition_of(const Row& record);
/// Every edition of the thing that this row is an edition of, by number.
Result<std::vector<Edition>> editions_of(const Call& call, std::string_view entity, const Row& record);
/// Fields that name a thing apart from its edition; empty for an entity that is not ours.
std::vector<std::string> identity_of(std::string_view entity);

/// The part of a filter that keeps to the list of a year; regions are not listed by year.
std::string of_year(std::string_view list, std::int64_t year);
/// A row of the code successions; from_known is left at true.
Succession succession_of(const Row& record);
/// Codes in force that took the place of `code` of that year's list, from the successions in force.
Result<std::vector<std::string>> successors_of(const Call& call, const std::string& list, int year,
                                               const std::string& code);

/// Findings as the services answer them: [{field, code, message{zh,en}, remedy{zh,en}}].
Json findings_json(const std::vector<FieldFault>& findings);

} // namespace onebudget::standards
