#include "plugins/ledger/domain/funds/chain.hpp"

#include "plugins/ledger/tests/lines.hpp"

namespace onebudget::ledger {
namespace {

Reservation reservation(const Case& one) {
  Reservation out;
  out.id = "1";
  out.held = {yuan(one, "reserved"), yuan(one, "confirmed"), yuan(one, "consumed"), {}, {}};
  out.drawn = yuan(one, "drawn");
  if (has(one, "drawn")) out.earlier = "5";
  return out;
}

Lines told(const Reservation& one, const Result<std::vector<Movement>>& movements) {
  if (!movements) return {movements.fault().code};
  Lines out;
  for (const Movement& movement : *movements) out.push_back(movement.event + " " + movement.amount.to_yuan());
  const Money left = drawn_after(one, *movements);
  if (left != Money()) out.push_back("drawn " + left.to_yuan());
  return out;
}

TEST(Chain, moves_in_every_case) {
  EXPECT_EQ(run("chain",
                [](const Case& one) {
                  const Reservation held = reservation(one);
                  const Money amount = yuan(one, "amount");
                  if (one.when == "confirm") return told(held, confirm(held));
                  if (one.when == "consume") return told(held, consume(held, amount));
                  if (one.when == "refund") return told(held, refund(held, amount));
                  return told(held, release(held, !has(one, "earlier_closed")));
                }),
            Lines());
}

TEST(Chain, has_an_order) {
  EXPECT_LT(place_of("plan"), place_of("procurement"));
  EXPECT_LT(place_of("contract"), place_of("payment"));
  EXPECT_EQ(place_of("other"), -1);
}

} // namespace
} // namespace onebudget::ledger
