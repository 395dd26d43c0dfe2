// Views: reviewed SQL over what the caller may see.

#include "kernel/records/query/view.hpp"
#include "kernel/records/tests/fixture.hpp"

namespace onebudget::records {
namespace {

using ::testing::HasSubstr;

TEST(ViewTextTest, takes_a_select_over_named_sources) {
  for (const char* sql :
       {"SELECT p.id, p.unit FROM {demo.project} p WHERE p.amount > 1 -- plain\n",
        "select p.id from {demo.project} p left join {demo.kind} k on k.id = p.kind and (p.amount + 1) * 2 > 3",
        "WITH big AS (SELECT id, unit FROM {demo.project} WHERE amount >= 100), two AS (SELECT id FROM big) "
        "SELECT b.id, count(*) AS n FROM big b, two t, (SELECT id FROM {demo.kind}) k GROUP BY b.id, t.id",
        "SELECT min(p.id) AS id, CASE WHEN sum(p.amount) IN (1, 2) THEN 'a' ELSE 'b' END AS x FROM {demo.project} p "
        "GROUP BY p.unit UNION ALL SELECT id, name FROM {demo.kind}"}) {
    const auto view = read_view(sql);
    EXPECT_TRUE(view.ok()) << sql << (view ? "" : view.fault().message.en);
    if (view) {
      EXPECT_EQ(view->texts.size(), view->sources.size() + 1);
    }
  }
}

TEST(ViewTextTest, refuses_everything_else) {
  for (const char* sql :
       {"",
        "SELECT 1",
        "SELECT * FROM p_demo__project",
        "SELECT * FROM {demo.project}, access_nodes",
        "SELECT * FROM {demo.project} p JOIN identity_accounts a ON a.id = p.id",
        "SELECT * FROM (access_nodes)",
        "SELECT * FROM \"access_nodes\", {demo.project}",
        "SELECT * FROM main.access_nodes, {demo.project}",
        "SELECT (SELECT token FROM identity_tokens) FROM {demo.project}",
        "DELETE FROM {demo.project}",
        "WITH x AS (DELETE FROM {demo.project}) SELECT 1 FROM x",
        "SELECT 1 INTO t FROM {demo.project}",
        "SELECT id FROM {demo.project}; SELECT 1",
        "SELECT id FROM {demo.project} WHERE id = ?",
        "SELECT 1, identity_accounts AS x FROM {demo.project} p JOIN identity_accounts a ON a.id = p.id",
        "SELECT \"pg_read_file\" ('/etc/passwd') FROM {demo.project}",
        "SELECT pg_read_file('/etc/passwd') FROM {demo.project}",
        "SELECT load_extension('x') FROM {demo.project}",
        "SELECT id FROM {demo.project} WHERE name = E'\\''",
        "SELECT id FROM {demo.project} /* x */",
        "SELECT id FROM {demo.project} WHERE x = $$a$$",
        "SELECT id FROM {project}",
        "SELECT {demo.project}",
        "SELECT id FROM {demo.project} FOR UPDATE",
        "SELECT id FROM {demo.project} UNION TABLE access_nodes",
        "SELECT id FROM {demo.project} p, json_each('[1]')",
        "SELECT id FROM {demo.project} WHERE (id = 1",
        "WITH access_nodes AS (SELECT code FROM access_nodes) SELECT id FROM {demo.project} p, access_nodes",
        "SELECT id FROM (WITH access_nodes AS (SELECT 1 FROM {demo.kind}) SELECT 1 FROM access_nodes) q, access_nodes",
        "SELECT id FROM {demo.project} WINDOW a AS (ORDER BY id), access_nodes AS (ORDER BY id) UNION SELECT 1 FROM "
        "access_nodes",
        "WITH identity_accounts AS (SELECT 1) SELECT id FROM {demo.project} p, other"}) {
    const auto view = read_view(sql);
    EXPECT_FALSE(view.ok()) << sql;
    if (!view) {
      EXPECT_EQ(view.fault().code, "records.view");
    }
  }
}

class ViewTest : public RecordsTest {
 protected:
  void SetUp() override {
    RecordsTest::SetUp();
    if (IsSkipped()) return;
    ok(
        with_view("SELECT min(p.id) AS id, p.unit, p.fiscal_year, count(*) AS projects, sum(p.amount) AS total, "
                  "max(p.phone) AS phone, min(k.name) AS kind_name FROM {demo.project} p "
                  "LEFT JOIN {demo.kind} k ON k.id = p.kind GROUP BY p.unit, p.fiscal_year"));
    std::vector<access::Permission> list;
    for (const char* entity : {"kind", "project", "project_line", "unit_total"})
      for (const char* verb : {"read", "create", "update", "delete", "submit", "export", "unmask"})
        list.push_back({std::string("demo.") + entity + "." + verb, {"权限", "Permission"}, "low"});
    access_->set_permissions("demo", list);
    const auto viewer = role("viewer", {"demo.unit_total.read", "demo.unit_total.export"});
    for (const std::int64_t user : {kClerk, kHead}) give(user, viewer, "320102", access::Reach::subtree);
    give(kCity, viewer, "3201", access::Reach::subtree);
    give(kNobody, viewer, "32", access::Reach::subtree);
  }

