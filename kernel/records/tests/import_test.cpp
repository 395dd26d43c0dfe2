#include "kernel/records/tests/fixture.hpp"

namespace onebudget::records {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class ImportTest : public RecordsTest {
 protected:
  Result<ImportReport> import(const std::string& text, ImportOptions options = {}, std::int64_t user = kClerk,
                              const std::string& entity = "demo.project") {
    if (options.format.empty()) options.format = "csv";
    return records_->import(as(user), entity, bytes(text), options);
  }
  static std::vector<std::string> errors(const ImportReport& report) {
    std::vector<std::string> list;
    for (const RowError& error : report.errors)
      list.push_back(std::to_string(error.line) + " " + error.fault.field + " " + error.fault.code + " [" +
                     error.value + "]");
    return list;
  }
  std::string exported(std::int64_t user, const std::string& format, const Query& query = {}) {
    std::string file;
    const auto done =
        records_->export_to(as(user), "demo.project", query, format, [&](std::string_view part) -> Result<void> {
          file += part;
          return {};
        });
    EXPECT_TRUE(done.ok()) << (done ? "" : done.fault().message.en);
    return file;
  }
};

TEST_P(ImportTest, listeners_hear_once_of_a_run_with_its_counts) {
  std::vector<events::Event> seen;
  outbox_->watch("test", [&](const events::Event& event) -> Result<void> {
    if (event.topic.rfind("records.import", 0) == 0) seen.push_back(event);
    return {};
  });
  ok(import("code,name,unit\nI1,甲,320102-101001\nI2,乙,320102-101\n"));
  ImportOptions dry;
  dry.dry_run = true;
  ok(import("code,name,unit\nI3,丙,320102-101\n", dry));
  ok(import("code,name,unit\nI1,甲改,320102-101001\nI2,乙,320102-101\n"));
  EXPECT_TRUE(until([&] {
    EXPECT_TRUE(outbox_->dispatch().ok());
    return seen.size() >= 2;
  }));
  ASSERT_EQ(seen.size(), 2U) << "a dry run is none";
  EXPECT_EQ(seen[0].key, "demo.project");
  const Json first = parsed(seen[0].payload), second = parsed(seen[1].payload);
  EXPECT_EQ(first["entity"], "demo.project");
  EXPECT_EQ(first["created"], 2);
  EXPECT_EQ(first["request_id"], as(kClerk).request_id);
  EXPECT_EQ(second["updated"], 1);
  EXPECT_EQ(second["unchanged"], 1);
  EXPECT_EQ(second["user"], std::to_string(as(kClerk).caller.user.value));
}

TEST_P(ImportTest, listeners_hear_of_a_refused_file_and_who_sent_it) {
  std::vector<events::Event> seen;
  outbox_->watch("test", [&](const events::Event& event) -> Result<void> {
    if (event.topic.rfind("records.import", 0) == 0) seen.push_back(event);
    return {};
  });
  ImportOptions dry;
  dry.dry_run = true;
  ok(import("code,name,unit\nI1,,320102-101001\nI2,乙,320102-101\n", dry));
  ok(import("code,name,unit\nI1,,320102-101001\nI2,乙,320102-101\n"));
  EXPECT_TRUE(until([&] {
    EXPECT_TRUE(outbox_->dispatch().ok());
    return !seen.empty();
  }));
  ASSERT_EQ(seen.size(), 1U) << "a dry run is none";
  EXPECT_EQ(seen[0].topic, "records.import_refused");
  const Json told = parsed(seen[0].payload);
  EXPECT_EQ(told["entity"], "demo.project");
  EXPECT_EQ(told["rows"], 2);
  EXPECT_EQ(told["invalid"], 1);
  EXPECT_EQ(told["user"], std::to_string(as(kClerk).caller.user.value));
}

TEST_P(ImportTest, a_file_with_titles_or_names_makes_and_changes_rows_by_key) {
  made_kind("20501");
  const auto first = import(
      "项目代码,Name,unit,金额,类别,fund,urgent,start,note\nI1,甲,320102-101001,\"1,234.50\",20501,专项,是,2026/3/"
      "1,=1+1\nI2,乙,320102-101,,,basic,no,20260302,\n");
  ok(first);
  EXPECT_THAT(errors(*first), ElementsAre());
  ASSERT_EQ(first->created, 2);
  EXPECT_TRUE(first->written);
  Query query;
  query.sort = "code";
  const Json made = items(as(kClerk), query);
  EXPECT_EQ(made[0]["amount"], "1234.50");
  EXPECT_EQ(made[0]["fund"], "special");
  EXPECT_EQ(made[0]["urgent"], true);
  EXPECT_EQ(made[0]["start"], "2026-03-01");
  EXPECT_EQ(made[0]["status"], "draft");
  EXPECT_EQ(made[0]["fiscal_year"], 2026);
  EXPECT_EQ(made[1]["start"], "2026-03-02");
  const auto second = import("code,name,unit\nI1,甲改,320102-101001\nI2,乙,320102-101\nI3,丙,320102-101\n");
  ok(second);
  EXPECT_EQ(second->created, 1);
  EXPECT_EQ(second->updated, 1);
  EXPECT_EQ(second->unchanged, 1);
  EXPECT_EQ(integer("SELECT count(*) FROM records_history WHERE action = 'update'"), 1);
  EXPECT_EQ(integer("SELECT count(*) FROM records_history WHERE action = 'create' AND entity = (SELECT number FROM "
                    "records_entity WHERE name = 'demo.project')"),
            3);
  audit::Query lines;
  lines.action = "records.import";
  EXPECT_EQ(log_->list(system_, lines)->size(), 2U) << "one audit line for a file";
}

TEST_P(ImportTest, every_bad_row_is_reported_and_nothing_is_written) {
  make(project("TAKEN", "320102-101"));
  const std::string file =
      "code,name,unit,amount,kind,count,start\n"
      "B1,ok,320102-101,1.00,,,\n"
      "B2,ok,320102-101,abc,,1001,2026-13-01\n"
      "B1,again,320102-101,,,,\n"
      "B4,,320104-101,,nokind,,\n"
      "B5,far,320104-101,,,,\n"
      "B6,none,999,,,,,extra\n";
  const auto report = import(file);
  ok(report);
  EXPECT_THAT(errors(*report), UnorderedElementsAre("3 amount field.money [abc]", "3 count field.range [1001]",
                                                    "3 start field.date [2026-13-01]", "4 code import.duplicate [B1]",
                                                    "5 name field.required []", "5 kind field.reference [nokind]",
                                                    "6 unit import.outside_scope [320104-101]",
                                                    "7 unit field.reference [999]", "7 column 8 import.extra_cell []"));
  EXPECT_EQ(report->rows, 6);
  EXPECT_EQ(report->valid, 1);
  EXPECT_EQ(report->invalid, 5);
  EXPECT_EQ(report->created, 0);
  EXPECT_FALSE(report->written);
  EXPECT_EQ(codes(""), "TAKEN");
  ImportOptions good;
  good.good_rows = true;
  const auto kept = import(file, good);
  ok(kept);
  EXPECT_EQ(kept->created, 1);
  EXPECT_TRUE(kept->written);
  EXPECT_EQ(codes(""), "B1 TAKEN");
}

TEST_P(ImportTest, the_error_table_has_every_mistake_with_the_row_as_it_came) {
  std::string file = "code,name,unit,amount\n";
  for (int i = 0; i < 3000; ++i) file += "bad code,name " + std::to_string(i) + ",320102-101001,abc\n";
  for (const char* format : {"csv", "xlsx"}) {
    std::string table;
    ImportOptions options;
    options.report_format = format;
    options.report = [&](std::string_view bytes) -> Result<void> {
      table += bytes;
      return {};
    };
    const auto report = import(file, options);
    ok(report);
    EXPECT_EQ(report->error_total, 6000);
    EXPECT_EQ(report->errors.size(), 1000U);
    if (std::string_view(format) == "xlsx") {
      EXPECT_EQ(table.substr(0, 2), "PK");
      continue;
    }
    EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 6001);
    EXPECT_THAT(table, HasSubstr("3001,bad code,name 2999,320102-101001,abc,"));
    EXPECT_THAT(table, HasSubstr("field.money"));
  }
}

