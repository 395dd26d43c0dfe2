#pragma once
// The plugin on a fake host: a school with one project, its goal, and a calendar that knows weekends only.

#include <gtest/gtest.h>

#include "sdk/testing/fake_host.hpp"

namespace onebudget::performance {

using plugin::Row;
using testing::FakeHost;
using testing::Json;
using Lines = std::vector<std::string>;

constexpr const char* kProject = "compilation.project";
constexpr std::int64_t kSpring = 1'804'032'000'000; ///< 2027-03-03 00:00 UTC

class House : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto calendar_started = calendar.start();
    ASSERT_TRUE(calendar_started.ok()) << why(calendar_started);
    host.provide("workflow/1", [this](const std::string& method, const Json& request) {
      calendar.set_now(now);
      return calendar.send("workflow/1", method, request);
    });
    const auto started = host.start();
    ASSERT_TRUE(started.ok()) << why(started);
    be_at(kSpring);
    host.grant("performance.evaluation.as_finance");
    host.add_node(RecordId{3}, node("320583000", "昆山市", "region", ""));
    host.add_node(RecordId{5}, node("320583-106001", "第一中学", "unit", "106"));
    host.declare("compilation", Json::parse(R"({"entity": "project", "fields": [
      {"name": "code", "type": "code"}, {"name": "name", "type": "text"}, {"name": "unit", "type": "org"},
      {"name": "fiscal_year", "type": "year"}, {"name": "start_year", "type": "year"},
      {"name": "end_year", "type": "year"}, {"name": "year_amount", "type": "money"},
      {"name": "spending_order", "type": "text"}, {"name": "three_guarantees", "type": "bool"},
      {"name": "status", "type": "text"}, {"name": "summary", "type": "text"}, {"name": "functional_class", "type": "text"},
      {"name": "is_construction", "type": "bool"}]})"));
    host.declare("compilation", Json::parse(R"({"entity": "ceiling", "fields": [
      {"name": "node", "type": "org"}, {"name": "fiscal_year", "type": "year"}, {"name": "category", "type": "text"},
      {"name": "amount", "type": "money"}, {"name": "status", "type": "text"}]})"));
    project = make_project("32058326T000000000001");
    self = scheme("self", R"({"execution": "10", "levels": [
      {"code": "output", "weight": "50", "kinds": ["quantity", "quality"], "each_kind": true},
      {"code": "benefit", "weight": "30", "kinds": ["social"]},
      {"code": "satisfaction", "weight": "10", "kinds": ["satisfaction"], "if_public": true}]})");
    finance = scheme("finance", R"({"execution": "0", "levels": [
      {"code": "process", "weight": "40", "kinds": ["organisation"], "lines": [
        {"second": "organisation", "name": "制度健全", "target": "有制度、有记录", "weight": "40"}]},
      {"code": "output", "weight": "30", "kinds": ["quantity", "quality"]},
      {"code": "benefit", "weight": "30", "kinds": ["social"]}],
      "at_least": {"levels": ["output", "benefit"], "weight": "60"}})");
  }
  void TearDown() override {
    EXPECT_TRUE(host.stop().ok()) << "nothing is left over";
    EXPECT_TRUE(calendar.stop().ok()) << "nothing is left over";
  }

  static Json node(const char* code, const char* name, const char* kind, const char* department) {
    return {
        {"code", code}, {"name", name}, {"kind", kind}, {"region_code", "320583000"}, {"department_code", department}};
  }
  void be_at(std::int64_t utc_ms) { host.set_now(now = utc_ms); }

  RecordId make_project(const char* code, const Json& changes = Json::object()) {
    Json values = {{"code", code},
                   {"name", "校舍维修改造"},
                   {"unit", "5"},
                   {"fiscal_year", 2026},
                   {"start_year", 2026},
                   {"end_year", 2026},
                   {"year_amount", 100'000'000},
                   {"spending_order", "new"},
                   {"three_guarantees", false},
                   {"status", "executing"}};
    values.update(changes);
    return host.plant(kProject, values);
  }
  RecordId scheme(const char* kind, const char* tree) {
    return host.plant("performance.scheme", {{"code", kind},
                                             {"edition", 1},
                                             {"name", kind},
                                             {"kind", kind},
                                             {"valid_from", "2025-01-01"},
                                             {"tree", Json::parse(tree)},
                                             {"status", "in_force"}});
  }
  static Json goal_line(int line, const char* first, const char* second, const char* weight, const char* target) {
    return {{"line_no", line},        {"first_level", first},
            {"second_level", second}, {"name", std::string(second) + "指标"},
            {"nature", "at_least"},   {"target", target},
            {"unit_of_measure", "%"}, {"weight", weight},
            {"data_source", "台账"}};
  }
  RecordId make_goal(RecordId of, const Json& changes = Json::object()) {
    Json values = {{"unit", "5"},
                   {"project", of.str()},
                   {"fiscal_year", 2026},
                   {"revision", 1},
                   {"scheme", self.str()},
                   {"amount", 100'000'000},
                   {"fiscal_amount", 100'000'000},
                   {"serves_public", true},
                   {"annual_goal", "完成维修"}};
    values.update(changes);
    const RecordId goal = made(host.insert("performance.goal", values));
    for (Json line :
         {goal_line(1, "output", "quantity", "25", "100"), goal_line(2, "output", "quality", "25", "100"),
          goal_line(3, "benefit", "social", "30", "100"), goal_line(4, "satisfaction", "satisfaction", "10", "90")}) {
      line["goal"] = goal.str();
      made(host.insert("performance.goal_indicator", line));
    }
    return goal;
  }
  RecordId approved_goal(RecordId of) {
    const RecordId goal = make_goal(of);
    moved("performance.goal", goal, "submit");
    moved("performance.goal", goal, "approve");
    return goal;
  }
  Json evaluation(RecordId of, const char* kind) const {
    return {{"unit", "5"},
            {"project", of.str()},
            {"fiscal_year", 2026},
            {"kind", kind},
            {"scheme", (std::string(kind) == "self" ? self : finance).str()},
            {"fiscal_full", 100'000'000},
            {"fiscal_executed", 90'000'000},
            {"goal_actual", "按期完成"}};
  }
  /// An evaluation with its lines, each scored as `actual` and proved as `proved`.
  RecordId scored(RecordId of, const char* kind, const char* actual, const char* proved) {
    const RecordId id = made(host.insert("performance.evaluation", evaluation(of, kind)));
    const auto prepared = host.request("POST /evaluation/{id}/prepare", {{"id", id.str()}});
    EXPECT_TRUE(prepared.ok()) << why(prepared);
    for (const Row& line : host.rows("performance.score_line", "evaluation==" + id.str())) {
      const bool judged = line.text("nature") == "qualitative";
      Json values =
          judged ? Json{{"reached", "achieved"}, {"percent", 100}} : Json{{"actual", actual}, {"actual_unit", "%"}};
      values["reason"] = "说明";
      const auto set = host.update("performance.score_line", line.id(), values);
      EXPECT_TRUE(set.ok()) << why(set);
      prove(id, line.id(), proved);
    }
    return id;
  }
  RecordId prove(RecordId evaluation, RecordId line, const char* measured) {
    return made(host.insert("performance.evidence", {{"evaluation", evaluation.str()},
                                                     {"score_line", line.str()},
                                                     {"title", "验收单"},
                                                     {"document_ref", "验2027-1"},
                                                     {"measured", measured}}));
  }
  RecordId confirmed(RecordId of, const char* kind, const char* actual, const char* proved) {
    const RecordId id = scored(of, kind, actual, proved);
    moved("performance.evaluation", id, "submit");
    moved("performance.evaluation", id, "confirm");
    return id;
  }
  static Json rules(const char* fair, const char* deduct = "0") {
    return {
        {"excellent", {{"factor", "1.05"}, {"priority", 3}, {"unit_points", 5}}},
        {"good", {{"factor", "1"}, {"priority", 1}, {"unit_points", 2}}},
        {"fair", {{"factor", fair}, {"deduct", deduct}, {"priority", -1}, {"unit_points", -2}, {"publish", true}}},
        {"poor", {{"factor", "0"}, {"cancel", true}, {"priority", -5}, {"unit_points", -10}, {"accountable", true}}}};
  }
  Json pack(const Json& grades) const {
    return {{"region", "3"},
            {"code", "results"},
            {"edition", 1},
            {"name", "结果应用办法"},
            {"document_no", "昆财绩〔2027〕1号"},
            {"valid_from", "2027-01-01"},
            {"rules", grades}};
  }
  RecordId pack_in_force() {
    const RecordId id = made(host.insert("performance.policy_pack", pack(rules("0.8"))));
    const auto simulated = simulate(id);
    EXPECT_TRUE(simulated.ok()) << why(simulated);
    moved("performance.policy_pack", id, "submit");
    moved("performance.policy_pack", id, "approve");
    return id;
  }
  Result<plugin::Answer> simulate(RecordId pack) {
    return host.request("POST /policy-pack/{id}/simulate", {{"id", pack.str()}}, R"({"fiscal_year": 2026})");
  }
  RecordId proposed() {
    const auto answer = host.request("POST /propose", {}, R"({"region": "3", "fiscal_year": 2026})");
    EXPECT_TRUE(answer.ok()) << why(answer);
    if (!answer) return {};
    const Json created = Json::parse(answer->body)["created"];
    EXPECT_EQ(created.size(), 1U);
    return created.empty() ? RecordId{} : *RecordId::parse(created[0].get<std::string>());
  }

  template <class T>
  static std::string why(const Result<T>& result) {
    if (result.ok()) return "";
    std::string out = result.fault().code + ": " + result.fault().message.en + result.fault().message.zh;
    for (const FieldFault& field : result.fault().fields)
      out += " | " + field.field + " " + field.code + " " + field.message.zh;
    return out;
  }
  static RecordId made(const Result<RecordId>& result) {
    EXPECT_TRUE(result.ok()) << why(result);
    return result ? *result : RecordId{};
  }
  void moved(const char* entity, RecordId id, const char* name, const char* comment = "同意") {
    const auto done = host.transition(entity, id, name, comment);
    EXPECT_TRUE(done.ok()) << entity << " " << name << ": " << why(done);
  }
  template <class T>
  static Lines told(const Result<T>& result) {
    Lines out;
    if (result.ok()) return {"nothing was refused"};
    for (const FieldFault& finding : result.fault().fields) out.push_back(finding.code + " " + finding.field);
    if (out.empty()) out.push_back(result.fault().code);
    return out;
  }

  FakeHost calendar{ONEBUDGET_PACKAGE_WORKFLOW};
  FakeHost host{ONEBUDGET_PLUGIN_PACKAGE};
  std::int64_t now = kSpring;
  RecordId project, self, finance;
};

} // namespace onebudget::performance