  Result<void> with_view(const std::string& sql) {
    std::vector<Entity> entities;
    for (const Json& declaration : {kind_declaration(), project_declaration(), line_declaration()})
      entities.push_back(*parse_entity("demo", declaration));
    auto view = parse_entity("demo", view_declaration_);
    view->view = sql;
    entities.push_back(*std::move(view));
    return records_->enable(system_, "demo", entities, nullptr, {});
  }
  Json view_declaration_ =
      parsed(R"({"entity":"unit_total","title":{"zh":"单位合计","en":"Total"},"owner":"unit","key":["unit",
        "fiscal_year"],"search":["kind_name"],"fields":[
        {"name":"unit","type":"org","title":{"zh":"单位","en":"Unit"},"required":true},
        {"name":"fiscal_year","type":"year","title":{"zh":"年度","en":"Year"}},
        {"name":"projects","type":"int","title":{"zh":"项目数","en":"Projects"}},
        {"name":"total","type":"money","title":{"zh":"金额","en":"Total"}},
        {"name":"phone","type":"text","title":{"zh":"电话","en":"Phone"}},
        {"name":"kind_name","type":"text","title":{"zh":"类别","en":"Kind"}}]})");
  Json rows(std::int64_t user, const std::string& filter = "", const std::string& sort = "total") {
    Query query;
    query.filter = filter;
    query.sort = sort;
    query.count = true;
    return items(as(user), query, "demo.unit_total");
  }
};

TEST_P(ViewTest, shows_what_its_sources_show_to_the_caller) {
  const auto kind = made_kind("K1");
  Json one = project("A1"), two = project("A2", "320102-101");
  one["kind"] = two["kind"] = kind.id.str();
  one["phone"] = "13812345678";
  const Document first = make(one);
  make(two);
  make(project("A3"));
  ok(records_->create(system_, "demo.project", project("S1", "320104-101"), Form::rest));
  const Json seen = rows(kClerk);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0]["total"], "100.00");
  EXPECT_EQ(seen[1]["total"], "200.00");
  EXPECT_EQ(seen[1]["projects"], 2);
  EXPECT_EQ(seen[1]["kind_name"], "Kind K1");
  EXPECT_EQ(seen[1]["phone"], "***"); // the clerk may not see phones in clear
  EXPECT_EQ(rows(kHead)[1]["phone"], "13812345678");
  EXPECT_EQ(rows(kCity).size(), 0U); // drafts are the county's own business, in views too
  EXPECT_EQ(rows(kNobody).size(), 0U);
  ok(records_->transition(as(kClerk), "demo.project", first.id, 1, "submit", ""));
  EXPECT_EQ(rows(kCity).size(), 1U);
  EXPECT_EQ(rows(kCity)[0]["total"], "100.00");
}

