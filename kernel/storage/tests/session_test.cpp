// What a Session answers is the same on every database.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "kernel/storage/testing.hpp"
#include "kernel/storage/text/sql_text.hpp"

namespace onebudget::storage {
namespace {

class SessionTest : public DatabaseTest {
 protected:
  Result<void> write(const WriteFn& fn) { return database().write(Context(), fn); }
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    script(
        "CREATE TABLE thing (id ${id} PRIMARY KEY, name ${text}, amount ${id}, share ${real}, raw ${blob}, doc "
        "${json});"
        "CREATE UNIQUE INDEX thing_name ON thing (name)");
  }
  std::vector<Value> first_row(const std::string& sql, const Params& params = {}) {
    std::vector<Value> row;
    const auto done = database().read(Context(), [&](Session& session) -> Result<void> {
      OB_TRY(const auto rows, session.query(sql, params));
      OB_TRY(const bool found, rows->next());
      for (int i = 0; found && i < rows->columns(); ++i) row.push_back(rows->value(i));
      return {};
    });
    EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.fault().message.en);
    return row;
  }
};

constexpr const char* kInsert = "INSERT INTO thing (id, name, amount, share, raw, doc) VALUES (?, ?, ?, ?, ?, ?)";

Result<void> run(Session& session, std::string_view sql, const Params& params = {}) {
  OB_TRY(const auto changed, session.execute(sql, params));
  (void)changed;
  return {};
}

TEST_P(SessionTest, every_kind_of_value_comes_back_as_it_went_in) {
  const std::string every_byte = [] {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    return bytes;
  }();
  const std::vector<Params> rows = {
      {std::int64_t{1}, std::string("预算 'x' \\ \t\n?"), std::numeric_limits<std::int64_t>::max(), 0.1,
       Bytes{every_byte}, std::string("{\"b\":1, \"a\":2}")},
      {std::int64_t{2}, std::string(""), std::numeric_limits<std::int64_t>::min(), -1.5e300, Bytes{""},
       std::string("[]")},
      {std::int64_t{3}, std::monostate{}, std::monostate{}, std::monostate{}, std::monostate{}, std::monostate{}},
      {std::int64_t{4}, std::string("\\N"), std::int64_t{-7}, 1.0 / 3, Bytes{"\\x00"}, std::string("\"😀\"")}};
  ASSERT_TRUE(write([&](Session& session) -> Result<void> {
                for (const Params& row : rows) OB_CHECK(run(session, kInsert, row));
                return {};
              }).ok());
  for (const Params& row : rows)
    EXPECT_EQ(first_row("SELECT id, name, amount, share, raw, doc FROM thing WHERE id = ?", {row[0]}), row);

  ASSERT_TRUE(
      write([&](Session& session) -> Result<void> {
        OB_CHECK(run(session, "DELETE FROM thing"));
        OB_TRY(const auto count, session.bulk_insert("thing", {"id", "name", "amount", "share", "raw", "doc"}, rows));
        EXPECT_EQ(count, 4);
        return {};
      }).ok());
  for (const Params& row : rows)
    EXPECT_EQ(first_row("SELECT id, name, amount, share, raw, doc FROM thing WHERE id = ?", {row[0]}), row);
}

TEST_P(SessionTest, sums_counts_and_comparisons_are_integers) {
  ASSERT_TRUE(
      write([&](Session& session) -> Result<void> {
        OB_CHECK(run(session, kInsert,
                     {std::int64_t{1}, std::string("a"), std::int64_t{5}, 1.0, std::monostate{}, std::monostate{}}));
        return run(session, kInsert,
                   {std::int64_t{2}, std::string("b"), std::int64_t{6}, 1.0, std::monostate{}, std::monostate{}});
      }).ok());
  EXPECT_EQ(first_row("SELECT sum(amount), count(*), max(amount) FROM thing"),
            (std::vector<Value>{std::int64_t{11}, std::int64_t{2}, std::int64_t{6}}));
  EXPECT_EQ(integer("SELECT amount > 5 FROM thing WHERE id = 2"), 1);
  EXPECT_EQ(integer("SELECT sum(amount) FROM thing WHERE id > 100"), 0);
  EXPECT_EQ(integer("SELECT ? + 1", {std::int64_t{41}}), 42);
}

