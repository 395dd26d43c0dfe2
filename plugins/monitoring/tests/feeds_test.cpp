// Which record feeds which rule: lines, projects, purchases and books are told from what people did elsewhere.
#include "plugins/monitoring/tests/house.hpp"

namespace onebudget::monitoring {
namespace {

class Fed : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    host.declare("compilation", Json::parse(R"({"entity": "project", "fields": [
      {"name": "unit", "type": "org"}, {"name": "code", "type": "text"}, {"name": "name", "type": "text"},
      {"name": "fiscal_year", "type": "year"}, {"name": "total_amount", "type": "money"},
      {"name": "three_guarantees", "type": "bool"}]})"));
    host.declare("compilation", Json::parse(R"({"entity": "expenditure_line", "fields": [
      {"name": "project", "type": "ref", "entity": "compilation.project"}, {"name": "year", "type": "year"}]})"));
    host.declare("standards", Json::parse(R"({"entity": "expenditure_standard", "fields": [
      {"name": "code", "type": "text"}, {"name": "ceiling", "type": "money"}]})"));
    host.declare("compilation", Json::parse(R"({"entity": "asset_line", "fields": [
      {"name": "line", "type": "ref", "entity": "compilation.expenditure_line"}, {"name": "item_no", "type": "int"},
      {"name": "standard", "type": "ref", "entity": "standards.expenditure_standard"}, {"name": "name", "type": "text"},
      {"name": "existing", "type": "int"}, {"name": "allowed", "type": "int"}, {"name": "quantity", "type": "decimal"},
      {"name": "price", "type": "money"}]})"));
    host.declare("compilation", Json::parse(R"({"entity": "procurement_line", "fields": [
      {"name": "line", "type": "ref", "entity": "compilation.expenditure_line"},
      {"name": "amount", "type": "money"}]})"));
    host.declare("ledger", Json::parse(R"({"entity": "indicator", "fields": [
      {"name": "unit", "type": "org"}, {"name": "code", "type": "text"}, {"name": "fiscal_year", "type": "year"},
      {"name": "source_year", "type": "year"}, {"name": "project_code", "type": "text"}, {"name": "stage", "type": "text"},
      {"name": "amount", "type": "money"}, {"name": "paid", "type": "money"}, {"name": "available", "type": "money"},
      {"name": "frozen", "type": "money"}, {"name": "department_class", "type": "text"}, {"name": "is_wage", "type": "bool"},
      {"name": "upper_document_no", "type": "text"}]})"));
    host.declare("ledger", Json::parse(R"({"entity": "document", "fields": [
      {"name": "number", "type": "text"}, {"name": "status", "type": "text"}, {"name": "posted_on", "type": "date"}]})"));
    host.declare("ledger", Json::parse(R"({"entity": "entry", "fields": [
      {"name": "indicator", "type": "ref", "entity": "ledger.indicator"}, {"name": "event", "type": "text"},
      {"name": "amount", "type": "money"}, {"name": "posted_on", "type": "date"}]})"));
    project = host.plant("compilation.project", {{"unit", "5"},
                                                 {"code", "P-1"},
                                                 {"name", "校舍维修"},
                                                 {"fiscal_year", 2026},
                                                 {"total_amount", 100'000'00},
                                                 {"three_guarantees", true}});
  }
  RecordId line(const Json& changes) {
    Json values = {{"unit", "5"},           {"code", "ZB-1"},        {"fiscal_year", 2026}, {"source_year", 2026},
                   {"project_code", "P-1"}, {"stage", "executable"}, {"amount", 100'00},    {"paid", 0},
                   {"available", 0},        {"frozen", 0},           {"is_wage", false}};
    values.update(changes);
    return host.plant("ledger.indicator", values);
  }
  void moved(RecordId id) {
    const auto told = host.deliver("ledger.line.moved", "1", {{"indicators", {id.str()}}});
    ASSERT_TRUE(told.ok()) << why(told);
  }
  Json told_of(const std::string& subject, const std::string& object) {
    const auto rows = host.rows(kFact, "subject==" + subject + ";object==\"" + object + "\"");
    EXPECT_EQ(rows.size(), 1U) << subject;
    return rows.empty() ? Json::object() : rows[0].at("facts");
  }
  void changed(const char* entity, RecordId id) {
    const auto told =
        host.deliver("records.changed", entity, {{"entity", entity}, {"action", "create"}, {"id", id.str()}});
    ASSERT_TRUE(told.ok()) << why(told);
  }
  RecordId contract(const std::string& number, const Json& changes = Json::object()) {
    Json values = {{"unit", "5"},
                   {"number", number},
                   {"title", "设备"},
                   {"fiscal_year", 2026},
                   {"project_code", "P-1"},
                   {"supplier", "甲公司"},
                   {"amount", 300'000'00},
                   {"procured", true},
                   {"plan_no", "CG"},
                   {"status", "draft"},
                   {"checked", false},
                   {"category", "A0201"},
                   {"signed_on", "2026-05-01"},
                   {"currency", "CNY"}};
    values.update(changes);
    const RecordId made = host.plant("monitoring.contract", values);
    changed("monitoring.contract", made);
    return made;
  }

  /// What events told is left to them for a minute.
  void scan_later(bool full = false) {
    host.set_now(kNoon + 120'000);
    scan(full);
  }

  RecordId project;
};

TEST_F(Fed, a_line_knows_its_upper_document_its_year_start_and_the_guarantees) {
  host.plant("ledger.document", {{"number", "苏财〔2026〕1号"}, {"status", "posted"}, {"posted_on", "2026-05-01"}});
  const RecordId id = line({{"department_class", "30217"}, {"upper_document_no", "苏财〔2026〕1号"}, {"paid", 60'00}});
  host.plant("ledger.entry",
             {{"indicator", id.str()}, {"event", "issue"}, {"amount", 50'00}, {"posted_on", "2026-07-13"}});
  host.plant("ledger.entry",
             {{"indicator", id.str()}, {"event", "add"}, {"amount", 50'00}, {"posted_on", "2026-07-13"}});
  moved(id);
  const Json facts = told_of("line", "ZB-1");
  EXPECT_EQ(facts["superior_on"], "2026-05-01");
  EXPECT_EQ(facts["year_start"], 50'00) << "what was added later is not of the year's start";
  EXPECT_EQ(facts["guarantee"], true);
  EXPECT_EQ(facts["due"], 100'00);
  scan_later();
  const Lines found = alerts();
  for (const char* wanted : {"R09 yellow ZB-1 open", "R34 red ZB-1 open"})
    EXPECT_NE(std::find(found.begin(), found.end(), wanted), found.end()) << wanted;
}

TEST_F(Fed, a_supplier_is_what_the_registers_said_on_the_day_of_the_award) {
  const auto record = [&](const std::string& code, const Json& more) {
    Json values = {{"code", code}, {"name", code}, {"source", "信用中国"}, {"as_of", "2026-07-01"}};
    values.update(more);
    return host.plant("monitoring.supplier_record", values);
  };
  record("NEW", {{"set_up_on", "2026-02-01"}});
  record("OLD", {{"set_up_on", "2026-01-31"}});
  record("LISTED", {{"set_up_on", "2010-01-01"}, {"listed_on", "2026-05-01"}});
  record("LATER", {{"set_up_on", "2010-01-01"}, {"listed_on", "2026-05-02"}});
  record("SERVED", {{"set_up_on", "2010-01-01"}, {"listed_on", "2024-05-02"}, {"listed_until", "2026-04-30"}});
  record("GONE", {{"set_up_on", "2010-01-01"}, {"cancelled_on", "2026-04-30"}});
  for (const char* code : {"NEW", "OLD", "LISTED", "LATER", "SERVED", "GONE", "UNKNOWN"})
    contract(std::string("HT-") + code,
             {{"supplier_code", code}, {"supplier", code}, {"procured", false}, {"awarded_on", "2026-05-01"}});
  EXPECT_EQ(told_of("supplier", "HT-UNKNOWN")["registered"], false);
  scan_later();
  Lines found;
  for (const std::string& line : alerts())
    if (line.rfind("R24", 0) == 0) found.push_back(line);
  EXPECT_EQ(found, (Lines{"R24 red HT-GONE open", "R24 red HT-LISTED open", "R24 yellow HT-NEW open"}));
  changed("monitoring.supplier_record", record("UNKNOWN", {{"set_up_on", "2026-04-01"}}));
  EXPECT_EQ(told_of("supplier", "HT-UNKNOWN")["registered"], true) << "the register came after the contract";
}

TEST_F(Fed, assets_above_the_number_allowed_or_the_price_of_the_standard_are_found) {
  const RecordId standard = host.plant("standards.expenditure_standard", {{"code", "PC"}, {"ceiling", 5000'00}});
  const RecordId own = host.plant("compilation.expenditure_line", {{"project", project.str()}, {"year", 2026}});
  const auto asset = [&](int item, const char* quantity, std::int64_t price) {
    const RecordId made = host.plant("compilation.asset_line", {{"line", own.str()},
                                                                {"item_no", item},
                                                                {"name", "台式机"},
                                                                {"existing", 8},
                                                                {"allowed", 10},
                                                                {"standard", standard.str()},
                                                                {"quantity", quantity},
                                                                {"price", price}});
    changed("compilation.asset_line", made);
  };
  asset(1, "2.00", 5000'00);
  asset(2, "3.00", 5000'00);
  asset(3, "2.00", 5000'01);
  scan_later();
  Lines found;
  for (const std::string& line : alerts())
    if (line.rfind("R38", 0) == 0) found.push_back(line);
  const std::string at = "R38 red P-1/" + own.str();
  EXPECT_EQ(found, (Lines{at + "/2 open", at + "/3 open"})) << "exactly the standard is not above it";
}

TEST_F(Fed, a_project_costs_what_is_paid_contracted_and_still_needed) {
  moved(line({{"amount", 90'000'00}, {"paid", 85'500'00}}));
  EXPECT_EQ(told_of("project", "P-1")["paid"], 85'500'00);
  contract("HT-1", {{"amount", 20'000'00}, {"status", "in_force"}, {"procured", false}});
  EXPECT_EQ(told_of("project", "P-1")["contracted"], 20'000'00);
  const auto progress = host.insert("monitoring.progress", {{"unit", "5"},
                                                            {"project_code", "P-1"},
                                                            {"fiscal_year", 2026},
                                                            {"as_of", "2026-07-01"},
                                                            {"planned_spending", 0.5},
                                                            {"actual_spending", 0.5},
                                                            {"planned_output", 0.55},
                                                            {"actual_output", 0.5},
                                                            {"forecast_amount", 5'000'00}});
  ASSERT_TRUE(progress.ok()) << why(progress);
  changed("monitoring.progress", *progress);
  const Json facts = told_of("project", "P-1");
  EXPECT_EQ(facts["forecast"], 5'000'00);
  EXPECT_EQ(facts["output"], 0.5);
  scan_later();
  const Lines found = alerts();
  for (const char* wanted : {"R02 red P-1 open", "R45 orange P-1 open"})
    EXPECT_NE(std::find(found.begin(), found.end(), wanted), found.end()) << wanted;
}

TEST_F(Fed, a_line_that_moves_all_the_time_does_not_hold_up_the_scan) {
  moved(line({{"source_year", 2024}, {"amount", 1000}}));
  fact("line", "L1", kIdle);
  scan();
  EXPECT_EQ(alerts(), Lines{"R07 yellow L1 open"}) << "the line that has just moved is judged by its own event";
  scan_later();
  const Lines found = alerts();
  EXPECT_NE(std::find(found.begin(), found.end(), "R08 orange ZB-1 open"), found.end())
      << "and by the scan, once it rests";
}

TEST_F(Fed, contracts_are_the_purchases_of_a_unit) {
  const RecordId of = host.plant("compilation.expenditure_line", {{"project", project.str()}});
  host.plant("compilation.procurement_line", {{"line", of.str()}, {"amount", 400'000'00}});
  contract("HT-1");
  EXPECT_EQ(told_of("purchase", "HT-1")["budget_left"], 400'000'00);
  contract("HT-2", {{"supplier", "乙公司"}, {"signed_on", "2026-06-01"}, {"method", "询价"}});
  EXPECT_EQ(told_of("purchase", "HT-2")["budget_left"], 100'000'00);
  EXPECT_EQ(told_of("purchase_book", "2026")["deals"].size(), 2U);
  contract("HT-3", {{"procured", false}});
  EXPECT_EQ(told_of("purchase_book", "2026")["deals"].size(), 2U);
  scan_later();
  EXPECT_EQ(alerts(), (Lines{"R10 orange 2026 open", "R41 red HT-2 open"}));
}

TEST_F(Fed, the_books_of_a_year_are_counted_by_the_full_scan) {
  host.declare("treasury", Json::parse(R"({"entity": "payment_certificate", "fields": [
    {"name": "unit", "type": "org"}, {"name": "kind", "type": "text"}, {"name": "status", "type": "text"},
    {"name": "fiscal_year", "type": "year"}, {"name": "details", "type": "int"}, {"name": "paid_amount", "type": "money"}]})"));
  const auto paid = [&](std::int64_t fen, int details, const char* kind = "payment") {
    host.plant("treasury.payment_certificate", {{"unit", "5"},
                                                {"kind", kind},
                                                {"status", "paid"},
                                                {"fiscal_year", 2026},
                                                {"details", details},
                                                {"paid_amount", fen}});
  };
  for (int n = 0; n < 120; ++n) paid(2'000'00, 0);
  paid(912'34, 0);
  paid(5'000'00, 30);
  paid(5'000'00, 0, "cancellation");
  scan(true);
  scan_later(true);
  const Json book = told_of("payment_book", "2026");
  EXPECT_EQ(book["rows"], 121);
  EXPECT_EQ(book["round_rows"], 120);
  EXPECT_EQ(book["first_digits"], (Json{0, 120, 0, 0, 0, 0, 0, 0, 1})) << "batches and cancellations are left out";
  EXPECT_EQ(alerts(), Lines{"R47 blue 2026 open"});
  scan(true);
  EXPECT_EQ(alerts().size(), 1U) << "running again adds nothing";
}

TEST_F(Fed, a_payment_knows_the_balance_behind_its_plan_and_the_calendar) {
  host.declare("workflow", Json::parse(R"({"entity": "holiday", "fields": [
    {"name": "day", "type": "date"}, {"name": "kind", "type": "text"}]})"));
  host.plant("workflow.holiday", {{"day", "2026-07-13"}, {"kind", "off"}});
  host.provide("ledger/1", [](const std::string& method, const Json& asked) -> Result<Json> {
    if (method == "balance") return Json{{"items", {{{"indicator", "9"}, {"available", 100'00}}}}};
    const bool plan = asked["document"]["entity"] == "treasury.usage_plan";
    return Json{
        {"reservations", Json::array({{{"indicator", "9"}, {"reserved", 0}, {"confirmed", plan ? 400'00 : 0}}})}};
  });
  const Json asked = {{"document", {{"entity", "treasury.payment_request"}, {"id", "12"}}}, {"stage", "approve"}};
  Json facts = {{"amount", 500'01}, {"indicator", "9"}, {"plan", "3"}, {"plan_balance", 500'00}};
  EXPECT_EQ(hits(examine(facts, asked)), (Lines{"R01 stop", "R04 stop"}));
  facts["amount"] = 500'00;
  EXPECT_EQ(hits(examine(facts, asked)), Lines()) << "what the plan holds is there to be paid";
  facts.update({{"amount", 2'000'000'00}, {"plan_balance", 2'000'000'00}, {"available", 2'000'000'00}});
  facts.update(
      {{"hour", 10}, {"review_seconds", 30}, {"repaid", true}, {"former_account", "1"}, {"payee_account", "2"}});
  EXPECT_EQ(hits(examine(facts, asked)), (Lines{"R32 warn", "R48 record", "R50 record", "R52 ask_papers"}));
}

} // namespace
} // namespace onebudget::monitoring
