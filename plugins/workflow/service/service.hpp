#pragma once
// What the plugin does for others, one file per verb: load facts, decide in domain/, write. All in the caller's unit of
// work. A route that changes a task or a case wants If-Match with the version of what was read.

#include <string>
#include <vector>

#include "plugins/workflow/domain/definition.hpp"
#include "sdk/cpp/handlers.hpp"

namespace onebudget::workflow {

using plugin::Answer;
using plugin::Call;
using plugin::Change;
using plugin::Job;
using plugin::Json;
using plugin::Message;
using plugin::Request;
using plugin::Row;
using plugin::Verdict;

// Messages of workflow/1; their shapes are declared in plugin.json.
Result<Json> start(Call& call, const Message& message);    ///< begins a case, or goes on with a returned one
Result<Json> act(Call& call, const Message& message);      ///< approves or returns the caller's task
Result<Json> withdraw(Call& call, const Message& message); ///< recalls what the caller submitted
Result<Json> state(Call& call, const Message& message);    ///< the case of a subject and its open tasks
/// Whether the subject may make a transition now: always without a running case, else only the one that the workflow is
/// making in this very unit of work.
Result<Json> permits(Call& call, const Message& message);
Result<Json> field_rights(Call& call, const Message& message); ///< which fields the caller's open task may change
Result<Json> due(Call& call, const Message& message);          ///< the last day of a term that begins within 400 days

/// POST /preview {definition, facts}: what is wrong with the definition, or the way the case takes, rank by rank.
/// Nothing is kept.
Result<Answer> preview(Call& call, const Request& request);

// Tasks. Each answers {case, case_state, task, task_state}.
/// POST /step/{id}/act {decision: approve | return, opinion, to_step}: a return wants an opinion; without to_step it
/// goes to the maker.
Result<Answer> act_on_task(Call& call, const Request& request);
/// POST /step/{id}/transfer {to, opinion}: 转办, to a person by user id.
Result<Answer> transfer(Call& call, const Request& request);
/// POST /step/{id}/add {to, place: before | after | parallel, opinion}: 加签.
Result<Answer> add_signer(Call& call, const Request& request);
/// POST /step/{id}/drop {opinion}: 减签, by whoever added the signer, while the signer has not acted.
Result<Answer> drop_signer(Call& call, const Request& request);
/// POST /step/{id}/claim: takes a task out of the office's pool; again by the holder puts it back.
Result<Answer> claim(Call& call, const Request& request);
/// POST /batch {items: [{step, version}], opinion}: approves up to 100 tasks of different cases, all or none.
Result<Answer> approve_batch(Call& call, const Request& request);

// Cases.
/// POST /case/{id}/withdraw {opinion}: by the submitter, or by the last handler, within the minutes of the setting.
Result<Answer> withdraw_case(Call& call, const Request& request);
/// POST /case/{id}/urge {opinion}: 催办, by the submitter, of all open tasks.
Result<Answer> urge(Call& call, const Request& request);
/// POST /case/{id}/look {watch}: remembers how the case stands, and whether the caller watches it.
Result<Answer> look(Call& call, const Request& request);
/// GET /case/{id}/track: every task in order with who, when, opinion and waiting times, and what is new since the
/// caller last looked.
Result<Answer> track(Call& call, const Request& request);

/// GET /inbox?box=todo|done|started|watched&limit=50: rows of the box and the counts of all boxes. At most 200 rows,
/// then `truncated`; older ones are listed by /workflow/step and /workflow/case.
Result<Answer> inbox(Call& call, const Request& request);
/// GET /colleague?step= | ?office=: people of the roles that published approvals name: who may get a task, or who could
/// be a deputy at an office. Items {id, name, role, post, node}, the caller left out, at most 200.
Result<Answer> colleagues(Call& call, const Request& request);
/// POST /deadlines {day}: what the scheduled job does, now, for the tasks that the caller may change.
Result<Answer> run_deadlines(Call& call, const Request& request);
/// The scheduled job: reminders, escalations and returns of late tasks. It never approves.
Result<Json> deadlines(Call& call, Job& job);

// Hooks.
Result<void> check_definition_row(Call& call, const Change& change, Verdict& verdict);
Result<void> check_delegation(Call& call, const Change& change, Verdict& verdict);
Result<void> check_phrase(Call& call, const Change& change, Verdict& verdict);
/// Cases and tasks are the trace of what was decided: nobody removes them.
Result<void> keep_trace(Call& call, const Change& change, Verdict& verdict);

// Shared by the files above.

/// A row of this plugin as the REST interface tells it: amounts in yuan and times in RFC 3339 as text; what a plugin
/// reads is in fen and milliseconds.
Json as_told(Json row);
/// Fault workflow.member with the member's name.
Fault wrong(const std::string& name);
Result<Definition> read_definition(const Json& from);
Result<Facts> read_facts(const Json& from); ///< amount in yuan, as text
Json findings_json(const Call& call, const std::vector<FieldFault>& findings);

} // namespace onebudget::workflow
