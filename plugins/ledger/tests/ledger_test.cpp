#include "plugins/ledger/tests/house.hpp"

namespace onebudget::ledger {
namespace {

class Ledger : public House {};

TEST_F(Ledger, money_goes_from_the_budget_to_a_unit_and_every_step_is_two_legs) {
  posted({{"kind", "appropriation"}}, {{{"amount", 1000}, {"fund_kind", "1"}}});
  posted({{"kind", "issue"}}, {{{"amount", 600}, {"unit", "5"}, {"fund_kind", "1"}, {"functional_class", "2050203"}}});
  const Row budget = host.rows("ledger.indicator", "stage==budget").front();
  const Row unit = host.rows("ledger.indicator", "stage==executable").front();
  EXPECT_EQ(budget.number("available"), 400);
  EXPECT_EQ(unit.number("available"), 600);
  EXPECT_EQ(unit.text("functional_class"), "2050203");
  EXPECT_EQ(host.rows("ledger.entry").size(), 3U);
  const auto too_much = post(draft({{"kind", "issue"}}, {{{"amount", 401}, {"unit", "6"}, {"fund_kind", "1"}}}));
  EXPECT_EQ(told(too_much.fault()), Lines{"ledger.balance /lines"});
  const Json replay = Json::parse(host.request("GET /replay", {{"fiscal_year", "2026"}})->body);
  EXPECT_EQ(replay["debits"], replay["credits"]);
  EXPECT_EQ(replay["digest"], Json::parse(host.request("GET /replay", {{"fiscal_year", "2026"}})->body)["digest"]);
  drift_is_zero();
}

TEST_F(Ledger, a_payment_is_checked_reserved_confirmed_paid_and_refunded) {
  const std::string id = issued(1000);
  EXPECT_EQ(send("check", ask("1", id, 700))["allowed"], true);
  EXPECT_EQ(host.rows("ledger.reservation").size(), 0U) << "a check has no effect";
  const Json reserved = send("reserve", ask("1", id, 700));
  EXPECT_EQ(reserved["allowed"], true);
  EXPECT_EQ(reserved["proof"]["all_of"][0]["left"], "3.00") << "a proof is in yuan";
  EXPECT_EQ(host.rows("ledger.decision").size(), 1U);
  held("1", 700, 0, 0);
  EXPECT_EQ(
      refused("consume", {{"document", document("1")}, {"reference", "V1"}, {"lines", {{{"line", 1}, {"amount", 1}}}}}),
      "ledger.not_confirmed");
  send("confirm", {{"document", document("1")}});
  EXPECT_EQ(send("confirm", {{"document", document("1")}})["repeated"], true);
  const Json pay = {{"document", document("1")}, {"reference", "V1"}, {"lines", {{{"line", 1}, {"amount", 600}}}}};
  EXPECT_EQ(send("consume", pay)["repeated"], false);
  EXPECT_EQ(send("consume", pay)["repeated"], true) << "the same voucher counts once";
  held("1", 0, 100, 600);
  EXPECT_EQ(refused("refund",
                    {{"document", document("1")}, {"reference", "R1"}, {"lines", {{{"line", 1}, {"amount", 601}}}}}),
            "ledger.refund_too_large");
  send("refund", {{"document", document("1")}, {"reference", "R1"}, {"lines", {{{"line", 1}, {"amount", 50}}}}});
  send("release", {{"document", document("1")}, {"reason", "closed"}});
  EXPECT_EQ(send("release", {{"document", document("1")}, {"reason", "closed"}})["repeated"], true);
  const Row after = indicator(id);
  EXPECT_EQ(after.number("paid"), 550);
  EXPECT_EQ(after.number("available"), 450);
  EXPECT_EQ(after.number("amount"), 1000);
  drift_is_zero();
}

TEST_F(Ledger, the_proof_of_a_long_document_is_kept_in_parts) {
  const std::string id = issued(100'000);
  Json lines = Json::array();
  for (int line = 1; line <= 1000; ++line) lines.push_back({{"line", line}, {"indicator", id}, {"amount", 1}});
  const Json answer = send("reserve", ask("1", id, 1, {{"lines", lines}}));
  ASSERT_EQ(answer["allowed"], true);
  std::size_t kept = 0;
  for (const Row& part : host.rows("ledger.decision"))
    for (const Json& node : part.at("proof")["all_of"]) kept += node["lines"].size();
  EXPECT_EQ(kept, 1000U);
  EXPECT_GT(host.rows("ledger.decision").size(), 1U);
  EXPECT_EQ(indicator(id).number("reserved"), 1000);
}

TEST_F(Ledger, a_refusal_reserves_nothing_and_says_why) {
  const std::string id = issued(1000);
  const Json answer = send("reserve", ask("1", id, 1001));
  EXPECT_EQ(answer["allowed"], false);
  EXPECT_EQ(answer["findings"][0]["code"], "ledger.balance");
  EXPECT_EQ(answer["proof"]["all_of"][0]["override"]["possible"], false);
  EXPECT_TRUE(host.rows("ledger.reservation").empty());
  EXPECT_EQ(refused("confirm", {{"document", document("1")}}), "ledger.no_reservation");
  EXPECT_EQ(send("check", ask("1", "999", 1))["findings"][0]["code"], "ledger.indicator");
  EXPECT_EQ(send("check", ask("1", id, INT64_MAX))["findings"][0]["code"], "ledger.amount");
}

TEST_F(Ledger, the_same_line_is_held_once_and_again_only_after_its_release) {
  const std::string id = issued(1000);
  send("reserve", ask("1", id, 700));
  EXPECT_EQ(send("reserve", ask("1", id, 700))["repeated"], true);
  EXPECT_EQ(refused("reserve", ask("1", id, 200)), "ledger.reserved_otherwise");
  send("release", {{"document", document("1")}, {"reason", "refused"}});
  EXPECT_EQ(indicator(id).number("available"), 1000);
  EXPECT_EQ(send("reserve", ask("1", id, 200))["repeated"], false) << "a returned payment is submitted again";
  EXPECT_EQ(indicator(id).number("reserved"), 200);
  drift_is_zero();
}

TEST_F(Ledger, a_payment_draws_on_its_contract_and_gives_back_to_it) {
  const std::string id = issued(1000);
  const Json contract = {{"document", document("7", "monitoring.contract")}, {"link", "contract"}};
  const std::string held_by = send("reserve", ask("7", id, 800, contract))["reservations"][0]["id"];
  const Json from = {{"lines", {{{"line", 1}, {"indicator", id}, {"amount", 900}, {"from", held_by}}}}};
  EXPECT_EQ(send("check", ask("1", id, 900, from))["allowed"], false) << "an unconfirmed contract gives nothing";
  send("confirm", {{"document", document("7", "monitoring.contract")}});
  EXPECT_EQ(send("reserve", ask("1", id, 900, from))["allowed"], true);
  EXPECT_EQ(indicator(id).number("available"), 100) << "only what is beyond the contract";
  send("release", {{"document", document("1")}, {"reason", "refused"}});
  EXPECT_EQ(indicator(id).number("available"), 200);
  EXPECT_EQ(indicator(id).number("confirmed"), 800);
  send("release", {{"document", document("7", "monitoring.contract")}, {"reason", "cancelled"}});
  EXPECT_EQ(indicator(id).number("available"), 1000);
  drift_is_zero();
}

TEST_F(Ledger, a_control_warns_holds_and_stops_and_a_named_person_lets_pass) {
  const std::string id = issued(100'000);
  const auto control = host.insert("ledger.control", {{"code", "department_cap"},
                                                      {"region", "3"},
                                                      {"fiscal_year", 2026},
                                                      {"name", "部门用款"},
                                                      {"level", "department"},
                                                      {"warn_percent", 50},
                                                      {"stop_percent", 90},
                                                      {"hold", true},
                                                      {"override_role", "finance_leader"},
                                                      {"override_limit", 80'000}});
  ASSERT_TRUE(control.ok()) << why(control);
  ASSERT_TRUE(host.transition("ledger.control", *control, "submit").ok());
  const auto approved = host.transition("ledger.control", *control, "approve");
  ASSERT_TRUE(approved.ok()) << why(approved);
  const Row pool = host.rows("ledger.pool").front();
  EXPECT_EQ(pool.number("budget"), 100'000);
  EXPECT_EQ(send("check", ask("1", id, 50'000))["level"], "pass");
  host.add_holder(
      {{"user", "9"}, {"name", "leader"}, {"display_name", "李局"}, {"role", "finance_leader"}, {"node", "3"}},
      {RecordId{5}});
  const Json held_up = send("reserve", ask("1", id, 60'000));
  EXPECT_EQ(held_up["level"], "hold");
  EXPECT_EQ(held_up["proof"]["all_of"][1]["override"]["persons"][0]["name"], "leader");
  EXPECT_EQ(send("check", ask("1", id, 90'001))["level"], "stop");
  const auto request = host.insert("ledger.override", {{"source_entity", "treasury.payment_request"},
                                                       {"source_id", "1"},
                                                       {"unit", "5"},
                                                       {"pool", pool.id().str()},
                                                       {"amount", 60'000},
                                                       {"reason", "应急"}});
  ASSERT_TRUE(request.ok()) << why(request);
  EXPECT_EQ(told(host.transition("ledger.override", *request, "grant").fault()),
            Lines{"ledger.override_person /status"});
  host.set_caller("leader", UserId{9});
  const auto granted = host.transition("ledger.override", *request, "grant");
  ASSERT_TRUE(granted.ok()) << why(granted);
  const Json passed = send("reserve", ask("1", id, 60'000));
  EXPECT_EQ(passed["allowed"], true);
  EXPECT_EQ(passed["level"], "warn");
  EXPECT_EQ(host.row("ledger.pool", pool.id()).number("used"), 60'000);
  EXPECT_EQ(host.row("ledger.pool", pool.id()).number("room"), 3'000'000);
  const std::string other = issued(10'000, "6");
  EXPECT_EQ(host.row("ledger.pool", pool.id()).number("budget"), 110'000) << "a new indicator is counted at once";
  drift_is_zero();
}

TEST_F(Ledger, a_supplement_looks_at_the_total_of_its_project) {
  const Json line = {{"unit", "5"},
                     {"stage", "executable"},
                     {"fund_kind", "1"},
                     {"functional_class", "2050203"},
                     {"project_code", "P1"}};
  const auto added = [&](std::int64_t fen) {
    Json one = line;
    one["amount"] = fen;
    const auto done = post(draft({{"kind", "add"}}, {one}));
    return done ? Lines() : told(done.fault());
  };
  EXPECT_EQ(added(50'000), Lines()) << "nobody keeps a project library";
  Json asked;
  host.provide("compilation/1", [&](const std::string& method, const Json& request) -> Result<Json> {
    asked = {{"method", method}, {"projects", request["projects"]}};
    Json totals = Json::array();
    if (request["projects"] == Json::array({"P1"})) totals.push_back({{"code", "P1"}, {"total", 80'000}});
    return Json{{"projects", totals}};
  });
  EXPECT_EQ(added(30'000), Lines()) << "the last fen of the project";
  EXPECT_EQ(asked, (Json{{"method", "totals"}, {"projects", {"P1"}}}));
  EXPECT_EQ(added(1), Lines{"ledger.project_total /lines/1/amount"});
  Json other = line;
  other["amount"] = 90'000;
  other["project_code"] = "P2";
  EXPECT_TRUE(post(draft({{"kind", "add"}}, {other})).ok()) << "the library does not hold it";
  EXPECT_EQ(host.rows("ledger.indicator", "project_code==P1").front().number("amount"), 80'000);
  drift_is_zero();
}

TEST_F(Ledger, nothing_is_posted_into_a_closed_period_and_nothing_reopens_after_the_year) {
  const std::string id = issued(1000);
  const auto june = host.insert("ledger.period", {{"region", "3"}, {"fiscal_year", 2026}, {"month", 6}});
  ASSERT_TRUE(june.ok()) << why(june);
  ASSERT_TRUE(host.transition("ledger.period", *june, "start_close").ok());
  ASSERT_TRUE(host.transition("ledger.period", *june, "close").ok());
  const auto late = post(draft({{"kind", "freeze"}, {"posted_on", "2026-06-30"}}, {{{"source", id}, {"amount", 1}}}));
  EXPECT_EQ(late.fault().code, "ledger.period_closed");
  posted({{"kind", "freeze"}}, {{{"source", id}, {"amount", 1}}});
  EXPECT_EQ(indicator(id).number("frozen"), 1);
  const auto ahead = host.insert("ledger.document", {{"number", "x"},
                                                     {"kind", "freeze"},
                                                     {"node", "3"},
                                                     {"fiscal_year", 2026},
                                                     {"title", "x"},
                                                     {"posted_on", "2026-07-02"}});
  EXPECT_EQ(told(ahead.fault()), Lines{"ledger.posting_date /posted_on"});
}

TEST_F(Ledger, a_posted_document_is_corrected_by_its_red_reversal_only) {
  const RecordId document =
      posted({{"kind", "add"}}, {{{"amount", 500}, {"unit", "5"}, {"stage", "executable"}, {"fund_kind", "1"}}});
  EXPECT_FALSE(host.transition("ledger.document", document, "return").ok());
  const auto red = host.request("POST /document/{id}/reverse", {{"id", document.str()}}, "{}");
  ASSERT_TRUE(red.ok()) << why(red);
  const auto done = post(*RecordId::parse(Json::parse(red->body)["id"].get<std::string>()));
  ASSERT_TRUE(done.ok()) << why(done);
  EXPECT_EQ(host.rows("ledger.indicator").front().number("amount"), 0);
  drift_is_zero();
}

TEST_F(Ledger, balances_of_any_day_come_from_entries) {
  host.set_now(1'782'864'000'000 - 86'400'000LL);
  const std::string id = issued(1000);
  host.set_now(1'782'864'000'000);
  send("reserve", ask("1", id, 300));
  const Json now = send("balance", {{"indicators", {id}}}),
             then = send("balance", {{"indicators", {id}}, {"as_of", "2026-06-30"}});
  EXPECT_EQ(now["items"][0]["available"], 700);
  EXPECT_EQ(then["items"][0]["available"], 1000);
  EXPECT_EQ(then["items"][0]["amount"], 1000);
}

TEST_F(Ledger, what_happened_outside_is_booked_on_its_day_and_never_ahead) {
  host.set_now(1'782'864'000'000 - 40 * 86'400'000LL);
  const std::string id = issued(1000);
  host.set_now(1'782'864'000'000);
  const Json source = {{"entity", "external.ifmis"}, {"id", "1"}};
  Json told;
  const auto outside = [&](const std::string& verb, Json body, const char* on) {
    body["document"] = source;
    body["on"] = on;
    const auto answer = host.request("POST /external/{verb}", {{"verb", verb}}, body.dump());
    if (answer) told = Json::parse(answer->body);
    return answer ? std::string() : answer.fault().code;
  };
  const Json held = {
      {"unit", "5"}, {"link", "payment"}, {"lines", {{{"line", 1}, {"indicator", id}, {"amount", "3.00"}}}}};
  const Json pay = {{"reference", "V1"}, {"lines", {{{"line", 1}, {"amount", "2.00"}}}}};
  EXPECT_EQ(outside("reserve", held, "2026-05-30"), "");
  EXPECT_EQ(told["reservations"][0]["reserved"], "3.00") << "routes tell yuan";
  EXPECT_EQ(outside("confirm", {{"lines", {1}}}, "2026-05-30"), "");
  EXPECT_EQ(outside("consume", pay, "2026-07-02"), "ledger.posting_date") << "ahead";
  EXPECT_EQ(outside("consume", pay, "yesterday"), "http.body");
  EXPECT_EQ(outside("consume", pay, "2026-06-20"), "");
  EXPECT_EQ(told["reservations"][0]["consumed"], "2.00");
  const Json may = send("balance", {{"indicators", {id}}, {"as_of", "2026-05-31"}}),
             june = send("balance", {{"indicators", {id}}, {"as_of", "2026-06-20"}});
  EXPECT_EQ(may["items"][0]["confirmed"], 300);
  EXPECT_EQ(june["items"][0]["paid"], 200);
  EXPECT_EQ(host.rows("ledger.entry", "event==consume").front().number("month"), 6);
  drift_is_zero();
}

TEST_F(Ledger, execution_adds_up_by_whatever_a_dashboard_asks_for) {
  const std::string id = issued(1000);
  issued(500, "6");
  send("reserve", ask("1", id, 700));
  send("confirm", {{"document", document("1")}});
  send("consume", {{"document", document("1")}, {"reference", "V1"}, {"lines", {{{"line", 1}, {"amount", 600}}}}});
  send("refund", {{"document", document("1")}, {"reference", "R1"}, {"lines", {{{"line", 1}, {"amount", 50}}}}});
  const auto told = [&](const plugin::Json& parameters) {
    std::map<std::string, std::string> given = {{"year", "2026"}};
    for (const auto& [name, value] : parameters.items()) given[name] = value.get<std::string>();
    const auto answer = host.request("GET /execution", given);
    return answer ? Json::parse(answer->body) : Json(answer.fault().code);
  };
  const Json curve = told({});
  EXPECT_EQ(curve["total"]["amount"], "15.00");
  EXPECT_EQ(curve["items"][6]["paid"], "5.50") << "refunds are taken off";
  EXPECT_EQ(curve["items"][7]["paid"], nullptr) << "August is to come";
  const Json units = told({{"by", "unit"}});
  EXPECT_EQ(units["items"][0]["key"], "6") << "who is furthest behind comes first";
  EXPECT_EQ(units["items"][1]["rate"], 0.55);
  const Json departments = told({{"by", "department"}});
  EXPECT_EQ(departments["items"].size(), 1U);
  EXPECT_EQ(departments["items"][0]["key"], "106");
  EXPECT_EQ(departments["items"][0]["confirmed"], "1.00");
  EXPECT_EQ(told({{"by", "region"}, {"region", "320500000"}})["items"].size(), 1U);
  EXPECT_EQ(told({{"region", "320600000"}})["total"]["amount"], "0.00");
  for (const auto& [name, wrong] :
       std::map<std::string, std::string>{{"year", "26"}, {"by", "mood"}, {"region", "32*"}, {"function", "2;x"}})
    EXPECT_EQ(told({{name, wrong}}), "http.parameter") << name;
}

TEST_F(Ledger, an_unconfirmed_reservation_expires_and_says_so) {
  const std::string id = issued(1000);
  send("reserve", ask("1", id, 300, {{"expires_on", "2026-06-30"}}));
  const auto done = host.run_job("expire");
  ASSERT_TRUE(done.ok()) << why(done);
  EXPECT_EQ(done->result["released"], 1);
  EXPECT_EQ(indicator(id).number("available"), 1000);
  EXPECT_EQ(host.events().back().topic, "ledger.reservation.expired");
  EXPECT_EQ(host.events().back().payload["lines"], Json::array({1}));
}

TEST_F(Ledger, the_year_ends_with_carry_over_recovery_and_what_waits) {
  issued(1000);
  issued(500, "6", {{"source_year", 2024}});
  const auto answer = host.request("POST /year-end", {}, R"({"region": "3", "fiscal_year": 2026})");
  ASSERT_TRUE(answer.ok()) << why(answer);
  const Json documents = Json::parse(answer->body)["documents"];
  ASSERT_EQ(documents.size(), 2U);
  for (const Json& one : documents) {
    const auto done = post(*RecordId::parse(one["id"].get<std::string>()));
    ASSERT_TRUE(done.ok()) << why(done);
  }
  const Row next = host.rows("ledger.indicator", "fiscal_year==2027").front();
  EXPECT_EQ(next.number("available"), 1000);
  EXPECT_EQ(next.number("source_year"), 2026);
  EXPECT_EQ(next.text("budget_source"), "carried");
  for (const Row& row : host.rows("ledger.indicator", "fiscal_year==2026")) EXPECT_EQ(row.number("available"), 0);
  drift_is_zero();
}

Json elements(const Json& changes) {
  Json out = {{"fiscal_year", 2026},           {"region", "320583000"},          {"document_no", "昆财〔2026〕1号"},
              {"project_code", "P1"},          {"unit", "320583-106001"},        {"fund_kind", "1"},
              {"functional_class", "2050203"}, {"indicator_type", "executable"}, {"budget_source", "1"},
              {"is_advance", false},           {"is_procurement", true}};
  out.update(changes);
  return out;
}

TEST_F(Ledger, the_issued_budget_becomes_indicators_once) {
  host.declare("compilation", Json::parse(R"({"entity": "congress_approval", "fields": [
    {"name": "region", "type": "org"}, {"name": "fiscal_year", "type": "year"}, {"name": "document_no", "type": "text"},
    {"name": "fund_1", "type": "money"}, {"name": "status", "type": "code"}]})"));
  host.plant(
      "compilation.congress_approval",
      {{"region", "3"}, {"fiscal_year", 2026}, {"document_no", "决议"}, {"fund_1", 5000}, {"status", "confirmed"}});
  Json event = {{"batch", "40"},
                {"document_no", "昆财〔2026〕1号"},
                {"title", "批复"},
                {"unit", "5"},
                {"region", "320583000"},
                {"fiscal_year", 2026},
                {"issued_on", "2026-07-01"},
                {"ground", "none"},
                {"source", "1"},
                {"changes", nullptr},
                {"to_unit", false},
                {"total", 3000},
                {"part", 1},
                {"parts", 1},
                {"lines",
                 {{{"line", "71"},
                   {"project", "9"},
                   {"amount", 3000},
                   {"previous", nullptr},
                   {"elements", elements(Json::object())}}}}};
  const auto deliver = [&](const Json& payload) {
    const std::size_t before = host.events().size();
    for (int twice = 0; twice < 2; ++twice)
      ASSERT_TRUE(host.deliver("compilation.budget.issued", "5/2026", payload).ok());
    const auto received = host.events();
    for (std::size_t i = before; i < received.size(); ++i)
      for (int twice = 0; twice < 2; ++twice) {
        const auto done = host.deliver(received[i].topic, received[i].key, received[i].payload);
        ASSERT_TRUE(done.ok()) << why(done);
      }
  };
  deliver(event);
  ASSERT_EQ(host.rows("ledger.indicator", "stage==executable").size(), 1U);
  const Row unit = host.rows("ledger.indicator", "stage==executable").front();
  EXPECT_EQ(unit.number("available"), 3000);
  EXPECT_TRUE(unit.flag("is_procurement"));
  EXPECT_EQ(host.rows("ledger.indicator", "stage==budget").front().number("available"), 2000);

  event["batch"] = "41";
  event["document_no"] = "昆财〔2026〕9号";
  event["changes"] = "40";
  event["source"] = "3";
  event["lines"] = {{{"line", "81"},
                     {"project", "9"},
                     {"amount", 1000},
                     {"previous", {{"issue", "40"}, {"line", "71"}, {"amount", 3000}}},
                     {"elements", elements({{"document_no", "昆财〔2026〕9号"}})}},
                    {{"line", "82"},
                     {"project", "9"},
                     {"amount", 2000},
                     {"previous", nullptr},
                     {"elements", elements({{"document_no", "昆财〔2026〕9号"}, {"project_code", "P2"}})}}};
  deliver(event);
  EXPECT_EQ(host.row("ledger.indicator", unit.id()).number("available"), 1000);
  EXPECT_EQ(host.rows("ledger.indicator", "project_code==P2").front().number("available"), 2000);
  EXPECT_EQ(host.rows("ledger.indicator", "stage==budget").front().number("available"), 2000)
      << "a transfer is no new money";

  event["batch"] = "42";
  event["changes"] = nullptr;
  event["source"] = "1";
  event["lines"] = {{{"line", "91"},
                     {"project", "9"},
                     {"amount", 2001},
                     {"previous", nullptr},
                     {"elements", elements({{"project_code", "P3"}})}}};
  event["document_no"] = "昆财〔2026〕10号";
  deliver(event);
  const auto waiting = host.rows("ledger.document", "status==draft");
  ASSERT_EQ(waiting.size(), 1U) << "more than was approved waits for people";
  EXPECT_FALSE(waiting.front().text("problem").empty());
  drift_is_zero();
}

} // namespace
} // namespace onebudget::ledger
