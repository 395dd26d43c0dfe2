// Results of evaluations on their way into the year after next, on the fake host: told, carried by a person, revoked.
#include "plugins/compilation/tests/house.hpp"

namespace onebudget::compilation {
namespace {

constexpr const char* kEffect = "compilation.result_effect";

class Results : public House {
 protected:
  using House::told;
  void SetUp() override {
    House::SetUp();
    host.add_node(RecordId{3}, node("320583000", "region", "/1/3/"));
    host.add_node(RecordId{4}, node("320583-106", "department", "/1/3/4/"));
    host.add_node(RecordId{5}, node("320583-106001", "unit", "/1/3/4/5/"));
    host.add_node(RecordId{6}, node("320583-107001", "unit", "/1/3/7/6/"));
  }
  static Json node(const char* code, const char* kind, const char* path) {
    return {{"code", code}, {"name", code}, {"kind", kind}, {"path", path}, {"region_code", "320583000"}};
  }
  RecordId planted(const Json& changes = Json::object()) {
    Json values = project(changes);
    values["code"] = "32058327T" + std::to_string(100'000'000'001 + serial_++);
    values["status"] = "in_library";
    return host.plant(kProject, values);
  }
  Json told(RecordId of, const char* result, std::int64_t change, const Json& changes = Json::object()) {
    Json out = {{"result", result},
                {"number", std::string("R-") + result},
                {"project", of.str()},
                {"unit", "5"},
                {"evaluation", "812"},
                {"pack", "5"},
                {"pack_told", "苏财绩〔2026〕3号 v1"},
                {"evaluated_year", 2025},
                {"budget_year", 2027},
                {"grade", "fair"},
                {"total", "72.40"},
                {"base_amount", 1'000'000'00},
                {"factor", "0.8"},
                {"amount", 1'000'000'00 + change},
                {"change", change},
                {"priority", -2},
                {"cancel", false},
                {"review_points", 10},
                {"review_most", 15},
                {"shield", "none"}};
    out.update(changes);
    return out;
  }
  Result<void> apply(const Json& payload) { return host.deliver("performance.effect.applied", "1", payload); }
  RecordId ceiling(const char* where, std::int64_t fen) {
    return host.plant("compilation.ceiling", {{"node", where},
                                              {"fiscal_year", 2027},
                                              {"fund_kind", fund.str()},
                                              {"category", "specific"},
                                              {"amount", fen},
                                              {"status", "draft"}});
  }
  Result<plugin::Answer> carry(RecordId into, const Json& body = Json::object()) {
    return host.request("POST /ceiling/{id}/apply-results", {{"id", into.str()}}, body.dump());
  }
  std::int64_t serial_ = 0;
};

TEST_F(Results, are_carried_by_a_person_once_and_named_by_the_ceiling) {
  const RecordId fair = planted();
  ASSERT_TRUE(apply(told(fair, "9001", -200'000'00)).ok());
  ASSERT_TRUE(apply(told(fair, "9001", -200'000'00)).ok()) << "delivered again";
  ASSERT_EQ(host.rows(kEffect).size(), 1U);
  const RecordId into = ceiling("4", 900'000'00);
  const auto tried = carry(into, {{"dry_run", true}});
  ASSERT_TRUE(tried.ok()) << why(tried);
  EXPECT_EQ(Json::parse(tried->body)["amount"], "700000.00");
  EXPECT_EQ(host.row("compilation.ceiling", into).money("amount").to_yuan(), "900000.00") << "a trial writes nothing";
  ASSERT_TRUE(carry(into).ok());
  ASSERT_TRUE(carry(into).ok()) << "again, without effect";
  const Row carried = host.row("compilation.ceiling", into);
  EXPECT_EQ(carried.money("amount").to_yuan(), "700000.00");
  EXPECT_EQ(carried.money("result_change").to_yuan(), "-200000.00");
  EXPECT_NE(carried.text("result_note").find("R-9001"), std::string::npos);
  EXPECT_NE(carried.text("result_note").find("苏财绩〔2026〕3号"), std::string::npos);
  const auto back = host.request("GET /result-trace", {{"result", "9001"}});
  ASSERT_TRUE(back.ok()) << why(back);
  EXPECT_EQ(Json::parse(back->body)["ceiling"]["before_results"], "900000.00");
  const auto forth = host.request("GET /result-trace", {{"ceiling", into.str()}});
  ASSERT_TRUE(forth.ok()) << why(forth);
  EXPECT_EQ(Json::parse(forth->body)["effects"][0]["ceiling_change"], "-200000.00");
}

TEST_F(Results, that_are_revoked_are_taken_back) {
  const RecordId fair = planted(), into = ceiling("5", 900'000'00);
  const Json payload = told(fair, "9002", -200'000'00);
  ASSERT_TRUE(apply(payload).ok());
  ASSERT_TRUE(carry(into).ok());
  ASSERT_TRUE(host.deliver("performance.effect.revoked", "1", payload).ok());
  ASSERT_TRUE(apply(payload).ok()) << "late: stays revoked";
  const auto back = carry(into);
  ASSERT_TRUE(back.ok()) << why(back);
  EXPECT_EQ(Json::parse(back->body)["items"][0]["does"], "take_back");
  EXPECT_EQ(host.row("compilation.ceiling", into).money("amount").to_yuan(), "900000.00");
  EXPECT_FALSE(host.rows(kEffect).front().has("ceiling"));
}

TEST_F(Results, leave_the_three_guarantees_and_other_units_alone) {
  const RecordId wages = planted({{"spending_order", "wages"}});
  const RecordId legal = planted(), other = planted({{"unit", "6"}});
  ASSERT_TRUE(apply(told(wages, "1", -100)).ok());
  ASSERT_TRUE(apply(told(legal, "2", -100, {{"shield", "legal"}})).ok());
  ASSERT_TRUE(apply(told(other, "3", -100, {{"unit", "6"}})).ok());
  const RecordId into = ceiling("4", 1000);
  ASSERT_TRUE(carry(into).ok());
  EXPECT_EQ(host.row("compilation.ceiling", into).number("amount"), 1000);
  ASSERT_TRUE(carry(into, {{"documents", {{"2", "昆政〔2026〕8号"}}}}).ok());
  EXPECT_EQ(host.row("compilation.ceiling", into).number("amount"), 900) << "with a document, by a person";
  EXPECT_EQ(carry(into, {{"documents", "x"}}).fault().code, "http.body");
}

TEST_F(Results, do_not_reach_the_year_between) {
  const auto early = apply(told(planted(), "9003", -1, {{"budget_year", 2026}}));
  ASSERT_FALSE(early.ok());
  EXPECT_EQ(early.fault().code, "compilation.result_year");
  const auto unknown = host.request("GET /result-trace", {{"result", "9003"}});
  EXPECT_EQ(unknown.fault().code, "compilation.no_effect");
}

TEST_F(Results, do_not_move_an_issued_ceiling) {
  const RecordId fair = planted(), into = ceiling("5", 1000);
  ASSERT_TRUE(apply(told(fair, "9004", -100)).ok());
  ASSERT_TRUE(host.transition("compilation.ceiling", into, "issue").ok());
  EXPECT_EQ(carry(into).fault().code, "compilation.ceiling_issued");
}

TEST_F(Results, stand_beside_the_points_of_the_review) {
  const RecordId fair = planted({{"fiscal_year", 2027}});
  ASSERT_TRUE(apply(told(fair, "9005", -100)).ok());
  Json sheet = {{"project", fair.str()},  {"fiscal_year", 2027},  {"policy_basis", 18},    {"necessity", 13},
                {"duty_match", 9},        {"estimate_basis", 13}, {"feasibility", 9},      {"performance", 13},
                {"execution", 8},         {"funding", 4},         {"disposition", "keep"}, {"measured_amount", 100},
                {"approved_amount", 100}, {"sunset_year", 2029}};
  const auto other = host.insert("compilation.zero_base_review", sheet);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(told(other.fault()), Lines{"compilation.result_review /performance_reason"});
  sheet["performance"] = 10;
  const auto made = host.insert("compilation.zero_base_review", sheet);
  ASSERT_TRUE(made.ok()) << why(made);
  EXPECT_EQ(host.row("compilation.zero_base_review", *made).number("proposed_performance"), 10);
}

TEST_F(Results, a_policy_that_contradicts_another_is_not_approved) {
  const auto value = [&](const char* code, const char* text, const char* from) {
    return host.plant("compilation.policy_value",
                      {{"code", code}, {"value", text}, {"valid_from", from}, {"status", "draft"}});
  };
  const RecordId low = value("class_a", "65", "2026-01-01");
  const auto refused = host.transition("compilation.policy_value", low, "approve");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(told(refused.fault()), Lines{"compilation.policy_contradiction /value"});
  EXPECT_TRUE(host.transition("compilation.policy_value", value("class_b", "62", "2026-01-01"), "approve").ok());
  EXPECT_TRUE(host.transition("compilation.policy_value", low, "approve").ok()) << "once the other gave way";
  EXPECT_FALSE(host.transition("compilation.policy_value", value("class_c", "63", "2025-06-01"), "approve").ok())
      << "sound on its first day, not from 2026 on";
}

} // namespace
} // namespace onebudget::compilation
