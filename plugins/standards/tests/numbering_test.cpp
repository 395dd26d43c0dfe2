// Codes made by rule: never one that is in use, whoever brought it.
#include "plugins/standards/tests/shelf.hpp"

namespace onebudget::standards {
namespace {

class Numbering : public Shelf {
 protected:
  void SetUp() override {
    Shelf::SetUp();
    project_rule();
    host.declare(
        "compilation",
        Json::parse(R"({"entity": "project", "key": ["code"], "fields": [{"name": "code", "type": "code"}]})"));
  }
  void in_use(const std::string& code) { ASSERT_FALSE(host.plant("compilation.project", {{"code", code}}).none()); }
  std::string next(const std::string& category = "T") {
    return ask("compose_code", {{"rule", "project_code"},
                                {"values", {{"region", "320583"}, {"setup_year", "26"}, {"category", category}}},
                                {"in_use", {{"entity", "compilation.project"}, {"field", "code"}}}})
        .value("code", "");
  }
  Lines take(const std::string& code) { return told(ask("take_code", {{"rule", "project_code"}, {"code", code}})); }
};

TEST_F(Numbering, counts_each_prefix_from_one) {
  EXPECT_EQ(next(), "32058326T000000000001");
  EXPECT_EQ(next(), "32058326T000000000002");
  EXPECT_EQ(next("R"), "32058326R000000000001");
}

TEST_F(Numbering, goes_on_above_what_is_in_use_when_it_begins) {
  in_use("32058326T000000000003");
  in_use("32058326T000000000007");
  in_use("32058326R000000000900");
  EXPECT_EQ(next(), "32058326T000000000008");
  EXPECT_EQ(next(), "32058326T000000000009");
}

TEST_F(Numbering, goes_on_above_a_code_given_by_hand_that_the_caller_may_not_see) {
  EXPECT_EQ(take("32058326T000000000007"), Lines{});
  EXPECT_EQ(next(), "32058326T000000000008");
  EXPECT_EQ(take("32058326T000000000005"), Lines{});
  EXPECT_EQ(next(), "32058326T000000000009");
  EXPECT_EQ(take("32058326T000000000042"), Lines{});
  EXPECT_EQ(next(), "32058326T000000000043");
}

TEST_F(Numbering, steps_over_a_collision) {
  EXPECT_EQ(next(), "32058326T000000000001");
  for (const char* serial : {"2", "3", "6"}) in_use(std::string("32058326T00000000000") + serial);
  EXPECT_EQ(next(), "32058326T000000000007");
  EXPECT_EQ(next(), "32058326T000000000008");
}

TEST_F(Numbering, is_not_used_up_by_a_slip_of_a_finger) {
  EXPECT_EQ(take("32058326T999999999999"), Lines{});
  in_use("32058326T999999999999");
  EXPECT_EQ(next(), "32058326T000000000001");
}

TEST_F(Numbering, an_import_of_many_codes_leaves_a_gap_and_no_duplicate) {
  for (int serial = 1; serial <= 600; ++serial) {
    const std::string digits = std::to_string(serial);
    ASSERT_EQ(take("32058326T" + std::string(12 - digits.size(), '0') + digits), Lines{});
  }
  EXPECT_GT(next(), "32058326T000000000600");
  EXPECT_LT(next(), "32058326T000000000900");
}

TEST_F(Numbering, a_code_that_breaks_the_rule_is_told_and_not_counted) {
  EXPECT_EQ(take("32058326X000000000007"), Lines{"standards.code_matches_rule /code"});
  EXPECT_EQ(take("1"), Lines{"standards.code_matches_rule /code"});
  EXPECT_EQ(told(ask("check_code", {{"rule", "project_code"}, {"code", "32058326T000000000007"}})), Lines{});
  EXPECT_EQ(next(), "32058326T000000000001") << "checking alone counts nothing";
}

TEST_F(Numbering, values_that_do_not_fit_and_rules_not_in_force_are_named) {
  const auto bad =
      host.send("standards/1", "compose_code", {{"rule", "project_code"}, {"values", {{"region", "3205"}}}});
  EXPECT_EQ(bad.fault().code, "standards.segment_value");
  const auto none = host.send("standards/1", "compose_code", {{"rule", "nothing"}, {"values", Json::object()}});
  EXPECT_EQ(none.fault().code, "standards.no_coding_rule");
  EXPECT_NE(none.fault().message.zh.find("nothing"), std::string::npos);
}

} // namespace
} // namespace onebudget::standards
