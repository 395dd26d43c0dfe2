// Guarded changes: balances and counters under many hands.

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "kernel/records/tests/fixture.hpp"

namespace onebudget::records {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class AdjustTest : public RecordsTest {
 protected:
  void SetUp() override {
    RecordsTest::SetUp();
    if (IsSkipped()) return;
    enable(
        {kind_declaration(), project_declaration(), line_declaration(),
         parsed(R"({"entity":"balance","title":{"zh":"额度","en":"Balance"},"owner":"unit","key":["code"],
      "title_field":"code","fields":[
      {"name":"code","type":"code","max":20,"title":{"zh":"代码","en":"Code"},"required":true},
      {"name":"unit","type":"org","title":{"zh":"单位","en":"Unit"},"required":true},
      {"name":"open","type":"bool","title":{"zh":"开放","en":"Open"},"default":true},
      {"name":"available","type":"money","guarded":true,"min":"0.00","max":"90000000.00","default":"0.00",
        "title":{"zh":"可用","en":"Available"}},
      {"name":"rate","type":"decimal","precision":9,"scale":4,"guarded":true,"default":"0",
        "title":{"zh":"率","en":"Rate"}},
      {"name":"next","type":"int","guarded":true,"default":1,"title":{"zh":"下一号","en":"Next"}}]})"),
         parsed(R"({"entity":"pool","title":{"zh":"总额","en":"Pool"},"owner":"unit","key":["code"],"adjust":"plugin",
      "title_field":"code","fields":[
      {"name":"code","type":"code","max":20,"title":{"zh":"代码","en":"Code"},"required":true},
      {"name":"unit","type":"org","title":{"zh":"单位","en":"Unit"},"required":true},
      {"name":"room","type":"money","guarded":true,"min":"0.00","default":"0.00",
        "title":{"zh":"余地","en":"Room"}}]})")});
    std::vector<access::Permission> list;
    for (const char* verb : {"read", "create", "update", "adjust"})
      list.push_back({std::string("demo.balance.") + verb, {"权限", "Permission"}, "low"});
    for (const char* verb : {"read", "create", "update", "delete", "submit"})
      list.push_back({std::string("demo.project.") + verb, {"权限", "Permission"}, "low"});
    access_->set_permissions("demo", list);
    give(kClerk, role("payer", {"demo.balance.read", "demo.balance.adjust"}), "320102", access::Reach::subtree);
    give(kCity, role("reader", {"demo.balance.read"}), "3201", access::Reach::subtree);
  }

