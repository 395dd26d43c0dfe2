#include "sdk/declarations/package/bundle.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace onebudget::declarations {
namespace {

class BundleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "ob-bundle-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    std::filesystem::create_directory(folder_ + "/schemas");
    std::ofstream(folder_ + "/plugin.json") << R"({"manifest_version": 1, "id": "sample", "vendor": "cn.onebudget",
      "version": "0.1.0", "abi": {"major": 0, "min_minor": 1}, "title": {"zh": "样例", "en": "Sample"},
      "permissions": [{"code": "sum", "title": {"zh": "合计", "en": "Sum"}}],
      "routes": [{"method": "POST", "path": "/sum", "permission": "sum", "title": {"zh": "合计", "en": "Sum"},
        "request": {"type": "object"}, "reply": {"$ref": "#/schemas/Sum"},
        "errors": [{"status": 422, "code": "sample.empty", "when": {"zh": "没有数", "en": "Nothing to add"}}]}]})";
  }
  void TearDown() override {
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ + "/schemas/" + name) << text; }

  std::string folder_;
};

TEST_F(BundleTest, schemas_of_all_files_are_found_by_name) {
  write("sums.json", R"({"Sum": {"type": "object", "properties": {"total": {"$ref": "#/schemas/Money"}}}})");
  write("values.json", R"({"Money": {"type": "string"}})");
  const auto bundle = read_bundle(folder_, "sqlite");
  ASSERT_TRUE(bundle.ok()) << bundle.fault().message.en;
  const DeclaredRoute& route = (*bundle)->manifest.routes.front();
  EXPECT_EQ(route.reply["$ref"], "#/components/schemas/sample.Sum");
  EXPECT_EQ((*route.schemas)["#/components/schemas/sample.Sum"]["properties"]["total"]["$ref"],
            "#/components/schemas/sample.Money");
  EXPECT_EQ(route.errors[0]["code"], "sample.empty");
  EXPECT_TRUE((*bundle)->read.contains("schemas/sums.json")) << "a signature speaks for it";
}

TEST_F(BundleTest, a_name_that_is_not_there_or_there_twice_is_refused) {
  EXPECT_EQ(read_bundle(folder_, "sqlite").fault().code, "host.schema");
  write("sums.json", R"({"Sum": {"$ref": "#/schemas/Lost"}})");
  EXPECT_EQ(read_bundle(folder_, "sqlite").fault().code, "host.schema");
  write("sums.json", R"({"Sum": {}})");
  EXPECT_TRUE(read_bundle(folder_, "sqlite").ok());
  write("values.json", R"({"Sum": {}})");
  EXPECT_EQ(read_bundle(folder_, "sqlite").fault().code, "host.schema");
}

} // namespace
} // namespace onebudget::declarations
