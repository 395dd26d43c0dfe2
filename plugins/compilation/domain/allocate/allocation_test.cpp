#include "plugins/compilation/domain/allocate/allocation.hpp"

#include <sstream>

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

/// "order class score amount ceiling ceiling …"; +3 is a priority
Wish wish_of(const std::string& id, const std::string& text) {
  std::istringstream words(text);
  Wish wish;
  char grade = 'B';
  std::string amount, name;
  words >> wish.claim.order >> grade >> wish.claim.score >> amount;
  wish.claim.id = id;
  wish.claim.grade = static_cast<ZeroBaseClass>(grade - 'A');
  wish.claim.amount = yuan(amount);
  while (words >> name) {
    if (name[0] == '!')
      wish.excludes = name;
    else if (name[0] == '+' || name[0] == '-')
      wish.claim.priority = std::stoi(name);
    else
      wish.ceilings.push_back(name);
  }
  return wish;
}

TEST(Allocation, is_stated_and_filled_in_every_case) {
  EXPECT_EQ(run("recommendation",
                [](const Case& one) {
                  std::vector<Wish> wishes;
                  std::map<std::string, Money> ceilings;
                  for (const auto& [name, value] : one.given) {
                    if (value.find(' ') == std::string::npos)
                      ceilings[name] = yuan(value);
                    else
                      wishes.push_back(wish_of(name, value));
                  }
                  const auto program = state_program(wishes, ceilings);
                  if (!program) {
                    Lines out{program.fault().code};
                    for (const FieldFault& field : program.fault().fields) out.push_back(field.field);
                    return out;
                  }
                  const auto taken = greedy(*program);
                  EXPECT_TRUE(feasible(*program, taken));
                  EXPECT_EQ(explain(wishes, *program, taken).size(), wishes.size());
                  Lines out;
                  for (std::size_t i = 0; i < wishes.size(); ++i)
                    if (taken[i]) out.push_back(wishes[i].claim.id);
                  return out;
                }),
            Lines());
}

TEST(Allocation, an_answer_that_breaks_a_row_is_not_believed) {
  const auto program = state_program({wish_of("甲", "8 A 90 60.00 部门"), wish_of("乙", "8 A 90 60.00 部门")},
                                     {{"部门", yuan("100.00")}});
  EXPECT_FALSE(feasible(*program, {true, true}));
  EXPECT_TRUE(feasible(*program, {true, false}));
  Solution half;
  half.value = 99;
  half.bound = 100;
  EXPECT_EQ(half.gap(), Ratio::from_percent(1));
  half.proven = true;
  EXPECT_EQ(half.gap(), Ratio());
}

} // namespace
} // namespace onebudget::compilation
