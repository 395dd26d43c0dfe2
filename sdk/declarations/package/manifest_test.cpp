#include "sdk/declarations/package/manifest.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace onebudget::declarations {
namespace {

Json good() {
  return Json::parse(R"({
    "manifest_version": 1, "id": "sample", "vendor": "cn.onebudget", "version": "0.1.0",
    "abi": {"major": 0, "min_minor": 1},
    "title": {"zh": "样例", "en": "Sample"}, "order": 10,
    "requires": {"services": ["ob.log/1", "ob.records/1"], "plugins": {"standards": ">=0.1.0 <1.0.0"}},
    "provides": {"services": [{"id": "sample/1", "methods": {"resolve": {"request": {}, "reply": {}}}}]},
    "permissions": [{"code": "project.submit", "title": {"zh": "送审", "en": "Submit"}, "risk": "medium"}],
    "capabilities": ["records.read:standards.*", "permission:sample.project.submit"],
    "conflicts": [{"permissions": ["sample.project.submit", "standards.region.update"],
      "title": {"zh": "经办与维护", "en": "Making and keeping"}, "source": "rule 7"}],
    "jobs": [{"name": "nightly", "title": {"zh": "夜间", "en": "Nightly"}, "cron": "0 3 * * *", "missed": "all"}],
    "events": {"publishes": ["sample.project.approved"],
      "subscribes": [{"topic": "records.changed", "entities": ["standards.region"]}]},
    "hooks": {"validate": ["project"]},
    "routes": [{"method": "POST", "path": "/rule-pack/{id}/preview", "permission": "project.submit",
      "title": {"zh": "预览", "en": "Preview"}}],
    "settings": [{"key": "limit", "title": {"zh": "上限", "en": "Limit"}, "type": "int", "default": 5}],
    "limits": {"concurrency": 2}, "license": "Apache-2.0"})");
}

/// The pointers of all mistakes, joined.
std::string pointers(const Json& document) {
  const auto manifest = parse_manifest(document.dump());
  if (manifest) return "none";
  std::string out;
  for (const auto& field : manifest.fault().fields) {
    out += (out.empty() ? "" : " ") + field.field;
    EXPECT_FALSE(field.message.zh.empty());
    EXPECT_FALSE(field.message.en.empty());
    EXPECT_FALSE(field.remedy.zh.empty());
  }
  return out;
}

TEST(Manifest, ReadsAGoodOne) {
  const auto manifest = parse_manifest(good().dump());
  ASSERT_TRUE(manifest.ok()) << manifest.fault().message.en;
  EXPECT_EQ(manifest->id, "sample");
  EXPECT_EQ(manifest->version.str(), "0.1.0");
  EXPECT_EQ(manifest->plugins.front().range_text, ">=0.1.0 <1.0.0");
  EXPECT_EQ(manifest->provides.front().methods, std::vector<std::string>{"resolve"});
  EXPECT_EQ(manifest->concurrency, 2);
  EXPECT_EQ(manifest->jobs.front().cron, "0 3 * * *");
  EXPECT_EQ(manifest->jobs.front().missed, "all");
  EXPECT_EQ(manifest->conflicts.front().second, "standards.region.update");
  EXPECT_TRUE(manifest->warnings.empty());
}

TEST(Manifest, RefusesPairsThatAreNone) {
  for (const Json& pair : {Json{"sample.a"}, Json{"sample.a", "sample.a"}, Json{"other.a", "other.b"},
                           Json{"sample", "sample.a"}, Json{"sample.a", "sample.b", "sample.c"}}) {
    auto document = good();
    document["conflicts"][0]["permissions"] = pair;
    EXPECT_NE(pointers(document).find("/conflicts/0/permissions"), std::string::npos) << pair.dump();
  }
  auto document = good();
  document["conflicts"][0].erase("title");
  document["conflicts"][0].erase("source");
  EXPECT_EQ(pointers(document), "/conflicts/0/title /conflicts/0/source");
}

TEST(Manifest, SilenceMeansOneCallAtATime) {
  auto document = good();
  document.erase("limits");
  EXPECT_EQ(parse_manifest(document.dump())->concurrency, 1);
}

