// The plugin on a fake host: facts come in, alerts come out once, thresholds are tried, alerts are handled.
#include "plugins/monitoring/tests/house.hpp"

namespace onebudget::monitoring {
namespace {

TEST_F(House, a_cause_raises_one_alert_with_its_letter_however_often_it_is_scanned) {
  fact("line", "L1", kIdle);
  scan();
  EXPECT_EQ(alerts(), Lines{"R07 yellow L1 open"});
  EXPECT_EQ(host.rows("monitoring.inquiry").size(), 1U);
  scan(true);
  scan(true, "2026-07-14");
  EXPECT_EQ(alerts(), Lines{"R07 yellow L1 open"});
  EXPECT_EQ(host.rows("monitoring.inquiry").size(), 1U);
  const Row alert = host.rows(kAlert).front();
  EXPECT_EQ(alert.at("behind").size(), 1U);
  EXPECT_FALSE(alert.at("evidence").empty());
  EXPECT_EQ(alert.text("effect"), "inquire") << "a scan never blocks";
}

TEST_F(House, a_yellow_progress_alert_closes_itself_and_comes_back_and_an_orange_one_stays) {
  const RecordId id = fact("line", "L1", kIdle);
  scan();
  Json paid = kIdle;
  paid["first_paid_on"] = "2026-07-01";
  ASSERT_TRUE(host.update(kFact, id, {{"facts", paid}}).ok());
  scan();
  EXPECT_EQ(alerts(), Lines{"R07 yellow L1 lapsed"});
  ASSERT_TRUE(host.update(kFact, id, {{"facts", kIdle}}).ok());
  scan();
  EXPECT_EQ(alerts(), Lines{"R07 yellow L1 open"});
  scan(true, "2026-10-01");
  EXPECT_EQ(alerts(), Lines{"R07 orange L1 open"}) << "the same cause, graver";
  ASSERT_TRUE(host.update(kFact, id, {{"facts", paid}}).ok());
  scan(false, "2026-10-01");
  EXPECT_EQ(alerts(), Lines{"R07 orange L1 open"}) << "a finance officer finds on it";
}

TEST_F(House, what_is_written_is_judged_at_once_and_only_once) {
  const RecordId id = fact("line", "L1", kIdle);
  const auto tell = [&] {
    return host.deliver("records.changed", kFact, {{"entity", kFact}, {"action", "create"}, {"id", id.str()}});
  };
  for (int twice = 0; twice < 2; ++twice) ASSERT_TRUE(tell().ok());
  EXPECT_EQ(alerts(), Lines{"R07 yellow L1 open"}) << "no scan has run";
  const auto stream = host.request("GET /stream", {{"year", "2026"}});
  ASSERT_TRUE(stream.ok()) << why(stream);
  const Json told = Json::parse(stream->body);
  EXPECT_EQ(told["items"][0]["rule"], "R07");
  EXPECT_EQ(told["items"][0]["region_code"], "320583000");
  EXPECT_EQ(told["counts"]["by_level"][0], (Json{{"level", "yellow"}, {"count", 1}, {"open", 1}}));
  EXPECT_EQ(Json::parse(host.request("GET /stream", {{"after", told["newest"]}})->body)["items"].size(), 0U);
  EXPECT_EQ(Json::parse(host.request("GET /stream", {{"region", "320600000"}})->body)["counts"]["all"], 0);
  for (const auto& [name, wrong] : std::map<std::string, std::string>{
           {"level", "mauve"}, {"rule", "R53"}, {"limit", "201"}, {"after", "x"}, {"region", "32*"}, {"status", "x"}})
    EXPECT_EQ(host.request("GET /stream", {{name, wrong}}).fault().code, "http.parameter") << name;
}

TEST_F(House, pairs_of_the_library_become_facts_of_the_later_project) {
  host.declare("compilation", Json::parse(R"({"entity": "project", "fields": [
    {"name": "unit", "type": "org"}, {"name": "code", "type": "text"}, {"name": "name", "type": "text"},
    {"name": "fiscal_year", "type": "year"}, {"name": "total_amount", "type": "money"},
    {"name": "year_amount", "type": "money"}, {"name": "special_fund", "type": "text"}]})"));
  host.declare("compilation", Json::parse(R"({"entity": "duplicate_pair", "fields": [
    {"name": "first_project", "type": "ref", "entity": "compilation.project"}, {"name": "status", "type": "code"},
    {"name": "second_project", "type": "ref", "entity": "compilation.project"}, {"name": "rule", "type": "code"},
    {"name": "score", "type": "ratio"}]})"));
  std::vector<std::string> projects;
  for (const char* code : {"P-1", "P-2", "P-3"})
    projects.push_back(host.plant("compilation.project", {{"unit", "5"},
                                                          {"code", code},
                                                          {"name", "校舍维修"},
                                                          {"fiscal_year", 2026},
                                                          {"total_amount", 900},
                                                          {"year_amount", 500},
                                                          {"special_fund", std::string("F") + code}})
                           .str());
  const auto pair = [&](std::size_t one, std::size_t other, const char* rule, const char* status) {
    const RecordId id = host.plant("compilation.duplicate_pair", {{"first_project", projects[one]},
                                                                  {"second_project", projects[other]},
                                                                  {"rule", rule},
                                                                  {"score", 0.9},
                                                                  {"status", status}});
    const auto told = host.deliver("records.changed", "compilation.duplicate_pair",
                                   {{"entity", "compilation.duplicate_pair"}, {"action", "create"}, {"id", id.str()}});
    EXPECT_TRUE(told.ok()) << why(told);
  };
  pair(1, 0, "R25", "candidate");
  pair(1, 0, "R26", "candidate");
  pair(2, 0, "R25", "rejected");
  for (const Row& row : host.rows(kFact))
    ASSERT_TRUE(
        host.deliver("records.changed", kFact, {{"entity", kFact}, {"action", "create"}, {"id", row.id().str()}}).ok());
  EXPECT_EQ(alerts(), (Lines{"R25 orange P-2 open", "R26 orange P-2 open"})) << "what was judged different is none";
}

