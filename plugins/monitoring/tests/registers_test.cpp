// Rules whose facts come from lists and registers: bidders, staff, accounts, meetings, cards, persons, the treasury's
// cover. Each story has one violation and, beside it, what is as it should be.
#include "plugins/monitoring/tests/house.hpp"

namespace onebudget::monitoring {
namespace {

constexpr const char* kRequest = "treasury.payment_request";

class Registers : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    for (const char* may : {"monitoring.unit_account.read", "compilation.project.read"}) host.grant(may);
    host.declare("treasury", Json::parse(R"({"entity": "payment_request", "fields": [
      {"name": "unit", "type": "org"}, {"name": "status", "type": "text"}, {"name": "fiscal_year", "type": "year"},
      {"name": "payee_kind", "type": "text"}, {"name": "indicator", "type": "ref", "entity": "ledger.indicator"},
      {"name": "request_date", "type": "date"}, {"name": "contract_no", "type": "text"}, {"name": "use", "type": "text"}]})"));
    host.declare("treasury", Json::parse(R"({"entity": "payment_detail", "fields": [
      {"name": "request", "type": "ref", "entity": "treasury.payment_request"}, {"name": "line", "type": "int"},
      {"name": "payee_name", "type": "text"}, {"name": "identity_no", "type": "text"}, {"name": "benefit_code", "type": "text"},
      {"name": "amount", "type": "money"}]})"));
    host.declare("treasury", Json::parse(R"({"entity": "payment_certificate", "fields": [
      {"name": "unit", "type": "org"}, {"name": "kind", "type": "text"}, {"name": "cert_no", "type": "text"},
      {"name": "request", "type": "ref", "entity": "treasury.payment_request"}, {"name": "paid_on", "type": "date"},
      {"name": "indicator", "type": "ref", "entity": "ledger.indicator"}, {"name": "fiscal_year", "type": "year"},
      {"name": "status", "type": "text"}, {"name": "details", "type": "int"}, {"name": "paid_amount", "type": "money"}]})"));
    host.declare("ledger", Json::parse(R"({"entity": "indicator", "fields": [
      {"name": "department_class", "type": "text"}, {"name": "region_code", "type": "text"}, {"name": "stage", "type": "text"},
      {"name": "fiscal_year", "type": "year"}, {"name": "project_code", "type": "text"}, {"name": "amount", "type": "money"},
      {"name": "paid", "type": "money"}]})"));
    host.declare("compilation", Json::parse(R"({"entity": "project", "fields": [
      {"name": "unit", "type": "org"}, {"name": "code", "type": "text"}, {"name": "name", "type": "text"},
      {"name": "three_guarantees", "type": "bool"},
      {"name": "special_fund", "type": "ref", "entity": "standards.special_fund"}]})"));
    host.declare("standards", Json::parse(R"({"entity": "special_fund", "fields": [
      {"name": "name", "type": "text"}, {"name": "allowed_classes", "type": "text"}]})"));
    host.declare("standards", Json::parse(R"({"entity": "asset_life", "fields": [
      {"name": "item", "type": "text"}, {"name": "min_years", "type": "int"}]})"));
    host.declare("standards", Json::parse(R"({"entity": "expenditure_standard", "fields": [
      {"name": "code", "type": "text"}, {"name": "ceiling", "type": "money"}]})"));
    host.add_node(*RecordId::parse("7"),
                  {{"code", "7"}, {"name", "教育局"}, {"kind", "unit"}, {"region_code", "320583000"}});
  }
  void changed(const std::string& entity, RecordId id) {
    const auto told =
        host.deliver("records.changed", entity, {{"entity", entity}, {"action", "create"}, {"id", id.str()}});
    ASSERT_TRUE(told.ok()) << entity << " " << why(told);
  }
  RecordId planted(const std::string& entity, const Json& values) {
    const RecordId id = host.plant(entity, values);
    changed(entity, id);
    return id;
  }
  void examined(RecordId request, const char* economic_class, const Json& more = Json::object()) {
    Json facts = {{"amount", 100}, {"details", 2}, {"elements", {{"department_class", economic_class}}}};
    facts.update(more);
    const auto told = host.deliver("treasury.request.examined", request.str(),
                                   {{"document", {{"entity", kRequest}, {"id", request.str()}}},
                                    {"stage", "submit"},
                                    {"unit", "5"},
                                    {"day", "2026-07-13"},
                                    {"fiscal_year", 2026},
                                    {"title", "发放"},
                                    {"facts", facts}});
    ASSERT_TRUE(told.ok()) << why(told);
  }
  RecordId list(const char* economic_class, const char* day, const std::vector<Json>& people) {
    const RecordId indicator = host.plant("ledger.indicator", {{"department_class", economic_class}});
    const RecordId request = host.plant(kRequest, {{"unit", "5"},
                                                   {"status", "submitted"},
                                                   {"fiscal_year", 2026},
                                                   {"payee_kind", "batch"},
                                                   {"use", "发放"},
                                                   {"indicator", indicator.str()},
                                                   {"request_date", day}});
    int line = 0;
    for (Json one : people) {
      one.update({{"request", request.str()}, {"line", ++line}});
      host.plant("treasury.payment_detail", one);
    }
    return request;
  }
  /// Alerts of a rule after a scan of everything, two minutes after what was before: a scan leaves to the events what
  /// they told within its last minute.
  Lines found(const std::string& rule) {
    host.set_now(now_ms += 120'000);
    scan(true);
    Lines out;
    for (const std::string& line : alerts())
      if (line.rfind(rule, 0) == 0) out.push_back(line);
    return out;
  }
  /// An asset card, as people write it.
  void card(const char* code, const Json& more) {
    Json values = {{"unit", "5"},
                   {"code", code},
                   {"name", "台式机"},
                   {"quantity", 1},
                   {"value", 1000},
                   {"acquired_on", "2020-07-01"},
                   {"booked_on", "2026-07-01"}};
    values.update(more);
    const auto made = host.insert("monitoring.asset_card", values);
    ASSERT_TRUE(made.ok()) << why(made);
    changed("monitoring.asset_card", *made);
  }
  static Json person(const char* name, const char* identity, std::int64_t fen, const char* benefit = "") {
    return {{"payee_name", name}, {"identity_no", identity}, {"amount", fen}, {"benefit_code", benefit}};
  }

 private:
  std::int64_t now_ms = kNoon;
};

