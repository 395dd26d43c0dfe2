#pragma once
// A budget year of a county on the fake host: its places, its lists, projects as they stand in the library.

#include <fstream>

#include "plugins/compilation/tests/house.hpp"

namespace onebudget::compilation {

inline constexpr std::int64_t kAugust = 1'755'228'000'000; // 2025-08-15 in China

class BudgetYear : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    host.set_now(kAugust);
    host.add_node(RecordId{3}, node("320583000", "昆山市", "region", "/1/3/"));
    host.add_node(RecordId{4}, node("320583-106", "教育局", "department", "/1/3/4/"));
    host.add_node(RecordId{5}, node("320583-106001", "第一中学", "unit", "/1/3/4/5/"));
    host.add_node(RecordId{6}, node("320583-106002", "第二中学", "unit", "/1/3/4/6/"));
    office = classified("department_economic_class", "30201", 2026, "办公费");
    goods = classified("government_economic_class", "50201", 2026, "办公经费");
    in_force("economic_mapping", {{"list_year", 2026},
                                  {"department_class", "30201"},
                                  {"unit_type", "administrative"},
                                  {"government_class", "50201"}});
    mirror("fund_kind", fund, "1");
    mirror("functional_class", school, "2050203");
    mirror("department_economic_class", office, "30201");
    mirror("government_economic_class", goods, "50201");
  }
  /// The host reads a list of the standards by id: the same row under the same id.
  void mirror(const char* list, RecordId id, const char* code) {
    const std::string entity = std::string("standards.") + list;
    host.declare("standards", {{"entity", list}, {"fields", {{{"name", "code"}, {"type", "code"}}}}});
    while (host.plant(entity, {{"code", code}}).value < id.value) {
    }
    ASSERT_FALSE(host.row(entity, id).none());
  }
  static Json node(const char* code, const char* name, const char* kind, const char* path) {
    return {{"code", code},
            {"name", name},
            {"kind", kind},
            {"path", path},
            {"region_code", "320583000"},
            {"department_code", std::string(kind) == "region" ? "" : "106"}};
  }
  RecordId planted(const Json& changes = Json::object()) {
    Json values = project(changes);
    values["code"] =
        "32058326T" + std::to_string(100'000'000'001 + static_cast<std::int64_t>(host.rows(kProject).size()));
    values["status"] = changes.value("status", "in_library");
    for (const auto& [field, id] :
         {std::pair{"department_economic_class", office}, {"government_economic_class", goods}})
      if (!changes.contains(field)) values[field] = id.str();
    return host.plant(kProject, values);
  }
  Json line(RecordId project, const Json& changes = Json::object()) const {
    Json out = {{"project", project.str()},
                {"line_no", 1},
                {"year", 2026},
                {"task", "购置"},
                {"functional_class", school.str()},
                {"department_economic_class", office.str()},
                {"government_economic_class", goods.str()},
                {"fund_kind", fund.str()}};
    out.update(changes);
    return out;
  }
  RecordId open_round(const char* step) {
    const auto made = host.insert("compilation.budget_round", {{"region", "3"},
                                                               {"fiscal_year", 2026},
                                                               {"step", step},
                                                               {"opens_on", "2025-08-01"},
                                                               {"closes_on", "2025-09-30"}});
    EXPECT_TRUE(made.ok()) << why(made);
    if (!made) return {};
    const auto opened = host.transition("compilation.budget_round", *made, "open");
    EXPECT_TRUE(opened.ok()) << why(opened);
    return *made;
  }
  Result<plugin::Answer> post(const std::string& path, const Json& body, const std::string& id = "") {
    return host.request(
        "POST " + path,
        id.empty() ? std::map<std::string, std::string>{} : std::map<std::string, std::string>{{"id", id}},
        body.dump());
  }
  RecordId ceiling(const char* where, std::int64_t fen, const char* status = "issued") {
    return host.plant("compilation.ceiling", {{"node", where},
                                              {"fiscal_year", 2026},
                                              {"fund_kind", fund.str()},
                                              {"category", "specific"},
                                              {"amount", fen},
                                              {"status", status}});
  }
  Json freeze(const char* step) {
    const auto answer = post("/freeze", {{"unit", "5"}, {"fiscal_year", 2026}, {"step", step}});
    EXPECT_TRUE(answer.ok()) << why(answer);
    return answer ? Json::parse(answer->body) : Json();
  }
  /// Every field that the published form names is there, and no other; of the type that it says.
  static void keeps_its_form(const Json& payload) {
    std::ifstream file(ONEBUDGET_PLUGIN_SOURCE "/events/budget.issued.schema.json");
    const Json form = Json::parse(file);
    same_fields(payload, form);
    ASSERT_EQ(form["properties"]["lines"]["items"]["properties"]["elements"]["properties"].size(), 26U);
    for (const Json& line : payload["lines"]) {
      same_fields(line, form["properties"]["lines"]["items"]);
      same_fields(line["elements"], form["properties"]["lines"]["items"]["properties"]["elements"]);
    }
  }
  static void same_fields(const Json& value, const Json& form) {
    EXPECT_EQ(value.size(), form["properties"].size());
    for (const auto& [name, wanted] : form["properties"].items()) {
      ASSERT_TRUE(value.contains(name)) << name;
      const std::string type = wanted.value("type", "");
      EXPECT_TRUE(type.empty() || (type == "string" && value[name].is_string()) ||
                  (type == "integer" && value[name].is_number_integer()) ||
                  (type == "boolean" && value[name].is_boolean()) || (type == "array" && value[name].is_array()) ||
                  (type == "object" && value[name].is_object()))
          << name << " is a " << type;
    }
  }
  RecordId office, goods;
};

} // namespace onebudget::compilation
