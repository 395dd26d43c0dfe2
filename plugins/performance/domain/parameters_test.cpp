#include "plugins/performance/domain/parameters.hpp"

#include "plugins/performance/tests/lines.hpp"

namespace onebudget::performance {
namespace {

TEST(Parameters, make_sense_in_every_case) {
  EXPECT_EQ(run("parameter",
                [](const Case& one) {
                  Parameters parameters;
                  for (const auto& [name, given] : one.given)
                    if (const auto set = parameters.set(name, given); !set) return Lines{set.fault().code};
                  if (const auto sound = check_parameters(parameters); !sound) return Lines{sound.fault().code};
                  return Lines{parameters.excellent.str() + " " + parameters.good.str() + " " + parameters.fair.str()};
                }),
            Lines{});
}

TEST(Value, is_exact) {
  EXPECT_EQ(value("3.500000").str(), "3.5");
  EXPECT_EQ(value("-0.000001").millionths(), -1);
  for (const char* bad : {"", "1.0000001", "1e3", "1,000", "9999999999999"}) EXPECT_FALSE(Value::parse(bad)) << bad;
  EXPECT_EQ(points("12.5").str(), "12.50");
  EXPECT_EQ(points("0.05").times(Ratio::from_percent(50)).str(), "0.03") << "half up";
  EXPECT_EQ(scaled(-5, 1, 2, Rounding::half_up), -3) << "away from zero";
}

} // namespace
} // namespace onebudget::performance