TEST_F(Registers, bidders_of_one_tender_who_share_an_address_are_found) {
  const auto bid = [&](const char* tender, const char* bidder, const char* phone) {
    planted("monitoring.bid", {{"unit", "5"},
                               {"tender_no", tender},
                               {"fiscal_year", 2026},
                               {"bidder", bidder},
                               {"phone", phone},
                               {"awarded", false}});
  };
  bid("ZB-1", "甲", "139");
  bid("ZB-1", "乙", "138");
  bid("ZB-2", "丙", "137");
  EXPECT_EQ(found("R21"), Lines());
  bid("ZB-2", "丁", "137");
  bid("ZB-1", "戊", "137");
  EXPECT_EQ(found("R21"), Lines{"R21 orange ZB-2 open"}) << "a phone shared across tenders is nothing";
}

TEST_F(Registers, a_supplier_whose_shareholder_is_public_staff_is_found) {
  const auto contract = [&](const std::string& code) {
    planted("monitoring.contract", {{"unit", "5"},
                                    {"number", "HT-" + code},
                                    {"title", "设备"},
                                    {"fiscal_year", 2026},
                                    {"supplier", code},
                                    {"supplier_code", code},
                                    {"amount", 1000},
                                    {"procured", false},
                                    {"status", "in_force"},
                                    {"checked", false},
                                    {"awarded_on", "2026-05-01"}});
  };
  const auto owner = [&](const char* code, const char* identity, const Json& declared = nullptr) {
    planted("monitoring.supplier_person", {{"supplier_code", code},
                                           {"name", identity},
                                           {"identity_no", identity},
                                           {"role", "shareholder"},
                                           {"declared_on", declared},
                                           {"source", "工商登记"},
                                           {"as_of", "2026-07-01"}});
  };
  for (const char* code : {"OWN", "LEFT", "TOLD", "FREE", "NOBODY"}) contract(code);
  owner("OWN", "1");
  owner("LEFT", "2");
  owner("TOLD", "1", "2026-04-30");
  owner("FREE", "3");
  EXPECT_EQ(found("R22"), Lines()) << "without a register of staff nothing is said";
  planted("monitoring.staff_record", {{"unit", "5"}, {"staff_no", "1"}, {"name", "王某"}, {"identity_no", "1"}});
  planted("monitoring.staff_record",
          {{"unit", "6"}, {"staff_no", "2"}, {"name", "李某"}, {"identity_no", "2"}, {"left_on", "2026-04-30"}});
  EXPECT_EQ(found("R22"), Lines{"R22 orange HT-OWN open"});
}

