#pragma once
// Approving and returning, as routes, messages and batches share them.

#include "plugins/workflow/service/desk/desk.hpp"

namespace onebudget::workflow {

/// What a task keeps of the one who acted.
Result<Json> signed_by(const Call& call, const Turn& turn, const std::string& opinion);
/// `version` 0 = whatever it is.
Result<Json> approve(const Call& call, RecordId id, std::int64_t version, const std::string& opinion);
Result<Json> give_back(const Call& call, RecordId id, std::int64_t version, const std::string& to_step,
                       const std::string& opinion);
/// The office that a task was opened for.
Office office_of_task(const DeskTask& task);
/// {decision, opinion, to_step}
Result<Json> decide(const Call& call, RecordId id, std::int64_t version, const Row& body);

} // namespace onebudget::workflow
