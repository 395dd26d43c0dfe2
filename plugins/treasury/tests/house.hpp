#pragma once
// The plugin on a fake host, with a ledger that keeps its contract for one line a document, and people to act.

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>

#include "sdk/testing/fake_host.hpp"

namespace onebudget::treasury {

using plugin::Row;
using testing::FakeHost;
using testing::Json;
using Lines = std::vector<std::string>;

/// ledger/1 as its contract says, in memory. A refused unit of work is not taken back here.
class FakeLedger {
 public:
  struct Held {
    std::int64_t id = 0, reserved = 0, confirmed = 0, consumed = 0;
    std::string indicator, from;
  };

  std::int64_t available = 0, paid = 0;
  std::map<std::string, Held> held;
  std::string level = "pass"; ///< of a warning to add: "warn" or "hold"

  Result<Json> serve(const std::string& method, const Json& request) {
    if (method == "balance") return balance(request);
    const std::string key = key_of(request);
    if (method == "check" || method == "reserve") return reserve(key, request, method == "reserve");
    Held& one = held[key];
    if (method == "release") {
      give_back(one, one.reserved + one.confirmed);
      one.reserved = one.confirmed = 0;
    } else if (method == "confirm") {
      if (one.reserved == 0) return refuse("ledger.no_reservation");
      one.confirmed += one.reserved;
      one.reserved = 0;
    } else {
      const std::int64_t amount = request["lines"][0]["amount"];
      if (!references_.insert(key + request["reference"].get<std::string>()).second) return answer(key, true);
      if (method == "consume") {
        if (one.confirmed < amount) return refuse("ledger.not_confirmed");
        one.confirmed -= amount;
        one.consumed += amount;
        paid += amount;
      } else {
        if (one.consumed < amount) return refuse("ledger.refund_too_large");
        one.consumed -= amount;
        paid -= amount;
        available += amount;
      }
    }
    return answer(key, false);
  }

 private:
  static std::string key_of(const Json& request) {
    return request["document"]["entity"].get<std::string>() + "/" + request["document"]["id"].get<std::string>();
  }
  static Fault refuse(const char* code) { return fault(FaultKind::rule, code, {code, code}); }

  Json balance(const Json& request) const {
    Json items = Json::array();
    for (const Json& id : request["indicators"])
      items.push_back({{"indicator", id},
                       {"unit", "5"},
                       {"fiscal_year", 2026},
                       {"stage", "executable"},
                       {"amount", available + paid},
                       {"available", available},
                       {"frozen", 0},
                       {"reserved", 0},
                       {"confirmed", 0},
                       {"paid", paid}});
    return {{"items", items}};
  }
  Held* earlier(const std::string& id) {
    for (auto& [key, one] : held)
      if (!id.empty() && std::to_string(one.id) == id) return &one;
    return nullptr;
  }
  void give_back(Held& one, std::int64_t amount) {
    Held* from = earlier(one.from);
    (from == nullptr ? available : from->confirmed) += amount;
  }
  Result<Json> reserve(const std::string& key, const Json& request, bool keep) {
    const Json line = request["lines"][0];
    const std::int64_t amount = line["amount"];
    Held* from = earlier(line.value("from", ""));
    const std::int64_t there = from == nullptr ? available : from->confirmed;
    const bool allowed = amount <= there && level != "hold";
    Json out = {{"allowed", allowed},
                {"level", allowed ? level : "stop"},
                {"findings", Json::array()},
                {"proof", {{"line", 1}}}};
    if (!allowed || level != "pass")
      out["findings"].push_back({{"line", 1},
                                 {"field", "/amount"},
                                 {"code", amount <= there ? "ledger.control_" + level : "ledger.balance"},
                                 {"level", amount <= there ? level : "stop"},
                                 {"message", {{"zh", "余额不足"}, {"en", "Not enough"}}},
                                 {"remedy", {{"zh", "调剂"}, {"en", "Move money"}}}});
    if (!keep) return out;
    out["repeated"] = false;
    out["reservations"] = Json::array();
    if (!allowed) return out;
    (from == nullptr ? available : from->confirmed) -= amount;
    held[key] = {++last_, amount, 0, 0, line["indicator"], line.value("from", "")};
    out["reservations"] = (*answer(key, false))["reservations"];
    return out;
  }
  Result<Json> answer(const std::string& key, bool repeated) {
    const Held& one = held[key];
    return Json{{"repeated", repeated},
                {"reservations", Json::array({{{"line", 1},
                                               {"id", std::to_string(one.id)},
                                               {"indicator", one.indicator},
                                               {"link", "payment"},
                                               {"reserved", one.reserved},
                                               {"confirmed", one.confirmed},
                                               {"consumed", one.consumed},
                                               {"state", "reserved"}}})}};
  }

  std::set<std::string> references_;
  std::int64_t last_ = 900;
};

class House : public ::testing::Test {
 protected:
  static constexpr std::int64_t kNoon = 1'773'115'200'000; ///< 2026-03-10 12:00 in China

  void SetUp() override {
    ledger.available = 1'000'000'00;
    host.provide("ledger/1",
                 [this](const std::string& method, const Json& request) { return ledger.serve(method, request); });
    host.declare("ledger", Json::parse(R"({"entity": "indicator", "fields": [{"name": "code", "type": "code"},
      {"name": "functional_class", "type": "code"}, {"name": "available", "type": "money"}]})"));
    host.set_now(kNoon);
    const auto started = host.start();
    ASSERT_TRUE(started.ok()) << started.fault().message.en;
    host.add_node(RecordId{5}, {{"code", "320583-106001"},
                                {"name", "昆山市第一中学"},
                                {"kind", "unit"},
                                {"region_code", "320583000"},
                                {"department_code", "106"}});
    indicator = host.plant("ledger.indicator", {{"code", "ZB1"}, {"functional_class", "2050203"}, {"available", 5}});
    other_indicator = host.plant("ledger.indicator", {{"code", "ZB2"}, {"functional_class", "2050204"}});
    act_as(1);
  }
  void TearDown() override { EXPECT_TRUE(host.stop().ok()) << "nothing is left over"; }

