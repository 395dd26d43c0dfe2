#pragma once
// A row on its way to being written: parsed, not yet looked up, with everything that is wrong with it.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/records/schema/table.hpp"
#include "kernel/records/write/values.hpp"

namespace onebudget::records {

struct Draft {
  std::int64_t line = 0;                            ///< of a file; 0 elsewhere
  Row row;                                          ///< all columns as they will be
  Row before;                                       ///< as they are; empty for a new row
  std::vector<bool> given;                          ///< columns that the writer named
  std::vector<std::pair<int, NaturalKey>> naturals; ///< columns still named by natural key
  std::vector<int> locked;                          ///< of these, the ones that may only say what they are already
  std::vector<FieldFault> faults;
  std::string parent_state; ///< of a line: the state that decides whether it may change
  bool parent_known = false;

  [[nodiscard]] bool fresh() const { return before.empty(); }
  [[nodiscard]] storage::Value& cell(int column) { return row[static_cast<std::size_t>(column)]; }
  [[nodiscard]] const storage::Value& cell(int column) const { return row[static_cast<std::size_t>(column)]; }
};

struct WriteRules {
  Form form = Form::rest;
  Origin origin = Origin::request;
  bool state_allowed = false;      ///< an import with the permission import_state
  bool provenance_allowed = false; ///< imports say where rows come from
};

/// A new row with its defaults.
Result<Draft> blank_draft(const Served& served);
/// A change of a stored row.
Draft change_draft(const Served& served, Row stored);

/// Takes the members of an object. 400 records.unknown_field for a name that is not a field; other mistakes go to
/// `faults`.
Result<void> take_values(const Served& served, const Json& values, const WriteRules& rules, Draft& draft);
/// Takes one parsed value of a field's column, by the rules of readonly, immutable, computed and state fields.
void take_value(const Served& served, int column, Parsed parsed, const WriteRules& rules, Draft& draft);
/// The fault of a field that only the system fills in.
void refuse_readonly(const Field& field, Draft& draft);
/// After all values were taken and links resolved: what is required must be there.
void check_required(const Served& served, Draft& draft);

/// Columns that differ between before and row, the kernel's own left out.
std::vector<int> changed_columns(const Served& served, const Row& before, const Row& after);
inline std::vector<int> changed_columns(const Served& served, const Draft& draft) {
  return changed_columns(served, draft.before, draft.row);
}

} // namespace onebudget::records
