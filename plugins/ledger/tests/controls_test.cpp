// Controls on a fake host: several at different levels over the same money, and one that counts in parts.

#include "plugins/ledger/tests/house.hpp"

namespace onebudget::ledger {
namespace {

class Controls : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    node(7, "320583-107", "department", "107");
    node(8, "320583-107001", "unit", "107");
  }

  RecordId control(const std::string& code, const Json& more) {
    Json row = {{"code", code}, {"region", "3"}, {"fiscal_year", 2026}, {"name", code}};
    row.update(more);
    const auto made = host.insert("ledger.control", row);
    EXPECT_TRUE(made.ok()) << why(made);
    if (!made) return {};
    for (const char* step : {"submit", "approve"}) {
      const auto done = host.transition("ledger.control", *made, step);
      EXPECT_TRUE(done.ok()) << code << " " << step << " " << why(done);
    }
    return *made;
  }

  /// What is to be counted behind the approval is counted.
  void counted() {
    const auto told = host.events().back();
    ASSERT_EQ(told.topic, "ledger.control.changed");
    ASSERT_TRUE(host.deliver(told.topic, told.key, told.payload).ok());
    ASSERT_EQ(host.submitted().back().first, "count");
    const auto done = host.run_job("count", host.submitted().back().second);
    ASSERT_TRUE(done.ok()) << why(done);
  }

  /// "name budget used" of every pool, in order of the name.
  [[nodiscard]] Lines pools() const {
    Lines out;
    for (const Row& row : host.rows("ledger.pool"))
      out.push_back(row.text("name") + " " + std::to_string(row.number("budget")) + " " +
                    std::to_string(row.number("used")));
    std::sort(out.begin(), out.end());
    return out;
  }

  /// The verdict and what each control said that did not simply pass.
  Lines verdict(const Json& answer) {
    Lines out{answer["level"]};
    for (const Json& node : answer["proof"]["all_of"])
      if (node["kind"] == "control" && node["level"] != "pass")
        out.push_back(node["name"].get<std::string>() + " " + node["level"].get<std::string>());
    std::sort(out.begin() + 1, out.end());
    return out;
  }
  Lines controls_in(const Json& answer) {
    Lines out;
    for (const Json& node : answer["proof"]["all_of"])
      if (node["kind"] == "control") out.push_back(node["name"]);
    std::sort(out.begin(), out.end());
    return out;
  }
};

