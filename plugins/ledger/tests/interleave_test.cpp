// Many hands on few indicators, interleaved in every random order: each operation reads a snapshot, decides by the real
// rules, and is applied later against bounds, as the kernel does. What must hold after every step is asserted; the seed
// is printed and can be given again.

#include <cstdlib>
#include <random>

#include "plugins/ledger/domain/funds/chain.hpp"
#include "plugins/ledger/domain/funds/check.hpp"
#include "plugins/ledger/tests/shipped.hpp"

namespace onebudget::ledger {
namespace {

constexpr int kRounds = 300, kSteps = 200, kIndicators = 3, kWorkers = 8;

struct World {
  std::map<std::string, Balances> indicators;
  std::map<std::string, Reservation> reservations;
  std::vector<Entry> entries;
  Money budget, used; ///< of the one pool over all indicators, stop at 90 %
};

/// Prepared on an old state of the world, applied on the newest.
struct Effect {
  std::string reservation, indicator, earlier;
  std::vector<Movement> movements;
  Reservation seen, fresh; ///< seen: what the decision rests on; fresh: of a reserve
  bool makes = false;
};

class Interleaving {
 public:
  explicit Interleaving(unsigned seed) : random_(seed), chart_(shipped_chart()) {
    for (int i = 0; i < kIndicators; ++i) {
      const Money amount = Money::from_fen(100 + pick(100));
      now_.indicators[std::to_string(i)].of[1] = amount;
      now_.entries.push_back({"issue", std::to_string(i), "2201", "", amount, kDay, "", "", 0});
      now_.budget = *now_.budget.plus(amount);
    }
  }

  void run() {
    std::vector<World> snapshots(kWorkers, now_);
    std::vector<std::vector<Effect>> waiting(kWorkers);
    for (int step = 0; step < kSteps; ++step) {
      const auto worker = static_cast<std::size_t>(pick(kWorkers));
      if (waiting[worker].empty()) {
        snapshots[worker] = now_;
        waiting[worker] = decide(snapshots[worker]);
      } else {
        apply(waiting[worker]);
        waiting[worker].clear();
      }
      check();
      if (::testing::Test::HasFatalFailure()) return;
    }
  }

  [[nodiscard]] int applied() const { return applied_; }
  [[nodiscard]] int refused() const { return refused_; }

 private:
  static inline const Day kDay = *Day::parse("2026-06-30");

  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  std::vector<Effect> decide(const World& world) {
    std::vector<std::string> ids;
    for (const auto& [id, one] : world.reservations) ids.push_back(id);
    if (ids.empty() || pick(3) == 0) return reserve(world, ids);
    const Reservation& one = world.reservations.at(ids[static_cast<std::size_t>(pick(static_cast<int>(ids.size())))]);
    Effect effect{one.id, one.indicator, one.earlier, {}, one, {}, false};
    const Money amount = Money::from_fen(1 + pick(40));
    const auto open = world.reservations.find(one.earlier);
    Result<std::vector<Movement>> movements = std::vector<Movement>();
    switch (pick(4)) {
      case 0:
        movements = confirm(one);
        break;
      case 1:
        movements = consume(one, amount);
        break;
      case 2:
        movements = refund(one, amount);
        break;
      default:
        movements = release(one, open != world.reservations.end() && !open->second.closed);
    }
    if (!movements) return {};
    effect.movements = *movements;
    return {effect};
  }

  std::vector<Effect> reserve(const World& world, const std::vector<std::string>& ids) {
    CheckFacts facts;
    const bool pays = !ids.empty() && pick(2) == 0;
    facts.link = pays ? "payment" : "contract";
    AskedLine line{1, std::to_string(pick(kIndicators)), "", Money::from_fen(1 + pick(60))};
    if (pays) line.earlier = ids[static_cast<std::size_t>(pick(static_cast<int>(ids.size())))];
    for (const auto& [id, balances] : world.indicators)
      facts.indicators[id] = {id, "executable", balances, {"pool"}, {}};
    for (const auto& [id, one] : world.reservations)
      facts.earlier[id] = {one.indicator, one.link, one.held.confirmed, one.closed};
    facts.pools["pool"] = {"c", "pool", 1, 0, 90, false, "", {}, world.budget, world.used, {}};
    facts.lines = {line};
    const auto answer = check_funds(facts);
    if (!answer || !answer->allowed()) return {};
    const LineShare& share = answer->indicators.at(line.indicator).lines.front();
    Effect effect;
    effect.makes = true;
    effect.reservation = std::to_string(1000 + ++made_);
    effect.indicator = line.indicator;
    effect.earlier = line.earlier;
    effect.fresh = {effect.reservation, line.indicator, facts.link, line.earlier, line.amount, {}, share.drawn, false};
    effect.fresh.held.reserved = line.amount;
    if (share.drawn > Money()) effect.movements.push_back({"draw", share.drawn});
    if (share.needed > Money()) effect.movements.push_back({"reserve", share.needed});
    return {effect};
  }

  /// What the database does: everything or nothing, by bounds and by what the decision rested on.
  void apply(const std::vector<Effect>& effects) {
    for (const Effect& effect : effects) {
      World next = now_;
      if (!effect.makes) {
        Reservation& kept = next.reservations.at(effect.reservation);
        if (!(kept.held == effect.seen.held) || kept.drawn != effect.seen.drawn || kept.closed != effect.seen.closed) {
          ++refused_;
          continue;
        }
        kept.drawn = drawn_after(kept, effect.movements);
        const bool released = effect.movements.empty() || effect.movements.front().event.rfind("release", 0) == 0 ||
                              effect.movements.front().event.rfind("back", 0) == 0;
        if (released) kept.closed = true;
      } else {
        next.reservations[effect.reservation] = effect.fresh;
      }
      if (!move(next, effect)) {
        ++refused_;
        continue;
      }
      now_ = std::move(next);
      ++applied_;
    }
  }