TEST_P(ImportTest, a_dry_run_writes_nothing_and_says_what_it_would) {
  ImportOptions options;
  options.dry_run = true;
  const auto report = import("code,name,unit\nD1,x,320102-101\n", options);
  ok(report);
  EXPECT_EQ(report->valid, 1);
  EXPECT_TRUE(report->dry_run);
  EXPECT_FALSE(report->written);
  EXPECT_EQ(codes(""), "");
}

TEST_P(ImportTest, wrong_headers_and_formats_are_named) {
  const auto header = import("code,nam,unit,ghost,code\nX1,x,1,1,1\n");
  EXPECT_EQ(code_of(header), "records.import_header");
  EXPECT_EQ(header.fault().fields.size(), 3U);
  EXPECT_THAT(header.fault().fields[0].remedy.en, HasSubstr("name"));
  EXPECT_EQ(code_of(import("name\nx\n")), "records.import_header");
  EXPECT_EQ(code_of(import("")), "records.import_empty");
  ImportOptions options;
  options.format = "pdf";
  EXPECT_EQ(code_of(import("x", options)), "records.format");
  options.format = "xlsx";
  EXPECT_FALSE(import("not a workbook", options).ok());
  EXPECT_EQ(code_of(import("code,name,unit\nX1,x,320102-101\n", {}, kCity)), "records.forbidden");
}