TEST_F(Controls, of_unit_department_fund_and_function_hold_together_and_the_strictest_decides) {
  const std::string school = issued(100'000), sister = issued(100'000, "6"),
                    land = issued(100'000, "5", {{"fund_kind", "2"}, {"functional_class", "2120801"}}),
                    pension = issued(100'000, "8", {{"functional_class", "2080505"}});
  control("单位", {{"level", "unit"}, {"warn_percent", 50}, {"stop_percent", 60}});
  control("部门", {{"level", "department"}, {"warn_percent", 60}, {"stop_percent", 70}});
  control("资金一", {{"level", "region"}, {"fund_kind", "1"}, {"warn_percent", 0}, {"stop_percent", 50}});
  control("教育", {{"level", "region"}, {"function_prefix", "205"}, {"warn_percent", 30}, {"stop_percent", 80}});
  const Lines untouched{"单位 100000 0",   "单位 100000 0", "单位 200000 0", "教育 200000 0",
                        "资金一 300000 0", "部门 100000 0", "部门 300000 0"};
  EXPECT_EQ(pools(), untouched);

  EXPECT_EQ(verdict(send("check", ask("1", school, 60'000))), Lines{"pass"}) << "exactly the warning is none";
  EXPECT_EQ(verdict(send("check", ask("1", school, 60'001))), (Lines{"warn", "教育 warn"}));
  EXPECT_EQ(send("reserve", ask("1", school, 90'000))["allowed"], true);
  const Lines reserved{"单位 100000 0",       "单位 100000 0", "单位 200000 90000", "教育 200000 90000",
                       "资金一 300000 90000", "部门 100000 0", "部门 300000 90000"};
  EXPECT_EQ(pools(), reserved) << "every control that counts the indicator counts the reservation";

  EXPECT_EQ(verdict(send("check", ask("2", sister, 60'000))), (Lines{"warn", "单位 warn", "教育 warn"}));
  const Json beyond = send("reserve", ask("2", sister, 60'001));
  EXPECT_EQ(verdict(beyond), (Lines{"stop", "单位 stop", "教育 warn", "资金一 stop"}));
  EXPECT_EQ(beyond["allowed"], false);
  EXPECT_EQ(pools(), reserved) << "a refusal reserves nothing in any of them";

  const Json other = send("check", ask("3", land, 30'001));
  EXPECT_EQ(verdict(other), (Lines{"stop", "单位 stop"}));
  EXPECT_EQ(controls_in(other), (Lines{"单位", "部门"})) << "neither its fund nor its function is controlled";
  EXPECT_EQ(controls_in(send("check", ask("4", pension, 1))), (Lines{"单位", "资金一", "部门"}));
  const Json both = {{"lines",
                      {{{"line", 1}, {"indicator", school}, {"amount", 10'000}},
                       {{"line", 2}, {"indicator", land}, {"amount", 20'001}}}}};
  EXPECT_EQ(verdict(send("check", ask("5", school, 1, both))), (Lines{"stop", "单位 stop", "教育 warn"}))
      << "lines of one document are counted together";

  send("release", {{"document", document("1")}, {"reason", "refused"}});
  EXPECT_EQ(pools(), untouched);
  drift_is_zero();
}

TEST_F(Controls, a_new_edition_and_a_withdrawal_leave_the_others_as_they_are) {
  const std::string id = issued(100'000);
  control("单位", {{"level", "unit"}, {"warn_percent", 0}, {"stop_percent", 90}});
  const RecordId fund =
      control("资金一", {{"level", "region"}, {"fund_kind", "1"}, {"warn_percent", 0}, {"stop_percent", 50}});
  send("reserve", ask("1", id, 40'000));
  EXPECT_EQ(verdict(send("check", ask("2", id, 10'001))), (Lines{"stop", "资金一 stop"}));
  control("资金一",
          {{"edition", 2}, {"level", "region"}, {"fund_kind", "1"}, {"warn_percent", 0}, {"stop_percent", 95}});
  EXPECT_EQ(verdict(send("check", ask("2", id, 10'001))), (Lines{"stop", "资金一 stop"})) << "until it is counted";
  counted();
  EXPECT_EQ(host.row("ledger.control", fund).text("status"), "withdrawn");
  EXPECT_EQ(verdict(send("check", ask("2", id, 50'001))), (Lines{"stop", "单位 stop"})) << "the wider edition controls";
  ASSERT_TRUE(
      host.transition("ledger.control", host.rows("ledger.control", "code==单位").front().id(), "withdraw", "x").ok());
  EXPECT_EQ(verdict(send("check", ask("2", id, 55'000))), Lines{"pass"});
  EXPECT_EQ(verdict(send("check", ask("2", id, 55'001))), (Lines{"stop", "资金一 stop"}));
  drift_is_zero();
}

TEST_F(Controls, a_wide_one_counts_in_parts_and_controls_when_all_are_counted) {
  constexpr std::int64_t kMany = 8001, kEach = 100; // one more than are counted at once
  const std::string id = issued(1'000'000);
  for (std::int64_t n = 1; n < kMany; ++n)
    ASSERT_FALSE(host.plant("ledger.indicator", {{"code", "W" + std::to_string(n)},
                                                 {"stage", "executable"},
                                                 {"unit", n % 2 == 0 ? "5" : "6"},
                                                 {"fiscal_year", 2026},
                                                 {"source_year", 2026},
                                                 {"region_code", "320583000"},
                                                 {"fund_kind", "1"},
                                                 {"functional_class", "2050203"},
                                                 {"amount", kEach},
                                                 {"available", kEach},
                                                 {"pools", Json::array()}})
                     .none());
  const RecordId wide = control("全县", {{"level", "region"}, {"warn_percent", 0}, {"stop_percent", 1}});
  EXPECT_TRUE(host.row("ledger.control", wide).flag("counting"));
  ASSERT_EQ(host.events().back().topic, "ledger.control.changed");
  ASSERT_TRUE(host.deliver(host.events().back().topic, host.events().back().key, host.events().back().payload).ok());
  ASSERT_EQ(host.submitted().back().first, "count");
  EXPECT_EQ(verdict(send("check", ask("1", id, 18'001))), Lines{"pass"}) << "nothing is counted yet";
  const auto done = host.run_job("count", host.submitted().back().second);
  ASSERT_TRUE(done.ok()) << why(done);
  EXPECT_EQ(done->result["counted"], kMany);
  EXPECT_GT(done->checkpoints.size(), 15U);
  EXPECT_FALSE(host.row("ledger.control", wide).flag("counting"));
  EXPECT_EQ(pools(), Lines{"全县 " + std::to_string(1'000'000 + (kMany - 1) * kEach) + " 0"});
  EXPECT_EQ(verdict(send("check", ask("1", id, 18'001))), (Lines{"stop", "全县 stop"}));
  const auto again = host.run_job("count", host.submitted().back().second);
  ASSERT_TRUE(again.ok()) << why(again);
  EXPECT_EQ(pools(), Lines{"全县 " + std::to_string(1'000'000 + (kMany - 1) * kEach) + " 0"})
      << "a repeated job counts nothing twice";
}

} // namespace
} // namespace onebudget::ledger
