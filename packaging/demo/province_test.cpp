#include "packaging/demo/province.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace onebudget::demo {
namespace {

using ::testing::ContainsRegex;
using ::testing::MatchesRegex;
using ::testing::Not;

std::string text_of(const std::string& path) {
  std::ifstream file(std::string(OB_SOURCE) + "/" + path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(file.good()) << path;
  return text.str();
}

std::vector<RegionRow> regions_in(const std::string& csv, const std::string& kind, const std::string& level) {
  std::size_t at = 0;
  auto rows = read_regions(
      [&](char* buffer, std::size_t size) -> Result<std::size_t> {
        const std::size_t count = csv.copy(buffer, size, at);
        at += count;
        return count;
      },
      kind, level);
  EXPECT_TRUE(rows.ok());
  return rows ? *rows : std::vector<RegionRow>();
}

/// What is shipped: the words, and the real regions of the province.
class ProvinceTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    vocabulary_ = Json::parse(text_of("config/demo/jiangsu.json"));
    for (const Json& source : vocabulary_["regions"]) {
      const auto rows = regions_in(text_of("plugins/standards/data/" + source["file"].get<std::string>()),
                                   source["kind"], source.value("gov_level", std::string()));
      regions_.insert(regions_.end(), rows.begin(), rows.end());
    }
  }

  static std::vector<std::string> records_of(const Province& province, std::size_t most = 1'000'000) {
    std::vector<std::string> rows;
    province.each_record([&](const Json& row) {
      rows.push_back(row.dump());
      return rows.size() < most;
    });
    return rows;
  }

  static Json vocabulary_;
  static std::vector<RegionRow> regions_;
};
Json ProvinceTest::vocabulary_;
std::vector<RegionRow> ProvinceTest::regions_;

TEST_F(ProvinceTest, the_same_seed_makes_the_same_rows) {
  const Province one(vocabulary_, regions_, 0.002), same(vocabulary_, regions_, 0.002);
  EXPECT_EQ(records_of(one), records_of(same));
  const auto words = [](const Province& province) {
    std::string all;
    for (const Place& place : province.places()) all += place.code + place.name + place.parent + "\n";
    for (const Person& person : province.people())
      all += person.username + person.display_name + person.phone + person.node + "\n";
    return all;
  };
  EXPECT_EQ(words(one), words(same));

  Json other = vocabulary_;
  other["seed"] = vocabulary_["seed"].get<std::uint64_t>() + 1;
  const Province different(other, regions_, 0.002);
  EXPECT_NE(words(one), words(different));
  EXPECT_NE(records_of(one, 10), records_of(different, 10));
}

TEST_F(ProvinceTest, the_counts_follow_the_scale) {
  for (const double scale : {0.001, 0.01, 0.02}) {
    const Province province(vocabulary_, regions_, scale);
    const auto wanted = static_cast<std::int64_t>(vocabulary_["records"]["full_rows"].get<double>() * scale + 0.5);
    EXPECT_EQ(province.record_count(), std::max(wanted, static_cast<std::int64_t>(province.unit_count()))) << scale;
    EXPECT_EQ(static_cast<std::int64_t>(records_of(province).size()), province.record_count()) << scale;
  }
}

TEST_F(ProvinceTest, the_whole_province_has_its_units_and_records) {
  const Province whole(vocabulary_, regions_, 1);
  const auto units = vocabulary_["full_units"].get<std::size_t>();
  EXPECT_GE(whole.unit_count(), units * 95 / 100);
  EXPECT_LE(whole.unit_count(), units * 110 / 100);
  EXPECT_EQ(whole.record_count(), vocabulary_["records"]["full_rows"].get<std::int64_t>());
}

TEST_F(ProvinceTest, parents_come_first_and_codes_are_used_once) {
  const Province province(vocabulary_, regions_, 0.01);
  std::set<std::string> seen{vocabulary_["root"]["code"].get<std::string>()};
  for (const Place& place : province.places()) {
    EXPECT_TRUE(seen.contains(place.parent)) << place.code << " below " << place.parent;
    EXPECT_TRUE(seen.insert(place.code).second) << place.code;
    EXPECT_FALSE(place.name.empty());
  }
  std::set<std::string> names;
  for (const Person& person : province.people()) {
    EXPECT_TRUE(names.insert(person.username).second) << person.username;
    EXPECT_TRUE(seen.contains(person.node)) << person.username;
  }
}

// Budget rules, section 7: every role has a person who can sign in. The three administrators come with the bootstrap.
TEST_F(ProvinceTest, every_role_has_somebody_who_can_sign_in) {
  const Province province(vocabulary_, regions_, 0.001);
  std::map<std::string, int> known;
  for (const Person& person : province.people())
    if (person.known) ++known[person.role];
  for (const char* role :
       {"unit_clerk", "unit_reviewer", "unit_head", "department_clerk", "department_reviewer", "department_head",
        "finance_division", "budget_division", "treasury_division", "performance_division", "procurement_division",
        "asset_division", "review_center", "supervision_division", "finance_leader", "read_only_auditor"})
    EXPECT_GE(known[role], 1) << role;
  std::set<std::string> shipped;
  for (const Json& role : Json::parse(text_of("config/roles.json"))) shipped.insert(role["code"]);
  for (const Person& person : province.people()) EXPECT_TRUE(shipped.contains(person.role)) << person.role;
  for (const char* role : {"system_administrator", "security_administrator", "audit_administrator"})
    EXPECT_FALSE(known.contains(role));
}

TEST_F(ProvinceTest, a_record_is_complete_and_its_money_is_exact) {
  const Province province(vocabulary_, regions_, 0.002);
  std::set<std::string> codes;
  const Json& amounts = vocabulary_["records"]["amounts"];
  province.each_record([&](const Json& row) {
    for (const auto& [name, value] : row.items()) {
      if (!value.is_string()) continue;
      EXPECT_THAT(value.get<std::string>(), Not(ContainsRegex("\\{[a-z0-9_]+\\}"))) << name;
    }
    const std::string year = row[amounts["year"].get<std::string>()], total = row[amounts["total"].get<std::string>()];
    EXPECT_THAT(year, MatchesRegex("[0-9]+\\.[0-9][0-9]"));
    EXPECT_GE(std::stod(total), std::stod(year));
    return codes.insert(row.value("code", std::string())).second;
  });
  EXPECT_EQ(static_cast<std::int64_t>(codes.size()), province.record_count()) << "codes are used once";
}

TEST(Filled, replaces_what_it_knows) {
  EXPECT_EQ(filled("{a}-{b}-{a}", {{"a", "1"}}), "1-{b}-1");
  EXPECT_EQ(filled("{open", {{"open", "1"}}), "{open");
}

TEST(ReadRegions, takes_the_level_of_the_row_unless_one_is_given) {
  const std::string csv = "code,name,level,parent_code\n320100000,\"南京,市\",city,320000000\n";
  const auto own = regions_in(csv, "region", "");
  ASSERT_EQ(own.size(), 1U);
  EXPECT_EQ(own[0].level, "city");
  EXPECT_EQ(own[0].name, "南京,市");
  EXPECT_EQ(regions_in(csv, "zone", "county")[0].level, "county");
}

} // namespace
} // namespace onebudget::demo
