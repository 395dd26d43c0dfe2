#pragma once
// A standards plugin on the fake host, with a few rows to work on.

#include <gtest/gtest.h>

#include "sdk/testing/fake_host.hpp"

namespace onebudget::standards {

using plugin::Row;
using testing::FakeHost;
using testing::Json;

class Shelf : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto started = host.start();
    ASSERT_TRUE(started.ok()) << started.fault().message.en;
  }
  void TearDown() override {
    const auto stopped = host.stop();
    EXPECT_TRUE(stopped.ok()) << stopped.fault().message.en;
  }

  /// A row in force, as the first import brings it.
  RecordId in_force(const std::string& entity, Json values) {
    values["status"] = values.value("status", "in_force");
    const RecordId id = host.plant("standards." + entity, values);
    EXPECT_FALSE(id.none()) << entity;
    return id;
  }
  RecordId functional(const std::string& code, int year = 2026, const Json& more = Json::object()) {
    Json row = {{"list_year", year},
                {"code", code},
                {"name", "科目" + code},
                {"level", (static_cast<int>(code.size()) - 3) / 2 + 1},
                {"parent_code", code.size() > 3 ? code.substr(0, code.size() - 2) : ""}};
    row.update(more);
    return in_force("functional_class", row);
  }
  RecordId project_rule() {
    return in_force(
        "coding_rule",
        {{"code", "project_code"},
         {"name", "项目代码"},
         {"total_length", 21},
         {"segments",
          Json::array(
              {{{"name", "region"}, {"kind", "region"}, {"length", 6}, {"title", {{"zh", "区划"}, {"en", "Region"}}}},
               {{"name", "setup_year"}, {"kind", "year2"}, {"length", 2}},
               {{"name", "category"}, {"kind", "choice"}, {"length", 1}, {"choices", {"R", "Y", "T"}}},
               {{"name", "serial"}, {"kind", "serial"}, {"length", 12}}})}});
  }
  void succession(const std::string& from, const std::string& to, const std::string& kind,
                  const std::string& status = "in_force") {
    in_force("code_succession", {{"list", "functional_class"},
                                 {"from_year", 2026},
                                 {"from_code", from},
                                 {"to_year", 2027},
                                 {"to_code", to},
                                 {"kind", kind},
                                 {"status", status}});
  }
  Json ask(const std::string& method, const Json& request) {
    const auto answer = host.send("standards/1", method, request);
    EXPECT_TRUE(answer.ok()) << method << ": " << answer.fault().code << " " << answer.fault().message.en;
    return answer ? *answer : Json();
  }
  /// "standards.postable /functional_class", one per finding.
  static std::vector<std::string> told(const Json& answer) {
    std::vector<std::string> out;
    for (const Json& finding : answer.value("findings", Json::array()))
      out.push_back(finding["code"].get<std::string>() + " " + finding["field"].get<std::string>());
    return out;
  }
  static std::vector<std::string> told(const Fault& fault) {
    std::vector<std::string> out;
    for (const FieldFault& finding : fault.fields) out.push_back(finding.code + " " + finding.field);
    return out;
  }

  FakeHost host{ONEBUDGET_PLUGIN_PACKAGE};
};

using Lines = std::vector<std::string>;

} // namespace onebudget::standards
