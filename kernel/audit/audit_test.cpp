#include "kernel/audit/audit.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "kernel/storage/testing.hpp"

namespace onebudget::audit {
namespace {

class LogTest : public storage::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(storage::Migrations(database()).apply(Context::system(clock_), Log::migrations()).ok());
    log_ = std::make_unique<Log>(database(), clock_);
  }
  void TearDown() override { log_.reset(); }

  Context caller(const std::string& name = "zhang") {
    Context context = Context::system(clock_, "00000000000000aa");
    context.caller.kind = CallerKind::person;
    context.caller.user = UserId{7};
    context.caller.name = name;
    context.client_ip = "10.0.0.9";
    return context;
  }
  static Entry entry(const std::string& id, const std::string& action = "records.update") {
    return {action, "compilation.project", id, "320100000/", "ok", "grant 17", "{\"field\":\"金额\"}"};
  }
  void append(int count) {
    for (int i = 1; i <= count; ++i) ASSERT_TRUE(log_->append_now(caller(), entry(std::to_string(i))).ok());
  }
  void seal_all() {
    ASSERT_TRUE(until([this] {
      const auto sealed = log_->seal();
      EXPECT_TRUE(sealed.ok());
      return integer("SELECT count(*) FROM ob_audit WHERE seq IS NULL") == 0;
    }));
  }
  Verdict verdict() {
    auto found = log_->verify();
    EXPECT_TRUE(found.ok());
    return found.ok() ? *found : Verdict();
  }

  ManualClock clock_;
  std::unique_ptr<Log> log_;
};

TEST_P(LogTest, a_clock_that_jumps_back_and_forth_leaves_the_chain_whole) {
  const std::int64_t right = clock_.now_ms();
  for (const std::int64_t by :
       {std::int64_t{0}, std::int64_t{86'400'000}, std::int64_t{-86'400'000}, std::int64_t{1}}) {
    clock_.set_ms(right + by);
    append(2);
    seal_all();
  }
  append(1);
  clock_.set_ms(right - 1);
  append(1);
  seal_all();
  const Verdict found = verdict();
  EXPECT_TRUE(found.ok);
  EXPECT_EQ(found.sealed, 10);
  EXPECT_EQ(found.unsealed, 0);
}

TEST_P(LogTest, an_entry_is_read_back_as_it_was_written) {
  ASSERT_TRUE(log_->append_now(caller(), entry("42")).ok());
  const auto lines = log_->list(caller(), {});
  ASSERT_TRUE(lines.ok());
  ASSERT_EQ(lines->size(), 1u);
  const Line& line = lines->front();
  EXPECT_EQ(line.at_ms, clock_.now_ms());
  EXPECT_EQ(line.actor, 7);
  EXPECT_EQ(line.actor_name, "zhang");
  EXPECT_EQ(line.ip, "10.0.0.9");
  EXPECT_EQ(line.request_id, "00000000000000aa");
  EXPECT_EQ(line.entry.action, "records.update");
  EXPECT_EQ(line.entry.subject_id, "42");
  EXPECT_EQ(line.entry.owner_path, "320100000/");
  EXPECT_EQ(line.entry.reason, "grant 17");
  EXPECT_EQ(line.entry.detail, "{\"field\":\"金额\"}");
  EXPECT_EQ(line.seq, 0);
}

TEST_P(LogTest, an_entry_goes_with_its_transaction) {
  const auto done = database().write(caller(), [&](storage::Session& session) -> Result<void> {
    OB_CHECK(log_->append(session, caller(), entry("1")));
    return fault(FaultKind::rule, "test.no", {"不", "no"});
  });
  EXPECT_FALSE(done.ok());
  EXPECT_EQ(integer("SELECT count(*) FROM ob_audit"), 0);
}

TEST_P(LogTest, names_that_are_not_text_do_not_keep_an_entry_out) {
  ASSERT_TRUE(log_->append_now(caller("\xFF\xFE"), entry(std::string("a\0b", 3))).ok());
  const auto lines = log_->list(caller(), {});
  ASSERT_TRUE(lines.ok());
  EXPECT_EQ(lines->front().actor_name, "hex:fffe");
  EXPECT_EQ(lines->front().entry.subject_id, "hex:610062");
}