  RecordId balance(const std::string& code, std::int64_t fen) {
    auto made = records_->create(system_, "demo.balance",
                                 Json{{"code", code}, {"unit", nodes_.at("320102-101001").str()}, {"available", fen}},
                                 Form::abi);
    EXPECT_TRUE(made.ok()) << (made ? "" : made.fault().message.en);
    return made ? made->id : RecordId{};
  }
  Json row(RecordId id) {
    auto found = records_->get(system_, "demo.balance", id, Form::abi);
    return found ? parsed(found->json) : Json();
  }
  /// What a route does: the unit is run again when it was overtaken.
  Result<void> take(RecordId id, std::int64_t fen, std::int64_t user = kClerk) {
    for (int reruns = 0;; ++reruns) {
      const auto unit = records_->begin(as(user));
      OB_CHECK(unit->adjust("demo.balance", id, Json{{"add", {{"available", -fen}}}}));
      const auto done = unit->commit();
      if (done || !overtaken(done.fault()) || reruns == kMostReruns) return done;
    }
  }
};

TEST_P(AdjustTest, sixteen_threads_never_overspend_one_row) {
  constexpr int kThreads = 16, kEach = 12;
  const RecordId id = balance("B1", 10'000);
  std::atomic<int> taken{0}, refused{0}, other{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        const auto done = take(id, 100);
        ++(done ? taken : done.fault().code == "records.guard" ? refused : other);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 100);
  EXPECT_EQ(refused, kThreads * kEach - 100);
  EXPECT_EQ(other, 0);
  EXPECT_EQ(row(id)["available"], 0);
  EXPECT_EQ(row(id)["version"], 101);
  const auto page = records_->history(system_, "demo.balance", id, "", 1000);
  ASSERT_TRUE(page.ok());
  const Json lines = parsed(page->items);
  ASSERT_EQ(lines.size(), 101U);
  for (std::size_t i = 0; i < 100; ++i) { // newest first: every line goes on where the one before ended
    EXPECT_EQ(lines[i]["action"], "adjust");
    EXPECT_EQ(lines[i]["changes"][0]["before"],
              lines[i + 1]["changes"].back()["field"] == "next" ? Json("100.00") : lines[i + 1]["changes"][0]["after"]);
  }
}

TEST_P(AdjustTest, many_rows_in_any_order_neither_block_nor_lose) {
  std::vector<RecordId> rows;
  for (int i = 0; i < 6; ++i) rows.push_back(balance("R" + std::to_string(i), 1000));
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        const auto unit = records_->begin(as(kClerk));
        const RecordId from = rows[static_cast<std::size_t>((t + i) % 6)],
                       to = rows[static_cast<std::size_t>((t * 5 + i * 3 + 1) % 6)];
        const bool ok = unit->adjust("demo.balance", from, Json{{"add", {{"available", -1}}}}).ok() &&
                        unit->adjust("demo.balance", to, Json{{"add", {{"available", 1}}}}).ok() && unit->commit().ok();
        if (!ok) ++failed;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  std::int64_t sum = 0;
  for (const RecordId id : rows) sum += row(id)["available"].get<std::int64_t>();
  EXPECT_EQ(sum, 6000);
}

TEST_P(AdjustTest, serial_numbers_are_never_given_twice) {
  const RecordId id = balance("S", 0);
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::multiset<std::int64_t> numbers;
  for (int t = 0; t < 16; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        const auto unit = records_->begin(as(kClerk));
        const auto done = unit->adjust("demo.balance", id, Json{{"add", {{"next", 1}}}, {"now", true}});
        const std::lock_guard lock(mutex);
        numbers.insert(done ? parsed(done->json)["next"].get<std::int64_t>() : -1);
      }
    });
  for (std::thread& thread : threads) thread.join();
  std::multiset<std::int64_t> wanted;
  for (std::int64_t n = 2; n <= 81; ++n) wanted.insert(n);
  EXPECT_EQ(numbers, wanted);
}

TEST_P(AdjustTest, the_unit_sees_its_own_changes_and_writes_nothing_when_one_guard_fails) {
  const RecordId a = balance("A", 500), b = balance("B", 0);
  {
    const auto unit = records_->begin(as(kClerk));
    const auto once = unit->adjust("demo.balance", a, Json{{"add", {{"available", -300}}}});
    ASSERT_TRUE(once.ok());
    EXPECT_EQ(parsed(once->json)["available"], 200);
    EXPECT_EQ(parsed(unit->get("demo.balance", a, Form::abi)->json)["available"], 200);
    const auto twice = unit->adjust("demo.balance", a, Json{{"add", {{"available", -300}}}});
    EXPECT_EQ(code_of(twice), "records.guard");
    EXPECT_EQ(twice.fault().status(), 409);
  }
  EXPECT_EQ(row(a)["available"], 500);
  const auto unit = records_->begin(as(kClerk));
  ok(unit->adjust("demo.balance", b, Json{{"add", {{"available", 400}}}}));
  ok(unit->adjust("demo.balance", a, Json{{"add", {{"available", -400}}}, {"where", "open==true;available=ge=4.00"}}));
  ok(take(a, 200)); // somebody is faster
  EXPECT_EQ(code_of(unit->commit()), "records.guard");
  EXPECT_EQ(row(a)["available"], 300);
  EXPECT_EQ(row(b)["available"], 0);
}

