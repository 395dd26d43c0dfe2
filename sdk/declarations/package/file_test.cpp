#include "sdk/declarations/package/file.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace onebudget::declarations {
namespace {

class FileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto pattern = std::filesystem::temp_directory_path() / "ob-file-XXXXXX";
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

TEST_F(FileTest, DoesNotFollowASymbolicLinkAndHasALimit) {
  std::ofstream(folder_ + "/real") << "0123456789";
  std::filesystem::create_symlink(folder_ + "/real", folder_ + "/link");
  EXPECT_TRUE(read_file(folder_ + "/real", 10).ok());
  EXPECT_FALSE(read_file(folder_ + "/real", 9).ok());
  EXPECT_FALSE(read_file(folder_ + "/link", 10).ok());
  EXPECT_FALSE(read_file(folder_, 10).ok());
  EXPECT_FALSE(read_file(folder_ + "/none", 10).ok());
}

} // namespace
} // namespace onebudget::declarations