  void act_as(std::int64_t person) { host.set_caller("person" + std::to_string(person), UserId{person}); }

  /// The id, or the test fails.
  RecordId made(const std::string& entity, const Json& values) {
    const auto id = host.insert(entity, values);
    EXPECT_TRUE(id.ok()) << why(id);
    return id ? *id : RecordId{};
  }
  void moved(const std::string& entity, RecordId id, const std::string& name, std::int64_t person = 0) {
    if (person != 0) act_as(person);
    const auto done = host.transition(entity, id, name, "依据充分");
    EXPECT_TRUE(done.ok()) << name << " " << why(done);
  }
  Lines refused(const std::string& entity, RecordId id, const std::string& name, std::int64_t person = 0) {
    if (person != 0) act_as(person);
    const auto done = host.transition(entity, id, name, "依据充分");
    return done ? Lines{"not refused"} : told(done.fault());
  }
  Row row(const std::string& entity, RecordId id) { return host.row(entity, id); }

  RecordId plan(const Json& changes = Json::object()) {
    Json values = {{"unit", "5"},       {"fiscal_year", 2026},           {"month", 3}, {"indicator", indicator.str()},
                   {"use", "校舍维修"}, {"requested_amount", 500'000'00}};
    values.update(changes);
    return made("treasury.usage_plan", values);
  }
  RecordId approved_plan(const Json& changes = Json::object()) {
    act_as(1);
    const RecordId id = plan(changes);
    moved("treasury.usage_plan", id, "submit");
    moved("treasury.usage_plan", id, "review", 2);
    moved("treasury.usage_plan", id, "approve", 3);
    act_as(1);
    return id;
  }
  [[nodiscard]] Json payment(RecordId plan, const Json& changes = Json::object()) const {
    Json out = {{"unit", "5"},
                {"fiscal_year", 2026},
                {"plan", plan.str()},
                {"payee_kind", "company"},
                {"payee_name", "昆山某建筑公司"},
                {"payee_account", "6222020000001"},
                {"payee_bank", "工商银行昆山支行"},
                {"amount", 100'000'00},
                {"use", "校舍维修款"}};
    out.update(changes);
    return out;
  }
  RecordId request(RecordId plan, const Json& changes = Json::object()) {
    return made("treasury.payment_request", payment(plan, changes));
  }
  Lines not_saved(RecordId plan, const Json& changes) {
    const auto saved = host.insert("treasury.payment_request", payment(plan, changes));
    return saved ? Lines{"not refused"} : told(saved.fault());
  }
  RecordId approved_request(RecordId plan, const Json& changes = Json::object()) {
    act_as(1);
    const RecordId id = request(plan, changes);
    moved("treasury.payment_request", id, "submit");
    moved("treasury.payment_request", id, "review", 2);
    moved("treasury.payment_request", id, "approve", 3);
    return id;
  }
  /// The voucher of an approved request, sent.
  RecordId sent_voucher(RecordId request) {
    moved("treasury.payment_request", request, "certify", 4);
    const RecordId id = newest("request==" + request.str() + ";kind==payment");
    moved("treasury.payment_certificate", id, "seal", 6);
    moved("treasury.payment_certificate", id, "send", 4);
    return id;
  }
  RecordId newest(const std::string& filter) {
    const auto rows = host.rows("treasury.payment_certificate", filter);
    EXPECT_FALSE(rows.empty());
    return rows.empty() ? RecordId{} : rows.back().id();
  }
  Result<Json> post(const std::string& route, RecordId id, const Json& body) {
    const auto answer = host.request("POST " + route, {{"id", id.str()}}, plugin::dump(body));
    if (!answer) return answer.fault();
    return Json::parse(answer->body);
  }
  Result<Json> receipt(RecordId voucher, const std::string& serial = "B1", const std::string& amount = "100000.00") {
    return post("/payment-certificate/{id}/receipt", voucher,
                {{"bank_serial", serial}, {"paid_on", "2026-03-10"}, {"amount", amount}});
  }
  RecordId paid_voucher(const Json& changes = Json::object()) {
    const RecordId id = sent_voucher(approved_request(approved_plan(), changes));
    const auto done = receipt(id);
    EXPECT_TRUE(done.ok()) << why(done);
    return id;
  }
  /// Balances kept here are what the documents come to.
  void expect_no_drift() {
    const auto answer = host.request("POST /recount", {}, R"({"fiscal_year": 2026})");
    ASSERT_TRUE(answer.ok()) << why(answer);
    EXPECT_EQ(Json::parse(answer->body)["drifted"], Json::array());
  }

  /// Why something failed, for the message of a test.
  template <class T>
  static std::string why(const Result<T>& result) {
    if (result.ok()) return "";
    std::string out = result.fault().code + ": " + result.fault().message.en + result.fault().message.zh;
    for (const FieldFault& field : result.fault().fields)
      out += " | " + field.field + " " + field.code + " " + field.message.zh;
    return out;
  }
  static Lines told(const Fault& fault) {
    Lines out;
    for (const FieldFault& finding : fault.fields) out.push_back(finding.code + " " + finding.field);
    if (out.empty()) out.push_back(fault.code);
    return out;
  }

  FakeHost host{ONEBUDGET_PLUGIN_PACKAGE};
  FakeLedger ledger;
  RecordId indicator, other_indicator;
};

} // namespace onebudget::treasury