TEST(Manifest, ReportsEveryMistakeWithItsPointer) {
  auto document = good();
  document["id"] = "Sample";
  document["vendor"] = "onebudget";
  document["version"] = "1.0";
  document["title"].erase("en");
  document["routes"][0]["path"] = "rule-pack";
  document["jobs"][0].erase("name");
  document["limits"]["concurrency"] = 0;
  const auto found = pointers(document);
  for (const auto* pointer :
       {"/id", "/vendor", "/version", "/title/en", "/routes/0/path", "/jobs/0/name", "/limits/concurrency"}) {
    EXPECT_NE(found.find(pointer), std::string::npos) << pointer << " in " << found;
  }
}

TEST(Manifest, RefusesACronThatCannotBeRead) {
  auto document = good();
  document["jobs"][0]["cron"] = "0 25 * * *";
  const auto manifest = parse_manifest(document.dump());
  ASSERT_FALSE(manifest.ok());
  EXPECT_EQ(manifest.fault().fields.front().field, "/jobs/0/cron");
  EXPECT_EQ(manifest.fault().fields.front().code, "scheduler.cron");
}

TEST(Manifest, RefusesAFormatFromTheFutureFirstAndAlone) {
  auto document = good();
  document["manifest_version"] = 2;
  document["id"] = 7;
  const auto manifest = parse_manifest(document.dump());
  ASSERT_FALSE(manifest.ok());
  EXPECT_EQ(manifest.fault().code, "host.manifest_version");
  EXPECT_EQ(manifest.fault().fields.front().field, "/manifest_version");
}

TEST(Manifest, WarnsOfUnknownKeysAtAnyDepth) {
  auto document = good();
  document["colour"] = "blue";
  document["routes"][0]["colour"] = "blue";
  const auto manifest = parse_manifest(document.dump());
  ASSERT_TRUE(manifest.ok());
  ASSERT_EQ(manifest->warnings.size(), 2U);
  EXPECT_EQ(manifest->warnings[0].field, "/routes/0/colour");
  EXPECT_EQ(manifest->warnings[1].field, "/colour");
}

TEST(Manifest, RefusesBadIdsVersionsAndRanges) {
  for (const auto* id : {"", "a", "9lives", "has space", "UPPER", "kernel", "system", "a-b",
                         "averyveryverylongidentifierofmorethan32"}) {
    auto document = good();
    document["id"] = id;
    EXPECT_NE(pointers(document).find("/id"), std::string::npos) << id;
  }
  auto document = good();
  document["requires"]["plugins"]["standards"] = "^1.0";
  EXPECT_EQ(pointers(document), "/requires/plugins/standards");
  document = good();
  document["requires"]["plugins"] = {{"sample", ">=0.1.0"}};
  EXPECT_EQ(pointers(document), "/requires/plugins/sample");
  document = good();
  document["requires"]["services"] = {"ob.records"};
  EXPECT_EQ(pointers(document), "/requires/services");
}

TEST(Manifest, RefusesServicesAndTopicsOfOthers) {
  auto document = good();
  document["provides"]["services"][0]["id"] = "workflow/1";
  document["events"]["publishes"][0] = "workflow.started";
  EXPECT_EQ(pointers(document), "/provides/services/0/id /events/publishes");
}

TEST(Manifest, RefusesDuplicatesAndUnknownCapabilities) {
  auto document = good();
  document["permissions"].push_back(document["permissions"][0]);
  document["routes"].push_back(document["routes"][0]);
  document["capabilities"].push_back("everything");
  EXPECT_EQ(pointers(document), "/permissions/1/code /capabilities /routes/1/path");
}

TEST(Manifest, RefusesBytesThatAreNotAnObject) {
  for (const auto* text : {"", "[]", "7", "{", "{\"id\":1,\"id\":2}", "\xff\xfe", "null"}) {
    EXPECT_FALSE(parse_manifest(text).ok()) << text;
  }
}

TEST(Manifest, NeverCrashesOnAWrongTypeAnywhere) {
  const auto document = good();
  const auto flat = document.flatten();
  const Json wrong[] = {nullptr,        true,          -1, 1e300, "", "x", Json::array(), Json::array({nullptr}),
                        Json::object(), Json{{"a", 1}}};
  for (const auto& item : flat.items()) {
    for (auto pointer = Json::json_pointer(item.key()); !pointer.empty(); pointer = pointer.parent_pointer()) {
      for (const auto& value : wrong) {
        auto changed = document;
        changed[pointer] = value;
        static_cast<void>(pointers(changed));
      }
    }
  }
}

} // namespace
} // namespace onebudget::declarations