  bool move(World& next, const Effect& effect) {
    for (const Movement& movement : effect.movements) {
      auto entries = chart_.post(movement.event, {"", "", effect.indicator, "executable"}, movement.amount, kDay);
      Entry entry = entries->front();
      entry.reservation = effect.reservation;
      entry.other = effect.earlier;
      const Balances by = *effect_of(chart_, entry);
      Balances& balances = next.indicators.at(effect.indicator);
      for (std::size_t i = 1; i < kBucketCount; ++i) {
        balances.of[i] = *balances.of[i].plus(by.of[i]);
        if (balances.of[i] < Money()) return false; // the field's declared minimum
      }
      next.used = *next.used.minus(by.of[1]);
      if (by.of[1] < Money() && beyond(next.used, next.budget, 90)) return false; // the pool's room
      next.entries.push_back(entry);
    }
    return hold(next, effect);
  }

  static bool hold(World& next, const Effect& effect) {
    Reservation& own = next.reservations.at(effect.reservation);
    for (const Movement& movement : effect.movements) {
      const Money a = movement.amount;
      const std::string& event = movement.event;
      const bool draws = event == "draw", back = event.rfind("back_", 0) == 0;
      Money *from = nullptr, *to = nullptr;
      if (event == "confirm") from = &own.held.reserved, to = &own.held.confirmed;
      if (event == "consume") from = &own.held.confirmed, to = &own.held.consumed;
      if (event == "refund") from = &own.held.consumed, to = &own.held.returned;
      if (event == "release_reserved" || event == "back_reserved") from = &own.held.reserved, to = &own.held.returned;
      if (event == "release_confirmed" || event == "back_confirmed")
        from = &own.held.confirmed, to = &own.held.returned;
      if (from != nullptr) *from = *from->minus(a), *to = *to->plus(a);
      if (from != nullptr && *from < Money()) return false;
      if (!draws && !back) continue;
      Reservation& earlier = next.reservations.at(effect.earlier);
      if (earlier.closed) return false; // "closed==0"
      earlier.held.confirmed = *(draws ? earlier.held.confirmed.minus(a) : earlier.held.confirmed.plus(a));
      earlier.held.passed = *(draws ? earlier.held.passed.plus(a) : earlier.held.passed.minus(a));
      if (earlier.held.confirmed < Money() || earlier.held.passed < Money()) return false;
    }
    return true;
  }

  /// Nothing below zero, nothing from nowhere, and everything recomputed from entries is as it is kept.
  void check() {
    Books books(chart_);
    for (const Entry& entry : now_.entries) ASSERT_TRUE(books.add(entry).ok());
    Money used;
    for (const auto& [id, balances] : now_.indicators) {
      ASSERT_EQ(balances, books.indicators().at(id)) << "drift of the indicator " << id;
      for (const Money part : balances.of) ASSERT_GE(part.fen(), 0) << "overspent: " << id;
      used = *used.plus(*balances.amount()->minus(balances.at(Bucket::available)));
    }
    ASSERT_EQ(used, now_.used) << "drift of the pool";
    ASSERT_FALSE(beyond(now_.used, now_.budget, 90)) << "the control was passed";
    Money reserved, confirmed;
    for (const auto& [id, one] : now_.reservations) {
      const auto found = books.reservations().find(id);
      ASSERT_TRUE(found != books.reservations().end()) << id;
      ASSERT_EQ(one.held, found->second) << "drift of the reservation " << id;
      const Held& held = one.held;
      ASSERT_EQ(
          held.reserved.fen() + held.confirmed.fen() + held.consumed.fen() + held.passed.fen() + held.returned.fen(),
          one.amount.fen());
      ASSERT_LE(one.drawn.fen(), held.reserved.fen() + held.confirmed.fen());
      reserved = *reserved.plus(held.reserved);
      confirmed = *confirmed.plus(held.confirmed);
    }
    Money all_reserved, all_confirmed;
    for (const auto& [id, balances] : now_.indicators) {
      all_reserved = *all_reserved.plus(balances.at(Bucket::reserved));
      all_confirmed = *all_confirmed.plus(balances.at(Bucket::confirmed));
    }
    ASSERT_EQ(reserved, all_reserved);
    ASSERT_EQ(confirmed, all_confirmed);
  }

  std::mt19937 random_;
  Chart chart_;
  World now_;
  int made_ = 0, applied_ = 0, refused_ = 0;
};

TEST(Interleaving, never_overspends_and_never_drifts) {
  const char* given = std::getenv("ONEBUDGET_SEED");
  const unsigned first =
      given == nullptr ? std::random_device()() : static_cast<unsigned>(std::strtoul(given, nullptr, 10));
  const int rounds = given == nullptr ? kRounds : 1;
  int applied = 0, refused = 0;
  for (int round = 0; round < rounds; ++round) {
    const unsigned seed = first + static_cast<unsigned>(round);
    SCOPED_TRACE("ONEBUDGET_SEED=" + std::to_string(seed));
    Interleaving one(seed);
    one.run();
    if (HasFatalFailure()) return;
    applied += one.applied();
    refused += one.refused();
  }
  std::printf("seed %u, %d rounds: %d applied, %d refused at the end\n", first, rounds, applied, refused);
  EXPECT_GT(applied, rounds);
}

} // namespace
} // namespace onebudget::ledger
