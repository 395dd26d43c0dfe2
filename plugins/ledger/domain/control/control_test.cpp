#include "plugins/ledger/domain/control/control.hpp"

#include "plugins/ledger/tests/lines.hpp"

namespace onebudget::ledger {
namespace {

Control control(const Case& one) {
  Control out{"8",
              "320583000",
              one.value("level", "department"),
              2026,
              one.value("fund"),
              one.value("function"),
              number(one, "warn", 80),
              number(one, "stop", 100),
              has(one, "hold"),
              one.value("role"),
              yuan(one, "limit")};
  return out;
}

TEST(ControlRule, holds_in_every_case) {
  EXPECT_EQ(run("control",
                [](const Case& one) {
                  if (one.when != "count") return lines(check_control(control(one)));
                  const Counted indicator{one.value("region", "320583000"),
                                          "106",
                                          "5",
                                          number(one, "year", 2026),
                                          one.value("stage", "executable"),
                                          one.value("of_fund", "1"),
                                          one.value("of_function", "2050203")};
                  const auto pool = pool_of(control(one), indicator);
                  return pool ? Lines{*pool} : Lines{};
                }),
            Lines());
}

TEST(ControlRule, room_is_exact_and_never_overflows) {
  EXPECT_EQ(*room(Money::from_fen(3), Money::from_fen(1), 33), -1);
  EXPECT_EQ(*room(Money::from_fen(10'000), Money::from_fen(10'000), 100), 0);
  EXPECT_EQ(room(Money::from_fen(INT64_MAX), {}, 100).fault().code, "money.overflow");
}

} // namespace
} // namespace onebudget::ledger
