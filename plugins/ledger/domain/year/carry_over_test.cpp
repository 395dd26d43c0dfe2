#include "plugins/ledger/domain/year/carry_over.hpp"

#include "plugins/ledger/tests/lines.hpp"

namespace onebudget::ledger {
namespace {

TEST(CarryOver, holds_in_every_case) {
  EXPECT_EQ(
      run("carry_over",
          [](const Case& one) {
            if (one.when == "fund") return lines(check_fund_limit(yuan(one, "carried"), yuan(one, "income")));
            Leftover left{"1",
                          one.value("stage", "executable"),
                          one.value("fund", "1"),
                          one.value("upper"),
                          2026,
                          number(one, "from_year", 2026),
                          yuan(one, "left", "100.00"),
                          yuan(one, "held"),
                          yuan(one, "frozen")};
            Lines out;
            for (const Disposition& part : dispositions({left})) {
              EXPECT_FALSE(part.reason.zh.empty() || part.reason.en.empty());
              out.push_back(std::string(kFates[static_cast<std::size_t>(part.fate)]) + " " + part.amount.to_yuan());
            }
            return out;
          }),
      Lines());
}

} // namespace
} // namespace onebudget::ledger