TEST_F(Registers, money_into_the_account_of_a_sister_unit_needs_an_approval) {
  for (const char* id : {"8", "9"})
    host.add_node(
        *RecordId::parse(id),
        {{"code", id}, {"name", "学校"}, {"kind", "unit"}, {"region_code", "320583000"}, {"department_code", "106"}});
  const auto asked = [&](const char* account, const Json& more = Json::object()) {
    Json facts = {{"amount", 100}, {"payee_account", account}};
    facts.update(more);
    return examine(facts, {{"unit", "8"}, {"document", {{"entity", kRequest}, {"id", "12"}}}, {"stage", "submit"}});
  };
  const auto not_run = [](const Json& answer) { return answer.at("not_run").dump().find("R29") != std::string::npos; };
  EXPECT_TRUE(not_run(asked("62")));
  const auto account = [&](const char* number, const char* unit, const char* kind) {
    host.plant("monitoring.unit_account",
               {{"account", number}, {"unit", unit}, {"name", "户"}, {"bank", "行"}, {"kind", kind}});
  };
  account("81", "8", "own_funds");
  account("82", "8", "zero_balance");
  account("91", "9", "own_funds");
  account("51", "5", "own_funds");
  EXPECT_FALSE(not_run(asked("62")));
  EXPECT_EQ(hits(asked("81")), Lines{"R29 stop"});
  EXPECT_EQ(hits(asked("91")), Lines{"R29 stop"}) << "of the same department and region";
  EXPECT_EQ(hits(asked("91", {{"approval_no", "财批1号"}})), Lines());
  for (const char* fine : {"62", "82", "51"}) EXPECT_EQ(hits(asked(fine)), Lines()) << fine;
}

TEST_F(Registers, a_special_fund_pays_what_it_is_for) {
  const RecordId fund = host.plant("standards.special_fund", {{"name", "教育专项"}, {"allowed_classes", "310,30213"}});
  host.plant("compilation.project", {{"unit", "5"}, {"code", "P-1"}, {"name", "校舍"}, {"special_fund", fund.str()}});
  const auto asked = [&](const char* economic_class) {
    return hits(
        examine({{"amount", 100}, {"elements", {{"department_class", economic_class}, {"project_code", "P-1"}}}},
                {{"document", {{"entity", kRequest}, {"id", "12"}}}, {"stage", "submit"}}));
  };
  EXPECT_EQ(asked("31003"), Lines());
  EXPECT_EQ(asked("30213"), Lines{"R31 warn"});
  EXPECT_EQ(asked("30226"), Lines{"R42 ask_papers"});
}

