// Full text: any part of two characters, pinyin of names, never beyond what the caller may read.

#include "kernel/records/tests/fixture.hpp"

namespace onebudget::records {
namespace {

class SearchTest : public RecordsTest {
 protected:
  Document named(const std::string& code, const std::string& name, const std::string& unit = "320102-101001") {
    Json one = project(code, unit);
    one["name"] = name;
    const auto made = records_->create(system_, "demo.project", one, Form::rest);
    ok(made);
    return *made;
  }
  /// Codes in the order of the answer, and that count and sums agree.
  std::string found(const std::string& text, std::int64_t user = kClerk, const std::string& sort = "") {
    Query query;
    query.text = text;
    query.sort = sort;
    query.count = true;
    const auto page = records_->list(as(user), "demo.project", query);
    if (!page) return code_of(page);
    std::string out;
    const Json rows = parsed(page->items);
    for (const Json& row : rows) out += (out.empty() ? "" : " ") + row["code"].get<std::string>();
    EXPECT_EQ(page->count, static_cast<std::int64_t>(rows.size()));
    const auto sums = records_->aggregate(as(user), "demo.project", {"", text, {}, {"count"}});
    EXPECT_EQ(parsed(*sums)[0]["count"], rows.size());
    return out;
  }
};

TEST_P(SearchTest, any_part_of_two_characters_is_found) {
  named("S1", "城市道路运维服务");
  named("S2", "校舍（二期）维修 100%");
  named("S3", "School_Bus A1");
  EXPECT_EQ(found("运维"), "S1");
  EXPECT_EQ(found("维"), "S1 S2"); // a single character is looked for row by row
  EXPECT_EQ(found("（二期）"), "S2");
  EXPECT_EQ(found("0%"), "S2");
  EXPECT_EQ(found("l_b"), "S3");
  EXPECT_EQ(found("SCHOOL"), "S3");
  EXPECT_EQ(found("运服"), "");
  EXPECT_EQ(found("维服务运"), ""); // its pairs stand in S1, it does not
}

TEST_P(SearchTest, a_name_is_found_by_its_pinyin) {
  named("P1", "重庆路小学校舍维修");
  named("P2", "绿化养护");
  EXPECT_EQ(found("chongqinglu"), "P1");
  EXPECT_EQ(found("xiaoxue"), "P1");
  EXPECT_EQ(found("Xiao Xue"), "P1");
  EXPECT_EQ(found("xxxs"), "P1");
  EXPECT_EQ(found("lvhua"), "P2");
  EXPECT_EQ(found("lh"), "P2");
  EXPECT_EQ(found("hongqing"), "");
  EXPECT_EQ(found("l"), "");
}

TEST_P(SearchTest, it_follows_every_write) {
  const Document one = named("W1", "旧名称");
  ok(records_->update(as(kClerk), "demo.project", one.id, 1, Json{{"name", "道路照明"}}, Form::rest));
  EXPECT_EQ(found("名称"), "");
  EXPECT_EQ(found("照明"), "W1");
  EXPECT_EQ(found("daolu"), "W1");
  ok(records_->update(as(kClerk), "demo.project", one.id, 2, Json{{"amount", "3.00"}}, Form::rest));
  EXPECT_EQ(found("照明"), "W1");
  auto unit = records_->begin(as(kClerk));
  const auto id = unit->create("demo.project", project("W2"), Form::rest);
  ASSERT_TRUE(id.ok());
  ok(unit->update("demo.project", *id, 1, Json{{"name", "桥梁检测"}}, Form::rest));
  ok(unit->commit());
  EXPECT_EQ(found("桥梁"), "W2");
  ok(records_->remove(as(kClerk), "demo.project", one.id, 3));
  EXPECT_EQ(found("照明"), "");
  ImportOptions options;
  options.format = "csv";
  ok(records_->import(as(kClerk), "demo.project",
                      bytes("code,name,unit\nW2,水库加固,320102-101001\nW3,河道清淤,320102-101001\n"), options));
  EXPECT_EQ(found("桥梁"), "");
  EXPECT_EQ(found("水库"), "W2");
  EXPECT_EQ(found("hdqy"), "W3");
}

TEST_P(SearchTest, rows_of_a_long_import_are_found_before_they_are_indexed) {
  std::string file = "code,name,unit\n";
  for (int i = 0; i < 1100; ++i)
    file += "L" + std::to_string(i) +
            (i == 700   ? ",桥梁检测"
             : i == 701 ? ",河道清淤"
                        : ",道路养护") +
            ",320102-101001\n";
  ImportOptions options;
  options.format = "csv";
  ok(records_->import(as(kClerk), "demo.project", bytes(file), options));
  EXPECT_EQ(found("桥梁"), "L700");
  EXPECT_EQ(found("qljc"), ""); // pinyin waits
  Query query;
  query.text = "河道";
  const auto page = records_->list(as(kClerk), "demo.project", query);
  ASSERT_TRUE(page.ok());
  const RecordId id = *RecordId::parse(parsed(page->items)[0]["id"].get<std::string>());
  ok(records_->update(as(kClerk), "demo.project", id, 1, Json{{"name", "水库加固"}}, Form::rest));
  const Document other = named("M1", "桥梁");
  for (bool more = true; more;) {
    const auto some = records_->index_search();
    ASSERT_TRUE(some.ok()) << some.fault().code;
    more = *some;
  }
  EXPECT_EQ(found("qljc"), "L700");
  EXPECT_EQ(found("桥梁"), "M1 L700");
  EXPECT_EQ(found("河道"), "");
  EXPECT_EQ(found("hdqy"), "");
  EXPECT_EQ(found("skjg"), "L701");
  ok(records_->remove(as(kClerk), "demo.project", id, 2));
  EXPECT_EQ(found("skjg"), "");
}

TEST_P(SearchTest, it_tells_nothing_about_rows_that_may_not_be_read) {
  named("O1", "教育局信息化");
  named("O2", "教育局信息化", "320104-101");
  for (const char* text : {"信息", "xinxihua", "jyj"}) {
    EXPECT_EQ(found(text), "O1") << text;
    EXPECT_EQ(found(text, kCity), "") << text; // drafts of a county
  }
}

TEST_P(SearchTest, what_is_named_so_comes_first_page_by_page) {
  named("R1", "旧桥梁");
  named("R2", "桥梁");
  named("R3", "桥梁检测");
  named("R4", "老桥梁");
  EXPECT_EQ(found("桥梁"), "R2 R3 R1 R4");
  EXPECT_EQ(found("桥梁", kClerk, "-code"), "R4 R3 R2 R1");
  Query query;
  query.text = "桥梁";
  query.limit = 1;
  std::string walked;
  for (int i = 0; i < 4; ++i) {
    const auto page = records_->list(as(kClerk), "demo.project", query);
    ASSERT_TRUE(page.ok()) << page.fault().code;
    walked += parsed(page->items)[0]["code"].get<std::string>() + " ";
    query.cursor = page->next_cursor;
  }
  EXPECT_EQ(walked, "R2 R3 R1 R4 ");
  EXPECT_TRUE(query.cursor.empty());
}

TEST_P(SearchTest, a_changed_declaration_is_indexed_anew) {
  named("D1", "供水管网");
  Json declaration = project_declaration();
  declaration["search"] = {"code"};
  enable({kind_declaration(), declaration, line_declaration()});
  EXPECT_EQ(found("管网"), "");
  named("D2", "排水管网");
  declaration["search"] = {"code", "name"};
  enable({kind_declaration(), declaration, line_declaration()});
  EXPECT_EQ(found("管网"), "D1 D2");
  EXPECT_EQ(found("psgw"), "D2");
}

OB_ON_EVERY_DATABASE(SearchTest);

} // namespace
} // namespace onebudget::records
