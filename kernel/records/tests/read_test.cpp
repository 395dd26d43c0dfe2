#include "kernel/records/tests/fixture.hpp"

namespace onebudget::records {
namespace {

using ::testing::ElementsAre;

class ReadTest : public RecordsTest {};

TEST_P(ReadTest, a_created_record_reads_back_in_both_forms) {
  const Document kind = made_kind("205");
  Json values = project("A1");
  values.update(Json{{"amount", "1234567.89"},
                     {"kind", kind.id.str()},
                     {"share", 0.25},
                     {"price", "1.2345"},
                     {"start", "2026-02-28"},
                     {"seen", "2026-01-02T03:04:05.678Z"},
                     {"count", 7},
                     {"urgent", true},
                     {"fund", "special"},
                     {"note", "a\n\"b\""},
                     {"extra", Json{{"k", 1}}},
                     {"order", 3}});
  const Document made = make(values);
  const Json rest = parsed(made.json);
  EXPECT_EQ(rest["amount"], "1234567.89");
  EXPECT_EQ(rest["version"], 1);
  EXPECT_EQ(rest["status"], "draft");
  EXPECT_EQ(rest["id"], made.id.str());
  const auto got = records_->get(as(kClerk), "demo.project", made.id, Form::rest, {"labels"});
  ok(got);
  const Json read = parsed(got->json);
  EXPECT_EQ(read["share"], 0.25);
  EXPECT_EQ(read["price"], "1.2345");
  EXPECT_EQ(read["seen"], "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(read["note"], "a\n\"b\"");
  EXPECT_EQ(read["extra"]["k"], 1);
  EXPECT_EQ(read["unit__label"], "玄武一小");
  EXPECT_EQ(read["kind__label"], "Kind 205");
  EXPECT_EQ(read["fund__label"], "Special");
  const auto abi = records_->get(as(kClerk), "demo.project", made.id, Form::abi);
  ok(abi);
  EXPECT_EQ(parsed(abi->json)["amount"], 123456789);
  EXPECT_EQ(parsed(abi->json)["seen"], 1767323045678);
}

TEST_P(ReadTest, a_countys_draft_is_invisible_above_and_its_submitted_project_is_not) {
  const Document draft = make(project("D1"));
  const Document sent = make(project("S1"));
  ok(records_->transition(as(kClerk), "demo.project", sent.id, 1, "submit", ""));
  EXPECT_EQ(codes(""), "D1 S1");
  EXPECT_EQ(codes("", "code", kCity), "S1");
  EXPECT_EQ(codes("", "code", kProvince), "S1");
  EXPECT_EQ(code_of(records_->get(as(kCity), "demo.project", draft.id, Form::rest)), "records.not_found");
  EXPECT_EQ(code_of(records_->get(as(kNobody), "demo.project", sent.id, Form::rest)), "records.not_found");
  EXPECT_EQ(code_of(records_->list(as(kNobody), "demo.project", {})), "records.forbidden");
  const Context clerk = as(kClerk), city = as(kCity), province = as(kProvince), nobody = as(kNobody);
  const std::vector<const Context*> callers{&clerk, &city, &province, &nobody};
  EXPECT_THAT(records_->visible_to(callers, "demo.project", draft.id), ElementsAre(true, false, false, false));
  EXPECT_THAT(records_->visible_to(callers, "demo.project", sent.id), ElementsAre(true, true, true, false));
  EXPECT_FALSE(records_->visible(province, "demo.project", draft.id));
  Query query;
  query.count = true;
  const auto page = records_->list(as(kProvince), "demo.project", query);
  ok(page);
  EXPECT_EQ(page->count, 1);
  const auto sum =
      records_->aggregate(as(kProvince), "demo.project", {"", "", {}, {"count", "sum:amount"}, Form::rest});
  ok(sum);
  EXPECT_EQ(parsed(*sum)[0]["sum_amount"], "100.00");
}

TEST_P(ReadTest, lines_follow_their_parents_place_and_state) {
  const Document parent = make(project("P1"));
  const auto line = records_->create(as(kClerk), "demo.project_line",
                                     Json{{"project", parent.id.str()}, {"number", 1}, {"amount", "5.00"}}, Form::rest);
  ok(line);
  EXPECT_EQ(code_of(records_->get(as(kCity), "demo.project_line", line->id, Form::rest)), "records.not_found");
  EXPECT_EQ(items(as(kCity), {}, "demo.project_line").size(), 0U);
  ok(records_->transition(as(kClerk), "demo.project", parent.id, 1, "submit", ""));
  ok(records_->get(as(kCity), "demo.project_line", line->id, Form::rest));
  EXPECT_EQ(items(as(kCity), {}, "demo.project_line").size(), 1U);
  EXPECT_EQ(code_of(records_->update(as(kClerk), "demo.project_line", line->id, 1, Json{{"item", "x"}}, Form::rest)),
            "records.not_editable");
  EXPECT_EQ(code_of(records_->create(as(kClerk), "demo.project_line", Json{{"project", parent.id.str()}, {"number", 2}},
                                     Form::rest)),
            "records.not_editable");
}

TEST_P(ReadTest, public_rows_are_read_by_everybody_and_written_only_from_the_root) {
  const Document kind = made_kind("201");
  ok(records_->get(as(kNobody), "demo.kind", kind.id, Form::rest));
  EXPECT_EQ(code_of(records_->create(as(kClerk), "demo.kind", Json{{"fiscal_year", 2026}, {"code", "x"}, {"name", "n"}},
                                     Form::rest)),
            "records.forbidden");
  ok(records_->create(as(kKeeper), "demo.kind", Json{{"fiscal_year", 2026}, {"code", "x"}, {"name", "n"}}, Form::rest));
  Context anonymous;
  EXPECT_EQ(code_of(records_->list(anonymous, "demo.kind", {})), "records.sign_in");
}

TEST_P(ReadTest, masked_fields_are_stars_without_unmask_and_cannot_be_probed) {
  Json values = project("M1");
  values["phone"] = "13812345678";
  const Document made = make(values);
  EXPECT_EQ(parsed(records_->get(as(kClerk), "demo.project", made.id, Form::rest)->json)["phone"], "138****5678");
  EXPECT_EQ(parsed(records_->get(as(kHead), "demo.project", made.id, Form::rest)->json)["phone"], "13812345678");
  EXPECT_EQ(items(as(kClerk), {})[0]["phone"], "138****5678");
  EXPECT_EQ(items(as(kHead), {})[0]["phone"], "13812345678");
  Query probe;
  probe.filter = "phone==138*";
  EXPECT_EQ(code_of(records_->list(as(kClerk), "demo.project", probe)), "records.masked_field");
  ok(records_->list(as(kHead), "demo.project", probe));
  probe.filter = "";
  probe.sort = "phone";
  EXPECT_EQ(code_of(records_->list(as(kClerk), "demo.project", probe)), "records.masked_field");
  EXPECT_THAT(
      field_codes(records_->update(as(kClerk), "demo.project", made.id, 1, Json{{"phone", "138****5678"}}, Form::rest)),
      ElementsAre("field.masked@/phone"));
}

TEST_P(ReadTest, pages_by_keyset_neither_skip_nor_repeat_over_nulls_and_equal_values) {
  for (int i = 0; i < 23; ++i) {
    Json values = project("K" + std::to_string(10 + i));
    if (i % 3 == 0)
      values.erase("amount");
    else
      values["amount"] = std::to_string(i % 4) + ".00";
    if (i % 5 != 0) values["start"] = "2026-01-0" + std::to_string(1 + i % 2);
    make(values);
  }
  for (const std::string sort :
       {"amount", "-amount", "amount,-start", "-start,amount", "start,code", "-id", "", "-created_at"}) {
    for (const std::int64_t user : {kClerk}) {
      Query whole;
      whole.sort = sort;
      whole.limit = 1000;
      const Json all = items(as(user), whole);
      ASSERT_EQ(all.size(), 23U);
      Json paged = Json::array();
      Query query;
      query.sort = sort;
      query.limit = 4;
      for (int guard = 0; guard < 10; ++guard) {
        const auto page = records_->list(as(user), "demo.project", query);
        ok(page);
        for (const Json& item : parsed(page->items)) paged.push_back(item);
        query.cursor = page->next_cursor;
        if (query.cursor.empty()) break;
      }
      EXPECT_EQ(paged, all) << "sort " << sort;
    }
  }
  Query ascending;
  ascending.sort = "amount";
  EXPECT_TRUE(items(as(kClerk), ascending)[0]["amount"].is_null()) << "NULL is the smallest value";
}

TEST_P(ReadTest, a_cursor_of_another_query_is_refused) {
  make(project("C1"));
  make(project("C2"));
  Query query;
  query.limit = 1;
  const auto page = records_->list(as(kClerk), "demo.project", query);
  ok(page);
  ASSERT_FALSE(page->next_cursor.empty());
  query.cursor = page->next_cursor;
  query.filter = "code==C*";
  EXPECT_EQ(code_of(records_->list(as(kClerk), "demo.project", query)), "cursor.other_query");
  query.cursor = "garbage!";
  EXPECT_EQ(code_of(records_->list(as(kClerk), "demo.project", query)), "cursor.malformed");
}

TEST_P(ReadTest, filters_find_by_every_type) {
  const Document old_kind = made_kind("205", 2025), kind = made_kind("20501");
  Json values = project("A1");
  values.update(Json{{"amount", "10.50"},
                     {"kind", kind.id.str()},
                     {"share", 0.5},
                     {"price", "2.5"},
                     {"start", "2026-03-01"},
                     {"seen", "2026-01-02T00:00:00Z"},
                     {"count", 1},
                     {"urgent", true},
                     {"fund", "basic"},
                     {"name", "100% _x\\ 路'灯"}});
  make(values);
  values = project("A2", "320102-101");
  values.update(
      Json{{"amount", "99.00"}, {"kind", old_kind.id.str()}, {"fund", "special"}, {"urgent", false}, {"count", 2}});
  make(values);
  make(project("B3"));
  const std::vector<std::pair<std::string, std::string>> table{
      {"amount==10.5", "A1"},
      {"amount=ge=99", "A2 B3"},
      {"amount<99", "A1"},
      {"amount=in=(10.50,100)", "A1 B3"},
      {"amount=out=(10.50)", "A2 B3"},
      {"code==A*", "A1 A2"},
      {"code!=A*", "B3"},
      {"code==\"A1\"", "A1"},
      {"code=in=(A*,B3)", "A1 A2 B3"},
      {"code>A1", "A2 B3"},
      {"kind=null=true", "B3"},
      {"kind=null=false", "A1 A2"},
      {"kind!=" + kind.id.str(), "A2 B3"},
      {"kind.code==205*", "A1 A2"},
      {"kind.code==205", "A2"},
      {"kind.fiscal_year==2026", "A1"},
      {"unit.code==320102-101", "A2"},
      {"unit.code==320102-101*", "A1 A2 B3"},
      {"unit==" + nodes_["320102-101"].str(), "A2"},
      {"share==0.5", "A1"},
      {"price>2.4", "A1"},
      {"start==2026-03-01", "A1"},
      {"start==2026-03*", "A1"},
      {"start<2026-03-02", "A1"},
      {"seen=ge=2026-01-01T00:00:00Z", "A1"},
      {"urgent==true", "A1"},
      {"urgent==false", "A2"},
      {"fund==basic", "A1"},
      {"fund=in=(basic,special)", "A1 A2"},
      {"status==draft", "A1 A2 B3"},
      {"name=q=100%", "A1"},
      {"name=q=_x\\\\", "A1"},
      {"name=q='%25'", ""},
      {"name=q=\"路'\"", "A1"},
      {"name=q=PROJECT", "A2 B3"},
      {"(code==A1,code==B3);amount>50", "B3"},
      {"code==A1,code==A2;amount>50", "A1 A2"},
      {"version==1;created_at=gt=2020-01-01T00:00:00Z", "A1 A2 B3"},
      {"order=null=true;code==B3", "B3"}};
  for (const auto& [filter, expected] : table) EXPECT_EQ(codes(filter), expected) << filter;
  Query search;
  search.text = "路";
  EXPECT_EQ(items(as(kClerk), search).size(), 1U);
  Query abi;
  abi.filter = "amount==10.50"; // filters have one form for everybody
  abi.form = Form::abi;
  EXPECT_EQ(items(as(kClerk), abi)[0]["amount"], 1050);
}

TEST_P(ReadTest, a_record_is_shown_as_it_stood) {
  const std::int64_t before = clock_.now_ms() - 1;
  const Document made = make(project("T1"));
  const std::int64_t first = clock_.now_ms();
  clock_.advance_ms(1000);
  ok(records_->update(as(kClerk), "demo.project", made.id, 1, Json{{"amount", "5.00"}, {"fund", "basic"}}, Form::rest));
  clock_.advance_ms(1000);
  const std::int64_t second = clock_.now_ms() - 1;
  ok(records_->transition(as(kClerk), "demo.project", made.id, 2, "submit", ""));
  const auto then = [&](std::int64_t at, std::int64_t user = kClerk) {
    const auto found = records_->get_as_of(as(user), "demo.project", made.id, at, {});
    return found ? parsed(found->json) : Json(found.fault().code);
  };
  EXPECT_EQ(then(before), "records.not_found");
  EXPECT_EQ(then(first)["amount"], "100.00");
  EXPECT_TRUE(then(first)["fund"].is_null());
  EXPECT_EQ(then(first)["version"], 1);
  EXPECT_EQ(then(second)["amount"], "5.00");
  EXPECT_EQ(then(second)["status"], "draft");
  EXPECT_EQ(then(clock_.now_ms())["status"], "submitted");
  EXPECT_EQ(then(clock_.now_ms(), kCity)["version"], 3);
  EXPECT_EQ(then(second, kCity), "records.not_found"); // a draft then was the county's own business
  EXPECT_EQ(then(second, kNobody), "records.not_found");
}

TEST_P(ReadTest, wrong_filters_name_the_field_and_the_reason) {
  const auto fault_of = [&](const std::string& filter) {
    Query query;
    query.filter = filter;
    return code_of(records_->list(as(kClerk), "demo.project", query));
  };
  EXPECT_EQ(fault_of("amout==1"), "records.unknown_field");
  EXPECT_EQ(fault_of("owner_path==1"), "records.unknown_field");
  EXPECT_EQ(fault_of("amount==1.234"), "records.filter_value");
  EXPECT_EQ(fault_of("amount==abc"), "records.filter_value");
  EXPECT_EQ(fault_of("amount==1*"), "records.filter_value");
  EXPECT_EQ(fault_of("urgent<true"), "records.filter_operator");
  EXPECT_EQ(fault_of("extra==1"), "records.filter_operator");
  EXPECT_EQ(fault_of("fund==none"), "records.filter_value");
  EXPECT_EQ(fault_of("start==2026-02-30"), "records.filter_value");
  EXPECT_EQ(fault_of("unit==abc"), "records.filter_value");
  EXPECT_EQ(fault_of("kind.leaf==true"), "records.filter_hop");
  EXPECT_EQ(fault_of("unit.name==x"), "records.filter_hop");
  EXPECT_EQ(fault_of("name.code==x"), "records.filter_hop");
  EXPECT_EQ(fault_of("kind.code>1"), "records.filter_hop");
  Query query;
  query.filter = "amout==1";
  EXPECT_THAT(records_->list(as(kClerk), "demo.project", query).fault().message.en, ::testing::HasSubstr("\"amount\""));
  query = {};
  query.sort = "-nope";
  EXPECT_EQ(code_of(records_->list(as(kClerk), "demo.project", query)), "records.unknown_field");
  query = {};
  query.limit = 1001;
  EXPECT_EQ(code_of(records_->list(as(kClerk), "demo.project", query)), "records.limit");
}

TEST_P(ReadTest, injected_sql_stays_text) {
  make(project("A1"));
  for (const std::string evil :
       {"' OR 1=1 --", "\"; DROP TABLE p_demo__project; --", "%", "x') OR ('1'='1", "\\", "?", "$1", ":a"}) {
    std::string quoted = "'";
    for (const char c : evil) quoted += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    quoted += "'";
    EXPECT_EQ(codes("name==" + quoted), "") << evil;
    EXPECT_EQ(codes("name=q=" + quoted), "") << evil;
    EXPECT_EQ(codes("name!=" + quoted), "A1") << evil;
    Query query;
    query.sort = evil;
    EXPECT_EQ(code_of(records_->list(as(kClerk), "demo.project", query)), "records.unknown_field") << evil;
    query = {};
    query.fields = {evil};
    EXPECT_EQ(code_of(records_->list(as(kClerk), "demo.project", query)), "records.unknown_field");
    EXPECT_FALSE(records_->aggregate(as(kClerk), "demo.project", {"", "", {evil}, {"count"}, Form::rest}).ok());
    EXPECT_FALSE(records_->aggregate(as(kClerk), "demo.project", {"", "", {}, {"sum:" + evil}, Form::rest}).ok());
    query = {};
    query.text = evil;
    EXPECT_EQ(items(as(kClerk), query).size(), 0U) << evil;
  }
}

TEST_P(ReadTest, aggregates_group_and_sum_within_the_scope) {
  Json values = project("A1");
  values["fund"] = "basic";
  make(values);
  values = project("A2");
  values.update(Json{{"fund", "basic"}, {"amount", "50.01"}});
  make(values);
  make(project("A3"));
  const auto answer = records_->aggregate(
      as(kClerk), "demo.project",
      {"", "", {"fund"}, {"count", "sum:amount", "avg:amount", "min:amount", "max:code"}, Form::rest});
  ok(answer);
  std::map<std::string, Json> by_fund;
  for (const Json& item : parsed(*answer))
    by_fund[item["fund"].is_null() ? "" : item["fund"].get<std::string>()] = item;
  EXPECT_EQ(by_fund["basic"]["count"], 2);
  EXPECT_EQ(by_fund["basic"]["sum_amount"], "150.01");
  EXPECT_EQ(by_fund["basic"]["avg_amount"], "75.01");
  EXPECT_EQ(by_fund["basic"]["min_amount"], "50.01");
  EXPECT_EQ(by_fund["basic"]["max_code"], "A2");
  EXPECT_EQ(by_fund[""]["count"], 1);
  EXPECT_EQ(code_of(records_->aggregate(as(kClerk), "demo.project", {"", "", {}, {"sum:name"}, Form::rest})),
            "records.aggregate");
  EXPECT_EQ(parsed(*records_->aggregate(as(kCity), "demo.project", {"", "", {}, {"count"}, Form::rest}))[0]["count"],
            0);
}

TEST_P(ReadTest, a_condition_of_a_grant_limits_reading_and_writing) {
  const auto narrow = role("narrow", {"demo.project.read", "demo.project.create", "demo.project.update"});
  give(21, narrow, "320102", access::Reach::subtree, "fund==special");
  Json values = project("W1");
  values["fund"] = "special";
  const Document special = make(values);
  values = project("W2");
  values["fund"] = "basic";
  const Document basic = make(values);
  EXPECT_EQ(codes("", "code", 21), "W1");
  EXPECT_EQ(code_of(records_->update(as(21), "demo.project", basic.id, 1, Json{{"name", "n"}}, Form::rest)),
            "records.not_found");
  ok(records_->update(as(21), "demo.project", special.id, 1, Json{{"name", "n"}}, Form::rest));
  EXPECT_EQ(code_of(records_->update(as(21), "demo.project", special.id, 2, Json{{"fund", "basic"}}, Form::rest)),
            "records.forbidden")
      << "the new row must be held too";
  values = project("W3");
  values["fund"] = "basic";
  EXPECT_EQ(code_of(records_->create(as(21), "demo.project", values, Form::rest)), "records.forbidden");
  EXPECT_EQ(codes(""), "W1 W2");
}

TEST_P(ReadTest, fields_limit_the_answer_and_labels_of_invisible_targets_are_absent) {
  const Document parent = make(project("P1"));
  ok(records_->create(as(kClerk), "demo.project_line", Json{{"project", parent.id.str()}, {"number", 1}}, Form::rest));
  const auto lines_only = role("lines_only", {"demo.project_line.read"});
  give(22, lines_only, "320102", access::Reach::subtree);
  Query query;
  query.fields = {"number", "project"};
  query.expand = {"project"};
  const Json seen = items(as(kClerk), query, "demo.project_line")[0];
  EXPECT_EQ(seen["project__label"], "Project P1");
  EXPECT_EQ(seen.size(), 5U); // id, version, number, project, its label
  EXPECT_FALSE(items(as(22), query, "demo.project_line")[0].contains("project__label"));
}

TEST_P(ReadTest, a_narrow_and_a_wide_scope_give_the_same_pages) {
  std::string file = "code,name,unit,amount\n";
  for (int i = 0; i < 2100; ++i)
    file += "W" + std::to_string(10000 + i) + ",n," + (i % 2 == 0 ? "320102-101001" : "320102-101") + "," +
            std::to_string(i * 7919 % 500) + ".00\n";
  ImportOptions options;
  options.format = "csv";
  ok(records_->import(as(kClerk), "demo.project", bytes(file), options));
  Query query;
  query.sort = "-amount,code";
  query.limit = 100;
  query.fields = {"code"};
  const auto walked = [&](const Context& context) {
    Json all = Json::array();
    query.cursor.clear();
    do {
      const auto page = records_->list(context, "demo.project", query);
      EXPECT_TRUE(page.ok());
      for (const Json& item : parsed(page->items)) all.push_back(item["code"]);
      query.cursor = page->next_cursor;
    } while (!query.cursor.empty());
    return all;
  };
  const Json everything = walked(system_);
  EXPECT_EQ(everything.size(), 2100U);
  EXPECT_EQ(walked(as(kClerk)), everything) << "above the limit of a narrow scope";
  const auto unit_only = role("unit_only", {"demo.project.read"});
  give(23, unit_only, "320102-101001", access::Reach::self);
  EXPECT_EQ(walked(as(23)).size(), 1050U) << "below it";
}

OB_ON_EVERY_DATABASE(ReadTest);

TEST_P(ReadTest, a_scope_admits_a_record_only_in_a_visible_state_and_when_its_condition_holds) {
  const Document made = make(project("ADMIT-1"));
  const auto admits = [&](std::int64_t user, const std::string& where, bool read) {
    std::vector<access::Scope> scopes;
    ok(database().read(system_, [&](storage::Session& session) -> Result<void> {
      OB_TRY(const auto rights, access_->rights(session, as(user)));
      scopes = rights->scopes("demo.project.read");
      return {};
    }));
    scopes.at(0).where = where;
    const auto answer = records_->admits("demo.project", made.id, scopes.at(0), read);
    return answer.ok() && *answer;
  };
  EXPECT_TRUE(admits(kClerk, "", true));
  EXPECT_FALSE(admits(kCity, "", true)); // a draft is the county's own business
  EXPECT_TRUE(admits(kCity, "", false));
  EXPECT_TRUE(admits(kClerk, "amount==100.00", false));
  EXPECT_FALSE(admits(kClerk, "amount==99.00", false));
}

} // namespace
} // namespace onebudget::records
