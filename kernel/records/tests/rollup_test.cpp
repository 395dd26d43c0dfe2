// Rollups: what they answer is what the rows would have answered.

#include "kernel/records/tests/fixture.hpp"

namespace onebudget::records {
namespace {

class RollupTest : public RecordsTest {
 protected:
  void SetUp() override {
    RecordsTest::SetUp();
    if (IsSkipped()) return;
    make(project("OLD")); // there before the rollup is declared
    declare({"fiscal_year", "kind", "fund"});
  }
  void declare(const std::vector<std::string>& dimensions) {
    Json declaration = project_declaration();
    declaration["rollups"] =
        Json::array({{{"name", "by_kind"}, {"dimensions", dimensions}, {"sums", {"amount", "count"}}}});
    enable({kind_declaration(), declaration, line_declaration()});
  }
  /// From the rows and from the rollup, which must agree; answers whether the rollup answered.
  bool agree(std::int64_t user, const std::string& filter, const std::vector<std::string>& group,
             const std::vector<std::string>& aggregates = {"count", "sum:amount", "avg:amount", "sum:count"}) {
    RollupStamp stamp;
    const auto rows = records_->aggregate(as(user), "demo.project", {filter, "", group, aggregates, Form::rest});
    const auto rollup =
        records_->aggregate(as(user), "demo.project", {filter, "", group, aggregates, Form::rest, &stamp});
    EXPECT_EQ(code_of(rows), code_of(rollup)) << filter;
    if (rows && rollup) {
      EXPECT_EQ(*rows, *rollup) << filter;
    }
    return !stamp.rollup.empty();
  }
  void fold() { ok(records_->fold_rollups()); }
  std::int64_t count(const std::string& sql) {
    std::int64_t found = 0;
    ok(database().read(system_, [&](storage::Session& session) -> Result<void> {
      OB_TRY(found, session.integer(sql));
      return {};
    }));
    return found;
  }
  void change(RecordId id, std::int64_t version, const Json& values) {
    ok(records_->update(as(kClerk), "demo.project", id, version, values, Form::rest));
  }
};

TEST_P(RollupTest, follows_every_write_and_keeps_the_scope) {
  EXPECT_TRUE(agree(kClerk, "", {})); // filled from what was there
  const auto kind = made_kind("K1");
  std::vector<Document> made;
  for (int i = 0; i < 6; ++i) {
    Json one = project("A" + std::to_string(i), i % 2 == 0 ? "320102-101001" : "320102-101");
    one["amount"] = std::to_string(i * 10) + ".50";
    one["fiscal_year"] = 2025 + i % 3;
    if (i == 1) one.erase("amount");
    if (i > 2) one["kind"] = kind.id.str();
    made.push_back(make(one));
  }
  RollupStamp late;
  ok(records_->aggregate(as(kClerk), "demo.project", {"", "", {}, {"count"}, Form::rest, &late}));
  EXPECT_EQ(late.rollup, "demo.project.by_kind");
  fold();
  change(made[0].id, 1, Json{{"amount", "7.00"}, {"fund", "basic"}});
  change(made[1].id, 1, Json{{"unit", nodes_.at("320102-101001").str()}, {"name", "other"}});
  change(made[2].id, 1, Json{{"amount", nullptr}});
  ok(records_->transition(as(kClerk), "demo.project", made[3].id, 1, "submit", ""));
  ok(records_->remove(as(kClerk), "demo.project", made[4].id, 1));
  ok(records_->create(system_, "demo.project", project("S1", "320104-101"), Form::rest));
  fold();
  RollupStamp stamp;
  ok(records_->aggregate(as(kClerk), "demo.project", {"", "", {}, {"count"}, Form::rest, &stamp}));
  EXPECT_GT(stamp.position, late.position);
  EXPECT_EQ(stamp.at_ms, clock_.now_ms());
  for (const std::int64_t user : {kClerk, kHead, kCity, kProvince, kNobody}) {
    EXPECT_EQ(agree(user, "", {}), user != kNobody);
    agree(user, "", {"fiscal_year", "kind"});
    agree(user, "fiscal_year==2026;status!=draft", {"status"});
    agree(user, "unit.code==320102*,fund==basic", {"unit"});
    agree(user, "kind=null=true", {"fund", "fiscal_year"});
  }
  const auto checked = records_->check_rollups();
  ASSERT_TRUE(checked.ok());
  EXPECT_TRUE(checked->empty());
  EXPECT_EQ(count("SELECT count(*) FROM \"r_demo__project__by_kind\" WHERE row_count <= 0"), 0);
}

TEST_P(RollupTest, leaves_to_the_rows_what_it_cannot_answer) {
  EXPECT_FALSE(agree(kClerk, "name==Project*", {}));
  EXPECT_FALSE(agree(kClerk, "", {"urgent"}));
  EXPECT_FALSE(agree(kClerk, "", {}, {"max:amount"}));
  EXPECT_FALSE(agree(kClerk, "", {}, {"sum:price"}));
  EXPECT_FALSE(agree(kClerk, "amount=gt=", {}));
  EXPECT_TRUE(agree(kClerk, "fiscal_year=gt=2020", {"unit"}));
  give(kClerk, role("urgent_only", {"demo.project.read"}), "32", access::Reach::subtree, "urgent==true");
  EXPECT_FALSE(agree(kClerk, "", {})); // a grant's condition needs a field that the rollup has not
  give(kCity, role("special", {"demo.project.read"}), "32", access::Reach::subtree, "fund==special");
  EXPECT_TRUE(agree(kCity, "", {}));
}

TEST_P(RollupTest, an_import_is_folded_and_a_difference_is_found_and_mended) {
  std::string file = "code,name,unit,fiscal_year,amount,fund\n";
  for (int i = 0; i < 2500; ++i)
    file += "I" + std::to_string(i) + ",n,320102-101001," + std::to_string(2024 + i % 3) + "," + std::to_string(i) +
            ".25," + (i % 2 == 0 ? "basic" : "special") + "\n";
  ImportOptions options;
  options.format = "csv";
  ok(records_->import(as(kClerk), "demo.project", bytes(file), options));
  fold();
  EXPECT_EQ(count("SELECT count(*) FROM records_deltas"), 0);
  EXPECT_TRUE(agree(kClerk, "", {"fiscal_year", "fund"}));
  ok(database().write(system_, [](storage::Session& session) -> Result<void> {
    OB_CHECK(session.execute("UPDATE \"r_demo__project__by_kind\" SET row_count = row_count + 3"));
    OB_CHECK(session.execute("DELETE FROM \"r_demo__project__by_kind\" WHERE fund = 'basic'"));
    return {};
  }));
  const auto checked = records_->check_rollups();
  ASSERT_TRUE(checked.ok());
  ASSERT_EQ(checked->size(), 1U);
  EXPECT_EQ(checked->front().cells, 7);
  EXPECT_TRUE(agree(kClerk, "", {"fiscal_year", "fund"}));
  EXPECT_TRUE(records_->check_rollups()->empty());
}

TEST_P(RollupTest, a_changed_declaration_is_filled_anew) {
  make(project("N1"));
  declare({"fiscal_year", "urgent"});
  EXPECT_TRUE(agree(kClerk, "urgent=null=true", {"fiscal_year"}));
  EXPECT_FALSE(agree(kClerk, "fund==basic", {}));
}

OB_ON_EVERY_DATABASE(RollupTest);

} // namespace
} // namespace onebudget::records
