// A change makes a new edition, and a second person puts it in force.
#include "plugins/standards/tests/shelf.hpp"

namespace onebudget::standards {
namespace {

constexpr const char* kClass = "standards.functional_class";

class Editions : public Shelf {
 protected:
  /// The new draft's id.
  RecordId revise(const std::string& segment, RecordId id) {
    const auto answer = host.request("POST /revise/{entity}/{id}", {{"entity", segment}, {"id", id.str()}});
    EXPECT_TRUE(answer.ok()) << answer.fault().code << " " << answer.fault().message.en;
    if (!answer) return {};
    EXPECT_EQ(answer->status, 201);
    return RecordId::parse(Json::parse(answer->body)["id"].get<std::string>()).value_or(RecordId{});
  }
};

TEST_F(Editions, a_revision_is_a_draft_with_the_same_content_and_the_next_number) {
  const RecordId first =
      functional("2050203", 2026, {{"source_kind", "memory"}, {"source_ref", "凭记忆"}, {"valid_from", "2026-01-01"}});
  const Row draft = host.row(kClass, revise("functional-class", first));
  EXPECT_EQ(draft.number("edition"), 2);
  EXPECT_EQ(draft.text("status"), "draft");
  EXPECT_EQ(draft.text("name"), "科目2050203");
  EXPECT_FALSE(draft.has("valid_from"));
  EXPECT_FALSE(draft.has("source_ref")) << "a change has a source of its own";
  const auto again = host.request("POST /revise/{entity}/{id}", {{"entity", "functional-class"}, {"id", first.str()}});
  EXPECT_EQ(again.fault().code, "standards.edition_open");
}

TEST_F(Editions, every_kind_of_thing_can_be_revised) {
  in_force("region", {{"code", "320111000"}, {"name", "浦口区"}, {"level", "county"}});
  const std::pair<const char*, Json> things[] = {
      {"asset_life", {{"class_name", "通用设备"}, {"item", "计算机设备"}, {"min_years", 6}}},
      {"code_succession",
       {{"list", "region"},
        {"from_year", 2026},
        {"from_code", "320111000"},
        {"to_year", 2027},
        {"to_code", "2"},
        {"kind", "renamed"}}},
      {"economic_mapping", {{"list_year", 2026}, {"department_class", "30101"}, {"unit_type", "institution"}}},
      {"fund_kind", {{"code", "1"}, {"name", "一般公共预算资金"}}},
      {"special_fund", {{"list_year", 2026}, {"code", "S1"}, {"name", "专项"}, {"level", "province"}}}};
  for (const auto& [entity, values] : things) {
    std::string segment = entity;
    std::replace(segment.begin(), segment.end(), '_', '-');
    const RecordId draft = revise(segment, in_force(entity, values));
    EXPECT_EQ(host.row(std::string("standards.") + entity, draft).number("edition"), 2) << entity;
  }
}

TEST_F(Editions, what_is_not_there_cannot_be_revised) {
  EXPECT_EQ(host.request("POST /revise/{entity}/{id}", {{"entity", "colour"}, {"id", "1"}}).fault().code,
            "standards.no_such_list");
  EXPECT_EQ(host.request("POST /revise/{entity}/{id}", {{"entity", "region"}, {"id", "abc"}}).fault().kind,
            FaultKind::not_found);
  EXPECT_EQ(host.request("POST /revise/{entity}/{id}", {{"entity", "region"}, {"id", "77"}}).fault().kind,
            FaultKind::not_found);
}

TEST_F(Editions, approval_supersedes_the_edition_in_force) {
  const RecordId first = functional("2050203"), other = functional("2050204");
  const RecordId second = revise("functional-class", first);
  ASSERT_TRUE(host.transition(kClass, second, "submit").ok());
  EXPECT_EQ(host.row(kClass, first).text("status"), "in_force");
  host.set_caller("approver", UserId{2});
  ASSERT_TRUE(host.transition(kClass, second, "approve").ok());
  EXPECT_EQ(host.row(kClass, first).text("status"), "superseded");
  EXPECT_EQ(host.row(kClass, second).text("status"), "in_force");
  EXPECT_EQ(host.row(kClass, other).text("status"), "in_force");
}

TEST_F(Editions, nobody_supersedes_an_edition_by_hand_to_get_around_the_second_person) {
  const RecordId first = functional("2050203");
  EXPECT_EQ(told(host.transition(kClass, first, "supersede").fault()), Lines{"standards.edition_replaces "});
  const RecordId second = revise("functional-class", first);
  EXPECT_FALSE(host.transition(kClass, first, "supersede").ok()) << "a draft replaces nothing";
  ASSERT_TRUE(host.transition(kClass, second, "submit").ok());
  EXPECT_FALSE(host.transition(kClass, first, "supersede").ok()) << "not by the maker of the newer one";
}

TEST_F(Editions, nothing_in_force_is_edited_and_no_import_puts_a_further_edition_in_force) {
  const RecordId first = functional("2050203");
  EXPECT_EQ(told(host.update(kClass, first, {{"name", "改名"}}).fault()), Lines{"standards.edition_frozen "});
  const RecordId second = revise("functional-class", first);
  EXPECT_TRUE(host.update(kClass, second, {{"name", "改名"}}).ok());
  EXPECT_EQ(told(host.update(kClass, second, {{"status", "in_force"}}).fault()),
            Lines{"standards.edition_frozen /edition"});
  EXPECT_EQ(host.row(kClass, first).text("name"), "科目2050203");
}

TEST_F(Editions, rows_are_judged_as_they_are_written) {
  const auto mistakes = [&](const std::string& entity, const Json& values) {
    const auto made = host.insert("standards." + entity, values);
    return made ? Lines{} : told(made.fault());
  };
  const Json item = {
      {"list_year", 2026}, {"code", "2050203"}, {"name", "初中教育"}, {"level", 3}, {"parent_code", "20502"}};
  Json misplaced = item, backwards = item;
  misplaced.update({{"parent_code", "20501"}, {"level", 2}});
  backwards.update({{"valid_from", "2026-02-01"}, {"valid_to", "2026-01-01"}});
  EXPECT_EQ(mistakes("functional_class", item), Lines{});
  EXPECT_EQ(mistakes("functional_class", misplaced),
            (Lines{"standards.class_place /parent_code", "standards.class_place /level"}));
  EXPECT_EQ(mistakes("functional_class", backwards), Lines{"standards.validity /valid_to"});
  EXPECT_EQ(
      mistakes("code_succession", {{"list", "region"},
                                   {"from_year", 2027},
                                   {"from_code", "1"},
                                   {"to_year", 2026},
                                   {"to_code", "2"},
                                   {"kind", "withdrawn"}}),
      (Lines{"standards.succession /from_code", "standards.succession /to_year", "standards.succession /to_code"}));
  EXPECT_EQ(mistakes("rule_pack", {{"code", "p"}, {"name", "p"}, {"target_entity", "a.b"}, {"rules", Json::array()}}),
            Lines{"standards.rule_pack /rules"});
  EXPECT_EQ(mistakes("rule_pack", {{"code", "p"}, {"name", "p"}, {"target_entity", "a.b"}, {"rules", "text"}}),
            Lines{"standards.rule_pack /rules"});
  for (const Json& segments : {Json("text"), Json::array(), Json::array({1}),
                               Json::array({{{"name", "a"}, {"kind", "magic"}, {"length", 1}}})})
    EXPECT_EQ(mistakes("coding_rule", {{"code", "r"}, {"name", "r"}, {"total_length", 1}, {"segments", segments}}),
              Lines{"standards.coding_rule /segments"})
        << segments;
  EXPECT_EQ(mistakes("coding_rule", {{"code", "r"},
                                     {"name", "r"},
                                     {"total_length", 2},
                                     {"segments", Json::array({{{"name", "a"}, {"kind", "digits"}, {"length", 1}}})}}),
            Lines{"standards.coding_rule /total_length"});
}

} // namespace
} // namespace onebudget::standards
