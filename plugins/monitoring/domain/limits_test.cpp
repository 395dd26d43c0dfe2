#include "plugins/monitoring/domain/limits.hpp"

#include "plugins/monitoring/tests/case_facts.hpp"

namespace onebudget::monitoring {
namespace {

TEST(Limits, hold_by_region_and_year_as_the_cases_say) {
  EXPECT_EQ(
      run("limits",
          [](const Case& one) {
            std::vector<LimitRow> rows;
            for (const auto& [name, value] : one.given) {
              if (name != "阈值") continue;
              const Lines parts = split(value, ' ');
              rows.push_back({"R10", "limit", parts.at(0), parts.at(2), std::stoi(parts.at(1))});
            }
            return Lines{
                limits_for(rows, one.value("地区"), std::stoi(one.value("年度"))).money("R10", "limit").to_yuan()};
          }),
      Lines());
}

TEST(Limits, refuse_what_makes_no_sense) {
  Limits limits;
  EXPECT_EQ(limits.set("R10", "nothing", "1.00").fault().code, "monitoring.threshold_code");
  for (const char* bad : {"", "abc", "-5.00", "0", "92233720368547758.08"})
    EXPECT_EQ(limits.set("R10", "limit", bad).fault().code, "monitoring.threshold") << bad;
  EXPECT_FALSE(limits.set("R07", "days", "1.5").ok());
  EXPECT_FALSE(limits.set("R33", "words", ",").ok());
  EXPECT_FALSE(limits.set("R05", "lag", "0").ok());
}

} // namespace
} // namespace onebudget::monitoring
