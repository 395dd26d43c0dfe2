#include "plugins/treasury/service/request/papers.hpp"

namespace onebudget::treasury {

namespace {

constexpr const char* kDetail = "treasury.payment_detail";
constexpr const char* kInvoice = "treasury.payment_invoice";
constexpr const char* kClaim = "treasury.card_claim";
constexpr std::size_t kMostDetails = 100'000;
constexpr std::size_t kMostPapers = 1000;

Invoice invoice_of(const Row& row) { return {row.text("code"), row.text("number"), row.money("amount")}; }

Result<void> load_swipes(const Call& call, const Row& request, const std::string& of, Papers& out) {
  OB_TRY(out.claim_rows, call.records().list(kClaim, where(of), kMostPapers));
  for (const Row& claim : out.claim_rows) {
    OB_TRY(Row expense, call.records().get(kExpense, claim.ref("expense")));
    Swipe swipe;
    swipe.line = static_cast<int>(out.swipes.size()) + 1;
    swipe.amount = expense.money("amount");
    swipe.personal = expense.flag("is_personal");
    swipe.same_unit = expense.text("unit") == request.text("unit");
    swipe.swiped = expense.day("swiped_on").value_or(Day());
    swipe.due = expense.day("due_on").value_or(Day());
    out.swipes.push_back(swipe);
    out.expense_rows.push_back(std::move(expense));
  }
  return {};
}

void used_already(std::size_t at, const Row& invoice, Verdict& verdict) {
  verdict.report("/invoices/" + std::to_string(at) + "/number", "treasury.invoice_used",
                 Text{"红（拦截）R28：发票 " + invoice.text("number") + " 已在另一支付申请中使用。",
                      "Red (stopped) R28: the invoice " + invoice.text("number") + " backs another payment already."},
                 Text{"请核对发票；确属误用的，请先退回或作废另一申请。",
                      "Check the invoice; if the other request is wrong, have it returned or voided first."});
}

bool taken(const Fault& fault) { return fault.kind == FaultKind::conflict; }

Result<void> set_state(const Call& call, RecordId expense, const char* state) {
  OB_TRY(const Row row, call.records().get(kExpense, expense));
  return call.records().update(kExpense, row.id(), row.version(), {{"state", state}});
}

} // namespace

Result<Papers> papers_of(const Call& call, const Row& request, RecordId id) {
  Papers out;
  const std::string of = "request==" + id.str();
  OB_TRY(out.detail_rows, call.records().list(kDetail, where(of, "line"), kMostDetails));
  for (const Row& row : out.detail_rows)
    out.details.push_back({static_cast<int>(row.number("line")), row.text("payee_name"), row.text("identity_no"),
                           row.text("account"), row.money("amount")});
  OB_TRY(out.invoice_rows, call.records().list(kInvoice, where(of, "number"), kMostPapers));
  for (const Row& row : out.invoice_rows) out.invoices.push_back(invoice_of(row));
  if (request.text("payee_kind") == "card") OB_CHECK(load_swipes(call, request, of, out));
  OB_CHECK(call.records().each("treasury.payment_paper", where(of), [&](const Row& row) -> Result<void> {
    if (row.has("answers")) out.answered.push_back(row.text("answers"));
    return {};
  }));
  return out;
}

std::vector<FieldFault> check_papers(const Row& request, const Papers& papers, Day day) {
  std::vector<FieldFault> findings;
  const Money amount = request.money("amount");
  const auto add = [&](std::vector<FieldFault> more) {
    findings.insert(findings.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  const std::string kind = request.text("payee_kind");
  if (kind == "batch") add(check_details(papers.details, amount));
  if (kind == "card") add(check_claims(papers.swipes, amount, day));
  add(check_invoices(papers.invoices, amount, request.flag("is_advance")));
  return findings;
}

Result<void> claim_papers(const Call& call, const Row& request, const Papers& papers, Verdict& verdict) {
  for (std::size_t i = 0; i < papers.invoice_rows.size(); ++i) {
    const Row& row = papers.invoice_rows[i];
    const std::string claim = claim_of(papers.invoices[i]);
    OB_TRY(const auto other, call.records().first(kInvoice, where("claim==" + plugin::quoted(claim))));
    if (other && other->id() != row.id()) {
      used_already(i, row, verdict);
      continue;
    }
    const auto claimed = call.records().update(kInvoice, row.id(), row.version(), {{"claim", claim}});
    if (claimed) continue;
    if (!taken(claimed.fault())) return claimed.fault();
    used_already(i, row, verdict);
  }
  for (std::size_t i = 0; i < papers.claim_rows.size(); ++i) {
    const Row &row = papers.claim_rows[i], &expense = papers.expense_rows[i];
    const auto claimed = call.records().update(kClaim, row.id(), row.version(), {{"claim", expense.id().str()}});
    if (!claimed && !taken(claimed.fault())) return claimed.fault();
    if (!claimed || expense.text("state") != "open") {
      verdict.report("/claims/" + std::to_string(i + 1), "treasury.card_claim",
                     Text{"该笔消费已在另一申请中报销。", "The swipe is paid back by another request already."},
                     Text{"请移出本申请。", "Take it out of the request."});
      continue;
    }
    OB_CHECK(set_state(call, expense.id(), "claimed"));
  }
  for (const Row& row : papers.detail_rows) {
    const std::string tracking = tracking_id(request.text("request_no"), static_cast<int>(row.number("line")));
    if (row.text("tracking_id") == tracking) continue;
    OB_CHECK(call.records().update(kDetail, row.id(), row.version(), {{"tracking_id", tracking}}));
  }
  return {};
}

Result<void> release_papers(const Call& call, RecordId request) {
  const std::string of = "request==" + request.str();
  OB_TRY(const auto invoices, call.records().list(kInvoice, where(of), kMostPapers));
  for (const Row& row : invoices)
    if (row.has("claim")) OB_CHECK(call.records().update(kInvoice, row.id(), row.version(), {{"claim", nullptr}}));
  OB_TRY(const auto claims, call.records().list(kClaim, where(of), kMostPapers));
  for (const Row& row : claims) {
    if (!row.has("claim")) continue;
    OB_CHECK(call.records().update(kClaim, row.id(), row.version(), {{"claim", nullptr}}));
    OB_CHECK(set_state(call, row.ref("expense"), "open"));
  }
  return {};
}

Result<void> settle_papers(const Call& call, RecordId request) {
  OB_TRY(const auto claims, call.records().list(kClaim, where("request==" + request.str()), kMostPapers));
  for (const Row& row : claims)
    if (row.has("claim")) OB_CHECK(set_state(call, row.ref("expense"), "repaid"));
  return {};
}

} // namespace onebudget::treasury
