#pragma once
// Approving and returning, as routes, messages and batches share them.

#include "plugins/workflow/service/desk/desk.hpp"

namespace onebudget::workflow {

/// What a task keeps of the one who acted.
Result<Json> signed_by(const Call& call, const Turn& turn, const std::string& opinion);
/// `version` 0 = whatever it is. `fields`: what is filled in on the subject, field → value as REST tells it.
Result<Json> approve(const Call& call, RecordId id, std::int64_t version, const std::string& opinion,
                     const Json& fields = Json::object());
Result<Json> give_back(const Call& call, RecordId id, std::int64_t version, const std::string& to_step,
                       const std::string& opinion);
/// The office that a task was opened for.
Office office_of_task(const DeskTask& task);
/// Whether what is filled in is the task's to fill in, and nothing is left empty that it requires. Faults
/// workflow.field_right, workflow.field_decision, workflow.field_missing.
Result<void> check_filling(const Call& call, const Desk& desk, const DeskTask& task, const Json& given,
                           bool approves = true);
/// {decision, opinion, to_step, fields}
Result<Json> decide(const Call& call, RecordId id, std::int64_t version, const Row& body);

} // namespace onebudget::workflow
