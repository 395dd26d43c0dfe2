#pragma once
// The plugin on a fake host: a school's paper, three offices with people, one definition.

#include <gtest/gtest.h>

#include "sdk/testing/fake_host.hpp"

namespace onebudget::workflow {

using plugin::Row;
using testing::FakeHost;
using testing::Json;

constexpr const char* kPaper = "office.paper";
constexpr std::int64_t kThursday = 1'772'676'000'000; ///< 2026-03-05 10:00 in China
enum People : std::int64_t { clerk = 1, reviewer = 2, head = 3, finance = 4, deputy = 5, centre = 6 };

class House : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto started = host.start();
    ASSERT_TRUE(started.ok()) << started.fault().message.en;
    host.set_now(kThursday);
    host.declare("office", Json::parse(R"({"entity": "paper", "fields": [{"name": "name", "type": "text"},
      {"name": "grade", "type": "text"}, {"name": "cut", "type": "money"}], "states":
      {"field": "status", "initial": "submitted", "values": [{"code": "submitted"}, {"code": "reviewed"},
       {"code": "approved"}, {"code": "returned"}, {"code": "draft"}], "transitions": [
       {"name": "review", "from": ["submitted"], "to": "reviewed"}, {"name": "approve", "from": ["reviewed"], "to": "approved"},
       {"name": "return", "from": ["submitted", "reviewed"], "to": "returned"},
       {"name": "amend_submitted", "from": ["submitted"], "to": "submitted"},
       {"name": "withdraw", "from": ["submitted"], "to": "draft"}]}})"));
    host.add_node(RecordId{5},
                  {{"code", "106001"}, {"kind", "unit"}, {"path", "/r32/d106/d106001/"}, {"department_code", "106"}});
    post(reviewer, "reviewer", "6", "department", "/r32/d106/");
    post(head, "head", "6", "department", "/r32/d106/");
    post(finance, "division", "7", "region", "/r32/", {"106"});
    post(centre, "centre", "7", "region", "/r32/");
    post(deputy, "secretary", "6", "department", "/r32/d106/");
    post(clerk, "clerk", "5", "unit", "/r32/d106/d106001/");
  }
  void TearDown() override { EXPECT_TRUE(host.stop().ok()) << "nothing is left over"; }

  void post(std::int64_t person, const char* role, const char* node, const char* kind, const char* path,
            std::vector<std::string> departments = {}) {
    host.add_holder({{"user", std::to_string(person)},
                     {"name", role},
                     {"display_name", role},
                     {"role", role},
                     {"node", node},
                     {"kind", kind},
                     {"path", path},
                     {"departments", std::move(departments)}},
                    {RecordId{5}});
  }
  void define(const Json& steps, int edition = 1) {
    const Json body = {
        {"on_finish", "approve"}, {"on_return", "return"}, {"on_withdraw", "withdraw"}, {"steps", steps}};
    EXPECT_FALSE(host.plant("workflow.definition", {{"code", "paper"},
                                                    {"edition", edition},
                                                    {"name", "paper"},
                                                    {"subject", kPaper},
                                                    {"body", body},
                                                    {"status", "published"}})
                     .none());
  }
  [[nodiscard]] static Json two_steps() {
    return Json::array({{{"id", "review"}, {"roles", {"reviewer"}}, {"transition", "review"}, {"workdays", 3}},
                        {{"id", "finance"}, {"rank", 2}, {"roles", {"division"}}, {"at", "division"}}});
  }
  /// The paper's plugin takes what a step fills in, all but grade "F"; a cut is kept in fen.
  void take_fields() {
    host.rule(kPaper, [](const Json&, const Json& after, const std::string& transition, const FakeHost::Ask& ask) {
      return taken(after, transition, ask);
    });
  }
  static Result<Json> taken(const Json& after, const std::string& transition, const FakeHost::Ask& ask) {
    if (transition.empty()) return Json(Json::object());
    OB_TRY(Json answer,
           ask("workflow/1", "permits", {{"entity", kPaper}, {"id", after["id"]}, {"transition", transition}}));
    Json fields = answer.value("fields", Json::object());
    if (fields.value("grade", "") == "F")
      return fault(FaultKind::rule, "office.grade", {"没有这个等级。", "There is no such grade."},
                   {{"/grade", "office.grade", {"没有这个等级。", "There is no such grade."}, {}}});
    if (fields.contains("cut")) fields["cut"] = Money::parse_yuan(fields["cut"].get<std::string>())->fen();
    return fields;
  }
  /// The department grades and may cut; finance may cut.
  [[nodiscard]] static Json filling_steps() {
    return Json::array({{{"id", "review"},
                         {"title", "审核"},
                         {"roles", {"reviewer"}},
                         {"fields", Json::array({{{"name", "grade"}, {"required", true}}, "cut"})}},
                        {{"id", "finance"},
                         {"rank", 2},
                         {"roles", {"division"}},
                         {"at", "division"},
                         {"transition", "review"},
                         {"fields", {"cut"}}}});
  }
  [[nodiscard]] Row sheet() const { return host.row(kPaper, paper); }
  void be(std::int64_t person) { host.set_caller("person", UserId{person}); }

  RecordId submit() {
    be(clerk);
    if (paper.none()) paper = host.plant(kPaper, {{"name", "申请"}, {"status", "submitted"}});
    const auto started = host.send("workflow/1", "start",
                                   {{"entity", kPaper},
                                    {"id", paper.str()},
                                    {"title", "申请"},
                                    {"unit", "5"},
                                    {"amount", 100'00},
                                    {"makers", {"1"}}});
    EXPECT_TRUE(started.ok()) << started.fault().code << " " << started.fault().message.en;
    return started ? Row(*started).ref("case") : RecordId{};
  }
  /// The one open task of the step.
  [[nodiscard]] Row open_task(const std::string& step) const {
    const auto rows = host.rows("workflow.step", "state==open;step==" + step);
    EXPECT_EQ(rows.size(), 1U) << step;
    return rows.empty() ? Row() : rows.front();
  }
  Result<plugin::Answer> on(const Row& task, const std::string& verb, const Json& body) {
    return host.request("POST /step/{id}/" + verb,
                        {{"id", task.id().str()}, {"if-match", std::to_string(task.version())}}, body.dump());
  }
  /// Empty, or the code of the refusal.
  std::string act(std::int64_t person, const std::string& step, const Json& more = Json::object()) {
    be(person);
    Json body = {{"decision", "approve"}, {"opinion", "同意"}};
    body.update(more);
    const auto done = on(open_task(step), "act", body);
    return done ? "" : done.fault().code;
  }
  [[nodiscard]] std::string status() const { return host.row(kPaper, paper).text("status"); }
  [[nodiscard]] std::string state(RecordId id) const { return host.row("workflow.case", id).text("state"); }

  FakeHost host{ONEBUDGET_PLUGIN_PACKAGE};
  RecordId paper;
};

} // namespace onebudget::workflow
