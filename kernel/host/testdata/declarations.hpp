#pragma once
// What the fixture plugins declare.

#include "kernel/host/testdata/house.hpp"

namespace onebudget::host::test {

inline std::string guest_entity() {
  return R"({"entity": "guest", "title": {"zh": "来宾", "en": "Guest"}, "owner": "public",
    "key": ["code"], "title_field": "name",
    "fields": [{"name": "name", "type": "text", "max": 50, "title": {"zh": "姓名", "en": "Name"}, "required": true},
               {"name": "code", "type": "code", "max": 20, "title": {"zh": "编号", "en": "Code"}, "computed": true}]})";
}

inline std::vector<std::pair<std::string, std::string>> sample_files() {
  return {{"entities/guest.json", guest_entity()},
          {"locales/zh.json", R"({"greeting": "你好，{0}"})"},
          {"locales/en.json", R"({"greeting": "Hello, {0}"})"}};
}

/// The manifest of sample.c under the id "sample" or "other".
inline Json sample_manifest(const std::string& id = "sample", const std::string& version = "0.1.0") {
  auto out = manifest(id, version);
  out["requires"] = {{"services",
                      {"ob.log/1", "ob.records/1", "ob.kv/1", "ob.service/1", "ob.identity/1", "ob.permission/1",
                       "ob.i18n/1", "ob.audit/1"}}};
  out["optional"] = {{"services", {"sample/1"}}};
  out["provides"] = {
      {"services",
       {{{"id", id + "/1"},
         {"methods", {{"greet", Json::object()}, {"again", Json::object()}, {"silent", Json::object()}}}}}}};
  out["permissions"] = {permission("use")};
  out["capabilities"] = {"records.write:" + id + ".guest"};
  out["jobs"] = {{{"name", "count"},
                  {"title",
                   {{
                        "zh",
                        "计数",
                    },
                    {"en", "Count"}}},
                  {"cron", "0 3 * * *"},
                  {"attempts", 1}}};
  out["events"] = {{"publishes", {id + ".greeted"}},
                   {"subscribes", {{{"topic", "records.changed"}, {"entities", {id + ".guest"}}}}}};
  out["hooks"] = {{"validate", {"guest"}}};
  out["settings"] = {{{"key", "limit"}, {"title", {{"zh", "上限"}, {"en", "Limit"}}}, {"type", "int"}, {"default", 5}}};
  out["routes"] = Json::array();
  for (const auto* path : {"/ping", "/wait", "/list", "/about", "/node", "/probe/{what}"})
    out["routes"].push_back(route("GET", path, "use"));
  for (const auto* path : {"/guest", "/guest-refused", "/relay", "/job", "/error", "/garbage"})
    out["routes"].push_back(route("POST", path, "use"));
  return out;
}

inline void put_sample(House& house, const std::string& id = "sample") {
  house.put(sample_manifest(id), "fixture_" + id, sample_files());
}

/// The manifest of faulty.cpp.
inline Json faulty_manifest() {
  auto out = manifest("faulty");
  out["permissions"] = {permission("use")};
  out["routes"] = {route("GET", "/go", "use")};
  out["hooks"] = {{"validate", {"guest"}}};
  return out;
}

inline void put_faulty(House& house, const std::string& fault) {
  house.put(faulty_manifest(), "fixture_" + fault, {{"entities/guest.json", guest_entity()}});
}

} // namespace onebudget::host::test