TEST_P(LogTest, sealed_entries_verify_and_the_tail_is_counted) {
  append(5);
  seal_all();
  append(2);
  const Verdict found = verdict();
  EXPECT_TRUE(found.ok);
  EXPECT_EQ(found.entries, 7);
  EXPECT_EQ(found.sealed, 5);
  EXPECT_EQ(found.unsealed, 2);
  EXPECT_EQ(found.head.size(), 64u);
  EXPECT_EQ(found.first_bad, 0);
  seal_all();
  EXPECT_EQ(verdict().sealed, 7);
  EXPECT_TRUE(verdict().ok);
  EXPECT_EQ(log_->list(caller(), {})->front().seq, 7);
}

TEST_P(LogTest, an_empty_log_verifies) {
  EXPECT_EQ(*log_->seal(), 0);
  EXPECT_TRUE(verdict().ok);
}

TEST_P(LogTest, a_batch_seals_no_more_than_asked) {
  append(5);
  ASSERT_TRUE(until([this] { return *log_->seal(2) == 2; }));
  EXPECT_EQ(verdict().sealed, 2);
  EXPECT_TRUE(verdict().ok);
}

TEST_P(LogTest, every_kind_of_tampering_is_found_and_placed) {
  append(6);
  seal_all();
  struct Case {
    const char* what;
    const char* sql;
    std::int64_t first_bad;
  };
  const std::vector<std::string> columns = {"at_ms = at_ms + 1", "actor = 8",
                                            "actor_name = 'li'", "ip = ''",
                                            "request_id = 'x'",  "action = 'records.read'",
                                            "subject = 'x'",     "subject_id = 'x'",
                                            "owner_path = ''",   "outcome = 'denied'",
                                            "reason = ''",       "detail = ''",
                                            "hash = 'aa'"};
  for (const std::string& change : columns) {
    script("CREATE TABLE kept AS SELECT * FROM ob_audit");
    script("UPDATE ob_audit SET " + change + " WHERE seq = 4");
    const Verdict found = verdict();
    EXPECT_FALSE(found.ok) << change;
    EXPECT_EQ(found.first_bad, 4) << change;
    script("DELETE FROM ob_audit; INSERT INTO ob_audit SELECT * FROM kept; DROP TABLE kept");
    EXPECT_TRUE(verdict().ok);
  }
  const std::vector<Case> cases = {
      {"removed", "DELETE FROM ob_audit WHERE seq = 3", 3},
      {"first removed", "DELETE FROM ob_audit WHERE seq = 1", 1},
      {"end cut off", "DELETE FROM ob_audit WHERE seq >= 5", 5},
      {"all removed", "DELETE FROM ob_audit", 1},
      {"swapped",
       "UPDATE ob_audit SET seq = -seq WHERE seq IN (2, 3); UPDATE ob_audit SET seq = 3 WHERE seq = -2;"
       "UPDATE ob_audit SET seq = 2 WHERE seq = -3",
       2},
      {"closed up after removal",
       "DELETE FROM ob_audit WHERE seq = 4; UPDATE ob_audit SET seq = 4 WHERE seq = 5;"
       "UPDATE ob_audit SET seq = 5 WHERE seq = 6",
       4},
      {"put behind the end",
       "INSERT INTO ob_audit (id, seq, at_ms, actor, actor_name, ip, request_id, action, subject, subject_id,"
       " owner_path, outcome, reason, detail, hash) SELECT id + 1000, 7, at_ms, actor, actor_name, ip, request_id,"
       " action, subject, subject_id, owner_path, outcome, reason, detail, hash FROM ob_audit WHERE seq = 6",
       7}};
  for (const Case& one : cases) {
    script("CREATE TABLE kept AS SELECT * FROM ob_audit");
    script(one.sql);
    const Verdict found = verdict();
    EXPECT_FALSE(found.ok) << one.what;
    EXPECT_EQ(found.first_bad, one.first_bad) << one.what;
    script("DELETE FROM ob_audit; INSERT INTO ob_audit SELECT * FROM kept; DROP TABLE kept");
  }
  script("DELETE FROM ob_audit_head");
  EXPECT_FALSE(verdict().ok);
}

