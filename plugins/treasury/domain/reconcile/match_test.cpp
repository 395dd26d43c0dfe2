#include "plugins/treasury/domain/reconcile/match.hpp"

#include <sstream>

#include "plugins/treasury/tests/lines.hpp"

namespace onebudget::treasury {
namespace {

struct Words {
  std::string voucher, serial, amount, account;
};

Words words_of(const std::string& text) {
  std::istringstream stream(text);
  Words out;
  stream >> out.voucher >> out.serial >> out.amount >> out.account;
  if (out.voucher == "-") out.voucher.clear();
  return out;
}

TEST(Reconciliation, finds_every_difference_in_every_case) {
  EXPECT_EQ(run("match",
                [](const Case& one) {
                  std::vector<StatementLine> theirs;
                  std::vector<PaidLine> ours;
                  for (const auto& [name, value] : one.given) {
                    const Words words = words_of(value);
                    if (name == "theirs")
                      theirs.push_back({static_cast<int>(theirs.size()) + 1, words.voucher, words.serial, words.account,
                                        yuan(words.amount)});
                    else
                      ours.push_back({words.voucher, words.serial, words.account, yuan(words.amount)});
                  }
                  const Comparison comparison = compare(theirs, ours);
                  Lines out;
                  for (const MatchedLine& line : comparison.lines)
                    out.push_back(std::to_string(line.line) + " " + name_of(line.match));
                  for (const std::size_t index : comparison.missing_there)
                    out.push_back(ours[index].voucher_no + " missing_there");
                  out.push_back("differences " + std::to_string(comparison.differences()));
                  return out;
                }),
            Lines());
}

TEST(Reconciliation, is_confirmed_when_whole_and_explained_in_every_case) {
  EXPECT_EQ(run("reconciled",
                [](const Case& one) {
                  return lines(check_confirmation({number(one, "stated count", 2), yuan(one, "stated sum", "30.00")},
                                                  {number(one, "listed count", 2), yuan(one, "listed sum", "30.00")},
                                                  number(one, "unexplained")));
                }),
            Lines());
}

TEST(Recount, tells_what_differs_only) {
  const auto told = drifted({{"usage_plan.used", "1", Money::from_fen(5), Money::from_fen(5)},
                             {"usage_plan.used", "2", Money::from_fen(5), Money::from_fen(4)}});
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].id, "2");
}

} // namespace
} // namespace onebudget::treasury