TEST_P(SessionTest, text_sorts_by_code_point) {
  const std::vector<std::string> names = {"", "A", "B", "a", "b", "é", "中", "预", "\xEF\xBF\xBD", "😀"};
  std::vector<std::string> shuffled = {"预", "b", "😀", "A", "é", "", "中", "a", "\xEF\xBF\xBD", "B"};
  ASSERT_TRUE(write([&](Session& session) -> Result<void> {
                std::int64_t id = 0;
                for (const auto& name : shuffled)
                  OB_CHECK(run(session, "INSERT INTO thing (id, name) VALUES (?, ?)", {++id, name}));
                return {};
              }).ok());
  std::vector<std::string> sorted;
  ASSERT_TRUE(database()
                  .read(Context(),
                        [&](Session& session) -> Result<void> {
                          OB_TRY(const auto rows, session.query("SELECT name FROM thing ORDER BY name"));
                          for (;;) {
                            OB_TRY(const bool more, rows->next());
                            if (!more) return {};
                            sorted.emplace_back(rows->text(0));
                          }
                        })
                  .ok());
  EXPECT_EQ(sorted, names);
}

TEST_P(SessionTest, a_null_parameter_and_a_number_share_a_statement) {
  ASSERT_TRUE(
      write([&](Session& session) -> Result<void> {
        OB_CHECK(run(session, "INSERT INTO thing (id, amount) VALUES (?, ?)", {std::int64_t{1}, std::monostate{}}));
        OB_CHECK(run(session, "INSERT INTO thing (id, amount) VALUES (?, ?)", {std::int64_t{2}, std::int64_t{9}}));
        return run(session, "INSERT INTO thing (id, amount) VALUES (?, ?)", {std::int64_t{3}, std::monostate{}});
      }).ok());
  EXPECT_EQ(integer("SELECT count(*) FROM thing WHERE amount IS NULL"), 2);
}

TEST_P(SessionTest, a_used_value_is_a_unique_conflict_and_dooms_the_unit) {
  bool went_on = true;
  const auto done = write([&](Session& session) -> Result<void> {
    OB_CHECK(run(session, "INSERT INTO thing (id, name) VALUES (1, 'x')"));
    const auto second = session.execute("INSERT INTO thing (id, name) VALUES (2, 'x')");
    EXPECT_FALSE(second.ok());
    EXPECT_EQ(second.fault().code, "storage.unique");
    const auto third = session.execute("INSERT INTO thing (id, name) VALUES (3, 'y')");
    went_on = third.ok();
    EXPECT_EQ(third.ok() ? "" : third.fault().code, "storage.aborted");
    return {}; // even a unit that looks away cannot commit
  });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.fault().code, "storage.unique");
  EXPECT_EQ(done.fault().kind, FaultKind::conflict);
  EXPECT_FALSE(went_on);
  EXPECT_EQ(integer("SELECT count(*) FROM thing"), 0);
}

TEST_P(SessionTest, a_unique_conflict_also_shows_in_a_bulk_insert_and_in_returning) {
  const auto bulk = write([&](Session& session) -> Result<void> {
    const std::vector<Params> rows = {{std::int64_t{1}}, {std::int64_t{1}}};
    OB_TRY(const auto count, session.bulk_insert("thing", {"id"}, rows));
    (void)count;
    return {};
  });
  ASSERT_FALSE(bulk.ok());
  EXPECT_EQ(bulk.fault().code, "storage.unique");
  const auto returning = write([&](Session& session) -> Result<void> {
    OB_TRY(const auto one, session.integer("INSERT INTO thing (id) VALUES (?) RETURNING id", {std::int64_t{1}}));
    EXPECT_EQ(one, 1);
    OB_TRY(const auto two, session.integer("INSERT INTO thing (id) VALUES (?) RETURNING id", {std::int64_t{1}}));
    (void)two;
    return {};
  });
  ASSERT_FALSE(returning.ok());
  EXPECT_EQ(returning.fault().code, "storage.unique");
}