TEST_P(LogTest, two_sealers_and_many_writers_make_one_chain) {
  const auto node = test().open_again();
  Log other(*node, clock_);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) EXPECT_TRUE(log_->append_now(caller(), entry("x")).ok());
    });
  }
  for (Log* one : {log_.get(), &other}) {
    threads.emplace_back([one] {
      for (int i = 0; i < 30; ++i) EXPECT_TRUE(one->seal(10).ok());
    });
  }
  for (auto& thread : threads) thread.join();
  seal_all();
  const Verdict found = verdict();
  EXPECT_TRUE(found.ok) << found.first_bad;
  EXPECT_EQ(found.sealed, 160);
}

TEST_P(LogTest, lists_are_filtered_and_paged_from_the_newest) {
  append(5);
  clock_.advance_ms(1000);
  ASSERT_TRUE(log_->append_now(caller("li"), entry("9", "access.grant")).ok());
  ASSERT_TRUE(
      log_->append_now(caller("li"), {"identity.sign_in", "account", "li", "", "denied", "identity.password", ""})
          .ok());
  const auto count = [&](Query query) { return log_->list(caller(), query)->size(); };
  Query query;
  EXPECT_EQ(count(query), 7u);
  query.actor_name = "li";
  EXPECT_EQ(count(query), 2u);
  query.outcome = "denied";
  EXPECT_EQ(count(query), 1u);
  query = {};
  query.action = "records.";
  EXPECT_EQ(count(query), 5u);
  query.subject = "compilation.project";
  query.subject_id = "3";
  EXPECT_EQ(count(query), 1u);
  query = {};
  query.from_ms = clock_.now_ms();
  EXPECT_EQ(count(query), 2u);
  query = {};
  query.to_ms = clock_.now_ms();
  EXPECT_EQ(count(query), 5u);
  query = {};
  query.limit = 3;
  std::vector<std::int64_t> ids;
  for (;;) {
    const auto page = log_->list(caller(), query);
    ASSERT_TRUE(page.ok());
    if (page->empty()) break;
    for (const Line& line : *page) ids.push_back(line.id);
    query.before_id = ids.back();
  }
  EXPECT_EQ(ids.size(), 7u);
  EXPECT_TRUE(std::is_sorted(ids.rbegin(), ids.rend()));
}

/// PostgreSQL alone: SQLite has one writer, so nothing can overtake there.
class OvertakingTest : public LogTest {};

TEST_P(OvertakingTest, a_row_of_an_open_transaction_is_not_overtaken) {
  const auto node = test().open_again();
  ASSERT_TRUE(database()
                  .write(caller(),
                         [&](storage::Session& session) -> Result<void> {
                           OB_CHECK(log_->append(session, caller(), entry("early")));
                           OB_CHECK(session.integer("SELECT 1")); // so that it has run
                           // A later one commits first; while the early one is open, neither may be chained.
                           EXPECT_TRUE(Log(*node, clock_).append_now(caller(), entry("late")).ok());
                           EXPECT_EQ(*Log(*node, clock_).seal(), 0);
                           return {};
                         })
                  .ok());
  seal_all();
  EXPECT_EQ(integer("SELECT seq FROM ob_audit WHERE subject_id = 'early'"), 1);
  EXPECT_EQ(integer("SELECT seq FROM ob_audit WHERE subject_id = 'late'"), 2);
}

OB_ON_EVERY_DATABASE(LogTest);
INSTANTIATE_TEST_SUITE_P(databases, OvertakingTest, ::testing::Values(storage::Dialect::postgresql),
                         storage::dialect_name);

} // namespace
} // namespace onebudget::audit
