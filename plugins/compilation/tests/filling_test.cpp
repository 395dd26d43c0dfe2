// What a step of an approval fills in on a project, with the workflow played by the test.
#include "plugins/compilation/tests/house.hpp"

namespace onebudget::compilation {
namespace {

class Filling : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    host.provide("workflow/1", [this](const std::string& method, const Json& request) -> Result<Json> {
      if (method == "start") return Json{{"started", true}};
      const bool making = request["transition"] == making_;
      Json out = {{"running", true}, {"allowed", making}};
      if (making && !fields_.empty()) out["fields"] = fields_;
      return out;
    });
    project_ = declare();
    attach_papers(project_);
    EXPECT_TRUE(host.update(kProject, project_, {{"design_basis", "条例"}, {"performance_goal", "覆盖率 100%"}}).ok());
    const auto submitted = host.transition(kProject, project_, "submit");
    EXPECT_TRUE(submitted.ok()) << why(submitted);
  }
  /// The workflow makes a transition that brings values; what the project says to it.
  Lines make(const std::string& transition, Json fields) {
    making_ = transition;
    fields_ = std::move(fields);
    const auto done = host.transition(kProject, project_, transition);
    making_.clear();
    return done ? Lines{} : told(done.fault());
  }
  [[nodiscard]] Row now() const { return host.row(kProject, project_); }

  std::string making_;
  Json fields_ = Json::object();
  RecordId project_;
};

TEST_F(Filling, values_come_with_the_transition_that_the_step_makes) {
  EXPECT_EQ(make("review", {{"spending_order", "contract"}, {"social_investment", "1200.50"}}), Lines());
  EXPECT_EQ(now().text("status"), "department_reviewed");
  EXPECT_EQ(now().text("spending_order"), "contract");
  EXPECT_EQ(now().number("social_investment"), 120'050) << "yuan become fen";
}

TEST_F(Filling, values_of_a_step_that_moves_nothing_leave_the_state) {
  EXPECT_EQ(make("amend_submitted", {{"three_guarantees", true}}), Lines());
  EXPECT_EQ(now().text("status"), "submitted");
  EXPECT_TRUE(now().flag("three_guarantees"));
}

TEST_F(Filling, nobody_amends_without_a_step) {
  EXPECT_EQ(told(host.transition(kProject, project_, "amend_submitted").fault()),
            (Lines{
                "compilation.amend_by_step /status",
            }));
}

TEST_F(Filling, only_what_a_review_may_judge_is_taken) {
  EXPECT_EQ(make("amend_submitted", {{"year_amount", "9000000.00"}, {"is_direct", true}}),
            (Lines{"compilation.not_fillable /year_amount"}));
  EXPECT_FALSE(now().flag("is_direct")) << "nothing is half-written";
  EXPECT_EQ(make("amend_submitted", {{"social_investment", "一千"}}),
            (Lines{"compilation.filled_value /social_investment"}));
}

TEST_F(Filling, the_rules_of_a_project_hold_for_what_is_filled_in) {
  EXPECT_EQ(make("amend_submitted", {{"social_investment", "200000.01"}}),
            (Lines{"compilation.project_amounts /social_investment"}));
  EXPECT_EQ(make("amend_submitted", {{"performance_goal", ""}}),
            (Lines{"compilation.project_papers /performance_goal"}));
  const RecordId next_year = functional("2050203", 2027);
  EXPECT_EQ(make("review", {{"functional_class", next_year.str()}}), (Lines{"standards.postable /functional_class"}));
  EXPECT_EQ(now().text("status"), "submitted");
}

TEST_F(Filling, the_first_three_orders_carry_the_mark_of_the_three_guarantees) {
  EXPECT_EQ(make("amend_submitted", {{"spending_order", "wages"}}), Lines());
  EXPECT_TRUE(now().flag("three_guarantees"));
  EXPECT_EQ(make("amend_submitted", {{"three_guarantees", false}}),
            (Lines{"compilation.three_guarantees /three_guarantees"}));
  EXPECT_EQ(make("amend_submitted", {{"spending_order", "new"}, {"three_guarantees", false}}), Lines());
  EXPECT_FALSE(now().flag("three_guarantees"));
}

} // namespace
} // namespace onebudget::compilation