TEST_P(SessionTest, a_broken_reference_is_a_constraint_conflict) {
  script("CREATE TABLE part (id ${id} PRIMARY KEY, thing ${id} REFERENCES thing (id))");
  const auto done = write([](Session& session) { return run(session, "INSERT INTO part (id, thing) VALUES (1, 99)"); });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.fault().code, "storage.constraint");
}

TEST_P(SessionTest, changed_rows_are_counted) {
  ASSERT_TRUE(write([](Session& session) -> Result<void> {
                OB_TRY(const auto added,
                       session.execute("INSERT INTO thing (id, amount) VALUES (1, 1), (2, 1), (3, 2)"));
                EXPECT_EQ(added, 3);
                OB_TRY(const auto changed,
                       session.execute("UPDATE thing SET amount = amount + 1 WHERE amount = ?", {std::int64_t{1}}));
                EXPECT_EQ(changed, 2);
                OB_TRY(const auto none, session.execute("UPDATE thing SET amount = 0 WHERE amount = 77"));
                EXPECT_EQ(none, 0);
                OB_TRY(const auto made, session.execute("CREATE TABLE other (id INTEGER)"));
                EXPECT_EQ(made, 0);
                OB_TRY(const auto seen, session.execute("SELECT 1"));
                EXPECT_EQ(seen, 0);
                return {};
              }).ok());
}

