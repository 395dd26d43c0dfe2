#include <gtest/gtest.h>

#include "kernel/records/import/seen.hpp"

namespace onebudget::records {
namespace {

TEST(SeenKeysTest, a_key_is_known_with_its_line_however_many_came_between) {
  constexpr std::int64_t kKeys = 300'000;
  SeenKeys seen;
  for (std::int64_t i = 1; i <= kKeys; ++i) ASSERT_EQ(*seen.first_line("K" + std::to_string(i), i + 1), 0) << i;
  for (const std::int64_t i : {1, 2, 131'071, 131'072, 131'073, 200'000, 262'144, 300'000})
    EXPECT_EQ(*seen.first_line("K" + std::to_string(i), 999'999), i + 1);
  for (std::int64_t i = 1; i <= kKeys; i += 97) ASSERT_EQ(*seen.first_line("K" + std::to_string(i), 999'999), i + 1);
  EXPECT_EQ(*seen.first_line("K0", 7), 0);
  EXPECT_EQ(*seen.first_line("K0", 8), 7);
}

} // namespace
} // namespace onebudget::records
