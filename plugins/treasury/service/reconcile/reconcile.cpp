// 对账: a statement of the other side against our paid vouchers, line by line.
#include "plugins/treasury/domain/reconcile/match.hpp"
#include "plugins/treasury/service/reconcile/sheet.hpp"

#include <map>

namespace onebudget::treasury {

namespace {

constexpr const char* kLines = "treasury.reconciliation_line";
constexpr const char* kSheet = "treasury.reconciliation";
constexpr std::size_t kMost = 10'000; ///< lines of one statement; a unit of work holds 20,000 writes

/// Paid vouchers of the region in the days of the sheet.
Result<std::vector<Row>> paid_in(const Call& call, const Row& sheet) {
  OB_TRY(const Row region, call.node(sheet.ref("region")));
  std::map<std::string, bool> ours;
  std::vector<Row> out;
  const std::string filter = "paid_on=ge=" + sheet.text("from_day") + ";paid_on=le=" + sheet.text("to_day") +
                             ";status=in=(paid,reconciled);kind==payment";
  OB_CHECK(call.records().each(kCertificate, where(filter, "cert_no"), [&](const Row& row) -> Result<void> {
    const auto [known, fresh] = ours.try_emplace(row.text("unit"), false);
    if (fresh) {
      OB_TRY(const Row node, call.node(row.ref("unit")));
      known->second = node.text("region_code") == region.text("region_code");
    }
    if (known->second) out.push_back(row);
    return {};
  }));
  if (out.size() > kMost)
    return fault(FaultKind::too_large, "treasury.statement_too_long",
                 {"期间内凭证超过 10000 张。请按日对账。", "More than 10,000 vouchers. Reconcile shorter periods."});
  return out;
}

struct Lines {
  std::vector<Row> theirs, added; ///< `added`: ours that they do not have, from a comparison before
};

Result<Lines> lines_of(const Call& call, RecordId sheet) {
  OB_TRY(auto rows, call.records().list(kLines, where("reconciliation==" + sheet.str(), "line"), 2 * kMost));
  Lines out;
  for (Row& row : rows) (row.text("result") == "missing_there" ? out.added : out.theirs).push_back(std::move(row));
  return out;
}

Result<void> write_results(const Call& call, RecordId sheet, const Lines& lines, const std::vector<Row>& ours,
                           const Comparison& comparison) {
  std::map<std::string, std::string> explained;
  for (const Row& row : lines.added) {
    explained[row.text("certificate")] = row.text("explanation");
    OB_CHECK(call.records().remove(kLines, row.id(), row.version()));
  }
  std::int64_t last = 0;
  for (std::size_t i = 0; i < lines.theirs.size(); ++i) {
    const Row& row = lines.theirs[i];
    const MatchedLine& found = comparison.lines[i];
    Json values = {{"result", name_of(found.match)}, {"certificate", nullptr}};
    if (found.match != Match::missing_here) values["certificate"] = ours[found.voucher].id().str();
    OB_CHECK(call.records().update(kLines, row.id(), row.version(), values));
    last = std::max(last, row.number("line"));
  }
  for (const std::size_t index : comparison.missing_there) {
    const Row& voucher = ours[index];
    // The number of a removed line is taken until the commit, so lines that are added count on from behind them.
    last = std::max(last, lines.added.empty() ? last : lines.added.back().number("line"));
    Json values = {{"reconciliation", sheet.str()},
                   {"line", ++last},
                   {"voucher_no", voucher.text("cert_no")},
                   {"bank_serial", voucher.at("bank_serial")},
                   {"amount", voucher.at("amount")},
                   {"certificate", voucher.id().str()},
                   {"result", "missing_there"}};
    const auto before = explained.find(voucher.id().str());
    if (before != explained.end() && !before->second.empty()) values["explanation"] = before->second;
    OB_CHECK(call.records().insert(kLines, values));
  }
  return {};
}

/// What the sheet says against its lines, and how many differences nobody explained.
Result<void> confirm(const Call& call, const Change& change, Verdict& verdict) {
  const Row& sheet = change.before;
  OB_TRY(const Lines lines, lines_of(call, change.id));
  Totals listed;
  int unexplained = 0, unmatched = 0;
  for (const Row& row : lines.theirs) {
    ++listed.count;
    OB_TRY(listed.sum, listed.sum.plus(row.money("amount")));
    const std::string result = row.text("result");
    unmatched += result.empty() ? 1 : 0;
    unexplained += result != "matched" && row.text("explanation").empty() ? 1 : 0;
  }
  for (const Row& row : lines.added) unexplained += row.text("explanation").empty() ? 1 : 0;
  verdict.report(check_confirmation({sheet.number("their_count"), sheet.money("their_sum")}, listed, unexplained));
  if (unmatched > 0 && verdict.findings() == 0)
    verdict.report("/differences", "treasury.reconciled", Text{"有明细没有比对。", "Some lines were not compared."},
                   Text{"请重新比对。", "Compare again."});
  if (verdict.findings() > 0) return {};
  for (const Row& row : lines.theirs) {
    if (row.text("result") != "matched") continue;
    OB_TRY(const Row voucher, call.records().get(kCertificate, row.ref("certificate")));
    if (voucher.text("status") == "paid")
      OB_CHECK(call.records().transition(kCertificate, voucher.id(), voucher.version(), "reconcile"));
  }
  return {};
}

} // namespace

Result<void> validate_reconciliation(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == plugin::Action::remove) return {};
  const auto from = change.after.day("from_day"), to = change.after.day("to_day");
  if (from && to && (*to < *from || call.today() < *to))
    verdict.report("/to_day", "treasury.reconciled",
                   Text{"止日应在起日与今天之间。", "It ends between its first day and today."},
                   Text{"请改写日期。", "Change the days."});
  if (verdict.findings() > 0 || change.action != plugin::Action::transition || change.transition != "confirm")
    return {};
  return confirm(call, change, verdict);
}

Result<Matched> match_sheet(const Call& call, RecordId id) {
  OB_TRY(const Row sheet, call.records().get(kSheet, id));
  OB_TRY(const Lines lines, lines_of(call, id));
  OB_TRY(const auto ours, paid_in(call, sheet));
  std::vector<StatementLine> theirs;
  for (const Row& row : lines.theirs)
    theirs.push_back({static_cast<int>(row.number("line")), row.text("voucher_no"), row.text("bank_serial"),
                      row.text("account"), row.money("amount")});
  std::vector<PaidLine> paid;
  Money sum;
  for (const Row& row : ours) {
    paid.push_back({row.text("cert_no"), row.text("bank_serial"),
                    row.has("actual_account") ? row.text("actual_account") : row.text("payee_account"),
                    row.money("paid_amount")});
    OB_TRY(sum, sum.plus(row.money("paid_amount")));
  }
  const Comparison comparison = compare(theirs, paid);
  OB_CHECK(write_results(call, id, lines, ours, comparison));
  const auto count = static_cast<std::int64_t>(ours.size());
  OB_CHECK(
      call.records().update(kSheet, id, sheet.version(),
                            {{"our_count", count}, {"our_sum", sum.fen()}, {"differences", comparison.differences()}}));
  OB_TRY(const Row written, call.records().get(kSheet, id));
  OB_CHECK(call.records().transition(kSheet, id, written.version(), "match"));
  return Matched{count, comparison.differences(), sum};
}

Result<Answer> match_statement(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Matched found, match_sheet(call, id));
  return Answer::json(
      {{"our_count", found.our_count}, {"our_sum", found.our_sum.to_yuan()}, {"differences", found.differences}});
}

} // namespace onebudget::treasury
