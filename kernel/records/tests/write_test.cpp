#include "kernel/records/tests/fixture.hpp"

namespace onebudget::records {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class WriteTest : public RecordsTest {
 protected:
  Result<Document> change(RecordId id, std::int64_t version, const Json& values, std::int64_t user = kClerk) {
    return records_->update(as(user), "demo.project", id, version, values, Form::rest);
  }
  Result<Document> move(RecordId id, std::int64_t version, const std::string& name, std::int64_t user,
                        const std::string& comment = "") {
    return records_->transition(as(user), "demo.project", id, version, name, comment);
  }
};

TEST_P(WriteTest, every_bad_field_is_reported_at_once) {
  Json values = project("A1");
  values.update(Json{{"code", "a b"},
                     {"name", std::string(41, 'x')},
                     {"unit", nodes_["3201"].str()},
                     {"amount", "-1.00"},
                     {"kind", "999"},
                     {"share", 1.5},
                     {"price", "1.23456"},
                     {"start", "2026-02-30"},
                     {"seen", "yesterday"},
                     {"count", 1001},
                     {"urgent", "yes"},
                     {"fund", "gold"},
                     {"note", "a\u202eb"},
                     {"score", 1},
                     {"status", "approved"},
                     {"fiscal_year", "2026"}});
  EXPECT_THAT(
      field_codes(records_->create(as(kClerk), "demo.project", values, Form::rest)),
      UnorderedElementsAre("field.pattern@/code", "field.too_long@/name", "field.org_kind@/unit", "field.range@/amount",
                           "field.reference@/kind", "field.range@/share", "field.decimal@/price", "field.date@/start",
                           "field.time@/seen", "field.range@/count", "field.type@/urgent", "field.enum@/fund",
                           "field.hostile_text@/note", "field.readonly@/score", "field.readonly@/status",
                           "field.type@/fiscal_year"));
  EXPECT_THAT(field_codes(records_->create(as(kClerk), "demo.project", Json::object(), Form::rest)),
              UnorderedElementsAre("field.required@/code", "field.required@/name", "field.required@/unit"));
  values = project("A1");
  values["amount"] = 12.5;
  EXPECT_THAT(field_codes(records_->create(as(kClerk), "demo.project", values, Form::rest)),
              ElementsAre("field.money@/amount"));
}

TEST_P(WriteTest, an_unknown_field_is_named_with_the_nearest_one) {
  Json values = project("A1");
  values["ammount"] = "1.00";
  const auto made = records_->create(as(kClerk), "demo.project", values, Form::rest);
  EXPECT_EQ(code_of(made), "records.unknown_field");
  EXPECT_EQ(made.fault().status(), 400);
  EXPECT_THAT(made.fault().message.en, HasSubstr("Did you mean \"amount\"?"));
  EXPECT_EQ(code_of(records_->create(as(kClerk), "demo.project", Json::array(), Form::rest)), "records.not_an_object");
  EXPECT_EQ(code_of(records_->create(as(kClerk), "demo.nothing", values, Form::rest)), "records.unknown_entity");
}

TEST_P(WriteTest, an_update_needs_the_version_that_was_read) {
  const Document made = make(project("A1"));
  ok(change(made.id, 1, Json{{"name", "second"}}));
  const auto stale = change(made.id, 1, Json{{"name", "third"}});
  EXPECT_EQ(code_of(stale), "records.version");
  EXPECT_EQ(stale.fault().status(), 412);
  EXPECT_EQ(code_of(records_->remove(as(kClerk), "demo.project", made.id, 1)), "records.version");
  EXPECT_EQ(parsed(records_->get(as(kClerk), "demo.project", made.id, Form::rest)->json)["name"], "second");
}

TEST_P(WriteTest, two_units_that_read_the_same_version_cannot_both_win) {
  const Document made = make(project("A1"));
  auto first = records_->begin(as(kClerk)), second = records_->begin(as(kClerk));
  ok(first->update("demo.project", made.id, 1, Json{{"name", "first"}}, Form::rest));
  ok(second->update("demo.project", made.id, 1, Json{{"name", "second"}}, Form::rest));
  ok(first->commit());
  EXPECT_EQ(code_of(second->commit()), "records.version");
  EXPECT_EQ(parsed(records_->get(as(kClerk), "demo.project", made.id, Form::rest)->json)["name"], "first");
}

TEST_P(WriteTest, writing_back_what_was_read_changes_nothing) {
  const Document made = make(project("A1"));
  Json whole = parsed(made.json);
  for (const char* kernels : {"id", "version", "created_at", "created_by", "updated_at", "updated_by"})
    whole.erase(kernels);
  const auto same = change(made.id, 1, whole);
  ok(same);
  EXPECT_EQ(same->version, 1);
}

TEST_P(WriteTest, immutable_fields_stay) {
  const Document made = make(project("A1"));
  EXPECT_THAT(field_codes(change(made.id, 1, Json{{"code", "A2"}})), ElementsAre("field.immutable@/code"));
}

TEST_P(WriteTest, a_key_that_is_taken_is_a_conflict_that_names_it) {
  make(project("A1"));
  const auto twice = records_->create(as(kClerk), "demo.project", project("A1"), Form::rest);
  EXPECT_EQ(code_of(twice), "records.key_taken");
  EXPECT_EQ(twice.fault().status(), 409);
  EXPECT_THAT(field_codes(twice), ElementsAre("field.taken@/code"));
  auto first = records_->begin(as(kClerk)), second = records_->begin(as(kClerk));
  ok(first->create("demo.project", project("B1"), Form::rest));
  ok(second->create("demo.project", project("B1"), Form::rest));
  ok(first->commit());
  EXPECT_THAT(field_codes(second->commit()), ElementsAre("field.taken@/code"));
}

TEST_P(WriteTest, nobody_writes_outside_their_scope) {
  EXPECT_EQ(code_of(records_->create(as(kClerk), "demo.project", project("A1", "320104-101"), Form::rest)),
            "records.forbidden");
  EXPECT_EQ(code_of(records_->create(as(kProvince), "demo.project", project("A1"), Form::rest)), "records.forbidden");
  const Document made = make(project("A1"));
  EXPECT_EQ(code_of(change(made.id, 1, Json{{"unit", nodes_["320104-101"].str()}})), "records.forbidden")
      << "the new place must be held too";
  EXPECT_EQ(code_of(change(made.id, 1, Json{{"name", "x"}}, kCity)), "records.not_found")
      << "an invisible row does not exist";
  ok(move(made.id, 1, "submit", kClerk));
  EXPECT_EQ(code_of(change(made.id, 2, Json{{"name", "x"}}, kCity)), "records.forbidden")
      << "visible, but not to be written";
}

TEST_P(WriteTest, references_take_ids_and_natural_keys_and_must_fit_the_declared_filter) {
  made_kind("205", 2025);
  const Document kind = made_kind("205", 2026);
  made_kind("9", 2026, false);
  Json values = project("A1");
  values["kind"] = "code:205";
  values["unit"] = Json{{"code", "320102-101"}};
  const Json made = parsed(make(values).json);
  EXPECT_EQ(made["kind"], kind.id.str()) << "the year of the row chooses between the years of the list";
  EXPECT_EQ(made["unit"], nodes_["320102-101"].str());
  values["code"] = "A2";
  values["kind"] = Json{{"code", "205"}, {"fiscal_year", 2025}};
  EXPECT_NE(parsed(make(values).json)["kind"], kind.id.str());
  values["code"] = "A3";
  values["kind"] = "code:9";
  EXPECT_THAT(field_codes(records_->create(as(kClerk), "demo.project", values, Form::rest)),
              ElementsAre("field.reference@/kind"))
      << "not a leaf";
}

TEST_P(WriteTest, states_move_only_along_transitions_and_the_maker_never_approves) {
  const Document made = make(project("A1"), kClerk);
  EXPECT_EQ(code_of(move(made.id, 1, "approve", kHead)), "records.wrong_state");
  EXPECT_EQ(code_of(move(made.id, 1, "fly", kHead)), "records.unknown_transition");
  EXPECT_EQ(code_of(move(made.id, 1, "approve", kClerk)), "records.forbidden");
  ok(move(made.id, 1, "submit", kHead));
  EXPECT_EQ(code_of(change(made.id, 2, Json{{"name", "x"}})), "records.not_editable");
  EXPECT_EQ(code_of(records_->remove(as(kClerk), "demo.project", made.id, 2)), "records.not_editable");
  EXPECT_EQ(code_of(move(made.id, 2, "approve", kHead)), "records.maker") << "who submitted may not approve";
  EXPECT_THAT(field_codes(move(made.id, 2, "give_back", kHead)), ElementsAre("field.required@/comment"));
  ok(move(made.id, 2, "give_back", kHead, "补充依据"));
  ok(change(made.id, 3, Json{{"name", "better"}}));
  ok(move(made.id, 4, "submit", kClerk));
  const auto approved = move(made.id, 5, "approve", kHead);
  ok(approved);
  EXPECT_EQ(parsed(approved->json)["status"], "approved");
}

TEST_P(WriteTest, history_tells_who_changed_what_and_is_masked_like_the_row) {
  Json values = project("A1");
  values["phone"] = "13812345678";
  const Document made = make(values);
  clock_.advance_ms(1000);
  ok(change(made.id, 1, Json{{"amount", "150.00"}, {"phone", "13900001111"}}));
  ok(move(made.id, 2, "submit", kClerk, "请审核"));
  const auto page = records_->history(as(kClerk), "demo.project", made.id, "", 2);
  ok(page);
  const Json items = parsed(page->items);
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0]["action"], "transition");
  EXPECT_EQ(items[0]["transition"], "submit");
  EXPECT_EQ(items[0]["comment"], "请审核");
  EXPECT_EQ(items[0]["by"], "11");
  EXPECT_EQ(items[0]["by_name"], "Person 11");
  EXPECT_EQ(items[1]["changes"][0], (Json{{"field", "amount"}, {"before", "100.00"}, {"after", "150.00"}}));
  EXPECT_EQ(items[1]["changes"][1]["after"], "139****1111");
  const auto rest = records_->history(as(kHead), "demo.project", made.id, page->next_cursor, 2);
  ok(rest);
  EXPECT_EQ(parsed(rest->items)[0]["action"], "create");
  EXPECT_TRUE(rest->next_cursor.empty());
  EXPECT_EQ(code_of(records_->history(as(kNobody), "demo.project", made.id, "", 10)), "records.not_found");
}