TEST_F(House, a_payment_of_the_treasury_is_kept_judged_refunded_and_forgotten_when_it_comes_back) {
  const Json asked = {{"document", {{"entity", "treasury.payment_request"}, {"id", "12"}}},
                      {"stage", "submit"},
                      {"unit", "5"},
                      {"fiscal_year", 2026},
                      {"day", "2026-07-13"},
                      {"title", "劳务"},
                      {"facts",
                       {{"amount", 300'000},
                        {"payee_kind", "person"},
                        {"payee_account", "6222"},
                        {"indicator", "9"},
                        {"details", 0},
                        {"elements", {{"department_class", "30226"}}}}}};
  const auto judged = [&] {
    for (const Row& row : host.rows(kFact))
      ASSERT_TRUE(
          host.deliver("records.changed", kFact, {{"entity", kFact}, {"action", "create"}, {"id", row.id().str()}})
              .ok());
  };
  for (int twice = 0; twice < 2; ++twice) ASSERT_TRUE(host.deliver("treasury.request.examined", "12", asked).ok());
  judged();
  EXPECT_EQ(alerts(), Lines{"R30 orange treasury.payment_request/12 open"});
  ASSERT_TRUE(
      host.deliver("treasury.refund.booked", "1",
                   {{"refund", "3"}, {"refund_no", "TK3"}, {"request", "12"}, {"unit", "5"}, {"amount", 300'000}})
          .ok());
  EXPECT_EQ(host.rows(kFact, "object==\"treasury.refund/3\"").size(), 1U);
  judged();
  EXPECT_EQ(alerts().size(), 1U) << "money that comes back breaks no rule";
  for (int twice = 0; twice < 2; ++twice)
    ASSERT_TRUE(host.deliver("treasury.request.gone", "12", {{"request", "12"}, {"unit", "5"}}).ok());
  EXPECT_TRUE(host.rows(kFact, "object==\"treasury.payment_request/12\"").empty());
}

TEST_F(House, a_line_of_the_ledger_is_kept_as_it_stands) {
  host.declare("ledger", Json::parse(R"({"entity": "indicator", "fields": [
    {"name": "unit", "type": "org"}, {"name": "code", "type": "text"}, {"name": "fiscal_year", "type": "year"},
    {"name": "source_year", "type": "year"}, {"name": "project_code", "type": "text"}, {"name": "amount", "type": "money"},
    {"name": "paid", "type": "money"}, {"name": "available", "type": "money"}, {"name": "frozen", "type": "money"},
    {"name": "department_class", "type": "text"}, {"name": "is_wage", "type": "bool"}]})"));
  const RecordId line = host.plant("ledger.indicator", {{"unit", "5"},
                                                        {"code", "ZB-1"},
                                                        {"fiscal_year", 2026},
                                                        {"source_year", 2024},
                                                        {"amount", 1000},
                                                        {"paid", 100},
                                                        {"available", 900},
                                                        {"frozen", 0},
                                                        {"is_wage", false}});
  ASSERT_TRUE(host.deliver("ledger.line.moved", "1", {{"indicators", {line.str()}}}).ok());
  const auto kept = host.rows(kFact, "object==ZB-1");
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].at("facts")["first_paid_on"], "2026-07-13");
  ASSERT_TRUE(
      host.deliver("records.changed", kFact, {{"entity", kFact}, {"action", "create"}, {"id", kept[0].id().str()}})
          .ok());
  EXPECT_EQ(alerts(), Lines{"R08 orange ZB-1 open"}) << "carried two years, and money is left";
}

TEST_F(House, what_has_not_run_is_named_and_never_counts_as_quiet) {
  fact("payment", "P1", {{"amount", "100.00"}, {"day", "2026-07-01"}});
  scan(true);
  const auto run = host.request("GET /rule-run");
  ASSERT_TRUE(run.ok()) << why(run);
  std::map<std::string, Row> rules;
  const Json answer = Json::parse(run->body);
  for (const Json& item : answer.at("items")) rules[Row(item).text("rule")] = Row(item);
  ASSERT_EQ(rules.size(), 52U);
  for (const char* rule : {"R01", "R21", "R22", "R24", "R43"}) {
    EXPECT_EQ(rules[rule].text("state"), "not_run") << rule;
    EXPECT_FALSE(Row(rules[rule].at("source")).text("zh").empty());
  }
  EXPECT_EQ(Row(rules["R21"].at("source")).text("zh"), "投标人登记信息");
  EXPECT_EQ(rules["R32"].text("state"), "run");
}

TEST_F(House, facts_are_read_strictly_at_the_door) {
  const auto bad = host.insert(kFact, {{"unit", "5"},
                                       {"subject", "payment"},
                                       {"object", "P1"},
                                       {"fiscal_year", 2026},
                                       {"told_by", "test"},
                                       {"facts", {{"amount", "1.234"}, {"day", "2026-02-30"}, {"colour", "red"}}}});
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(told(bad.fault()),
            (Lines{"monitoring.fact /facts/amount", "monitoring.fact /facts/day", "monitoring.fact /facts/colour"}));
}

TEST_F(House, a_payment_is_examined_in_the_middle_of_the_business) {
  const Json facts = {{"amount", 60'000'000},    {"indicator", "7"},     {"payee_account", "62001"},
                      {"payee_kind", "company"}, {"maker", "11"},        {"reviewer", "11"},
                      {"use", "年度会议场租"},   {"own_account", false}, {"elements", {{"department_class", "30227"}}}};
  const Json document = {{"document", {{"entity", "treasury.payment_request"}, {"id", "9"}}}, {"stage", "submit"}};
  const Json answer = examine(facts, document);
  EXPECT_EQ(hits(answer), (Lines{"R32 warn", "R33 warn", "R49 forbid"}));
  EXPECT_EQ(answer.at("allowed"), false);
  Json taken = document;
  taken["overrides"] = Json::array({{{"rule", "R32"}, {"by", "王局长"}, {"reason", "已当面复核"}},
                                    {{"rule", "R49"}, {"by", "王局长"}, {"reason", "人手不足"}}});
  EXPECT_EQ(hits(examine(facts, taken)), (Lines{"R32 record", "R33 warn", "R49 forbid"}))
      << "a named override holds for warnings only";
  EXPECT_TRUE(host.rows(kAlert).empty());
}

TEST_F(House, the_ledger_tells_the_balance_where_there_is_one) {
  Json facts = {{"amount", 10'001}, {"indicator", "7"}, {"maker", "11"}, {"hour", 10}};
  const Json document = {{"document", {{"entity", "treasury.payment_request"}, {"id", "9"}}}, {"stage", "submit"}};
  const auto waiting = [&](const Json& answer) {
    for (const Json& item : answer.at("not_run"))
      if (Row(item).text("rule") == "R01") return Row(item).at("source").at("zh").get<std::string>();
    return std::string();
  };
  EXPECT_EQ(waiting(examine(facts, document)), "预算指标账") << "no ledger: not run, with its name";
  host.provide("ledger/1", [](const std::string& method, const Json& request) -> Result<Json> {
    if (method == "state") {
      const bool plan = request.at("document").at("entity") == "treasury.usage_plan";
      return Json{{"reservations", {{{"indicator", "7"}, {"reserved", plan ? 500 : 0}, {"confirmed", 0}}}}};
    }
    EXPECT_EQ(method, "balance");
    EXPECT_EQ(request.at("indicators"), Json::array({"7"}));
    return Json{{"items", Json::array({{{"indicator", "7"}, {"available", 10'000}}})}};
  });
  EXPECT_EQ(hits(examine(facts, document)), Lines{"R01 stop"});
  facts["amount"] = 10'000;
  EXPECT_EQ(hits(examine(facts, document)), Lines{});
  facts["plan"] = "3";
  facts["amount"] = 10'500;
  EXPECT_EQ(hits(examine(facts, document)), Lines{}) << "what its plan holds is there for the payment";
  facts["amount"] = 10'501;
  EXPECT_EQ(hits(examine(facts, document)), Lines{"R01 stop"});
}

TEST_F(House, a_payment_knows_its_contract_and_what_was_paid_before) {
  const RecordId contract = host.plant("monitoring.contract", {{"unit", "5"},
                                                               {"number", "C1"},
                                                               {"title", "食堂设备"},
                                                               {"fiscal_year", 2026},
                                                               {"supplier", "甲公司"},
                                                               {"amount", 100'000},
                                                               {"signed_on", "2026-05-01"},
                                                               {"checked", false},
                                                               {"status", "in_force"}});
  ASSERT_FALSE(host.plant("monitoring.contract_change", {{"contract", contract.str()},
                                                         {"number", 1},
                                                         {"change_amount", 5'000},
                                                         {"changed_on", "2026-05-20"},
                                                         {"document_no", "批1号"}})
                   .none());
  fact("payment", "P1", {{"amount", "900.00"}, {"day", "2026-06-01"}, {"contract", "C1"}, {"account", "62001"}});
  const auto pay = [&](std::int64_t fen) {
    return hits(examine({{"amount", fen}, {"day", "2026-07-01"}, {"contract", "C1"}, {"account", "62001"}},
                        {{"subject", "payment"}, {"object", "P2"}}));
  };
  EXPECT_EQ(pay(9'000), Lines{}) << "90 % and 9 %: below 95 % of contract and change";
  EXPECT_EQ(pay(15'000), (Lines{"R19 ask_papers"})) << "all of it, and nothing accepted";
  EXPECT_EQ(pay(15'001), (Lines{"R16 stop", "R19 ask_papers"}));
  ASSERT_FALSE(host.plant("monitoring.acceptance", {{"contract", contract.str()},
                                                    {"number", 1},
                                                    {"accepted_on", "2026-06-20"},
                                                    {"passed", true},
                                                    {"acceptor", "李四"}})
                   .none());
  EXPECT_EQ(pay(15'000), Lines{});
}

TEST_F(House, actuals_without_a_budget_are_listed_once) {
  fact("payment", "P1", {{"amount", "100.00"}, {"day", "2026-07-01"}, {"indicator", false}});
  scan();
  scan(true);
  ASSERT_EQ(host.rows("monitoring.unmatched_actual").size(), 1U);
  const Row row = host.rows("monitoring.unmatched_actual").front();
  EXPECT_EQ(row.money("amount"), Money::from_fen(10'000));
  const auto blank = host.transition("monitoring.unmatched_actual", row.id(), "match");
  ASSERT_FALSE(blank.ok());
  EXPECT_EQ(told(blank.fault()), Lines{"monitoring.no_line /matched_line"});
  ASSERT_TRUE(host.update("monitoring.unmatched_actual", row.id(), {{"matched_line", "ZB-1"}}).ok());
  EXPECT_TRUE(host.transition("monitoring.unmatched_actual", row.id(), "match").ok());
}

TEST_F(House, a_threshold_is_previewed_on_last_year_before_it_is_approved) {
  for (const int days : {100, 120})
    fact("line", "L" + std::to_string(days),
         {{"as_of", "2025-12-31"}, {"issued_on", Day::of(2025, 12, 31)->plus_days(-days).str()}, {"scheduled", true}},
         2025);
  const auto made = host.insert("monitoring.threshold", {{"rule", "R07"},
                                                         {"code", "days"},
                                                         {"region_code", "320583000"},
                                                         {"fiscal_year", 2026},
                                                         {"edition", 1},
                                                         {"value", "110"}});
  ASSERT_TRUE(made.ok()) << why(made);
  const auto early = host.transition("monitoring.threshold", *made, "approve");
  ASSERT_FALSE(early.ok());
  EXPECT_EQ(told(early.fault()), Lines{"monitoring.not_previewed /preview"});
  const auto tried = host.request("POST /threshold/{id}/preview", {{"id", made->str()}}, "{}");
  ASSERT_TRUE(tried.ok()) << why(tried);
  const Row preview(Json::parse(tried->body));
  EXPECT_EQ(preview.number("hits_before"), 2);
  EXPECT_EQ(preview.number("hits_after"), 1);
  EXPECT_EQ(preview.number("gone"), 1);
  ASSERT_TRUE(host.update("monitoring.threshold", *made, {{"value", "115"}}).ok());
  EXPECT_FALSE(host.transition("monitoring.threshold", *made, "approve").ok()) << "another value, not previewed";
  ASSERT_TRUE(host.request("POST /threshold/{id}/preview", {{"id", made->str()}}, "{}").ok());
  host.set_caller("leader", UserId{2});
  EXPECT_TRUE(host.transition("monitoring.threshold", *made, "approve").ok());
  fact("line", "L1", {{"issued_on", "2026-04-01"}, {"scheduled", true}});
  scan();
  EXPECT_EQ(alerts(), (Lines{"R07 yellow L100 open", "R07 yellow L120 open"}))
      << "103 days are within 115; the year before still has the old number";
}

TEST_F(House, bad_thresholds_and_rules_are_refused) {
  const Json row = {
      {"rule", "R07"}, {"code", "days"}, {"region_code", "000000000"}, {"fiscal_year", 2026}, {"edition", 1}};
  for (const auto& [code, value, finding] : {std::make_tuple("days", "-1", "monitoring.threshold /value"),
                                             std::make_tuple("weeks", "3", "monitoring.threshold_code /code")}) {
    Json bad = row;
    bad.update({{"code", code}, {"value", value}});
    const auto refused = host.insert("monitoring.threshold", bad);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(told(refused.fault()), Lines{finding});
  }
  const auto rule = host.insert(
      "monitoring.alert_rule",
      {{"code", "R01"}, {"level", "yellow"}, {"live", true}, {"enabled", false}, {"valid_from", "2026-01-01"}});
  ASSERT_FALSE(rule.ok());
  EXPECT_EQ(told(rule.fault()), (Lines{"monitoring.rule_kept /enabled", "monitoring.rule_kept /level"}));
}

} // namespace
} // namespace onebudget::monitoring