TEST_P(SessionTest, statements_may_run_beside_an_open_stream) {
  ASSERT_TRUE(write([](Session& session) -> Result<void> {
                std::vector<Params> rows;
                for (std::int64_t i = 1; i <= 2'000; ++i) rows.push_back({i, i * 2});
                OB_TRY(const auto count, session.bulk_insert("thing", {"id", "amount"}, rows));
                EXPECT_EQ(count, 2'000);
                return {};
              }).ok());
  std::int64_t seen = 0, sum = 0;
  ASSERT_TRUE(database()
                  .read(Context(),
                        [&](Session& session) -> Result<void> {
                          OB_TRY(const auto rows, session.query("SELECT id FROM thing ORDER BY id"));
                          for (;;) {
                            OB_TRY(const bool more, rows->next());
                            if (!more) return {};
                            ++seen;
                            if (seen % 500 != 1) continue;
                            // The same statement twice, and another one.
                            OB_TRY(const auto again, session.query("SELECT id FROM thing ORDER BY id"));
                            OB_TRY(const bool first, again->next());
                            EXPECT_TRUE(first);
                            EXPECT_EQ(again->integer(0), 1);
                            OB_TRY(const auto amount,
                                   session.integer("SELECT amount FROM thing WHERE id = ?", {rows->integer(0)}));
                            sum += amount;
                          }
                        })
                  .ok());
  EXPECT_EQ(seen, 2'000);
  EXPECT_EQ(sum, 2 * (1 + 501 + 1001 + 1501));
}

TEST_P(SessionTest, a_stream_left_half_read_does_not_harm_the_next_reader) {
  ASSERT_TRUE(write([](Session& session) -> Result<void> {
                std::vector<Params> rows;
                for (std::int64_t i = 1; i <= 5'000; ++i) rows.push_back({i});
                OB_TRY(const auto count, session.bulk_insert("thing", {"id"}, rows));
                (void)count;
                return {};
              }).ok());
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(database()
                    .read(Context(),
                          [](Session& session) -> Result<void> {
                            OB_TRY(const auto rows, session.query("SELECT id FROM thing"));
                            OB_TRY(const bool more, rows->next());
                            EXPECT_TRUE(more);
                            return {};
                          })
                    .ok());
  }
  EXPECT_EQ(integer("SELECT count(*) FROM thing"), 5'000);
}

TEST_P(SessionTest, broken_statements_are_faults_that_harm_nothing) {
  for (const char* sql :
       {"SELEC 1", "SELECT nothing_such FROM thing", "SELECT * FROM no_table", "", "SELECT 1; SELECT 2"}) {
    const auto done = write([&](Session& session) { return run(session, sql); });
    ASSERT_FALSE(done.ok()) << sql;
    EXPECT_EQ(done.fault().code, "storage.sql") << sql;
  }
  const auto few = write([](Session& session) { return run(session, "INSERT INTO thing (id) VALUES (?)"); });
  EXPECT_EQ(few.fault().code, "storage.sql");
  const auto many = write([](Session& session) { return run(session, "DELETE FROM thing", {std::int64_t{1}}); });
  EXPECT_EQ(many.fault().code, "storage.sql");
  const auto names = write([](Session& session) -> Result<void> {
    OB_TRY(const auto count, session.bulk_insert("thing; DROP TABLE thing", {"id"}, {}));
    (void)count;
    return {};
  });
  EXPECT_EQ(names.fault().code, "storage.name");
  EXPECT_EQ(integer("SELECT count(*) FROM thing"), 0);
}

TEST_P(SessionTest, text_with_nul_is_refused) {
  const auto done = write([](Session& session) {
    return run(session, "INSERT INTO thing (id, name) VALUES (1, ?)", {std::string("a\0b", 3)});
  });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.fault().kind, FaultKind::malformed);
}

TEST_P(SessionTest, a_unit_cannot_end_its_own_transaction) {
  for (const char* sql : {"COMMIT", "ROLLBACK"}) {
    const auto done = write([&](Session& session) -> Result<void> {
      OB_CHECK(run(session, "INSERT INTO thing (id) VALUES (1)"));
      return session.script(sql);
    });
    EXPECT_FALSE(done.ok()) << sql;
  }
  ASSERT_TRUE(write([](Session& session) { return run(session, "INSERT INTO thing (id) VALUES (7)"); }).ok());
  EXPECT_EQ(integer("SELECT count(*) FROM thing WHERE id = 7"), 1);
}

TEST_P(SessionTest, a_snapshot_cannot_write) {
  const auto done =
      database().read(Context(), [](Session& session) { return run(session, "INSERT INTO thing (id) VALUES (1)"); });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.fault().code, "storage.read_only");
}

TEST_P(SessionTest, more_statements_than_are_kept_still_work) {
  ASSERT_TRUE(write([](Session& session) -> Result<void> {
                for (int round = 0; round < 2; ++round) {
                  for (std::int64_t i = 0; i < 300; ++i) {
                    OB_TRY(const auto found, session.integer("SELECT " + std::to_string(i) + " + ?", {i}));
                    EXPECT_EQ(found, 2 * i);
                  }
                }
                return {};
              }).ok());
  EXPECT_EQ(integer("SELECT 1"), 1);
}

TEST_P(SessionTest, a_kept_statement_survives_a_change_of_the_schema) {
  const std::string all = "SELECT * FROM thing";
  EXPECT_TRUE(first_row(all).empty());
  script("ALTER TABLE thing ADD COLUMN extra ${text}; INSERT INTO thing (id, extra) VALUES (1, 'new')");
  EXPECT_EQ(first_row(all).size(), 7u);
}

TEST_P(SessionTest, reads_run_together_see_one_snapshot_until_their_thread_writes) {
  const auto count = [&] {
    std::int64_t found = -1;
    const auto done = database().read(Context(), [&](Session& session) -> Result<void> {
      OB_TRY(found, session.integer("SELECT count(*) FROM thing"));
      return {};
    });
    EXPECT_TRUE(done);
    return found;
  };
  const auto add = [&](std::int64_t id) {
    return write([&](Session& session) { return run(session, "INSERT INTO thing (id) VALUES (?)", {id}); });
  };
  database().together([&] {
    EXPECT_EQ(count(), 0);
    std::thread([&] { EXPECT_TRUE(add(1)); }).join();
    EXPECT_EQ(count(), 0);
    database().together([&] { EXPECT_EQ(count(), 0); });
    EXPECT_TRUE(add(2));
    EXPECT_EQ(count(), 2);
    std::thread([&] { EXPECT_TRUE(add(3)); }).join();
    EXPECT_EQ(count(), 2);
  });
  EXPECT_EQ(count(), 3);
}

TEST_P(SessionTest, the_first_question_of_a_snapshot_that_reads_share_is_answered_and_its_answer_kept) {
  const auto kept = [&] {
    std::optional<std::int64_t> found;
    EXPECT_TRUE(database().read(Context(), [&](Session& session) -> Result<void> {
      if (session.kept == nullptr) return {};
      if (!session.kept->has_value()) {
        OB_TRY(*session.kept, session.asked());
      }
      found = *session.kept;
      session.kept->emplace(*found + 1);
      return {};
    }));
    return found;
  };
  EXPECT_FALSE(kept());
  database().together([&] { EXPECT_FALSE(kept()) << "nothing was asked"; });
  database().together(
      [&] {
        EXPECT_EQ(kept(), 0);
        EXPECT_EQ(kept(), 1) << "asked once";
        EXPECT_TRUE(write([&](Session& session) -> Result<void> {
          EXPECT_EQ(session.kept, nullptr);
          return run(session, "INSERT INTO thing (id) VALUES (?)", {std::int64_t{9}});
        }));
        EXPECT_EQ(kept(), 1) << "of the new snapshot";
      },
      "SELECT count(*) FROM thing");
}

TEST_P(SessionTest, reads_run_together_go_on_after_a_statement_that_failed) {
  database().together([&] {
    EXPECT_EQ(first_row("SELECT 7"), std::vector<Value>{std::int64_t{7}});
    EXPECT_FALSE(database().read(Context(), [](Session& session) -> Result<void> {
      OB_CHECK(session.query("SELECT nothing FROM nowhere"));
      return {};
    }));
    EXPECT_EQ(first_row("SELECT 8"), std::vector<Value>{std::int64_t{8}});
  });
}

TEST_P(SessionTest, a_fault_of_one_read_leaves_the_others_that_run_together_as_they_are) {
  database().together([&] {
    EXPECT_FALSE(database().read(Context(), [](Session&) -> Result<void> {
      return fault(FaultKind::rule, "test.refused", {"拒绝", "refused"});
    }));
    EXPECT_EQ(first_row("SELECT 7"), std::vector<Value>{std::int64_t{7}});
  });
}

OB_ON_EVERY_DATABASE(SessionTest);

TEST(SqlText, question_marks_become_numbers_outside_quotes_and_comments_only) {
  const std::vector<std::pair<std::string, std::string>> cases = {{"a = ? AND b = ?", "a = $1 AND b = $2"},
                                                                  {"'?' || ? || \"?\"", "'?' || $1 || \"?\""},
                                                                  {"'it''s ?' , ?", "'it''s ?' , $1"},
                                                                  {"E'\\'?' , ?", "E'\\'?' , $1"},
                                                                  {"'\\' , ?", "'\\' , $1"},
                                                                  {"-- ?\n?", "-- ?\n$1"},
                                                                  {"/* ? /* ? */ ? */ ?", "/* ? /* ? */ ? */ $1"},
                                                                  {"$$ ? $$ ?", "$$ ? $$ $1"},
                                                                  {"$t$ ? $$ $t$ ?", "$t$ ? $$ $t$ $1"},
                                                                  {"'open ?", "'open ?"}};
  for (const auto& [from, to] : cases) {
    int count = 0;
    EXPECT_EQ(numbered(from, count), to);
  }
}

TEST(SqlText, a_script_is_parted_at_semicolons_outside_quotes_and_comments) {
  const std::vector<std::string_view> found = statements("a; b ';' ; -- c;\n ; /* d; */ $$e;$$;; f");
  EXPECT_EQ(found, (std::vector<std::string_view>{"a", " b ';' ", " /* d; */ $$e;$$", " f"}));
  EXPECT_EQ(first_word(" -- x\n /* y */ (select 1"), "SELECT");
  EXPECT_EQ(first_word(" ; -- x"), "");
}

TEST(SqlText, ddl_replaces_known_types_only) {
  EXPECT_EQ(ddl(Dialect::sqlite, "a ${text}, b ${id}, c ${what}"), "a TEXT, b INTEGER, c ${what}");
  EXPECT_EQ(ddl(Dialect::postgresql, "a ${text}, b ${id}"), "a TEXT COLLATE \"C\", b BIGINT");
}

} // namespace
} // namespace onebudget::storage
