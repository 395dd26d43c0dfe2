#pragma once
// Documents (指标文书): what each kind may move from where to where, and the entries that it makes. Domain
// rules 1.8–1.10 and the corrections.

#include <optional>
#include <string>
#include <vector>

#include "plugins/ledger/domain/balance/balance.hpp"
#include "plugins/ledger/domain/document/elements.hpp"

namespace onebudget::ledger {

struct DocumentLine {
  int line = 0;
  std::optional<Indicator> source, target;
  Money amount;
};

struct Document {
  std::string kind; ///< code of the entity's `kind`
  int fiscal_year = 0;
  Day posted_on;
  std::string basis, batch_no;
  std::vector<DocumentLine> lines;
};

/// The largest amount of one line: 100 trillion yuan. Sums of many such lines still fit.
inline constexpr std::int64_t kMostFen = 10'000'000'000'000'000;

/// Rule ledger.document: stages, years, funds and regions of each line, papers of the kind. Fields "/basis",
/// "/batch_no", "/lines/<line>/source|target|amount".
std::vector<FieldFault> check_document(const Document& document);
/// The entries of a document that check_document() lets pass. Indicators are named by `key`.
Result<std::vector<Entry>> entries_of(const Document& document, const Chart& chart);
/// The same entries with negative amounts, on another day.
std::vector<Entry> reversed(const std::vector<Entry>& entries, Day on);

} // namespace onebudget::ledger