TEST_P(ImportTest, json_lines_take_rest_values_and_report_broken_lines) {
  ImportOptions options;
  options.format = "jsonl";
  const auto report = import(R"({"code":"J1","name":"n","unit":"code:320102-101","amount":"2.50","extra":{"a":1}}
{"code":"J2","name":"n","unit":"320102-101","nope":1}
{broken
{"code":"J4","name":5,"unit":"320102-101"}
)",
                             options);
  ok(report);
  EXPECT_THAT(errors(*report), UnorderedElementsAre("2 nope records.unknown_field [1]",
                                                    ::testing::StartsWith("3  json"), "4 name field.type [5]"));
  options.good_rows = true;
  const auto done = import(R"({"code":"J1","name":"n","unit":"320102-101","amount":"2.50","extra":{"a":1}})", options);
  ok(done);
  EXPECT_EQ(done->created, 1);
}

TEST_P(ImportTest, setting_a_state_needs_its_own_permission) {
  ImportOptions options;
  options.import_state = true;
  const std::string file = "code,name,unit,status\nS1,x,320102-101,approved\n";
  EXPECT_EQ(code_of(import(file, options)), "records.forbidden");
  const auto plain = import(file);
  ok(plain);
  EXPECT_THAT(errors(*plain), ElementsAre("2 status field.readonly [approved]"));
  ok(records_->import(system_, "demo.project", bytes(file), [] {
    ImportOptions allowed;
    allowed.format = "csv";
    allowed.import_state = true;
    return allowed;
  }()));
  EXPECT_EQ(codes("status==approved"), "S1");
  const auto closed = import("code,name,unit\nS1,changed,320102-101\n");
  ok(closed);
  EXPECT_THAT(errors(*closed), ElementsAre("2  records.not_editable []"));
}

TEST_P(ImportTest, an_invisible_row_with_the_key_is_told_only_as_taken) {
  ok(records_->create(system_, "demo.project", project("X1", "320104-101"), Form::rest));
  const auto report = import("code,name,unit\nX1,mine,320102-101\n");
  ok(report);
  EXPECT_THAT(errors(*report), ElementsAre("2 code field.taken [X1]"));
}

