// The money of an evaluation: from the ledger where there is one, typed in and marked so where there is none.
#include "plugins/performance/tests/house.hpp"

namespace onebudget::performance {
namespace {

class MoneyOfTheYear : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    approved_goal(project);
  }
  void declare_ledger() {
    host.declare("ledger", Json::parse(R"({"entity": "indicator", "fields": [
      {"name": "budget_source", "type": "text"}, {"name": "source_year", "type": "year"},
      {"name": "is_advance", "type": "bool"}]})"));
    host.declare("ledger", Json::parse(R"({"entity": "entry", "fields": [
      {"name": "event", "type": "text"}, {"name": "indicator", "type": "text"}, {"name": "debit", "type": "text"},
      {"name": "credit", "type": "text"}, {"name": "amount", "type": "money"}, {"name": "posted_on", "type": "date"}]})"));
    host.provide("ledger/1", [this](const std::string& method, const Json& request) -> Result<Json> {
      EXPECT_EQ(method, "balance");
      EXPECT_EQ(request["as_of"], "2026-12-31");
      return Json{{"items", items}};
    });
  }
  void indicator(const char* source, std::int64_t issued, std::int64_t amount, std::int64_t paid) {
    const bool carried = std::string(source) == "carried";
    const RecordId id = host.plant(
        "ledger.indicator", {{"budget_source", source}, {"source_year", carried ? 2025 : 2026}, {"is_advance", false}});
    entry(id, carried ? "carry_in" : "issue", true, issued);
    items.push_back({{"indicator", id.str()}, {"stage", "executable"}, {"amount", amount}, {"paid", paid}});
  }
  void entry(RecordId indicator, const char* event, bool debit, std::int64_t amount) {
    host.plant("ledger.entry", {{"event", event},
                                {"indicator", indicator.str()},
                                {"debit", debit ? "2201" : ""},
                                {"credit", debit ? "" : "2201"},
                                {"amount", amount},
                                {"posted_on", "2026-03-01"}});
  }
  Row begun() { return host.row("performance.evaluation", made(host.insert("performance.evaluation", body()))); }
  Json body() const {
    Json values = evaluation(project, "self");
    values["other_full"] = 5'000;
    return values;
  }

  Json items = Json::array();
};

TEST_F(MoneyOfTheYear, is_typed_in_and_says_so_without_a_ledger) {
  const Row row = begun();
  EXPECT_EQ(row.text("money_source"), "typed");
  EXPECT_EQ(row.money("executed").to_yuan(), "900000.00");
  EXPECT_NE(row.text("money_told").find("未启用指标账"), std::string::npos);
}

TEST_F(MoneyOfTheYear, is_what_the_ledger_says_whatever_was_typed) {
  declare_ledger();
  indicator("year_start", 60'000'000, 70'000'000, 50'000'000);
  indicator("added", 10'000'000, 10'000'000, 0);
  indicator("carried", 4'000'000, 4'000'000, 3'000'000);
  items.push_back({{"indicator", "999"}, {"stage", "to_issue"}, {"amount", 1}, {"paid", 1}});
  const Row row = begun();
  EXPECT_EQ(row.text("money_source"), "ledger");
  EXPECT_EQ(row.text("money_as_of"), "2026-12-31");
  EXPECT_EQ(row.money("fiscal_initial").to_yuan(), "600000.00") << "an issue of added money is not of the year's start";
  EXPECT_EQ(row.money("fiscal_full").to_yuan(), "800000.00");
  EXPECT_EQ(row.money("fiscal_executed").to_yuan(), "500000.00");
  EXPECT_EQ(row.money("carried_initial").to_yuan(), "40000.00");
  EXPECT_EQ(row.money("other_full").to_yuan(), "50.00") << "other funds are no ledger's";
  EXPECT_EQ(row.money("full_budget").to_yuan(), "840050.00");
  EXPECT_EQ(row.money("executed").to_yuan(), "530000.00");
}

TEST_F(MoneyOfTheYear, that_was_carried_out_stays_in_the_full_budget) {
  declare_ledger();
  indicator("year_start", 60'000'000, 50'000'000, 50'000'000);
  entry(*RecordId::parse(items[0]["indicator"].get<std::string>()), "carry_out", false, 10'000'000);
  EXPECT_EQ(begun().money("fiscal_full").to_yuan(), "600000.00");
}

TEST_F(MoneyOfTheYear, of_a_project_that_the_ledger_does_not_know_is_marked_so) {
  declare_ledger();
  EXPECT_EQ(begun().text("money_source"), "typed_unknown");
}

TEST_F(MoneyOfTheYear, is_taken_again_when_it_is_submitted) {
  declare_ledger();
  indicator("year_start", 100'000'000, 100'000'000, 40'000'000);
  const RecordId id = scored(project, "self", "100", "100");
  EXPECT_EQ(host.row("performance.evaluation", id).money("executed").to_yuan(), "400000.00");
  items[0]["paid"] = 100'000'000;
  moved("performance.evaluation", id, "submit");
  const Row row = host.row("performance.evaluation", id);
  EXPECT_EQ(row.money("executed").to_yuan(), "1000000.00");
  EXPECT_EQ(row.text("execution_points"), "10.00") << "scored with what was taken";
}

} // namespace
} // namespace onebudget::performance
