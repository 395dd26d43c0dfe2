// R46 and R47: the payments of a unit's year, counted. Batches are left out: wages and subsidies follow fixed
// standards.

#include <array>

#include "plugins/monitoring/service/told/told.hpp"

namespace onebudget::monitoring {

namespace {

constexpr std::size_t kDigits = 9, kAtOnce = 200;
constexpr std::int64_t kWholeThousand = 100'000; ///< fen

struct Book {
  int rows = 0, round = 0;
  std::array<int, kDigits> digits{};
};

void count(Book& book, std::int64_t fen) {
  if (fen <= 0) return;
  ++book.rows;
  if (fen % kWholeThousand == 0) ++book.round;
  while (fen >= 10) fen /= 10;
  ++book.digits[static_cast<std::size_t>(fen - 1)];
}

} // namespace

Result<void> tell_books(const Call& call, Day day, const std::function<Result<void>()>& saved) {
  std::map<std::string, Book> books;
  plugin::Query query = where("kind==payment;status=in=(paid,reconciled);fiscal_year==" + std::to_string(day.year()));
  query.fields = {"unit", "details", "paid_amount"};
  const auto read = call.records().each("treasury.payment_certificate", query, [&](const Row& row) -> Result<void> {
    if (row.number("details") == 0) count(books[row.text("unit")], row.number("paid_amount"));
    return {};
  });
  if (!read) return not_there(read.fault()) ? Result<void>() : read;
  std::size_t told = 0;
  for (const auto& [unit, book] : books) {
    const Row asked(Json{{"unit", unit}, {"fiscal_year", day.year()}, {"told_by", "treasury"}});
    const Json facts = {{"rows", book.rows}, {"round_rows", book.round}, {"first_digits", book.digits}};
    OB_CHECK(keep_fact(call, asked,
                       Row(Json{{"subject", "payment_book"},
                                {"object", std::to_string(day.year())},
                                {"title", "支付台账"},
                                {"facts", facts}})));
    if (++told % kAtOnce == 0) OB_CHECK(saved());
  }
  return saved();
}

} // namespace onebudget::monitoring