TEST_P(ImportTest, rows_in_memory_are_upserted_the_same_way) {
  const auto report = records_->upsert(
      as(kClerk), "demo.project",
      {Json{{"code", "M1"}, {"name", "n"}, {"unit", nodes_["320102-101"].value}, {"amount", 250}, {"score", 3}},
       Json{{"code", "M2"}, {"name", "n"}, {"unit", 1}}},
      Form::abi, {});
  ok(report);
  EXPECT_EQ(report->invalid, 1);
  ImportOptions good;
  good.good_rows = true;
  ok(records_->upsert(
      as(kClerk), "demo.project",
      {Json{{"code", "M1"}, {"name", "n"}, {"unit", nodes_["320102-101"].value}, {"amount", 250}, {"score", 3}}},
      Form::abi, good));
  EXPECT_EQ(items(as(kClerk), {})[0]["amount"], "2.50");
  EXPECT_EQ(items(as(kClerk), {})[0]["score"], 3);
}

TEST_P(ImportTest, what_is_exported_can_be_imported_again) {
  made_kind("20501");
  Json values = project("E1");
  values.update(Json{{"kind", "code:20501"},
                     {"phone", "13812345678"},
                     {"note", "=SUM(A1)"},
                     {"share", 0.25},
                     {"urgent", true},
                     {"seen", "2026-01-02T03:04:05.678Z"},
                     {"order", 4},
                     {"extra", Json{{"a", "b,c"}}}});
  make(values);
  make(project("E2", "320102-101"));
  Query query;
  query.sort = "code";
  for (const std::string format : {"csv", "xlsx", "jsonl"}) {
    query.fields = {"code", "name",  "unit",   "fiscal_year", "amount", "kind",  "share",
                    "seen", "count", "urgent", "order",       "note",   "extra", "status"};
    const std::string file = exported(kClerk, format, query);
    ImportOptions options;
    options.format = format;
    const auto again = import(file, options);
    ok(again);
    EXPECT_THAT(errors(*again), ElementsAre()) << format;
    EXPECT_EQ(again->unchanged, 2) << format;
    EXPECT_EQ(again->updated, 0) << format;
  }
  query.fields = {};
  const std::string text = exported(kClerk, "csv", query);
  EXPECT_THAT(text, HasSubstr("138****5678"));
  EXPECT_THAT(text, HasSubstr("'=SUM(A1)"));
  EXPECT_THAT(text, HasSubstr("320102-101001"));
  EXPECT_THAT(exported(kCity, "jsonl"), ::testing::IsEmpty()) << "drafts of the county";
  EXPECT_EQ(code_of(records_->export_to(as(kHead), "demo.project", {}, "csv",
                                        [](std::string_view) -> Result<void> { return {}; })),
            "records.forbidden");
}

