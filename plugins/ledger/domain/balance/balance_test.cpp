#include "plugins/ledger/domain/balance/balance.hpp"

#include "plugins/ledger/tests/shipped.hpp"

namespace onebudget::ledger {
namespace {

const Day kDay = *Day::parse("2026-06-30");

Entry entry(const std::string& event, const std::string& debit, const std::string& credit, std::int64_t fen) {
  return {event, "1", debit, credit, Money::from_fen(fen), kDay, "", "", 0};
}

TEST(Sums, debits_equal_credits) {
  EXPECT_TRUE(check_sums({entry("issue", "2201", "", 100), entry("issue", "", "2101", 100)}).empty());
  EXPECT_EQ(lines(check_sums({entry("issue", "2201", "", 100), entry("issue", "", "2101", 99)})),
            Lines{"ledger.sums /lines"});
  EXPECT_EQ(lines(check_sums({entry("issue", "2201", "", INT64_MAX), entry("issue", "2201", "2101", 1)})),
            Lines{"ledger.sums /lines"})
      << "at the edge of what money holds";
}

TEST(Books, overflow_is_a_fault_and_never_a_wrong_sum) {
  const Chart chart = shipped_chart();
  Books books(chart);
  ASSERT_TRUE(books.add(entry("issue", "2201", "", INT64_MAX)).ok());
  EXPECT_EQ(books.add(entry("issue", "2201", "", 1)).fault().code, "money.overflow");
}

TEST(Books, a_chain_returns_to_the_earlier_link) {
  const Chart chart = shipped_chart();
  Books books(chart);
  const auto move = [&](const char* event, std::int64_t fen, const char* reservation, const char* other = "") {
    auto entries = chart.post(event, {"", "", "1", "executable"}, Money::from_fen(fen), kDay);
    ASSERT_TRUE(entries.ok()) << event;
    entries->front().reservation = reservation;
    entries->front().other = other;
    ASSERT_TRUE(books.add(entries->front()).ok());
  };
  ASSERT_TRUE(books.add(entry("issue", "2201", "", 100)).ok());
  move("reserve", 80, "contract");
  move("confirm", 80, "contract");
  move("draw", 50, "payment", "contract");
  move("confirm", 50, "payment");
  move("consume", 20, "payment");
  move("back_confirmed", 30, "payment", "contract");
  move("refund", 5, "payment");
  const Balances& balances = books.indicators().at("1");
  EXPECT_EQ(balances.at(Bucket::available).fen(), 25);
  EXPECT_EQ(balances.at(Bucket::confirmed).fen(), 60);
  EXPECT_EQ(balances.at(Bucket::paid).fen(), 15);
  EXPECT_EQ(balances.amount()->fen(), 100);
  const Held& contract = books.reservations().at("contract");
  EXPECT_EQ(contract.confirmed.fen(), 60);
  EXPECT_EQ(contract.passed.fen(), 20);
  const Held& payment = books.reservations().at("payment");
  EXPECT_EQ(payment.consumed.fen(), 15);
  EXPECT_EQ(payment.returned.fen(), 35);
}

TEST(Canonical, does_not_depend_on_the_order) {
  const Entry one = entry("issue", "2201", "", 1), two = entry("issue", "", "2101", 1);
  EXPECT_EQ(canonical({one, two}, {}), canonical({two, one}, {}));
  EXPECT_NE(canonical({one}, {}), canonical({two}, {}));
}

} // namespace
} // namespace onebudget::ledger
