#pragma once
// A document as the domain sees it: lines with their indicators, found or described by elements.

#include "plugins/ledger/service/read.hpp"

namespace onebudget::ledger {

/// A document with everything that posting needs. Indicators are named by their codes.
struct Draft {
  Document document;
  std::map<std::string, Row> there;    ///< indicators that exist, by code
  std::map<std::string, Json> to_make; ///< rows of those that do not, by code
  std::map<std::string, Row> nodes;    ///< of the units, by id
  std::vector<Entry> entries;
  std::string region_code;
};

/// Reads lines and indicators and makes the entries; a reversal takes those of the document it reverses. Findings go
/// to `findings`; entries stay empty when there are any.
Result<Draft> draft_of(const Call& call, const Row& document, const Chart& chart, std::vector<FieldFault>& findings);
/// Rule ledger.project_total of what the document adds to projects; nothing where nobody keeps a project library.
Result<std::vector<FieldFault>> check_totals(const Call& call, const Draft& draft);
/// What keeps a document from being posted as it stands; nothing when it may be. No effect.
Result<std::vector<FieldFault>> problems_of(const Call& call, const Row& document);
/// Node of the tree, read once for each unit.
Result<const Row*> node_of(const Call& call, const std::string& unit, std::map<std::string, Row>& nodes);

} // namespace onebudget::ledger