TEST_F(Registers, meetings_above_people_times_days_times_standard_are_found) {
  const RecordId standard = host.plant("standards.expenditure_standard", {{"code", "M"}, {"ceiling", 450'00}});
  const auto meeting = [&](const char* number, std::int64_t fen, const Json& more) {
    Json values = {{"unit", "5"},        {"number", number},    {"title", "培训"}, {"held_on", "2026-07-01"},
                   {"kind", "training"}, {"fiscal_year", 2026}, {"people", 10},    {"days", 2},
                   {"amount", fen}};
    values.update(more);
    planted("monitoring.meeting", values);
  };
  meeting("H-1", 9'000'00, {{"standard", standard.str()}});
  meeting("H-2", 9'000'01, {{"standard", standard.str()}});
  meeting("H-3", 9'000'01, {{"daily_standard", 450'00}});
  meeting("H-4", 99'000'01, {{"daily_standard", 450'00}, {"approval_no", "府办1号"}});
  EXPECT_EQ(found("R35"), (Lines{"R35 orange H-2 open", "R35 orange H-3 open"}));
}

TEST_F(Registers, what_was_bought_has_a_card_within_sixty_days) {
  const RecordId machine = host.plant("ledger.indicator", {{"department_class", "31002"}});
  const RecordId paper = host.plant("ledger.indicator", {{"department_class", "30201"}});
  const auto paid = [&](const char* cert, const RecordId& indicator, const char* contract, const char* day) {
    const RecordId request = host.plant(kRequest, {{"unit", "5"}, {"contract_no", contract}});
    const RecordId id = host.plant("treasury.payment_certificate", {{"unit", "5"},
                                                                    {"kind", "payment"},
                                                                    {"cert_no", cert},
                                                                    {"request", request.str()},
                                                                    {"indicator", indicator.str()},
                                                                    {"fiscal_year", 2026},
                                                                    {"paid_on", day}});
    const auto told = host.deliver("treasury.certificate.paid", cert, {{"certificate", id.str()}, {"kind", "payment"}});
    ASSERT_TRUE(told.ok()) << why(told);
  };
  paid("V-LATE", machine, "", "2026-05-13");
  paid("V-DAY60", machine, "", "2026-05-14");
  paid("V-PAPER", paper, "", "2026-01-13");
  paid("V-CARD", machine, "", "2026-01-13");
  paid("V-CONTRACT", machine, "HT-1", "2026-01-13");
  card("K1", {{"voucher_no", "V-CARD"}});
  card("K2", {{"contract_no", "HT-1"}});
  const Lines lines = found("R39");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(host.rows(kAlert, "rule==R39")[0].text("object_title"), "V-LATE");
}

TEST_F(Registers, what_is_replaced_before_its_years_needs_a_report) {
  const RecordId life = host.plant("standards.asset_life", {{"item", "计算机设备"}, {"min_years", 6}});
  card("OLD", {{"replaced_on", "2026-07-01"}, {"life", life.str()}});
  card("EARLY", {{"replaced_on", "2026-06-30"}, {"life", life.str()}});
  card("BROKEN", {{"replaced_on", "2026-06-30"}, {"life", life.str()}, {"report_no", "鉴定1号"}});
  card("OWN", {{"replaced_on", "2026-06-30"}, {"life_years", 5}});
  card("UNKNOWN", {{"replaced_on", "2021-06-30"}});
  EXPECT_EQ(found("R40"), Lines{"R40 orange card/EARLY open"});
}

TEST_F(Registers, people_on_a_pay_list_are_on_the_roster_and_within_the_standard) {
  const RecordId first = list("30102", "2026-07-01", {person("张三", "1", 1000'00), person("影子", "9", 10'00)});
  examined(first, "30102");
  EXPECT_EQ(found("R37"), Lines()) << "without a roster nothing is said";
  const auto staff = [&](const char* name, const char* identity, const Json& more) {
    Json values = {{"unit", "5"},
                   {"staff_no", identity},
                   {"name", name},
                   {"identity_no", identity},
                   {"monthly_standard", 1000'00}};
    values.update(more);
    planted("monitoring.staff_record", values);
  };
  staff("张三", "1", Json::object());
  staff("李四", "2", Json::object());
  staff("赵五", "3", {{"supplement_no", "人社1号"}});
  staff("钱六", "4", {{"left_on", "2026-06-30"}});
  examined(list("30102", "2026-07-13",
                {person("李四", "2", 1000'01), person("赵五", "3", 5000'00), person("钱六", "4", 1'00)}),
           "30102");
  examined(list("30226", "2026-07-13", {person("讲师", "8", 1000'01)}), "30226");
  found("R37");
  Lines names;
  for (const plugin::Row& row : host.rows(kAlert, "rule==R37")) {
    const std::string cause = row.text("cause");
    names.push_back(cause.substr(cause.rfind('|') + 1));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (Lines{"影子", "李四", "钱六"})) << "the roster came after the list";
}

TEST_F(Registers, subsidies_of_the_dead_of_owners_and_paid_twice_are_found) {
  const auto request = list("30305", "2026-07-05",
                            {person("甲", "1", 100, "B1"), person("乙", "2", 100, "B1"), person("丙", "3", 100, "B1"),
                             person("丁", "4", 100, "B1"), person("戊", "5", 100, "B1")});
  examined(request, "30305");
  EXPECT_EQ(found("R43"), Lines());
  const auto known = [&](const char* identity, const Json& more) {
    Json values = {
        {"code", identity}, {"identity_no", identity}, {"name", identity}, {"source", "民政"}, {"as_of", "2026-07-01"}};
    values.update(more);
    planted("monitoring.person_record", values);
  };
  known("1", {{"died_on", "2026-07-04"}});
  known("2", {{"died_on", "2026-07-05"}});
  known("3", {{"company", "某公司"}});
  known("4", {{"vehicle", "苏E"}, {"verified_on", "2026-06-01"}});
  examined(list("30305", "2026-07-13", {person("戊", "5", 100, "B1"), person("己", "6", 100, "B1")}), "30305");
  examined(list("30305", "2026-07-13", {person("己", "6", 100, "B2")}), "30305");
  found("R43");
  Lines names;
  for (const plugin::Row& row : host.rows(kAlert, "rule==R43")) names.push_back(row.text("object_title"));
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (Lines{"丙", "戊", "甲"}));
  EXPECT_TRUE(found("R37").empty()) << "a subsidy is no pay list";
  const auto gone = host.deliver("treasury.request.gone", "x", {{"request", request.str()}, {"unit", "5"}});
  ASSERT_TRUE(gone.ok()) << why(gone);
  for (const plugin::Row& row : host.rows(kFact))
    EXPECT_NE((row.text("object") + "/").rfind(kRequest + ("/" + request.str() + "/"), 0), 0U) << row.text("object");
}

TEST_F(Registers, a_thin_treasury_is_one_alert_of_its_region) {
  host.plant("compilation.project", {{"unit", "5"}, {"code", "P-1"}, {"name", "工资"}, {"three_guarantees", true}});
  for (const std::int64_t paid : {600, 700})
    host.plant("ledger.indicator", {{"project_code", "P-1"},
                                    {"region_code", "320583000"},
                                    {"stage", "executable"},
                                    {"fiscal_year", 2026},
                                    {"amount", 1000},
                                    {"paid", paid}});
  host.add_node(*RecordId::parse("20"),
                {{"code", "320583000"}, {"name", "昆山市"}, {"kind", "region"}, {"region_code", "320583000"}});
  const auto cover = [&](const char* day, double share) {
    planted("monitoring.treasury_cover", {{"region", "20"}, {"as_of", day}, {"cover", share}, {"source", "国库月报"}});
  };
  cover("2026-05-31", 0.3);
  EXPECT_EQ(found("R51"), Lines());
  cover("2026-06-30", 0.29);
  EXPECT_EQ(found("R51"), Lines{"R51 red cover/320583000 open"});
}

} // namespace
} // namespace onebudget::monitoring
