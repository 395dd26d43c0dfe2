#include "sdk/declarations/package/version.hpp"

#include <gtest/gtest.h>

namespace onebudget::declarations {
namespace {

Version version(std::string_view text) {
  const auto parsed = Version::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Version{});
}

TEST(Version, OrdersAsTheSemanticVersionStandardSays) {
  const char* ascending[] = {"0.9.9",      "1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta",
                             "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
                             "1.0.0",      "1.0.1",        "1.2.0",         "1.10.0",
                             "2.0.0"};
  for (std::size_t i = 0; i + 1 < std::size(ascending); ++i)
    EXPECT_LT(version(ascending[i]), version(ascending[i + 1])) << ascending[i];
  EXPECT_EQ(version("1.0.0+a"), version("1.0.0+b"));
}

TEST(Version, RefusesWhatIsNotExactlyOne) {
  for (const auto* text : {"", "1", "1.0", "1.0.0.0", "v1.0.0", "01.0.0", "1.0.-1", " 1.0.0", "1.0.0 ", "1.0.0-",
                           "1.0.0-01", "1.0.0-a..b", "1.0.0+", "1.0.99999999999", "1..0", "1.0.0-ü"}) {
    EXPECT_FALSE(Version::parse(text).has_value()) << text;
  }
}

TEST(VersionRange, HoldsWhenEveryBoundHolds) {
  const auto range = VersionRange::parse(">=0.1.0 <1.0.0");
  ASSERT_TRUE(range.has_value());
  EXPECT_TRUE(range->holds(version("0.1.0")));
  EXPECT_TRUE(range->holds(version("0.99.3")));
  EXPECT_FALSE(range->holds(version("1.0.0")));
  EXPECT_FALSE(range->holds(version("0.0.9")));
  EXPECT_TRUE(VersionRange::parse("1.2.3")->holds(version("1.2.3")));
  EXPECT_FALSE(VersionRange::parse("=1.2.3")->holds(version("1.2.4")));
}

TEST(VersionRange, TakesAPreReleaseOnlyWhenItNamesOne) {
  EXPECT_FALSE(VersionRange::parse(">=0.1.0 <2.0.0")->holds(version("1.0.0-rc.1")));
  EXPECT_TRUE(VersionRange::parse(">=1.0.0-rc.1 <2.0.0")->holds(version("1.0.0-rc.2")));
}

TEST(VersionRange, RefusesWhatItCannotRead) {
  for (const auto* text : {"", "   ", "^1.0.0", "~1.0.0", ">= 1.0.0", ">=1.0", "*", "1.0.0 || 2.0.0"}) {
    EXPECT_FALSE(VersionRange::parse(text).has_value()) << text;
  }
}

} // namespace
} // namespace onebudget::declarations
