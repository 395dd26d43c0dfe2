#pragma once
// What may be filled in on the subject while a step is approved (分步骤字段权限).

#include <string>
#include <vector>

#include "plugins/workflow/domain/definition.hpp"

namespace onebudget::workflow {

/// Lower-case letters, digits and underscores, a letter first, 63 characters at most.
bool is_field_name(const std::string& name);

/// Rule workflow.field_right: a step fills in what its definition grants it and nothing else; going back fills in
/// nothing. `step` is the step's title, `given` the names that came with the decision. Faults workflow.field_right
/// (forbidden) and workflow.field_decision (rule) name every such field at /fields/<name>.
Result<void> may_fill(const std::vector<FieldRight>& rights, const std::string& step, bool approves,
                      const std::vector<std::string>& given);

/// Rule workflow.field_missing: a step is not approved while a field that it requires is empty. `empty` are the names
/// that are empty on the subject, with what came with the decision in place. Fault workflow.field_missing names every
/// one at /fields/<name>.
Result<void> all_filled(const std::vector<FieldRight>& rights, const std::string& step,
                        const std::vector<std::string>& empty);

} // namespace onebudget::workflow
