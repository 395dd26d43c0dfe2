#pragma once
// What the plugin does for others, one function per verb: load facts, decide in domain/, answer. All on the caller's call.

#include <string_view>

#include "onebudget/call.hpp"
#include "plugins/standards/domain/coding_rule.hpp"

namespace onebudget::standards {

using plugin::Call;
using plugin::Change;
using plugin::Exchange;
using plugin::Json;

/// Hook: validity, coding rules, rule packs; on approval the older edition in force is superseded in the same unit.
Result<void> validate(Change& change);

/// standards/1 compose_code {rule, values} → {code}: the next code by the rule in force; serials are counted per prefix.
Result<Json> compose_code(Call& call, const Json& request);
/// standards/1 check_code {rule, code} → {findings}.
Result<Json> check_code_request(Call& call, const Json& request);
/// standards/1 check_postable {list, id, year, field} → {findings}.
Result<Json> check_postable_request(Call& call, const Json& request);
/// standards/1 successions {list, from_year} → {items:[{from_code, to_code, kind}]}.
Result<Json> successions(Call& call, const Json& request);

/// POST /standards/revise/{entity}/{id}: a draft with the next edition number and the same content.
Result<void> revise(Exchange& exchange);
/// POST /standards/rule-pack/{id}/preview: for each rule how many visible records it finds, and the first of them.
Result<void> preview_rule_pack(Exchange& exchange);

/// The coding rule in force with this code.
Result<CodingRule> coding_rule_in_force(const Call& call, std::string_view code);
/// Segments as stored; a fault names what is not understood.
Result<CodingRule> coding_rule_of(const Json& record);

/// Findings as the services answer them: [{field, code, message{zh,en}, remedy{zh,en}}].
Json findings_json(const std::vector<FieldFault>& findings);
/// A filter value in quotes, with quotes and backslashes escaped.
std::string filter_text(std::string_view text);

} // namespace onebudget::standards