TEST_P(ImportTest, a_code_of_several_records_stays_the_one_that_the_row_has_already) {
  made_kind("205", 2025);
  made_kind("206");
  const Json old = parsed(made_kind("205", 2024).json), now = parsed(made_kind("205", 2026).json);
  enable({kind_declaration(), project_declaration(), line_declaration(), parsed(R"({"entity":"note",
    "title":{"zh":"便签","en":"Note"},"owner":"public","key":["code"],"title_field":"code","fields":[
    {"name":"code","type":"code","title":{"zh":"代码","en":"Code"},"required":true},
    {"name":"kind","type":"ref","entity":"demo.kind","title":{"zh":"类别","en":"Kind"}},
    {"name":"first","type":"ref","entity":"demo.kind","immutable":true,"title":{"zh":"最初","en":"First"}},
    {"name":"origin","type":"ref","entity":"demo.kind","readonly":true,"title":{"zh":"来源","en":"Origin"}}]})")});
  const auto id = [](const Json& kind) { return std::stoll(kind["id"].get<std::string>()); };
  ok(records_->create(system_, "demo.note",
                      Json{{"code", "N1"}, {"kind", id(old)}, {"first", id(now)}, {"origin", id(old)}}, Form::abi));
  const auto load = [&](const std::string& text, const std::string& format) {
    ImportOptions options;
    options.format = format;
    return records_->import(system_, "demo.note", bytes(text), options);
  };
  for (const std::string format : {"csv", "xlsx", "jsonl"}) {
    std::string file;
    ok(records_->export_to(system_, "demo.note", {}, format, [&](std::string_view part) -> Result<void> {
      file += part;
      return {};
    }));
    const auto again = load(file, format);
    ok(again);
    EXPECT_THAT(errors(*again), ElementsAre()) << format;
    EXPECT_EQ(again->unchanged, 1) << format;
  }
  const auto wrong = load("code,kind,first,origin\nN1,206,206,206\nN2,205,206,\nN3,206,,206\n", "csv");
  ok(wrong);
  EXPECT_THAT(errors(*wrong), UnorderedElementsAre("2 first field.immutable [206]", "2 origin field.readonly [206]",
                                                   "3 kind field.ambiguous [205]", "4 origin field.readonly [206]"));
  const auto moved = load("code,kind,first,origin\nN1,206,205,205\n", "csv");
  ok(moved);
  EXPECT_EQ(moved->updated, 1);
  const Json note = items(system_, {}, "demo.note")[0];
  EXPECT_EQ(note["first"], now["id"]);
  EXPECT_EQ(note["origin"], old["id"]);
  EXPECT_EQ(code_of(load("code,kind\nN1,205\n", "csv")), "ok");
  EXPECT_NE(items(system_, {}, "demo.note")[0]["kind"], old["id"]) << "a code that the row no longer has is looked up";
}

TEST_P(ImportTest, a_link_into_another_year_stays_until_the_year_of_the_row_changes) {
  const Json other = parsed(made_kind("205", 2025).json), next = parsed(made_kind("205", 2027).json);
  made_kind("205", 2026);
  Json values = project("Y1");
  values["kind"] = Json{{"code", "205"}, {"fiscal_year", 2025}};
  make(values);
  const auto again = import(exported(kClerk, "csv"));
  ok(again);
  EXPECT_THAT(errors(*again), ElementsAre());
  EXPECT_EQ(again->unchanged, 1);
  EXPECT_EQ(items(as(kClerk), {})[0]["kind"], other["id"]);
  const auto moved = import("code,kind,fiscal_year\nY1,205,2027\n");
  ok(moved);
  EXPECT_EQ(moved->updated, 1);
  EXPECT_EQ(items(as(kClerk), {})[0]["kind"], next["id"]);
}

TEST_P(ImportTest, a_template_has_the_columns_that_may_be_filled) {
  const auto file = records_->import_template(as(kClerk, "zh"), "demo.project", "csv");
  ok(file);
  EXPECT_THAT(*file, HasSubstr("项目代码 *"));
  EXPECT_THAT(*file, ::testing::Not(HasSubstr("得分")));
  EXPECT_EQ(code_of(import(*file)), "ok");
  ok(records_->import_template(as(kClerk), "demo.project", "xlsx"));
}

TEST_P(ImportTest, a_long_file_goes_in_batches) {
  made_kind("1");
  std::string file = "code,name,unit,kind,amount\n";
  for (int i = 0; i < 2500; ++i)
    file += "L" + std::to_string(10000 + i) + ",name " + std::to_string(i) + ",320102-101001,1," + std::to_string(i) +
            ".00\n";
  const auto report = import(file);
  ok(report);
  EXPECT_EQ(report->created, 2500);
  EXPECT_EQ(integer("SELECT count(*) FROM p_demo__project"), 2500);
  EXPECT_EQ(std::count(file.begin(), file.end(), '\n') - 1, 2500);
  const std::string out = exported(kClerk, "jsonl");
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 2500);
}

TEST_P(ImportTest, provenance_comes_with_an_import_only) {
  const auto report = import("fiscal_year,code,name,source_kind,source_ref\n2026,1,x,sourced,财预〔2026〕1号\n", {},
                             kKeeper, "demo.kind");
  ok(report);
  EXPECT_THAT(errors(*report), ElementsAre());
  EXPECT_EQ(items(as(kKeeper), {}, "demo.kind")[0]["source_kind"], "sourced");
  EXPECT_THAT(field_codes(records_->create(
                  as(kKeeper), "demo.kind",
                  Json{{"fiscal_year", 2026}, {"code", "2"}, {"name", "n"}, {"source_kind", "memory"}}, Form::rest)),
              ElementsAre("field.readonly@/source_kind"));
}

OB_ON_EVERY_DATABASE(ImportTest);

} // namespace
} // namespace onebudget::records
