#include "sdk/declarations/package/solve.hpp"

#include <gtest/gtest.h>

namespace onebudget::declarations {
namespace {

Candidate candidate(const std::string& id, const std::string& version,
                    const std::vector<std::pair<std::string, std::string>>& needs = {}) {
  Candidate out{id, *Version::parse(version), {}};
  for (const auto& [other, range] : needs) out.needs.push_back({other, range, *VersionRange::parse(range)});
  return out;
}

std::string order(const Solution& solution) {
  std::string out;
  for (const auto& item : solution.order) out += (out.empty() ? "" : " ") + item.id + "@" + item.version.str();
  return out;
}

TEST(Solve, ChoosesTheNewestAndStartsWhatOthersNeedFirst) {
  const auto solution = solve({candidate("a", "1.0.0", {{"z", ">=1.0.0 <3.0.0"}}), candidate("z", "1.0.0"),
                               candidate("z", "2.1.0"), candidate("z", "2.0.0")},
                              {"a", "z"});
  EXPECT_EQ(order(solution), "z@2.1.0 a@1.0.0");
  EXPECT_TRUE(solution.refused.empty());
}

TEST(Solve, TakesAnOlderVersionWhenAnotherPluginNeedsIt) {
  const auto solution =
      solve({candidate("a", "1.0.0", {{"z", "<2.0.0"}}), candidate("z", "1.5.0"), candidate("z", "2.0.0")}, {"a", "z"});
  EXPECT_EQ(order(solution), "z@1.5.0 a@1.0.0");
}

TEST(Solve, NamesAMissingPluginAndGoesOnWithTheOthers) {
  const auto solution = solve({candidate("a", "1.0.0", {{"ghost", ">=1.0.0"}}), candidate("b", "1.0.0")}, {"a", "b"});
  EXPECT_EQ(order(solution), "b@1.0.0");
  ASSERT_TRUE(solution.refused.contains("a"));
  const auto& refusal = solution.refused.at("a").front();
  EXPECT_EQ(refusal.code, "host.dependency_missing");
  EXPECT_NE(refusal.message.en.find("ghost >=1.0.0"), std::string::npos);
  EXPECT_NE(refusal.remedy.zh.find("ghost"), std::string::npos);
}

TEST(Solve, SaysWhichVersionsThereAreWhenNoneFits) {
  const auto solution = solve(
      {candidate("a", "1.0.0", {{"z", ">=3.0.0"}}), candidate("z", "1.0.0"), candidate("z", "2.0.0")}, {"a", "z"});
  EXPECT_EQ(order(solution), "z@2.0.0");
  EXPECT_EQ(solution.refused.at("a").front().code, "host.dependency_version");
  EXPECT_NE(solution.refused.at("a").front().message.en.find("2.0.0, 1.0.0"), std::string::npos);
}

TEST(Solve, SaysThatANeededPluginIsNotEnabled) {
  const auto solution = solve({candidate("a", "1.0.0", {{"z", ">=1.0.0"}}), candidate("z", "1.0.0")}, {"a"});
  EXPECT_TRUE(solution.order.empty());
  EXPECT_EQ(solution.refused.at("a").front().code, "host.dependency_disabled");
}

TEST(Solve, ShowsACircle) {
  const auto solution = solve({candidate("a", "1.0.0", {{"b", ">=1.0.0"}}), candidate("b", "1.0.0", {{"c", ">=1.0.0"}}),
                               candidate("c", "1.0.0", {{"a", ">=1.0.0"}}), candidate("d", "1.0.0")},
                              {"a", "b", "c", "d"});
  EXPECT_EQ(order(solution), "d@1.0.0");
  EXPECT_EQ(solution.refused.size(), 3U);
  EXPECT_EQ(solution.refused.at("b").front().code, "host.dependency_cycle");
  EXPECT_NE(solution.refused.at("a").front().message.en.find("a → b → c → a"), std::string::npos);
}

TEST(Solve, KeepsTheVersionOfWhatRuns) {
  const std::vector<Candidate> all = {candidate("z", "1.0.0"), candidate("z", "2.0.0"),
                                      candidate("a", "1.0.0", {{"z", ">=2.0.0"}})};
  const auto solution = solve(all, {"a"}, {{"z", *Version::parse("1.0.0")}});
  EXPECT_EQ(order(solution), "z@1.0.0");
  EXPECT_EQ(solution.refused.at("a").front().code, "host.dependency_version");
}

TEST(Solve, EndsOnASetWithoutSolutionOfManyVersions) {
  std::vector<Candidate> all;
  std::set<std::string> wanted;
  for (int plugin = 0; plugin < 12; ++plugin) {
    const auto id = "p" + std::to_string(plugin);
    wanted.insert(id);
    for (int version = 0; version < 8; ++version) {
      all.push_back(
          candidate(id, "1." + std::to_string(version) + ".0", {{"p" + std::to_string((plugin + 1) % 12), ">=9.0.0"}}));
    }
  }
  EXPECT_TRUE(solve(all, wanted).order.empty());
}

} // namespace
} // namespace onebudget::declarations
