#pragma once
// compilation.budget.issued: what the ledger makes indicators of. Its form is events/budget.issued.schema.json.

#include "plugins/compilation/service/service.hpp"

namespace onebudget::compilation {

/// What a batch is published with, besides its own row.
struct IssuedBatch {
  Row issue;              ///< the budget_issue as it is issued
  RecordId id;            ///< its id, the batch number
  std::vector<Row> lines; ///< its issue_lines, in the order of their cells
  Money total;
};

/// Publishes the batch in parts, in this unit of work. The key is unit/fiscal_year, so that a change follows what it
/// changes. Fault of the tree when a node is gone.
Result<void> publish_issued(const Call& call, const IssuedBatch& batch);

} // namespace onebudget::compilation
