#include "plugins/ledger/domain/document/document.hpp"

#include "plugins/ledger/tests/shipped.hpp"

namespace onebudget::ledger {
namespace {

Indicator indicator(const Case& one, const std::string& side, const std::string& stage) {
  Indicator out;
  out.key = one.value(side + ".key", side);
  out.stage = one.value(side + ".stage", stage);
  out.fiscal_year = number(one, side + ".year", 2026);
  out.source_year = number(one, side + ".from_year", 2026);
  out.elements = {{"fund_kind", one.value(side + ".fund", "1")},
                  {"region_code", one.value(side + ".region", "320583000")}};
  return out;
}

Document document(const Case& one) {
  Document out;
  out.kind = one.value("kind", "transfer");
  out.fiscal_year = 2026;
  out.posted_on = *Day::parse("2026-06-30");
  out.basis = one.value("basis");
  out.batch_no = one.value("batch");
  if (has(one, "empty")) return out;
  DocumentLine line{1, {}, {}, yuan(one, "amount", "100.00")};
  if (has(one, "source")) line.source = indicator(one, "source", one.value("source"));
  if (has(one, "target")) line.target = indicator(one, "target", one.value("target"));
  out.lines.push_back(std::move(line));
  return out;
}

TEST(DocumentRule, holds_in_every_case) {
  EXPECT_EQ(run("document", [](const Case& one) { return lines(check_document(document(one))); }), Lines());
}

TEST(DocumentRule, entries_balance_in_every_case) {
  const Chart chart = shipped_chart();
  EXPECT_EQ(run("posting",
                [&](const Case& one) {
                  const auto entries = entries_of(document(one), chart);
                  EXPECT_TRUE(entries.ok()) << one.name;
                  Lines out = entries ? lines(check_sums(*entries)) : Lines();
                  Books books(chart);
                  for (const Entry& entry : entries ? *entries : std::vector<Entry>())
                    EXPECT_TRUE(books.add(entry).ok());
                  for (const auto& [account, sum] : books.accounts())
                    if (sum != Money()) out.push_back(account + " " + sum.to_yuan());
                  for (const auto& [key, balances] : books.indicators())
                    for (std::size_t i = 1; i < kBucketCount; ++i)
                      if (balances.of[i] != Money())
                        out.push_back(key + "." + kBuckets[i] + " " + balances.of[i].to_yuan());
                  return out;
                }),
            Lines());
}

TEST(DocumentRule, a_reversal_takes_everything_back) {
  const Chart chart = shipped_chart();
  Case one;
  one.given = {{"kind", "issue"}, {"source", "budget"}, {"target", "executable"}};
  const auto entries = entries_of(document(one), chart);
  ASSERT_TRUE(entries.ok());
  Books books(chart);
  for (const Entry& entry : *entries) ASSERT_TRUE(books.add(entry).ok());
  for (const Entry& entry : reversed(*entries, *Day::parse("2026-07-01"))) ASSERT_TRUE(books.add(entry).ok());
  for (const auto& [key, balances] : books.indicators()) EXPECT_EQ(balances, Balances()) << key;
}

TEST(Elements, make_a_code_and_are_completed_from_the_source) {
  Indicator source;
  source.unit = "320583-106001";
  source.fiscal_year = source.source_year = 2026;
  source.elements = {{"region_code", "320583000"}, {"fund_kind", "1"}};
  Indicator wanted;
  wanted.stage = "executable";
  wanted.elements = {{"fund_kind", "2"}};
  const Indicator whole = completed(wanted, source);
  EXPECT_EQ(whole.element("fund_kind"), "2");
  EXPECT_EQ(whole.unit, source.unit);
  EXPECT_EQ(indicator_code(whole, "0123456789abcdef0000"), "320583-2026-E-0123456789abcdef");
  EXPECT_NE(canonical(whole), canonical(source));
}

TEST(Chart, the_newest_rule_in_force_counts) {
  const Day old = *Day::parse("2020-01-01"), later = *Day::parse("2027-01-01");
  const Chart chart({{"2201", Bucket::available, "executable", old, {}},
                     {"2302", Bucket::confirmed, "", old, {}},
                     {"2501", Bucket::none, "", old, {}}},
                    {{"recover", "2501", "@source", old, {}}, {"recover", "2302", "@source", later, {}}});
  const Sides sides{"a", "executable", "", ""};
  EXPECT_EQ(chart.post("recover", sides, Money::from_fen(1), *Day::parse("2026-12-31"))->front().debit, "2501");
  EXPECT_EQ(chart.post("recover", sides, Money::from_fen(1), later)->front().debit, "2302");
  EXPECT_EQ(chart.post("issue", sides, Money::from_fen(1), later).fault().code, "ledger.posting_rule");
  EXPECT_EQ(chart.post("recover", {"a", "budget", "", ""}, Money::from_fen(1), later).fault().code, "ledger.account");
}

} // namespace
} // namespace onebudget::ledger
