#include "plugins/performance/domain/result/policy_pack.hpp"

#include "plugins/performance/tests/lines.hpp"

namespace onebudget::performance {
namespace {

PolicyPack pack_in(const Case& one) {
  PolicyPack pack;
  const char* factors[] = {"1.05", "1", "0.8", "0"};
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string grade = code_of(static_cast<Grade>(i));
    pack.grades[i].factor = share(one.value(grade, factors[i]));
    pack.grades[i].priority = 3 - static_cast<int>(i);
    pack.grades[i].unit_points = 4 - 2 * static_cast<int>(i);
  }
  pack.grades[2].deduct = yuan(one, "deduct", "0");
  pack.grades[3].cancel = true;
  return pack;
}

Shield shield_in(const std::string& text) { return text == "guarantees" ? Shield::guarantees : Shield::none; }

Lines simulated(const Case& one, const PolicyPack& pack) {
  std::vector<Subject> subjects;
  for (const auto& row : rows(one, "subject"))
    subjects.push_back({row.at(0), *grade_of(row.at(1)), yuan(row.at(2)), shield_in(row.at(3))});
  const auto done = simulate(pack, subjects);
  if (!done) return {done.fault().code + " " + done.fault().message.en.substr(8, 2)};
  return {"subjects " + std::to_string(done->subjects) + " shielded " + std::to_string(done->shielded) + " cut " +
          std::to_string(done->cut) + " raised " + std::to_string(done->raised) + " cancelled " +
          std::to_string(done->cancelled) + " change " + done->change.to_yuan()};
}

TEST(PolicyPack, proposes_in_every_case) {
  EXPECT_EQ(run("policy",
                [](const Case& one) {
                  const PolicyPack pack = pack_in(one);
                  if (one.when == "check") return lines(check_pack(pack, {}));
                  if (one.when == "simulate") return simulated(one, pack);
                  const Shield shield =
                      has(one, "shield") ? shield_in(one.value("shield")) : shield_of(one.value("order", "new"), false);
                  const auto proposal =
                      propose(pack, *grade_of(one.value("grade")), yuan(one, "base", "1000000.00"), shield);
                  if (!proposal) return Lines{proposal.fault().code};
                  return Lines{"factor " + proposal->factor.str() + " amount " + proposal->amount.to_yuan() +
                               " change " + proposal->change.to_yuan()};
                }),
            Lines{});
}

TEST(PolicyPack, what_is_shielded_follows_the_order_of_spending) {
  EXPECT_EQ(shield_of("new", true), Shield::guarantees) << "the mark of 三保 counts whatever the order says";
  EXPECT_EQ(shield_of("wages", false), Shield::guarantees);
  for (const Shield shield : {Shield::guarantees, Shield::debt, Shield::legal, Shield::contract})
    EXPECT_FALSE(told(shield).zh.empty());
}

} // namespace
} // namespace onebudget::performance
