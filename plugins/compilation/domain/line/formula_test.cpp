#include "plugins/compilation/domain/line/formula.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

TEST(Formula, comes_out_in_every_case) {
  EXPECT_EQ(run("formula",
                [](const Case& one) {
                  FormulaNames names;
                  for (const auto& [name, value] : one.given) {
                    if (name.substr(0, 3) == "公" && name.size() > 3)
                      names.formulas[name] = value;
                    else
                      names.values[name] = *Decimal::parse(value);
                  }
                  const auto value = evaluate(one.when, names);
                  return Lines{value ? value->str() : value.fault().code};
                }),
            Lines());
}

TEST(Formula, nesting_and_length_have_an_end) {
  const std::string deep(40, '('), close(40, ')');
  EXPECT_EQ(evaluate(deep + "1" + close, {}).fault().code, "compilation.formula");
  EXPECT_EQ(evaluate(std::string(501, '1'), {}).fault().code, "compilation.formula");
  FormulaNames chain;
  for (int i = 0; i < 40; ++i) chain.formulas["f" + std::to_string(i)] = "f" + std::to_string(i + 1);
  chain.values["f40"] = Decimal::whole(1);
  EXPECT_EQ(evaluate("f0", chain).fault().code, "compilation.formula_recursion");
  EXPECT_EQ(evaluate("f20", chain)->str(), "1");
}

} // namespace
} // namespace onebudget::compilation