TEST_P(AdjustTest, guards_bounds_and_rights_are_kept) {
  const RecordId id = balance("C", 100);
  const auto unit = records_->begin(as(kClerk));
  const auto attempt = [&](const Json& change) { return code_of(unit->adjust("demo.balance", id, change)); };
  EXPECT_EQ(attempt(Json{{"add", {{"available", 1}}}, {"where", "open==false"}}), "records.guard");
  EXPECT_EQ(attempt(Json{{"add", {{"available", 9'000'000'000}}}}), "records.guard");
  EXPECT_EQ(attempt(Json{{"add", {{"available", "1.00"}}}}), "records.adjust");
  EXPECT_EQ(attempt(Json{{"add", {{"code", 1}}}}), "records.adjust");
  EXPECT_EQ(attempt(Json{{"add", {{"avail", 1}}}}), "records.unknown_field");
  EXPECT_EQ(attempt(Json{{"add", Json::object()}}), "records.adjust");
  EXPECT_EQ(attempt(Json{{"add", {{"next", INT64_MIN}}}}), "records.adjust");
  EXPECT_EQ(attempt(Json{{"add", {{"next", 1}}}, {"if", "x"}}), "records.adjust");
  EXPECT_EQ(attempt(Json{{"add", {{"next", (std::int64_t{1} << 62)}}}}),
            "records.guard"); // the sum would leave its range
  EXPECT_EQ(attempt(Json{{"add", {{"rate", "0.0125"}}}}), "ok");
  ok(unit->commit());
  EXPECT_EQ(row(id)["rate"], "0.0125");
  EXPECT_EQ(code_of(take(id, 1, kCity)), "records.forbidden");
  EXPECT_EQ(code_of(take(id, 1, kProvince)), "records.not_found");
  EXPECT_THAT(field_codes(records_->update(system_, "demo.balance", id, 2, Json{{"available", 7}}, Form::abi)),
              ElementsAre("field.guarded@/available"));
  EXPECT_THAT(field_codes(records_->update(system_, "demo.balance", id, 2, Json{{"available", "7.00"}}, Form::rest)),
              ElementsAre("field.readonly@/available"));
}

TEST_P(AdjustTest, a_pool_is_drawn_on_by_whoever_the_plugin_serves_and_seen_by_grants) {
  auto made = records_->create(system_, "demo.pool",
                               Json{{"code", "P"}, {"unit", nodes_.at("3201").str()}, {"room", 100}}, Form::abi);
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(code_of(records_->get(as(kClerk), "demo.pool", made->id, Form::abi)), "records.not_found");
  const auto unit = records_->begin(as(kClerk));
  const auto seen = unit->adjust("demo.pool", made->id, Json{{"add", Json::object()}});
  ASSERT_TRUE(seen.ok());
  EXPECT_EQ(parsed(seen->json)["room"], 100);
  EXPECT_EQ(seen->version, 1);
  EXPECT_EQ(code_of(unit->adjust("demo.pool", made->id, Json{{"add", {{"room", -101}}}})), "records.guard");
  ok(unit->adjust("demo.pool", made->id, Json{{"add", {{"room", -60}}}}));
  ok(unit->commit());
  const auto left = records_->get(system_, "demo.pool", made->id, Form::abi);
  ASSERT_TRUE(left.ok());
  EXPECT_EQ(parsed(left->json)["room"], 40);
  EXPECT_EQ(left->version, 2);
}

TEST_P(AdjustTest, many_new_rows_are_checked_like_single_ones_and_told_of_once) {
  const auto line = [&](const std::string& code, Json more = Json::object()) {
    Json row = {{"code", code}, {"name", "Name"}, {"unit", nodes_.at("320102-101001").str()}, {"amount", 100}};
    row.update(more);
    return row;
  };
  const auto attempt = [&](const Json& rows) {
    return records_->begin(as(kClerk))->create_many("demo.project", rows, Form::abi);
  };
  EXPECT_EQ(code_of(attempt(Json::array())), "records.batch");
  EXPECT_THAT(field_codes(attempt({line("A1"), line("B1", {{"amount", "x"}}), line("C1", {{"name", nullptr}})})),
              ElementsAre("field.type@/1/amount", "field.required@/2/name"));
  EXPECT_EQ(attempt({line("A1"), line("B1", {{"nmae", 1}})}).fault().fields.front().field, "/1/nmae");
  EXPECT_EQ(code_of(attempt({line("A1"), line("B1", {{"unit", nodes_.at("320104-101").str()}})})), "records.forbidden");
  EXPECT_EQ(code_of(records_->begin(as(kCity))->create_many("demo.project", Json::array({line("A1")}), Form::abi)),
            "records.forbidden");

  const auto unit = records_->begin(as(kClerk));
  const auto ids = unit->create_many("demo.project", {line("A1"), line("B1"), line("C1")}, Form::abi);
  ok(ids);
  ok(unit->create_many("demo.project_line",
                       {{{"project", (*ids)[0].str()}, {"number", 1}}, {{"project", (*ids)[1].str()}, {"number", 1}}},
                       Form::abi));
  EXPECT_EQ(parsed(unit->get("demo.project", (*ids)[2], Form::abi)->json)["code"], "C1");
  ok(unit->commit());
  EXPECT_EQ(integer("SELECT count(*) FROM p_demo__project_line WHERE owner_path = (SELECT owner_path FROM "
                    "p_demo__project WHERE id = ?)",
                    {(*ids)[0].value}),
            2);
  for (const RecordId id : *ids) {
    const auto history = records_->history(as(kClerk), "demo.project", id, "", 10);
    ok(history);
    EXPECT_EQ(parsed(history->items)[0]["action"], "create");
  }
  audit::Query query;
  query.action = "records.create";
  query.subject = "demo.project";
  const auto told = log_->list(system_, query);
  ok(told);
  ASSERT_EQ(told->size(), 1U) << "one entry for all rows";
  const Json detail = parsed(told->front().entry.detail);
  EXPECT_EQ(detail["rows"], 3);
  EXPECT_EQ(detail["sm3"].get<std::string>().size(), 64U);
  EXPECT_EQ(detail["ids"], Json({(*ids)[0].str(), (*ids)[1].str(), (*ids)[2].str()}));
  EXPECT_THAT(told->front().entry.reason, ::testing::StartsWith("grant "));
  EXPECT_EQ(integer("SELECT count(*) FROM ob_outbox WHERE key = 'demo.project' AND topic = 'records.changed'", {}), 1);

  const auto late = records_->begin(as(kClerk));
  ok(late->create_many("demo.project", {line("D1"), line("A1")}, Form::abi));
  EXPECT_EQ(code_of(late->commit()), "records.key_taken");
  EXPECT_EQ(codes("code==D1"), "");
  ok(records_->transition(as(kClerk), "demo.project", (*ids)[0], 1, "submit", ""));
  EXPECT_EQ(code_of(records_->begin(as(kClerk))
                        ->create_many("demo.project_line",
                                      {{{"project", (*ids)[1].str()}, {"number", 2}},
                                       {{"project", (*ids)[0].str()}, {"number", 2}}},
                                      Form::abi)),
            "records.not_editable");
}

TEST_P(AdjustTest, many_changes_are_applied_together_or_tell_each_row_whose_guard_fails) {
  const RecordId a = balance("A", 500), b = balance("B", 300), c = balance("C", 0);
  const auto one = [](RecordId id, std::int64_t by, Json is = Json::object()) {
    return Json{{"id", id.str()}, {"add", {{"available", by}}}, {"is", std::move(is)}};
  };
  const auto attempt = [&](const Json& change) {
    return records_->begin(as(kClerk))->adjust_many("demo.balance", change);
  };
  const auto failed = [](const auto& result) {
    std::string list;
    if (!result)
      for (const FieldFault& field : result.fault().fields) list += field.field + " ";
    return list;
  };
  EXPECT_EQ(code_of(attempt({{"rows", {one(a, 1), one(a, 1)}}})), "records.adjust");
  EXPECT_EQ(code_of(attempt({{"rows", {one(a, 1), one(b, 1, {{"code", "B"}})}}})), "records.adjust") << "text";
  EXPECT_EQ(code_of(attempt({{"rows", {one(a, 1), one(RecordId{999'999}, 1)}}})), "records.not_found");
  EXPECT_EQ(code_of(records_->begin(as(kCity))->adjust_many("demo.balance", {{"rows", {one(a, 1), one(b, 1)}}})),
            "records.forbidden");
  const auto short_of = attempt({{"rows", {one(a, -501), one(b, -300), one(c, 5, {{"next", 2}})}}});
  EXPECT_EQ(code_of(short_of), "records.guard");
  EXPECT_EQ(failed(short_of), "/rows/0 /rows/2 ");
  EXPECT_EQ(failed(attempt({{"rows", {one(a, 1), one(b, 1)}}, {"where", "available=ge=4.00"}})), "/rows/1 ");

  const auto unit = records_->begin(as(kClerk));
  const auto done = unit->adjust_many(
      "demo.balance", {{"rows", {one(a, -200, {{"available", 500}, {"next", 1}}), one(b, -300), one(c, 500)}}});
  ok(done);
  EXPECT_EQ(parsed(*done)[2]["available"], 500);
  EXPECT_EQ(parsed(unit->get("demo.balance", a, Form::abi)->json)["available"], 300);
  EXPECT_EQ(*unit->adjust_many("demo.balance",
                               {{"rows", {one(a, -1), {{"id", b.str()}, {"add", {{"next", 7}}}}}}, {"quiet", true}}),
            "[]");
  ok(unit->commit());
  EXPECT_EQ(row(a)["available"], 299);
  EXPECT_EQ(row(a)["version"], 3);
  EXPECT_EQ(row(b)["next"], 8);
  EXPECT_EQ(row(c)["available"], 500);
  const auto page = records_->history(system_, "demo.balance", a, "", 10);
  ok(page);
  EXPECT_EQ(parsed(page->items)[1]["changes"][0]["before"], "5.00");
  EXPECT_EQ(parsed(page->items)[0]["changes"][0]["before"], "3.00");

  const auto slow = records_->begin(as(kClerk));
  ok(slow->adjust_many("demo.balance", {{"rows", {one(c, 1), one(a, -299), one(b, 1)}}}));
  const auto fixed = records_->begin(as(kClerk));
  ok(fixed->adjust_many("demo.balance", {{"rows", {one(b, 1, {{"next", 8}}), one(c, 1)}}}));
  ok(take(a, 1)); // somebody is faster
  const auto overtaken_one = slow->commit();
  EXPECT_EQ(code_of(overtaken_one), "records.guard");
  EXPECT_EQ(failed(overtaken_one), "/rows/1 ");
  ok(records_->begin(as(kClerk))->adjust("demo.balance", b, Json{{"add", {{"next", 1}}}, {"now", true}}));
  const auto other_value = fixed->commit();
  EXPECT_EQ(failed(other_value), "/rows/0 ");
  EXPECT_EQ(row(c)["available"], 500) << "nothing of a refused batch remains";
}

TEST_P(AdjustTest, batches_in_any_order_never_overspend) {
  constexpr int kRows = 6, kThreads = 8, kEach = 10;
  std::vector<RecordId> rows;
  for (int i = 0; i < kRows; ++i) rows.push_back(balance("R" + std::to_string(i), 40));
  std::atomic<int> taken{0}, other{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        Json change = {{"rows", Json::array()}, {"quiet", true}};
        for (int k = 0; k < 3; ++k)
          change["rows"].push_back({{"id", rows[static_cast<std::size_t>((t * (k + 1) + i + 5 - k) % kRows)].str()},
                                    {"add", {{"available", -1}}}});
        std::set<std::string> different;
        for (const Json& one : change["rows"]) different.insert(one["id"].get<std::string>());
        if (different.size() < 3) continue;
        const auto unit = records_->begin(as(kClerk));
        const auto asked = unit->adjust_many("demo.balance", change);
        const auto done = asked ? unit->commit() : Result<void>(asked.fault());
        if (done)
          taken += 3;
        else if (done.fault().code != "records.guard")
          ++other;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(other, 0);
  std::int64_t left = 0;
  for (const RecordId id : rows) {
    const auto value = row(id)["available"].get<std::int64_t>();
    EXPECT_GE(value, 0);
    left += value;
  }
  EXPECT_EQ(left, kRows * 40 - taken);
  EXPECT_GT(taken, 0);
}

OB_ON_EVERY_DATABASE(AdjustTest);

} // namespace
} // namespace onebudget::records
