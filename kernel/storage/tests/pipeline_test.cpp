// Statements whose answers nobody waits for, on every database.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <thread>

#include "kernel/storage/testing.hpp"

namespace onebudget::storage {
namespace {

class PipelineTest : public DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (!IsSkipped()) script("CREATE TABLE thing (id ${id} PRIMARY KEY, name ${text})");
  }
  Result<void> write(const WriteFn& fn) { return database().write(Context(), fn); }
  static Result<void> send(Session& session, std::int64_t id) {
    return session.send("INSERT INTO thing (id, name) VALUES (?, 'sent')", {id});
  }
  std::int64_t count() {
    std::int64_t found = -1;
    EXPECT_TRUE(database().read(Context(), [&](Session& session) -> Result<void> {
      OB_TRY(found, session.integer("SELECT count(*) FROM thing"));
      return {};
    }));
    return found;
  }
  /// The answer to a question, behind a statement or alone.
  static Result<std::int64_t> answer(Session& session, bool alone) {
    OB_CHECK(session.ask("SELECT count(*) FROM thing"));
    if (!alone) {
      OB_TRY(const std::int64_t seven, session.integer("SELECT 7"));
      EXPECT_EQ(seven, 7);
    }
    return session.asked();
  }
  std::int64_t asked(bool alone) {
    std::int64_t found = -1;
    EXPECT_TRUE(database().read(Context(), [&](Session& session) -> Result<void> {
      OB_TRY(found, answer(session, alone));
      return {};
    }));
    return found;
  }
};

TEST_P(PipelineTest, what_was_sent_is_there_for_the_next_statement_and_after_the_commit) {
  ASSERT_TRUE(write([](Session& session) -> Result<void> {
    for (std::int64_t id = 1; id <= 1000; ++id) OB_CHECK(send(session, id));
    OB_TRY(const std::int64_t there, session.integer("SELECT count(*) FROM thing"));
    EXPECT_EQ(there, 1000);
    return send(session, 1001);
  }));
  EXPECT_EQ(count(), 1001);
  ASSERT_TRUE(write([](Session& session) { return send(session, 1002); }));
  ASSERT_TRUE(write([](Session& session) -> Result<void> {
    OB_CHECK(session.bulk_insert("thing", {"id", "name"}, std::vector<Params>{{std::int64_t{1003}, std::string("x")}}));
    return session.script("CREATE TABLE other (id bigint)");
  }));
  EXPECT_EQ(count(), 1003);
}

TEST_P(PipelineTest, a_fault_of_what_was_sent_ends_the_unit_wherever_it_shows) {
  ASSERT_TRUE(write([](Session& session) { return send(session, 1); }));
  for (const bool waits : {false, true}) {
    const auto done = write([&](Session& session) -> Result<void> {
      OB_CHECK(send(session, 2));
      OB_CHECK(send(session, 1));
      OB_CHECK(send(session, 3));
      if (waits) OB_CHECK(session.integer("SELECT 7"));
      return {};
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.fault().code, "storage.unique");
    EXPECT_EQ(count(), 1);
  }
}

TEST_P(PipelineTest, rows_that_are_still_read_do_not_disturb_what_is_sent) {
  ASSERT_TRUE(write([](Session& session) -> Result<void> {
    for (std::int64_t id = 1; id <= 10; ++id) OB_CHECK(send(session, id));
    OB_TRY(const auto rows, session.query("SELECT id FROM thing WHERE id <= 10 ORDER BY id"));
    for (std::int64_t id = 1; id <= 10; ++id) {
      OB_TRY(const bool more, rows->next());
      EXPECT_TRUE(more);
      EXPECT_EQ(rows->integer(0), id);
      OB_CHECK(send(session, 100 + id));
    }
    return {};
  }));
  EXPECT_EQ(count(), 20);
}

TEST_P(PipelineTest, a_kept_statement_is_planned_anew_once_early_and_then_seldom) {
  if (GetParam() != Dialect::postgresql || std::getenv("OB_TEST_ODBC") != nullptr)
    GTEST_SKIP() << "libpq keeps statements";
  constexpr const char* kStatement = "SELECT count(*) FROM thing";
  std::set<std::string> names; ///< under which it was ever kept
  ASSERT_TRUE(database().read(Context(), [&](Session& session) -> Result<void> {
    for (int use = 1; use <= 350; ++use) {
      OB_TRY(const std::int64_t none, session.integer(kStatement));
      EXPECT_EQ(none, 0);
      OB_TRY(const auto rows,
             session.query("SELECT name FROM pg_prepared_statements WHERE statement = ?", {std::string(kStatement)}));
      for (;;) {
        OB_TRY(const bool more, rows->next());
        if (!more) break;
        names.emplace(rows->text(0));
      }
    }
    return {};
  }));
  EXPECT_EQ(names.size(), 2U);
}

TEST_P(PipelineTest, a_question_is_answered_by_the_snapshot_that_the_statements_see) {
  for (std::int64_t id = 1; id <= 4; ++id) {
    for (const bool alone : {false, true, false}) EXPECT_EQ(asked(alone), id - 1);
    ASSERT_TRUE(write([&](Session& session) -> Result<void> {
      OB_CHECK(send(session, id));
      OB_TRY(const std::int64_t now, answer(session, id % 2 == 0));
      EXPECT_EQ(now, id);
      return {};
    }));
  }
  database().together([&] {
    EXPECT_EQ(asked(false), 4);
    std::thread([&] { EXPECT_TRUE(write([](Session& session) { return send(session, 9); })); }).join();
    EXPECT_EQ(asked(false), 4);
    EXPECT_EQ(count(), 4);
  });
  EXPECT_EQ(asked(true), 5);
}

TEST_P(PipelineTest, a_read_that_failed_leaves_a_connection_that_is_good_for_the_next) {
  for (int round = 0; round < 12; ++round) {
    EXPECT_FALSE(database().read(Context(), [](Session& session) -> Result<void> {
      OB_CHECK(session.ask("SELECT count(*) FROM thing"));
      OB_CHECK(session.query("SELECT nothing FROM nowhere"));
      return {};
    }));
    EXPECT_EQ(count(), 0);
  }
}

TEST(ArrayOf, quotes_text_and_keeps_null) {
  EXPECT_EQ(array_of({}), Value(std::string("{}")));
  EXPECT_EQ(array_of({std::int64_t{-7}, {}, std::string("a\"b\\,}")}),
            Value(std::string("{-7,null,\"a\\\"b\\\\,}\"}")));
}

OB_ON_EVERY_DATABASE(PipelineTest);

} // namespace
} // namespace onebudget::storage