TEST_P(WriteTest, a_write_leaves_an_audit_line_and_events) {
  const Document made = make(project("A1"));
  ok(move(made.id, 1, "submit", kClerk));
  std::vector<events::Event> seen;
  outbox_->watch("test", [&](const events::Event& event) -> Result<void> {
    seen.push_back(event);
    return {};
  });
  EXPECT_TRUE(until([&] {
    EXPECT_TRUE(outbox_->dispatch().ok());
    return seen.size() >= 3;
  }));
  EXPECT_EQ(seen[0].topic, "records.changed");
  EXPECT_EQ(seen[0].key, "demo.project/" + made.id.str());
  EXPECT_EQ(parsed(seen[0].payload)["action"], "create");
  EXPECT_EQ(seen[2].topic, "demo.project.submitted");
  audit::Query query;
  query.subject_id = made.id.str();
  const auto lines = log_->list(system_, query);
  ok(lines);
  ASSERT_EQ(lines->size(), 2U);
  EXPECT_EQ((*lines)[0].entry.action, "records.transition");
  EXPECT_THAT((*lines)[0].entry.reason, ::testing::StartsWith("grant "));
  EXPECT_EQ((*lines)[0].entry.owner_path, "/r32/r3201/r320102/d320102-101/d320102-101001/");
}

