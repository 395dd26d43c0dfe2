#pragma once
// What hangs on a payment request: details, invoices, card swipes, papers.

#include "plugins/treasury/domain/request/batch.hpp"
#include "plugins/treasury/domain/request/card.hpp"
#include "plugins/treasury/domain/request/invoice.hpp"
#include "plugins/treasury/service/facts.hpp"

namespace onebudget::treasury {

struct Papers {
  std::vector<Detail> details;
  std::vector<Invoice> invoices;
  std::vector<Swipe> swipes;
  std::vector<std::string> answered; ///< rules that a paper answers
  std::vector<Row> detail_rows, invoice_rows, claim_rows, expense_rows;
};

/// At most 100,000 details. `request`: the row of the request.
Result<Papers> papers_of(const Call& call, const Row& request, RecordId id);

/// Rules treasury.details, treasury.invoice and treasury.card_claim, each where the request has such.
std::vector<FieldFault> check_papers(const Row& request, const Papers& papers, Day day);

/// On submission: every invoice and swipe is claimed by this request, details get their tracking ids. One that another
/// request holds is reported as treasury.invoice_used or treasury.card_claim; the database keeps it unique whoever is
/// faster.
Result<void> claim_papers(const Call& call, const Row& request, const Papers& papers, Verdict& verdict);
/// What was claimed is free again; or, once paid, its swipes are paid back.
Result<void> release_papers(const Call& call, RecordId request);
Result<void> settle_papers(const Call& call, RecordId request);

} // namespace onebudget::treasury
