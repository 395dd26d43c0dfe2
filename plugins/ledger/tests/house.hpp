#pragma once
// The plugin on a fake host: a region (3), a department (4), its unit (5) and another (6), the shipped chart, and
// documents posted with a few words.

#include "plugins/ledger/tests/shipped.hpp"
#include "sdk/testing/fake_host.hpp"

namespace onebudget::ledger {

using plugin::Row;
using testing::FakeHost;
using testing::Json;

class House : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto started = host.start();
    ASSERT_TRUE(started.ok()) << why(started);
    host.set_now(1'782'864'000'000); // 2026-07-01 in China
    node(3, "320583000", "region", "");
    node(4, "320583-106", "department", "106");
    node(5, "320583-106001", "unit", "106");
    node(6, "320583-106002", "unit", "106");
    for (const char* name : {"account", "posting_rule"})
      for (auto& row : shipped(name)) {
        for (const char* not_ours : {"working", "source_kind", "source_ref"}) row.erase(not_ours);
        if (row["stage"].empty()) row.erase("stage");
        ASSERT_FALSE(host.plant(std::string("ledger.") + name, Json(row)).none()) << name;
      }
  }
  void TearDown() override { EXPECT_TRUE(host.stop().ok()) << "nothing is left over"; }

  void node(std::int64_t id, const std::string& code, const std::string& kind, const std::string& department) {
    host.add_node(RecordId{id}, {{"code", code},
                                 {"name", code},
                                 {"kind", kind},
                                 {"department_code", department},
                                 {"region_code", "320583000"}});
  }
  template <class T>
  static std::string why(const Result<T>& result) {
    if (result.ok()) return "";
    std::string out = result.fault().code + ": " + result.fault().message.zh;
    for (const FieldFault& field : result.fault().fields)
      out += " | " + field.field + " " + field.code + " " + field.message.zh;
    return out;
  }
  static Lines told(const Fault& fault) {
    Lines out;
    for (const FieldFault& finding : fault.fields) out.push_back(finding.code + " " + finding.field);
    return out;
  }

  /// A draft with its lines.
  RecordId draft(const Json& header, const std::vector<Json>& lines) {
    Json row = {
        {"number", "文书" + std::to_string(++numbers)}, {"node", "3"}, {"fiscal_year", 2026}, {"title", "文书"}};
    row.update(header);
    const auto made = host.insert("ledger.document", row);
    EXPECT_TRUE(made.ok()) << why(made);
    if (!made) return {};
    int n = 0;
    for (Json line : lines) {
      line["document"] = made->str();
      line["line_no"] = ++n;
      const auto one = host.insert("ledger.document_line", line);
      EXPECT_TRUE(one.ok()) << why(one);
    }
    return *made;
  }
  Result<void> post(RecordId document) {
    OB_CHECK(host.transition("ledger.document", document, "submit"));
    return host.transition("ledger.document", document, "post");
  }
  RecordId posted(const Json& header, const std::vector<Json>& lines) {
    const RecordId id = draft(header, lines);
    const auto done = post(id);
    EXPECT_TRUE(done.ok()) << why(done);
    return id;
  }
  /// An executable indicator of a unit with so many fen.
  std::string issued(std::int64_t fen, const char* unit = "5", const Json& elements = Json::object()) {
    Json line = {
        {"amount", fen}, {"unit", unit}, {"stage", "executable"}, {"fund_kind", "1"}, {"functional_class", "2050203"}};
    line.update(elements);
    posted({{"kind", "add"}}, {line});
    const auto rows = host.rows("ledger.indicator", std::string("stage==executable;unit==") + unit);
    EXPECT_FALSE(rows.empty());
    return rows.empty() ? "0" : rows.back().id().str();
  }
  Row indicator(const std::string& id) const { return host.row("ledger.indicator", *RecordId::parse(id)); }

  static Json document(const std::string& id, const char* entity = "treasury.payment_request") {
    return {{"entity", entity}, {"id", id}};
  }
  static Json ask(const std::string& id, const std::string& indicator, std::int64_t fen,
                  const Json& more = Json::object()) {
    Json out = {{"document", document(id)},
                {"unit", "5"},
                {"link", "payment"},
                {"lines", {{{"line", 1}, {"indicator", indicator}, {"amount", fen}}}}};
    out.update(more);
    return out;
  }
  Json send(const char* method, const Json& request) {
    const auto answer = host.send("ledger/1", method, request);
    EXPECT_TRUE(answer.ok()) << method << " " << why(answer);
    return answer ? *answer : Json::object();
  }
  std::string refused(const char* method, const Json& request) {
    const auto answer = host.send("ledger/1", method, request);
    return answer ? "" : answer.fault().code;
  }
  /// reserved, confirmed, consumed of the document's first line.
  void held(const std::string& id, std::int64_t reserved, std::int64_t confirmed, std::int64_t consumed) {
    const Json state = send("state", {{"document", document(id)}});
    ASSERT_EQ(state["reservations"].size(), 1U);
    const Json& one = state["reservations"][0];
    EXPECT_EQ(one["reserved"], reserved);
    EXPECT_EQ(one["confirmed"], confirmed);
    EXPECT_EQ(one["consumed"], consumed);
  }
  void drift_is_zero() {
    const auto answer = host.request("POST /drift", {}, R"({"fiscal_year": 2026})");
    ASSERT_TRUE(answer.ok()) << why(answer);
    EXPECT_EQ(Json::parse(answer->body)["differences"], Json::array());
  }

  FakeHost host{ONEBUDGET_PLUGIN_PACKAGE};
  int numbers = 0;
};

} // namespace onebudget::ledger