TEST_P(WriteTest, a_row_in_use_is_not_deleted_and_a_free_one_is) {
  const Document parent = make(project("A1"));
  const auto line =
      records_->create(as(kClerk), "demo.project_line", Json{{"project", parent.id.str()}, {"number", 1}}, Form::rest);
  ok(line);
  EXPECT_EQ(code_of(records_->remove(as(kClerk), "demo.project", parent.id, 1)), "records.in_use");
  ok(records_->remove(as(kClerk), "demo.project_line", line->id, 1));
  ok(records_->remove(as(kClerk), "demo.project", parent.id, 1));
  EXPECT_EQ(code_of(records_->get(as(kClerk), "demo.project", parent.id, Form::rest)), "records.not_found");
  EXPECT_EQ(integer("SELECT count(*) FROM records_history WHERE record = ? AND action = 'delete'", {parent.id.value}),
            1);
}

TEST_P(WriteTest, a_unit_sees_its_own_writes_and_is_all_or_nothing) {
  auto unit = records_->begin(as(kClerk));
  const auto id = unit->create("demo.project", project("U1"), Form::rest);
  ok(id);
  ok(unit->create("demo.project_line", Json{{"project", id->str()}, {"number", 1}}, Form::rest));
  const auto own = unit->get("demo.project", *id, Form::abi);
  ok(own);
  EXPECT_EQ(parsed(own->json)["amount"], 10000);
  EXPECT_EQ(code_of(records_->get(as(kClerk), "demo.project", *id, Form::rest)), "records.not_found")
      << "nobody else sees it yet";
  ok(unit->update("demo.project", *id, 1, Json{{"amount", 5}}, Form::abi));
  ok(unit->commit());
  EXPECT_EQ(parsed(records_->get(as(kClerk), "demo.project", *id, Form::rest)->json)["amount"], "0.05");
  EXPECT_EQ(code_of(unit->commit()), "records.unit_ended");

  const Document other = make(project("U2"));
  auto failing = records_->begin(as(kClerk));
  ok(failing->create("demo.project", project("U3"), Form::rest));
  ok(failing->update("demo.project", other.id, 1, Json{{"name", "x"}}, Form::rest));
  ok(change(other.id, 1, Json{{"name", "quicker"}}));
  EXPECT_EQ(code_of(failing->commit()), "records.version");
  EXPECT_EQ(codes("code==U3"), "");
}

