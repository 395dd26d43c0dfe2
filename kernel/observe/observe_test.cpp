#include "kernel/observe/observe.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace onebudget::observe {
namespace {

TEST(Log, writes_one_parsable_line_whatever_the_text) {
  std::string out;
  const Log log(Level::info, Format::json, [&](const std::string& line) { out += line; });
  log.write(Level::warning, "http.request", "line one\nline two\r\x1b[31m \xE2\x80\xA8 \xFF",
            {{"path", std::string("/a\nlevel=error")}, {"status", std::int64_t{200}}});
  ASSERT_EQ(std::count(out.begin(), out.end(), '\n'), 1);
  EXPECT_EQ(out.back(), '\n');
  EXPECT_EQ(out.find('\x1b'), std::string::npos);
  EXPECT_EQ(out.find("\xE2\x80\xA8"), std::string::npos);
  const auto line = nlohmann::json::parse(out);
  EXPECT_EQ(line["level"], "warning");
  EXPECT_EQ(line["path"], "/a\nlevel=error");
  EXPECT_EQ(line["status"], 200);
}

TEST(Log, never_writes_secrets_and_keeps_to_its_level) {
  std::string out;
  const Log log(Level::warning, Format::text, [&](const std::string& line) { out += line; });
  log.write(Level::info, "a", "b");
  EXPECT_TRUE(out.empty());
  log.write(Level::error, "a", "b", {{"new_password", std::string("canary")}, {"csrf", std::string("canary")}});
  EXPECT_EQ(out.find("canary"), std::string::npos);
}

TEST(Metrics, keeps_the_number_of_series_bounded) {
  Metrics metrics;
  for (int i = 0; i < 5000; ++i) metrics.count("onebudget_test_total", "a test", {{"route", std::to_string(i)}});
  const std::string text = metrics.text();
  EXPECT_NE(text.find("onebudget_test_total{route=\"other\"} 4800"), std::string::npos);
  EXPECT_LT(text.size(), 20'000U);
}

TEST(Metrics, histograms_and_gauges_have_their_text) {
  Metrics metrics;
  metrics.observe_seconds("onebudget_seconds", "durations", {{"route", "a"}}, 0.02);
  metrics.gauge("onebudget_plugins", "enabled plugins", {}, 2);
  const std::string text = metrics.text();
  EXPECT_NE(text.find("onebudget_seconds_bucket{route=\"a\",le=\"0.03\"} 1"), std::string::npos);
  EXPECT_NE(text.find("onebudget_plugins 2"), std::string::npos);
}

TEST(Health, is_as_bad_as_its_worst_check) {
  Health health;
  EXPECT_EQ(Health::worst(health.ask()), HealthState::ready);
  health.add("storage", [] { return HealthReport{}; });
  health.add("plugins", [] { return HealthReport{"", HealthState::degraded, {"插件失败", "a plugin failed"}}; });
  EXPECT_EQ(Health::worst(health.ask()), HealthState::degraded);
  health.remove("plugins");
  EXPECT_EQ(Health::worst(health.ask()), HealthState::ready);
}

} // namespace
} // namespace onebudget::observe
