#pragma once
// The two plugins on fake hosts of their own, with the messages of standards/1 between them checked against the
// manifest.

#include <gtest/gtest.h>

#include "sdk/testing/fake_host.hpp"

namespace onebudget::compilation {

using plugin::Row;
using testing::FakeHost;
using testing::Json;
using Lines = std::vector<std::string>;

constexpr const char* kProject = "compilation.project";

class House : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(standards.start().ok());
    host.provide("standards/1", [this](const std::string& method, const Json& request) {
      return standards.send("standards/1", method, request);
    });
    const auto started = host.start();
    ASSERT_TRUE(started.ok()) << started.fault().message.en;
    host.add_node(
        RecordId{5},
        {{"code", "320583-106001"}, {"name", "昆山市第一中学"}, {"kind", "unit"}, {"region_code", "320583000"}});
    standards.declare("compilation",
                      Json::parse(R"({"entity": "project", "fields": [{"name": "code", "type": "code"}]})"));
    in_force("coding_rule",
             {{"code", "project_code"},
              {"name", "项目代码"},
              {"total_length", 21},
              {"segments",
               Json::array({{{"name", "region"}, {"kind", "region"}, {"length", 6}},
                            {{"name", "setup_year"}, {"kind", "year2"}, {"length", 2}},
                            {{"name", "category"}, {"kind", "choice"}, {"length", 1}, {"choices", {"R", "Y", "T"}}},
                            {{"name", "serial"}, {"kind", "serial"}, {"length", 12}}})}});
    fund = in_force("fund_kind", {{"code", "1"}, {"name", "一般公共预算资金"}});
    school = functional("2050203");
  }
  void TearDown() override {
    EXPECT_TRUE(host.stop().ok()) << "nothing is left over";
    EXPECT_TRUE(standards.stop().ok()) << "nothing is left over";
  }

  RecordId in_force(const std::string& entity, Json values) {
    values["status"] = values.value("status", "in_force");
    const RecordId id = standards.plant("standards." + entity, values);
    EXPECT_FALSE(id.none()) << entity;
    return id;
  }
  RecordId classified(const std::string& list, const std::string& code, int year, const std::string& name) {
    return in_force(list, {{"list_year", year},
                           {"code", code},
                           {"name", name},
                           {"level", (static_cast<int>(code.size()) - 3) / 2 + 1},
                           {"parent_code", code.substr(0, code.size() - 2)}});
  }
  RecordId functional(const std::string& code, int year = 2026) {
    return classified("functional_class", code, year, "科目" + code);
  }

  [[nodiscard]] Json project(const Json& changes = Json::object()) const {
    Json out = {{"name", "校舍安全监测"},
                {"unit", "5"},
                {"category", "specific"},
                {"fiscal_year", 2026},
                {"existence", "new"},
                {"start_year", 2026},
                {"end_year", 2027},
                {"total_amount", 200'000'00},
                {"year_amount", 100'000'00},
                {"functional_class", school.str()},
                {"fund_kind", fund.str()},
                {"contact_name", "张三"},
                {"contact_phone", "0512-57330000"}};
    out.update(changes);
    return out;
  }
  /// The id, or the test fails.
  RecordId declare(const Json& changes = Json::object()) {
    const auto made = host.insert(kProject, project(changes));
    EXPECT_TRUE(made.ok()) << made.fault().code << " " << made.fault().message.en;
    return made ? *made : RecordId{};
  }
  /// The papers and the line that a specific-goal project of 100,000 yuan is submitted with.
  void attach_papers(RecordId project) {
    const RecordId office = classified("department_economic_class", "30201", 2026, "办公费"),
                   goods = classified("government_economic_class", "50201", 2026, "办公经费");
    host.plant("compilation.expenditure_line", {{"project", project.str()},
                                                {"line_no", 1},
                                                {"year", 2026},
                                                {"task", "监测"},
                                                {"functional_class", school.str()},
                                                {"department_economic_class", office.str()},
                                                {"government_economic_class", goods.str()},
                                                {"fund_kind", fund.str()},
                                                {"amount", 100'000'00}});
    for (const char* kind : {"basis", "estimate", "plan"})
      host.plant("compilation.project_paper", {{"project", project.str()}, {"kind", kind}, {"title", kind}});
  }
  Lines refusals(const Json& changes = Json::object()) {
    const auto made = host.insert(kProject, project(changes));
    return made ? Lines{} : told(made.fault());
  }
  /// Why something failed, for the message of a test.
  template <class T>
  static std::string why(const Result<T>& result) {
    if (result.ok()) return "";
    std::string out = result.fault().code + ": " + result.fault().message.en + result.fault().message.zh;
    for (const FieldFault& field : result.fault().fields)
      out += " | " + field.field + " " + field.code + " " + field.message.zh;
    return out;
  }
  static Lines told(const Fault& fault) {
    Lines out;
    for (const FieldFault& finding : fault.fields) out.push_back(finding.code + " " + finding.field);
    return out;
  }

  FakeHost standards{ONEBUDGET_PACKAGE_STANDARDS};
  FakeHost host{ONEBUDGET_PLUGIN_PACKAGE};
  RecordId fund, school;
};

} // namespace onebudget::compilation
