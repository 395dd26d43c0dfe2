#include "kernel/host/life/store.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace onebudget::host {
namespace {

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto pattern = std::filesystem::temp_directory_path() / "ob-store-XXXXXX";
    std::string name = pattern.string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }
  std::string folder_;
};

TEST_F(StoreTest, KeepsACopyUnderItsDigestReadOnly) {
  Store store(folder_ + "/store");
  const auto path = store.put("library");
  ASSERT_TRUE(path.ok()) << path.fault().message.en;
  EXPECT_EQ(*path, folder_ + "/store/" + sha256_hex("library") + "/plugin.so");
  EXPECT_EQ(std::filesystem::status(*path).permissions(), std::filesystem::perms::owner_read);
  EXPECT_EQ(*store.put("library"), *path);
  EXPECT_NE(*store.put("other"), *path);
}

TEST_F(StoreTest, RefusesACopyThatWasChanged) {
  Store store(folder_);
  const auto path = store.put("library");
  ASSERT_TRUE(path.ok());
  std::filesystem::permissions(*path, std::filesystem::perms::owner_write | std::filesystem::perms::owner_read);
  std::ofstream(*path) << "evil";
  ASSERT_FALSE(store.put("library").ok());
  EXPECT_EQ(store.put("library").fault().code, "host.store");
}

} // namespace
} // namespace onebudget::host
