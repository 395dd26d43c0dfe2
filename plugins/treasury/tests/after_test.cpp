// After a voucher was made: sent, struck out, rejected, cancelled, refunded, corrected, exchanged, reconciled.
#include "plugins/treasury/tests/house.hpp"

namespace onebudget::treasury {
namespace {

constexpr const char* kPlan = "treasury.usage_plan";
constexpr const char* kRequest = "treasury.payment_request";
constexpr const char* kCertificate = "treasury.payment_certificate";
constexpr const char* kRefund = "treasury.refund";
constexpr const char* kCorrection = "treasury.payment_correction";

TEST_F(House, a_voucher_that_was_not_sent_is_struck_out_and_the_request_comes_back) {
  const RecordId plan = approved_plan(), id = approved_request(plan);
  moved(kRequest, id, "certify", 4);
  const RecordId voucher = newest("request==" + id.str());
  moved(kCertificate, voucher, "void");
  EXPECT_EQ(row(kRequest, id).text("status"), "returned");
  EXPECT_EQ(row(kPlan, plan).number("used"), 0);
  EXPECT_FALSE(row(kCertificate, voucher).has("open_subject"));
  expect_no_drift();
}

TEST_F(House, a_sent_voucher_is_cancelled_by_another_voucher_only) {
  const RecordId plan = approved_plan(), id = approved_request(plan), voucher = sent_voucher(id);
  EXPECT_EQ(refused(kCertificate, voucher, "void"), Lines{"treasury.sent_voucher /status"});
  EXPECT_EQ(refused(kCertificate, voucher, "cancel"), Lines{"treasury.sent_voucher /status"});
  EXPECT_EQ(refused(kRequest, id, "unsettle"), Lines{"treasury.by_voucher /status"});
  EXPECT_EQ(refused(kRequest, id, "settle"), Lines{"treasury.by_voucher /status"});
  EXPECT_FALSE(host.remove(kCertificate, voucher).ok());
  const auto made = post("/payment-certificate/{id}/cancellation", voucher, {{"reason", "收款人有误"}});
  ASSERT_TRUE(made.ok()) << why(made);
  const RecordId cancellation = newest("kind==cancellation");
  moved(kCertificate, cancellation, "seal", 6);
  moved(kCertificate, cancellation, "send", 4);
  const auto carried = receipt(cancellation, "C1");
  ASSERT_TRUE(carried.ok()) << why(carried);
  EXPECT_EQ(row(kCertificate, voucher).text("status"), "cancelled");
  EXPECT_EQ(row(kRequest, id).text("status"), "returned");
  EXPECT_EQ(ledger.paid, 0);
  EXPECT_EQ(row(kPlan, plan).number("used"), 0);
  ASSERT_FALSE(receipt(voucher).ok()) << "what was cancelled is not paid any more";
}

TEST_F(House, a_rejected_voucher_gives_the_request_back) {
  const RecordId id = approved_request(approved_plan()), voucher = sent_voucher(id);
  moved(kCertificate, voucher, "reject");
  EXPECT_EQ(row(kRequest, id).text("status"), "returned");
  moved(kRequest, id, "submit", 1);
  moved(kRequest, id, "review", 2);
  moved(kRequest, id, "approve", 3);
  const auto again = receipt(sent_voucher(id), "B9");
  ASSERT_TRUE(again.ok()) << why(again);
}

TEST_F(House, a_refund_is_never_larger_than_the_payment) {
  const RecordId voucher = paid_voucher();
  const Json values = {{"unit", "5"},     {"fiscal_year", 2026}, {"certificate", voucher.str()},
                       {"kind", "payee"}, {"amount", 60'000'00}, {"bank_serial", "R1"},
                       {"reason", "多付"}};
  Json more = values;
  more["amount"] = 100'000'01;
  const auto refusal = host.insert(kRefund, more);
  ASSERT_FALSE(refusal.ok());
  EXPECT_EQ(told(refusal.fault()), Lines{"treasury.refund /amount"});
  act_as(4);
  const RecordId first = made(kRefund, values);
  Json rest = values;
  rest["bank_serial"] = "R2";
  const RecordId second = made(kRefund, rest);
  moved(kRefund, first, "submit");
  moved(kRefund, second, "submit");
  moved(kRefund, first, "confirm", 6);
  EXPECT_EQ(refused(kRefund, second, "confirm"), Lines{"treasury.refund /amount"});
  EXPECT_EQ(row(kCertificate, voucher).number("refunded"), 60'000'00);
  EXPECT_EQ(ledger.paid, 40'000'00);
  EXPECT_TRUE(row(kRefund, first).flag("restores"));
  expect_no_drift();
}

TEST_F(House, a_refund_of_a_later_year_goes_to_the_treasury) {
  const RecordId voucher = paid_voucher();
  host.set_now(kNoon + 300 * 86'400'000LL);
  act_as(4);
  const RecordId id = made(kRefund, {{"unit", "5"},
                                     {"fiscal_year", 2027},
                                     {"certificate", voucher.str()},
                                     {"kind", "payee"},
                                     {"amount", 10'000'00},
                                     {"bank_serial", "R1"},
                                     {"reason", "多付"}});
  moved(kRefund, id, "submit");
  moved(kRefund, id, "confirm", 6);
  EXPECT_FALSE(row(kRefund, id).flag("restores"));
  EXPECT_EQ(ledger.paid, 100'000'00);
}

TEST_F(House, paying_again_after_a_refund_to_another_account_asks_for_a_paper) {
  const RecordId voucher = paid_voucher();
  act_as(4);
  const RecordId id = made(kRefund, {{"unit", "5"},
                                     {"fiscal_year", 2026},
                                     {"certificate", voucher.str()},
                                     {"kind", "bank"},
                                     {"amount", 100'000'00},
                                     {"bank_serial", "R1"},
                                     {"reason", "账号有误"}});
  moved(kRefund, id, "submit");
  moved(kRefund, id, "confirm", 6);
  act_as(1);
  const std::string plan =
      row(kRequest, RecordId::parse(row(kCertificate, voucher).text("request")).value()).text("plan");
  const RecordId again =
      request(RecordId::parse(plan).value(), {{"repays", voucher.str()}, {"payee_account", "6222029999999"}});
  EXPECT_EQ(refused(kRequest, again, "submit"), Lines{"treasury.paper_missing /rules/R52"});
  ASSERT_TRUE(host.update(kRequest, again, {{"payee_account", "6222020000001"}}).ok());
  moved(kRequest, again, "submit");
  expect_no_drift();
}

TEST_F(House, a_correction_moves_money_by_a_voucher_of_its_own) {
  const RecordId voucher = paid_voucher();
  act_as(4);
  const RecordId id = made(kCorrection, {{"unit", "5"},
                                         {"fiscal_year", 2026},
                                         {"certificate", voucher.str()},
                                         {"to_indicator", other_indicator.str()},
                                         {"amount", 30'000'00},
                                         {"reason", "科目有误"}});
  moved(kCorrection, id, "submit");
  EXPECT_EQ(refused(kCorrection, id, "finish"), Lines{"records.transition"});
  moved(kCorrection, id, "approve", 6);
  EXPECT_EQ(row(kCertificate, voucher).number("corrected"), 30'000'00);
  EXPECT_EQ(refused(kCorrection, id, "finish"), Lines{"treasury.by_voucher /status"});
  const RecordId moving = newest("kind==correction");
  EXPECT_EQ(row(kCertificate, moving).at("elements")["functional_class"], "2050204");
  moved(kCertificate, moving, "seal", 4);
  moved(kCertificate, moving, "send");
  const auto done = receipt(moving, "G1", "30000.00");
  ASSERT_TRUE(done.ok()) << why(done);
  EXPECT_EQ(row(kCorrection, id).text("status"), "done");
  EXPECT_EQ(ledger.paid, 100'000'00) << "the same money, elsewhere";
  expect_no_drift();
}

TEST_F(House, in_the_side_system_no_voucher_leaves) {
  host.add_node(RecordId{2},
                {{"code", "320583000"}, {"name", "昆山市"}, {"kind", "region"}, {"region_code", "320583000"}});
  host.plant("treasury.exchange_authority", {{"region", "2"},
                                             {"object", "payment"},
                                             {"mode", "side"},
                                             {"valid_from", "2026-01-01"},
                                             {"basis", "省厅"},
                                             {"status", "in_force"}});
  const RecordId id = approved_request(approved_plan());
  moved(kRequest, id, "certify", 4);
  const RecordId voucher = newest("request==" + id.str());
  moved(kCertificate, voucher, "seal", 6);
  EXPECT_EQ(refused(kCertificate, voucher, "send"), Lines{"treasury.side_system "});
  EXPECT_TRUE(host.rows("treasury.exchange_message").empty());
}

TEST_F(House, messages_are_taken_acknowledged_and_received_once) {
  const RecordId voucher = sent_voucher(approved_request(approved_plan()));
  const auto taken = post("/exchange/take", RecordId{1}, {{"limit", 10}});
  ASSERT_TRUE(taken.ok()) << why(taken);
  ASSERT_EQ((*taken)["messages"].size(), 1U);
  EXPECT_EQ((*taken)["messages"][0]["body"]["VtCode"], "5201");
  EXPECT_EQ((*post("/exchange/take", RecordId{1}, Json::object()))["messages"].size(), 0U);
  const RecordId message = host.rows("treasury.exchange_message")[0].id();
  EXPECT_FALSE(post("/exchange/message/{id}/report", message, {{"step", "retry"}}).ok());
  for (int twice = 0; twice < 2; ++twice) {
    const auto reported = post("/exchange/message/{id}/report", message, {{"step", "acknowledge"}});
    ASSERT_TRUE(reported.ok()) << why(reported);
    EXPECT_EQ((*reported)["state"], "acknowledged");
  }
  const std::string number = row(kCertificate, voucher).text("cert_no");
  const auto receive = [&](const char* id, const char* type, const Json& body) {
    return post("/exchange/receive", RecordId{1},
                {{"number", id}, {"type", type}, {"cert_no", number}, {"body", body}});
  };
  ASSERT_TRUE(receive("M1", "accepted", Json::object()).ok());
  EXPECT_EQ(row(kCertificate, voucher).text("status"), "received");
  const Json paid = {{"bank_serial", "B1"}, {"paid_on", "2026-03-10"}, {"amount", "100000.00"}};
  const auto first = receive("M2", "receipt", paid), again = receive("M2", "receipt", paid);
  ASSERT_TRUE(first.ok()) << why(first);
  EXPECT_TRUE((*again)["repeated"].get<bool>());
  EXPECT_EQ(row(kCertificate, voucher).text("status"), "paid");
  ASSERT_TRUE(receive("M3", "receipt", paid).ok()) << "the same receipt in another message is known";
  EXPECT_FALSE(receive("M4", "rejected", Json::object()).ok());
  EXPECT_FALSE(receive("M5", "burnt", Json::object()).ok());
  EXPECT_EQ(ledger.paid, 100'000'00);
}

TEST_F(House, a_statement_is_compared_and_confirmed_by_a_second_person) {
  const RecordId voucher = paid_voucher();
  host.add_node(RecordId{2},
                {{"code", "320583000"}, {"name", "昆山市"}, {"kind", "region"}, {"region_code", "320583000"}});
  act_as(4);
  const RecordId sheet = made("treasury.reconciliation", {{"region", "2"},
                                                          {"counterpart", "agent_bank"},
                                                          {"from_day", "2026-03-01"},
                                                          {"to_day", "2026-03-10"},
                                                          {"their_count", 2},
                                                          {"their_sum", 100'001'00}});
  const std::string number = row(kCertificate, voucher).text("cert_no");
  const auto line = [&](int at, const std::string& cert_no, std::int64_t amount) {
    return made("treasury.reconciliation_line",
                {{"reconciliation", sheet.str()}, {"line", at}, {"voucher_no", cert_no}, {"amount", amount}});
  };
  line(1, number, 100'000'00);
  const RecordId strange = line(2, "PZ-9", 1'00);
  const auto matched = post("/reconciliation/{id}/match", sheet, Json::object());
  ASSERT_TRUE(matched.ok()) << why(matched);
  EXPECT_EQ((*matched)["differences"], 1);
  EXPECT_EQ(row("treasury.reconciliation_line", strange).text("result"), "missing_here");
  EXPECT_EQ(refused("treasury.reconciliation", sheet, "confirm", 6), Lines{"treasury.reconciled /differences"});
  ASSERT_TRUE(host.update("treasury.reconciliation_line", strange, {{"explanation", "银行错账，已冲正"}}).ok());
  moved("treasury.reconciliation", sheet, "confirm");
  EXPECT_EQ(row(kCertificate, voucher).text("status"), "reconciled");
}

TEST_F(House, where_another_system_leads_each_day_has_its_sheet_once) {
  const RecordId voucher = paid_voucher();
  host.add_node(RecordId{2},
                {{"code", "320583000"}, {"name", "昆山市"}, {"kind", "region"}, {"region_code", "320583000"}});
  const std::string day = row(kCertificate, voucher).text("paid_on");
  const auto open_sheet = [&] {
    const auto done = host.run_job("daily_reconciliation", {{"day", day}});
    EXPECT_TRUE(done.ok()) << why(done);
    return host.rows("treasury.reconciliation").size();
  };
  EXPECT_EQ(open_sheet(), 0U) << "this system leads";
  host.plant("treasury.exchange_authority", {{"region", "2"},
                                             {"object", "payment"},
                                             {"mode", "side"},
                                             {"valid_from", "2026-01-01"},
                                             {"basis", "苏财库〔2026〕1号"},
                                             {"status", "in_force"}});
  for (int twice = 0; twice < 2; ++twice) EXPECT_EQ(open_sheet(), 1U);
  const Row sheet = host.rows("treasury.reconciliation").front();
  EXPECT_EQ(sheet.text("counterpart") + " " + sheet.text("status"), "provincial_system matched");
  EXPECT_EQ(sheet.number("differences"), 1) << "paid here, and their list is not there yet";
  const auto lines = host.rows("treasury.reconciliation_line");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].text("result"), "missing_there");
}

TEST_F(House, a_missed_deadline_gives_the_money_back) {
  const RecordId plan = approved_plan(), id = request(plan);
  moved(kRequest, id, "submit");
  ASSERT_TRUE(host.deliver("workflow.case.returned", "1",
                           {{"entity", kRequest}, {"id", id.str()}, {"by_deadline", true}, {"opinion", "逾期"}})
                  .ok());
  EXPECT_EQ(row(kRequest, id).text("status"), "returned");
  EXPECT_EQ(row(kPlan, plan).number("used"), 0);
  ASSERT_TRUE(
      host.deliver("workflow.case.returned", "1", {{"entity", kRequest}, {"id", id.str()}, {"by_deadline", true}}).ok())
      << "twice";
}

} // namespace
} // namespace onebudget::treasury