TEST_P(ViewTest, is_queried_like_an_entity) {
  make(project("A1"));
  make(project("A2", "320102-101"));
  Json next_year = project("A3");
  next_year["fiscal_year"] = 2027;
  make(next_year);
  EXPECT_EQ(rows(kClerk, "fiscal_year==2026").size(), 2U);
  EXPECT_EQ(rows(kClerk, "unit.code==320102-101")[0]["projects"], 1);
  Query query;
  query.limit = 1;
  query.sort = "-fiscal_year";
  const auto page = records_->list(as(kClerk), "demo.unit_total", query);
  ASSERT_TRUE(page.ok());
  query.cursor = page->next_cursor;
  EXPECT_EQ(items(as(kClerk), query, "demo.unit_total")[0]["fiscal_year"], 2026);
  const auto sums =
      records_->aggregate(as(kClerk), "demo.unit_total", {"", "", {"fiscal_year"}, {"count", "sum:total"}});
  ASSERT_TRUE(sums.ok());
  EXPECT_EQ(parsed(*sums)[0]["sum_total"], "200.00");
  std::string csv;
  ok(records_->export_to(as(kClerk), "demo.unit_total", {}, "csv", [&](std::string_view bytes) -> Result<void> {
    csv += bytes;
    return {};
  }));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 4);
  const RecordId id = *RecordId::parse(rows(kClerk)[0]["id"].get<std::string>());
  EXPECT_EQ(code_of(records_->get(as(kClerk), "demo.unit_total", id, Form::rest)), "ok");
  EXPECT_EQ(code_of(records_->get(as(kCity), "demo.unit_total", id, Form::rest)), "records.not_found");
  EXPECT_EQ(code_of(records_->update(system_, "demo.unit_total", id, 1, Json::object(), Form::rest)),
            "records.read_only");
  EXPECT_EQ(code_of(records_->create(system_, "demo.unit_total", Json::object(), Form::rest)), "records.read_only");
  const auto can = records_->abilities(as(kClerk), "demo.unit_total");
  EXPECT_TRUE(can->read && can->export_ && !can->create && !can->update);
}

TEST_P(ViewTest, what_only_a_view_points_to_may_go) {
  view_declaration_["fields"].push_back(
      parsed(R"({"name":"kind","type":"ref","entity":"demo.kind","title":{"zh":"类别","en":"Kind"}})"));
  ok(
      with_view("SELECT k.id, min(p.unit) AS unit, 1 AS fiscal_year, 1 AS projects, 1 AS total, '' AS phone, '' AS "
                "kind_name, k.id AS kind FROM {demo.kind} k, {demo.project} p GROUP BY k.id"));
  make(project("A1"));
  const Document kind = made_kind("K1");
  EXPECT_EQ(rows(kClerk).size(), 1U);
  ok(records_->remove(system_, "demo.kind", kind.id, 1));
  EXPECT_EQ(rows(kClerk).size(), 0U);
}

TEST_P(ViewTest, a_view_that_the_database_or_the_rule_refuses_stops_the_plugin) {
  const auto lacking = with_view("SELECT p.id, p.unit FROM {demo.project} p");
  EXPECT_EQ(code_of(lacking), "records.view");
  EXPECT_THAT(lacking.fault().message.en, HasSubstr("every declared field"));
  EXPECT_EQ(records_->entity("demo.project"), nullptr);
  EXPECT_FALSE(with_view("SELECT * FROM access_nodes").ok());
  EXPECT_FALSE(with_view("SELECT * FROM {other.thing}").ok());
}

OB_ON_EVERY_DATABASE(ViewTest);

} // namespace
} // namespace onebudget::records
