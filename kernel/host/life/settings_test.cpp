// Settings that plugins declare: typed, versioned, kept, and read by the plugin while it runs.

#include "kernel/host/testdata/declarations.hpp"

namespace onebudget::host {
namespace {

class SettingsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    test::put_sample(house_);
    house_.up();
    ASSERT_TRUE(house_.host->enable(house_.system(), "sample").ok());
  }
  std::string set(const Json& value, std::int64_t version, const std::string& key = "limit") {
    const auto changed = house_.host->set_setting(house_.system(), "sample", key, value, version);
    return changed ? "version " + std::to_string(changed->version) : changed.fault().code;
  }
  SettingInfo limit() {
    const auto all = house_.host->settings(house_.system());
    EXPECT_TRUE(all.ok() && all->size() == 1U);
    return all->front();
  }

  test::Folder folder_;
  test::House house_{folder_.path()};
};

TEST_F(SettingsTest, ShowsWhatIsDeclaredWithItsDefault) {
  const auto setting = limit();
  EXPECT_EQ(setting.plugin + "." + setting.key, "sample.limit");
  EXPECT_EQ(setting.type, "int");
  EXPECT_EQ(setting.value, 5);
  EXPECT_EQ(setting.default_value, 5);
  EXPECT_EQ(setting.version, 1);
}

TEST_F(SettingsTest, KeepsAValueOverARestart) {
  EXPECT_EQ(set(9, 1), "version 2");
  EXPECT_EQ(set(10, 2), "version 3");
  EXPECT_EQ(limit().value, 10);
  const auto about = house_.call("sample", "GET", "/about");
  ASSERT_TRUE(about.ok());
  EXPECT_EQ((*parse_json(about->body, {}))["limit"], 10) << "the running plugin reads the new value";
  house_.host.reset();
  house_.up();
  EXPECT_EQ(house_.state("sample"), PluginState::enabled);
  EXPECT_EQ(limit().value, 10);
  EXPECT_EQ(limit().version, 3);
}

TEST_F(SettingsTest, RefusesAnotherTypeAnOldVersionAndAnUnknownName) {
  EXPECT_EQ(set("nine", 1), "host.setting");
  EXPECT_EQ(set(9.5, 1), "host.setting");
  EXPECT_EQ(set(9, 2), "host.setting_version") << "nobody has changed it yet";
  EXPECT_EQ(set(9, 1), "version 2");
  EXPECT_EQ(set(10, 1), "host.setting_version");
  EXPECT_EQ(set(9, 1, "size"), "host.no_setting");
  EXPECT_EQ(limit().value, 9);
}

} // namespace
} // namespace onebudget::host
