#include "kernel/records/tests/fixture.hpp"

namespace onebudget::records {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SchemaTest : public RecordsTest {
 protected:
  Result<void> enabled(const Json& declaration) {
    auto entity = parse_entity("demo", declaration);
    if (!entity) return std::move(entity).fault();
    return records_->enable(system_, "demo", {*entity}, nullptr, {});
  }
  std::vector<std::string> refusals(const Json& declaration) {
    const auto plan = records_->plan("demo", {*parse_entity("demo", declaration)});
    EXPECT_TRUE(plan.ok());
    std::vector<std::string> list;
    for (const FieldFault& one : plan->refusals) list.push_back(one.field);
    EXPECT_EQ(code_of(enabled(declaration)), "records.schema_refused");
    return list;
  }
};

TEST_P(SchemaTest, a_plan_says_what_would_be_made_and_makes_nothing) {
  Json fresh = kind_declaration();
  fresh["entity"] = "fresh";
  const auto plan = records_->plan("demo", {*parse_entity("demo", fresh)});
  ok(plan);
  EXPECT_THAT(plan->actions, Contains(HasSubstr("create table p_demo__fresh")));
  EXPECT_TRUE(plan->refusals.empty());
  EXPECT_EQ(integer("SELECT count(*) FROM records_entity WHERE name = 'demo.fresh'"), 0);
}

TEST_P(SchemaTest, enabling_again_changes_nothing) {
  const auto plan = records_->plan("demo", {*parse_entity("demo", project_declaration())});
  ok(plan);
  EXPECT_TRUE(plan->actions.empty());
}

TEST_P(SchemaTest, fields_and_indexes_are_added_to_a_table_with_rows) {
  make(project("A1"));
  Json more = project_declaration();
  more["fields"].push_back(
      parsed(R"({"name":"level","type":"int","title":{"zh":"级别"},"default":3,"required":true})"));
  more["fields"].push_back(parsed(R"({"name":"extra_note","type":"text","title":{"zh":"补充"},"indexed":true})"));
  more["fields"][12]["values"].push_back(parsed(R"({"code":"other","title":{"zh":"其他"}})"));
  ok(enabled(more));
  EXPECT_EQ(items(as(kClerk), {})[0]["level"], 3);
  EXPECT_TRUE(items(as(kClerk), {})[0]["extra_note"].is_null());
  Json values = project("A2");
  values["extra_note"] = "x";
  ok(records_->create(as(kClerk), "demo.project", values, Form::rest));
}

TEST_P(SchemaTest, what_is_not_additive_is_refused_by_name) {
  make(project("A1"));
  Json changed = project_declaration();
  changed["fields"].erase(15);
  EXPECT_THAT(refusals(changed), ElementsAre("/demo.project/note"));
  changed = project_declaration();
  changed["fields"][4]["type"] = "int";
  changed["fields"][4].erase("min");
  EXPECT_THAT(refusals(changed), ElementsAre("/demo.project/amount"));
  changed = project_declaration();
  changed["fields"][10]["required"] = true;
  EXPECT_THAT(refusals(changed), ElementsAre("/demo.project/count"));
  changed = project_declaration();
  changed["fields"].push_back(parsed(R"({"name":"must","type":"int","title":{"zh":"必填"},"required":true})"));
  EXPECT_THAT(refusals(changed), ElementsAre("/demo.project/must"));
  changed = project_declaration();
  changed["fields"][12]["values"].erase(0);
  EXPECT_THAT(refusals(changed), ElementsAre("/demo.project/fund"));
  changed = project_declaration();
  changed["fields"][1]["max"] = 20;
  EXPECT_THAT(refusals(changed), ElementsAre("/demo.project/name"));
  make(project("A2"));
  changed = project_declaration();
  changed["uniques"] = {{"fiscal_year"}};
  EXPECT_THAT(refusals(changed), ElementsAre("/demo.project/fiscal_year"));
  EXPECT_EQ(codes(""), "A1 A2") << "nothing was touched";
}

TEST_P(SchemaTest, a_reference_to_an_entity_that_is_not_there_stops_the_enabling) {
  Json lost = project_declaration();
  lost["entity"] = "lost";
  lost["fields"][5]["entity"] = "other.thing";
  EXPECT_EQ(code_of(enabled(lost)), "records.schema_refused");
  EXPECT_EQ(records_->entity("demo.lost"), nullptr);
  lost = project_declaration();
  lost["entity"] = "lost";
  lost["fields"][5]["filter"] = "leaf==";
  EXPECT_EQ(code_of(enabled(lost)), "records.schema_refused");
}

OB_ON_EVERY_DATABASE(SchemaTest);

} // namespace
} // namespace onebudget::records
