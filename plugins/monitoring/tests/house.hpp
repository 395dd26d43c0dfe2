#pragma once
// The plugin on a fake host with two units, and what its stories say again and again.
#include <gtest/gtest.h>

#include <algorithm>

#include "sdk/testing/fake_host.hpp"

namespace onebudget::monitoring {

using plugin::Row;
using testing::FakeHost;
using testing::Json;
using Lines = std::vector<std::string>;

constexpr const char* kAlert = "monitoring.alert";
constexpr const char* kFact = "monitoring.fact";
constexpr std::int64_t kNoon = 1'783'915'200'000; // 2026-07-13T04:00:00Z

class House : public ::testing::Test {
 protected:
  void SetUp() override {
    host.set_now(kNoon);
    ASSERT_TRUE(host.start().ok());
    for (const char* id : {"5", "6"})
      host.add_node(*RecordId::parse(id),
                    {{"code", id}, {"name", "第一中学"}, {"kind", "unit"}, {"region_code", "320583000"}});
  }
  void TearDown() override { EXPECT_TRUE(host.stop().ok()) << "nothing is left over"; }

  template <class T>
  static std::string why(const Result<T>& result) {
    if (result.ok()) return "";
    std::string out = result.fault().code + ": " + result.fault().message.en;
    for (const FieldFault& field : result.fault().fields) out += " | " + field.field + " " + field.code;
    return out;
  }
  static Lines told(const Fault& fault) {
    Lines out;
    for (const FieldFault& finding : fault.fields) out.push_back(finding.code + " " + finding.field);
    return out;
  }
  RecordId fact(const std::string& subject, const std::string& object, const Json& facts, int year = 2026) {
    const auto made = host.insert(kFact, {{"unit", "5"},
                                          {"subject", subject},
                                          {"object", object},
                                          {"fiscal_year", year},
                                          {"told_by", "test"},
                                          {"facts", facts}});
    EXPECT_TRUE(made.ok()) << why(made);
    return made ? *made : RecordId{};
  }
  void scan(bool full = false, const std::string& day = "2026-07-13") {
    host.set_checkpoint({}); // a scan of its own, not another attempt at the one before
    const auto done = host.run_job("evaluate", {{"full", full}, {"day", day}});
    ASSERT_TRUE(done.ok()) << why(done);
  }
  Lines alerts() {
    Lines out;
    for (const Row& row : host.rows(kAlert))
      out.push_back(row.text("rule") + " " + row.text("level") + " " + row.text("object") + " " + row.text("status"));
    std::sort(out.begin(), out.end());
    return out;
  }
  Json examine(const Json& facts, const Json& more = Json::object()) {
    Json request = {{"unit", "5"}, {"day", "2026-07-13"}, {"facts", facts}};
    request.update(more);
    const auto answer = host.send("monitoring/1", "examine", request);
    EXPECT_TRUE(answer.ok()) << why(answer);
    return answer ? *answer : Json::object();
  }
  static Lines hits(const Json& answer) {
    Lines out;
    for (const Json& hit : answer.at("hits")) out.push_back(Row(hit).text("rule") + " " + Row(hit).text("effect"));
    std::sort(out.begin(), out.end());
    return out;
  }

  FakeHost host{ONEBUDGET_PLUGIN_PACKAGE};
};

inline const Json kIdle = {{"issued_on", "2026-04-01"}, {"budget", "100.00"}, {"paid", "0.00"}, {"scheduled", true}};

} // namespace onebudget::monitoring