TEST_P(WriteTest, lines_move_with_their_parent) {
  const Document parent = make(project("A1"));
  ok(records_->create(as(kClerk), "demo.project_line", Json{{"project", parent.id.str()}, {"number", 1}}, Form::rest));
  ok(change(parent.id, 1, Json{{"unit", nodes_["320102-101"].str()}}));
  EXPECT_EQ(integer("SELECT count(*) FROM p_demo__project_line WHERE owner_path = '/r32/r3201/r320102/d320102-101/'"),
            1);
}

TEST_P(WriteTest, abilities_depend_on_grants_state_and_maker) {
  const Document made = make(project("A1"));
  const auto clerk = records_->abilities(as(kClerk), "demo.project", made.id);
  ok(clerk);
  EXPECT_TRUE(clerk->update && clerk->remove && clerk->import);
  EXPECT_THAT(clerk->transitions, ElementsAre("submit"));
  ok(move(made.id, 1, "submit", kClerk));
  const auto after = records_->abilities(as(kClerk), "demo.project", made.id);
  ok(after);
  EXPECT_FALSE(after->update || after->remove);
  EXPECT_THAT(after->transitions, ElementsAre());
  EXPECT_THAT(records_->abilities(as(kHead), "demo.project", made.id)->transitions,
              ElementsAre("give_back", "approve"));
  const auto nobody = records_->abilities(as(kNobody), "demo.kind");
  ok(nobody);
  EXPECT_TRUE(nobody->read);
  EXPECT_FALSE(nobody->create);
  EXPECT_FALSE(records_->abilities(as(kClerk), "demo.kind")->create);
  EXPECT_TRUE(records_->abilities(as(kKeeper), "demo.kind")->create);
}

/// Refuses the name "bad", fills in the score, and answers what it saw.
class TestHooks final : public Hooks {
 public:
  Result<Verdict> validate(const Context& /*context*/, Unit& unit, const Change& change) override {
    ++calls;
    if (change.after == nullptr || change.entity != "demo.project") return Verdict{};
    if ((*change.after)["name"] == "bad")
      return Verdict{{{"/name", "demo.bad_name", {"名称不好", "Bad name"}, {"换一个", "Choose another"}}}, Json()};
    if (change.action == Action::create && (*change.after)["name"] == "twin") {
      Json twin = *change.after;
      twin = Json{{"code", "TWIN"}, {"name", "made by the rule"}, {"unit", twin["unit"]}};
      OB_TRY(const RecordId id, unit.create("demo.project", twin, Form::abi));
      twin_id = id;
    }
    return Verdict{{}, Json{{"score", 7}}};
  }
  int calls = 0;
  RecordId twin_id;
};

TEST_P(WriteTest, a_line_without_a_parent_is_told_so_though_a_hook_looks_at_it) {
  enable({kind_declaration(), project_declaration(), line_declaration()}, std::make_shared<TestHooks>());
  const auto made = records_->create(as(kClerk), "demo.project_line", Json{{"number", 1}}, Form::rest);
  ASSERT_EQ(code_of(made), "records.invalid");
  ASSERT_EQ(made.fault().fields.size(), 1U);
  EXPECT_EQ(made.fault().fields.front().field, "/project");
}

TEST_P(WriteTest, hooks_refuse_assign_and_write_in_the_same_unit) {
  const auto hooks = std::make_shared<TestHooks>();
  enable({kind_declaration(), project_declaration(), line_declaration()}, hooks);
  Json values = project("H1");
  EXPECT_EQ(parsed(make(values).json)["score"], 7);
  values["code"] = "H2";
  values["name"] = "bad";
  EXPECT_THAT(field_codes(records_->create(as(kClerk), "demo.project", values, Form::rest)),
              ElementsAre("demo.bad_name@/name"));
  values["name"] = "twin";
  ok(records_->create(as(kClerk), "demo.project", values, Form::rest));
  ok(records_->get(as(kClerk), "demo.project", hooks->twin_id, Form::rest));
  EXPECT_EQ(codes(""), "H1 H2 TWIN");
  EXPECT_GE(hooks->calls, 4);
}

TEST_P(WriteTest, a_disabled_plugin_is_not_served_and_its_rows_stay) {
  make(project("A1"));
  records_->disable("demo");
  EXPECT_EQ(code_of(records_->list(as(kClerk), "demo.project", {})), "records.unknown_entity");
  enable({kind_declaration(), project_declaration(), line_declaration()});
  EXPECT_EQ(codes(""), "A1");
}

OB_ON_EVERY_DATABASE(WriteTest);

} // namespace
} // namespace onebudget::records
