// From the plan to the receipt, and everything that stops a payment on its way.
#include "plugins/treasury/tests/house.hpp"

namespace onebudget::treasury {
namespace {

constexpr const char* kPlan = "treasury.usage_plan";
constexpr const char* kRequest = "treasury.payment_request";
constexpr const char* kCertificate = "treasury.payment_certificate";

TEST_F(House, a_plan_holds_its_money_until_it_is_refused) {
  const RecordId id = plan();
  EXPECT_EQ(row(kPlan, id).text("plan_no"), "JH320583202600000001");
  moved(kPlan, id, "submit");
  EXPECT_EQ(ledger.available, 500'000'00);
  moved(kPlan, id, "return", 2);
  EXPECT_EQ(ledger.available, 1'000'000'00);
}

TEST(Treasury, without_the_ledger_nothing_is_planned) {
  FakeHost alone(ONEBUDGET_PLUGIN_PACKAGE);
  ASSERT_TRUE(alone.start().ok());
  const auto refused = alone.insert("treasury.usage_plan", {{"unit", "5"},
                                                            {"fiscal_year", 2026},
                                                            {"month", 3},
                                                            {"indicator", "7"},
                                                            {"use", "维修"},
                                                            {"requested_amount", 100}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.fault().kind, FaultKind::unavailable);
  EXPECT_TRUE(alone.rows("treasury.usage_plan").empty());
}

TEST_F(House, a_plan_beyond_the_indicator_is_not_submitted) {
  const RecordId id = plan({{"requested_amount", 1'000'000'01}});
  EXPECT_EQ(refused(kPlan, id, "submit"), Lines{"ledger.balance /requested_amount"});
  EXPECT_EQ(row(kPlan, id).text("status"), "draft");
}

TEST_F(House, a_plan_is_granted_at_most_what_it_asks) {
  const RecordId id = plan();
  moved(kPlan, id, "submit");
  const auto more = post("/usage-plan/{id}/grant", id, {{"amount", "500000.01"}});
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(told(more.fault()), Lines{"treasury.plan_amount /approved_amount"});
  ASSERT_TRUE(post("/usage-plan/{id}/grant", id, {{"amount", "50000.00"}}).ok());
  moved(kPlan, id, "review", 2);
  moved(kPlan, id, "approve", 3);
  act_as(1);
  const RecordId payment = request(id);
  EXPECT_EQ(refused(kRequest, payment, "submit"), Lines{"treasury.stopped /rules/R04"});
}

TEST_F(House, a_payment_goes_from_the_plan_to_the_receipt) {
  const RecordId plan = approved_plan(), id = request(plan);
  EXPECT_EQ(row(kRequest, id).text("request_no"), "ZF320583202600000001");
  EXPECT_EQ(row(kRequest, id).text("request_date"), "2026-03-10");
  EXPECT_EQ(row(kRequest, id).text("indicator"), indicator.str());
  moved(kRequest, id, "submit");
  EXPECT_EQ(row(kPlan, plan).number("used"), 100'000'00);
  EXPECT_EQ(row(kRequest, id).at("rules_run")["monitoring"], "not_run") << "never zero hits in silence";
  moved(kRequest, id, "review", 2);
  moved(kRequest, id, "approve", 3);
  const RecordId voucher = sent_voucher(id);
  EXPECT_EQ(row(kCertificate, voucher).text("payee_account"), "6222020000001");
  EXPECT_EQ(row(kCertificate, voucher).at("elements")["functional_class"], "2050203");
  EXPECT_FALSE(row(kCertificate, voucher).at("elements").contains("available"));
  EXPECT_EQ(host.rows("treasury.exchange_message", "direction==out").size(), 1U);
  const auto paid = receipt(voucher);
  ASSERT_TRUE(paid.ok()) << why(paid);
  EXPECT_EQ(row(kRequest, id).text("status"), "paid");
  EXPECT_EQ(ledger.paid, 100'000'00);
  EXPECT_EQ(host.events().back().topic, "treasury.certificate.paid");
  expect_no_drift();
}

TEST_F(House, a_receipt_that_comes_twice_pays_once_and_another_one_is_refused) {
  const RecordId voucher = paid_voucher();
  const auto again = receipt(voucher);
  ASSERT_TRUE(again.ok()) << why(again);
  EXPECT_TRUE((*again)["repeated"].get<bool>());
  const auto other = receipt(voucher, "B2");
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(told(other.fault()), Lines{"treasury.paid_twice /bank_serial"});
  EXPECT_EQ(ledger.paid, 100'000'00);
}

TEST_F(House, three_hands_are_three_people) {
  const RecordId id = request(approved_plan());
  moved(kRequest, id, "submit");
  EXPECT_EQ(refused(kRequest, id, "review", 1), Lines{"treasury.same_hand "});
  moved(kRequest, id, "review", 2);
  EXPECT_EQ(refused(kRequest, id, "approve", 2), Lines{"treasury.same_hand "});
  EXPECT_EQ(refused(kRequest, id, "approve", 1), Lines{"treasury.same_hand "});
  moved(kRequest, id, "approve", 3);
}

TEST_F(House, whatever_way_it_comes_back_everything_is_free_again) {
  const RecordId plan = approved_plan(), id = request(plan);
  for (const auto& [step, person] : {std::pair("withdraw", 1), std::pair("return", 2)}) {
    moved(kRequest, id, "submit", 1);
    moved(kRequest, id, step, person);
    EXPECT_EQ(row(kPlan, plan).number("used"), 0) << step;
    EXPECT_EQ(row(kRequest, id).text("funds"), "released") << step;
  }
  moved(kRequest, id, "submit", 1);
  moved(kRequest, id, "review", 2);
  moved(kRequest, id, "approve", 3);
  moved(kRequest, id, "void");
  EXPECT_EQ(row(kPlan, plan).number("used"), 0);
  moved(kPlan, plan, "close");
  EXPECT_EQ(ledger.available, 1'000'000'00);
  expect_no_drift();
}

TEST_F(House, the_plan_is_not_exceeded_by_a_fen) {
  const RecordId plan = approved_plan({{"requested_amount", 150'000'00}});
  moved(kRequest, request(plan), "submit");
  EXPECT_EQ(refused(kRequest, request(plan, {{"amount", 50'000'01}}), "submit"), Lines{"treasury.stopped /rules/R04"});
  moved(kRequest, request(plan, {{"amount", 50'000'00}}), "submit");
  EXPECT_EQ(refused(kPlan, plan, "close"), Lines{"treasury.plan_in_use /status"});
}

TEST_F(House, an_invoice_pays_once_until_it_is_free_again) {
  const RecordId plan = approved_plan(), first = request(plan), second = request(plan);
  for (const auto& [request, number] : {std::pair(first, "25322000 01"), std::pair(second, "2532200001")})
    made("treasury.payment_invoice", {{"request", request.str()}, {"number", number}, {"amount", 100'000'00}});
  moved(kRequest, first, "submit");
  EXPECT_EQ(refused(kRequest, second, "submit"), Lines{"treasury.invoice_used /invoices/0/number"});
  ledger.available = 1'000'000'00;
  moved(kRequest, first, "withdraw");
}

TEST_F(House, bad_forms_are_refused_where_they_are_filled_in) {
  const RecordId plan = approved_plan();
  EXPECT_EQ(not_saved(plan, {{"request_date", "2026-02-27"}}), Lines{"treasury.backdated /request_date"});
  EXPECT_EQ(not_saved(plan, {{"request_date", "2025-12-31"}}), Lines{"treasury.backdated /request_date"});
  EXPECT_EQ(not_saved(plan, {{"currency", "USD"}}), Lines{"treasury.currency_rate /currency"});
  EXPECT_EQ(not_saved(plan, {{"is_procurement", true}}), Lines{"treasury.contract /contract_no"});
  EXPECT_EQ(not_saved(plan, {{"fiscal_year", 2027}}),
            (Lines{"treasury.backdated /request_date", "treasury.plan_other /plan"}));
  EXPECT_EQ(host.rows(kRequest).size(), 0U);
}

TEST_F(House, the_edge_of_what_money_holds_is_refused_not_wrapped) {
  const RecordId plan = approved_plan();
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(refused(kRequest, request(plan, {{"amount", most}}), "submit"), Lines{"treasury.stopped /rules/R04"});
  const RecordId batch = request(
      plan, {{"payee_kind", "batch"}, {"payee_name", nullptr}, {"payee_account", nullptr}, {"payee_bank", nullptr}});
  for (int line = 1; line <= 2; ++line)
    made("treasury.payment_detail", {{"request", batch.str()},
                                     {"line", line},
                                     {"payee_name", "张三"},
                                     {"account", "62" + std::to_string(line)},
                                     {"amount", most}});
  EXPECT_EQ(refused(kRequest, batch, "submit"), Lines{"money.overflow /details/2/amount"});
  EXPECT_EQ(row(kPlan, plan).number("used"), 0);
}

TEST_F(House, foreign_money_is_paid_at_the_rate_of_its_day) {
  host.plant("treasury.exchange_rate",
             {{"currency", "USD"}, {"valid_from", "2026-03-01"}, {"rate", "7.123456"}, {"status", "in_force"}});
  const RecordId plan = approved_plan();
  EXPECT_EQ(not_saved(plan, {{"currency", "USD"}, {"foreign_amount", 1'000'00}}),
            Lines{"treasury.currency_rate /amount"});
  const RecordId id = request(plan, {{"currency", "USD"}, {"foreign_amount", 1'000'00}, {"amount", 7'123'46}});
  EXPECT_EQ(row(kRequest, id).text("rate"), "7.123456");
}

TEST_F(House, levels_of_the_monitoring_do_what_they_say) {
  Json hits = Json::array();
  std::string stage;
  host.provide("monitoring/1", [&](const std::string& method, const Json& asked) -> Result<Json> {
    EXPECT_EQ(method, "examine");
    EXPECT_EQ(asked["facts"]["payee_account"], "6222020000001");
    EXPECT_EQ(asked["facts"]["elements"]["functional_class"], "2050203");
    stage = asked["stage"];
    return Json{{"hits", hits}, {"not_run", Json::array({{{"rule", "R24"}, {"source", "工商登记"}}})}};
  });
  const auto hit = [](const char* rule, const char* level) {
    return Json{{"rule", rule},
                {"level", level},
                {"message", {{"zh", "命中"}, {"en", "A hit"}}},
                {"evidence", {{"rows", {1}}}}};
  };
  const RecordId id = request(approved_plan());
  hits = Json::array(
      {hit("R03", "grey"), hit("R15", "red"), hit("R30", "orange"), hit("R32", "yellow"), hit("R99", "violet")});
  EXPECT_EQ(refused(kRequest, id, "submit"),
            (Lines{"treasury.forbidden /rules/R03", "treasury.stopped /rules/R15", "treasury.paper_missing /rules/R30",
                   "treasury.forbidden /rules/R99"}));
  EXPECT_TRUE(host.rows("treasury.payment_hit").empty());
  hits = Json::array({hit("R30", "orange"), hit("R32", "yellow"), hit("R50", "blue")});
  made("treasury.payment_paper",
       {{"request", id.str()}, {"kind", "explanation"}, {"title", "说明"}, {"answers", "R30"}});
  const auto checked = post("/payment-request/{id}/check", id, Json::object());
  ASSERT_TRUE(checked.ok()) << why(checked);
  EXPECT_TRUE((*checked)["allowed"].get<bool>());
  EXPECT_EQ((*checked)["level"], "orange");
  moved(kRequest, id, "submit");
  EXPECT_EQ(stage, "submit");
  const auto events = host.events();
  const auto told = std::find_if(events.begin(), events.end(),
                                 [](const auto& event) { return event.topic == "treasury.request.examined"; });
  ASSERT_NE(told, events.end()) << "who watches hears of it when it is committed";
  EXPECT_EQ(told->payload["facts"]["payee_account"], "6222020000001");
  const auto kept = host.rows("treasury.payment_hit");
  ASSERT_EQ(kept.size(), 3U);
  EXPECT_TRUE(kept[0].flag("answered"));
  EXPECT_EQ(kept[0].at("evidence")["rows"], Json::array({1}));
  EXPECT_EQ(row(kRequest, id).at("rules_run")["not_run"][0]["source"], "工商登记");
  hits = Json::array({hit("R52", "red")});
  EXPECT_EQ(refused(kRequest, id, "review", 2), Lines{"treasury.stopped /rules/R52"});
  EXPECT_EQ(stage, "review");
}

TEST_F(House, a_warning_of_the_ledger_is_recorded_and_a_hold_stops) {
  const RecordId plan = approved_plan(), id = request(plan);
  ledger.level = "hold";
  EXPECT_EQ(refused(kRequest, id, "submit"), Lines{"ledger.control_hold /amount"});
  ledger.level = "warn";
  moved(kRequest, id, "submit");
  const auto kept = host.rows("treasury.payment_hit");
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].text("rule"), "ledger.control_warn");
  EXPECT_EQ(kept[0].text("level"), "yellow");
}

TEST_F(House, what_was_reviewed_is_what_is_approved) {
  const RecordId id = request(approved_plan());
  moved(kRequest, id, "submit");
  moved(kRequest, id, "review", 2);
  ASSERT_TRUE(host.update(kRequest, id, {{"payee_account", "6222029999999"}}).ok())
      << "the kernel would refuse this write";
  EXPECT_EQ(refused(kRequest, id, "approve", 3), Lines{"treasury.payee_changed /payee_account"});
}

TEST_F(House, an_expired_reservation_is_not_approved) {
  const RecordId plan = approved_plan(), id = request(plan);
  moved(kRequest, id, "submit");
  moved(kRequest, id, "review", 2);
  ASSERT_TRUE(
      host.deliver("ledger.reservation.expired", "1", {{"entity", kRequest}, {"id", id.str()}, {"lines", {1}}}).ok());
  EXPECT_EQ(refused(kRequest, id, "approve", 3), Lines{"treasury.reservation_expired /funds"});
  moved(kRequest, id, "return", 2);
  EXPECT_EQ(row(kPlan, plan).number("used"), 0);
  moved(kRequest, id, "submit", 1);
}

TEST_F(House, a_card_is_paid_back_once) {
  const RecordId plan = approved_plan();
  const RecordId card = made("treasury.official_card", {{"card_no", "6283"},
                                                        {"unit", "5"},
                                                        {"holder", "张三"},
                                                        {"bank", "工行"},
                                                        {"limit", 50'000'00},
                                                        {"statement_day", 10},
                                                        {"grace_days", 20}});
  const RecordId swipe = made("treasury.card_expense", {{"serial", "S1"},
                                                        {"unit", "5"},
                                                        {"card", card.str()},
                                                        {"swiped_on", "2026-03-05"},
                                                        {"merchant", "酒店"},
                                                        {"amount", 3'000'00},
                                                        {"use", "差旅"}});
  EXPECT_EQ(row("treasury.card_expense", swipe).text("due_on"), "2026-03-30");
  const Json form = {{"payee_kind", "card"}, {"settlement", "card"}, {"amount", 3'000'00}};
  const RecordId id = request(plan, form), other = request(plan, form);
  for (const RecordId one : {id, other})
    made("treasury.card_claim", {{"request", one.str()}, {"expense", swipe.str()}});
  moved(kRequest, id, "submit");
  EXPECT_EQ(row("treasury.card_expense", swipe).text("state"), "claimed");
  EXPECT_EQ(refused(kRequest, other, "submit"), Lines{"treasury.card_claim /claims/1"});
  const auto changed = host.update("treasury.card_expense", swipe, {{"amount", 1}});
  ASSERT_FALSE(changed.ok());
  EXPECT_EQ(told(changed.fault()), Lines{"treasury.card_claim "});
  const auto beyond = host.insert("treasury.card_expense", {{"serial", "S2"},
                                                            {"unit", "5"},
                                                            {"card", card.str()},
                                                            {"swiped_on", "2026-03-05"},
                                                            {"merchant", "酒店"},
                                                            {"amount", 47'000'01},
                                                            {"use", "差旅"}});
  ASSERT_FALSE(beyond.ok());
  EXPECT_EQ(told(beyond.fault()), Lines{"treasury.card /amount"});
}

} // namespace
} // namespace onebudget::treasury
