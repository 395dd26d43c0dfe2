// Posting: what a document's entries make of indicators, accounts and pools, in one unit of work.

#include "plugins/ledger/domain/year/carry_over.hpp"
#include "plugins/ledger/service/books/moved.hpp"
#include "plugins/ledger/service/control/pools.hpp"
#include "plugins/ledger/service/document/draft.hpp"

namespace onebudget::ledger {

namespace {

/// Effects of all entries on each indicator, by code.
Result<std::map<std::string, Balances>> effects_of(const Chart& chart, const std::vector<Entry>& entries) {
  std::map<std::string, Balances> out;
  for (const Entry& entry : entries) {
    OB_TRY(const Balances effect, effect_of(chart, entry));
    Balances& by = out[entry.indicator];
    for (std::size_t i = 1; i < kBucketCount; ++i) {
      OB_TRY(by.of[i], by.of[i].plus(effect.of[i]));
    }
  }
  return out;
}

/// What would fall below zero, told before the database refuses it.
void check_balances(const Draft& draft, const std::map<std::string, Balances>& effects,
                    std::vector<FieldFault>& findings) {
  for (const auto& [code, by] : effects) {
    const auto row = draft.there.find(code);
    const Balances before = row == draft.there.end() ? Balances() : balances_of(row->second);
    for (std::size_t i = 1; i < kBucketCount; ++i) {
      const auto after = before.of[i].plus(by.of[i]);
      if (after && !(*after < Money())) continue;
      findings.push_back({"/lines",
                          "ledger.balance",
                          {"指标 " + code + " 余额 " + before.of[i].to_yuan() + " 元，不够减少 " +
                               Money::from_fen(-by.of[i].fen()).to_yuan() + " 元。",
                           "The indicator " + code + " holds " + before.of[i].to_yuan() + " yuan, less than the " +
                               Money::from_fen(-by.of[i].fen()).to_yuan() + " to be taken."},
                          {"请减少金额；已占用的先释放，已支付的先退款。",
                           "Take less; release what is reserved, refund what is paid first."}});
    }
  }
}

/// A government fund carries over at most 30 % of its income.
Result<void> check_funds_carried(const Row& row, const Draft& draft, std::vector<FieldFault>& findings) {
  if (draft.document.kind != "carry_over") return {};
  Money carried;
  for (const DocumentLine& line : draft.document.lines)
    if (line.source && line.source->element("fund_kind") == "2") {
      OB_TRY(carried, carried.plus(line.amount));
    }
  const auto limit =
      carried == Money() ? std::vector<FieldFault>() : check_fund_limit(carried, row.money("fund_income"));
  findings.insert(findings.end(), limit.begin(), limit.end());
  return {};
}

Result<void> may_post_all(const Call& call, const Draft& draft) {
  std::set<int> years;
  for (const auto& [code, row] : draft.there) years.insert(static_cast<int>(row.number("fiscal_year")));
  years.insert(draft.document.fiscal_year);
  for (const int year : years) OB_CHECK(may_post(call, draft.region_code, draft.document.posted_on, year));
  return {};
}

Result<void> apply(const Call& call, const Draft& draft, const std::map<std::string, Balances>& effects,
                   std::map<std::string, Row>& indicators) {
  PoolDeltas pools;
  OB_TRY(Pools known, Pools::read(call, draft.region_code));
  plugin::Adjustments changes;
  std::vector<std::string> fresh;
  Json rows = Json::array();
  for (const auto& [code, by] : effects) {
    OB_TRY(const Money amount, by.amount());
    const auto there = draft.there.find(code);
    if (there != draft.there.end()) {
      OB_CHECK(add_balances(there->second, by, changes));
      OB_CHECK(count_in_pools(there->second, amount, {}, pools));
      indicators[code] = there->second;
      continue;
    }
    Json row = draft.to_make.at(code);
    for (std::size_t i = 1; i < kBucketCount; ++i) row[kBuckets[i]] = plugin::abi(by.of[i]);
    row["amount"] = plugin::abi(amount);
    const std::string department = draft.nodes.at(row["unit"]).text("department_code");
    if (!department.empty()) row["department"] = department;
    OB_TRY(row["pools"], known.of(call, Row(row), department));
    OB_CHECK(count_in_pools(Row(row), amount, {}, pools));
    fresh.push_back(code);
    rows.push_back(std::move(row));
  }
  OB_CHECK(adjust_all(call, kIndicator, changes));
  OB_TRY(const auto ids, insert_all(call, kIndicator, rows));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    rows[i]["id"] = ids[i].str();
    indicators[fresh[i]] = Row(std::move(rows[i]));
  }
  return adjust_pools(call, pools);
}

Result<void> write_entries(const Call& call, const Row& document, const Draft& draft,
                           const std::map<std::string, Row>& indicators) {
  std::size_t n = 0;
  NewRows rows;
  for (const Entry& entry : draft.entries) {
    add_entry(rows, entry, indicators.at(entry.indicator),
              "document/" + document.id().str() + "/" + std::to_string(++n));
    rows.text("document", document.id().str()).number("line_no", entry.line);
  }
  const auto made = insert_all(call, kEntry, rows);
  return made ? Result<void>() : Result<void>(made.fault());
}

/// Everything that keeps a draft from being posted.
Result<std::vector<FieldFault>> obstacles(const Row& row, const Draft& draft,
                                          const std::map<std::string, Balances>& effects) {
  std::vector<FieldFault> findings = check_sums(draft.entries);
  OB_CHECK(check_funds_carried(row, draft, findings));
  check_balances(draft, effects, findings);
  return findings;
}

Result<void> post(const Call& call, const Change& change, const Draft& draft, const Chart& chart, Verdict& verdict) {
  OB_TRY(const auto effects, effects_of(chart, draft.entries));
  OB_TRY(const auto findings, obstacles(change.after, draft, effects));
  verdict.report(findings);
  if (verdict.findings() > 0) return {};
  OB_CHECK(may_post_all(call, draft));
  std::map<std::string, Row> indicators;
  OB_CHECK(apply(call, draft, effects, indicators));
  Moved moved;
  for (const auto& [code, row] : indicators) moved.add(row);
  OB_CHECK(moved.tell(call));
  OB_CHECK(write_entries(call, change.after, draft, indicators));
  Money total;
  for (const DocumentLine& line : draft.document.lines) {
    OB_TRY(total, total.plus(line.amount));
  }
  verdict.assign("posted_on", plugin::abi(draft.document.posted_on));
  verdict.assign("total", plugin::abi(total));
  verdict.assign("problem", nullptr);
  return {};
}

} // namespace

Result<std::vector<FieldFault>> problems_of(const Call& call, const Row& document) {
  OB_TRY(const Chart chart, chart_of(call));
  std::vector<FieldFault> findings;
  OB_TRY(const Draft draft, draft_of(call, document, chart, findings));
  if (!findings.empty()) return findings;
  OB_TRY(const auto effects, effects_of(chart, draft.entries));
  return obstacles(document, draft, effects);
}

Result<void> validate_document(Call& call, const Change& change, Verdict& verdict) {
  if (change.action == Action::remove) return {};
  const auto posted_on = change.after.day("posted_on");
  const auto ahead = posted_on ? check_posting_date(*posted_on, call.today()) : std::nullopt;
  if (ahead) verdict.report(*ahead);
  if (change.action != Action::transition || change.transition == "return") return {};
  OB_TRY(const Chart chart, chart_of(call));
  std::vector<FieldFault> findings;
  OB_TRY(const Draft draft, draft_of(call, change.after, chart, findings));
  verdict.report(findings);
  if (verdict.findings() > 0 || change.transition != "post") return {};
  return post(call, change, draft, chart, verdict);
}

} // namespace onebudget::ledger
