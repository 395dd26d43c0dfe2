#include "kernel/storage/backup.hpp"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "kernel/storage/backup/files.hpp"
#include "kernel/storage/testing.hpp"

namespace onebudget::storage {
namespace {

namespace fs = std::filesystem;

class BackupTest : public DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    place_ = fs::temp_directory_path() / ("ob_backup_" + std::to_string(::getpid()));
    fs::remove_all(place_);
    fs::create_directories(place_);
    fill(database());
  }
  void TearDown() override { fs::remove_all(place_); }
  static void fill(Database& database) {
    ASSERT_TRUE(database
                    .write(Context(),
                           [](Session& session) {
                             return session.script(ddl(session.dialect(),
                                                       "CREATE TABLE thing (id ${id} PRIMARY KEY, name ${text});"
                                                       "INSERT INTO thing VALUES (1, '预算'), (2, 'two')"));
                           })
                    .ok());
  }
  static std::int64_t count(Database& database) {
    std::int64_t found = -1;
    EXPECT_TRUE(database
                    .read(Context(),
                          [&](Session& session) -> Result<void> {
                            OB_TRY(const auto number,
                                   session.integer("SELECT count(*) FROM thing WHERE name = '预算' OR id > 1"));
                            found = number;
                            return {};
                          })
                    .ok());
    return found;
  }
  static std::unique_ptr<Database> open(const std::string& url) {
    DatabaseConfig config;
    config.url = url;
    auto opened = Database::open(config);
    EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.fault().message.en);
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  std::string in(const std::string& name) { return (place_ / name).string(); }

  fs::path place_;
};

TEST_P(BackupTest, a_backup_taken_while_writing_verifies_and_restores) {
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (std::int64_t i = 10; !stop; ++i) {
      EXPECT_TRUE(database()
                      .write(Context(),
                             [i](Session& session) -> Result<void> {
                               OB_TRY(const auto added, session.execute("INSERT INTO thing VALUES (?, 'x')", {i}));
                               (void)added;
                               return {};
                             })
                      .ok());
    }
  });
  const auto made = backup(test().url(), in("one"), 1'767'225'600'000);
  stop = true;
  writer.join();
  ASSERT_TRUE(made.ok()) << made.fault().message.en;
  EXPECT_EQ(made->created_ms, 1'767'225'600'000);
  EXPECT_EQ(made->sm3.size(), 64u);
  const auto verified = verify_backup(in("one"));
  ASSERT_TRUE(verified.ok()) << verified.fault().message.en;
  EXPECT_EQ(verified->bytes, made->bytes);

  const std::string url = "sqlite:" + in("new.db");
  const auto restored = restore_backup(in("one"), url);
  ASSERT_TRUE(restored.ok()) << restored.fault().message.en;
  EXPECT_GE(count(*open(url)), 2);
}

TEST_P(BackupTest, nothing_is_ever_overwritten) {
  ASSERT_TRUE(backup(test().url(), in("one"), 0).ok());
  EXPECT_EQ(backup(test().url(), in("one"), 0).fault().code, "storage.exists");
  EXPECT_EQ(restore_backup(in("one"), test().url()).fault().code, "storage.exists");
  EXPECT_EQ(count(database()), 2);
  std::ofstream(in("new.db-wal")) << "left over";
  EXPECT_EQ(restore_backup(in("one"), "sqlite:" + in("new.db")).fault().code, "storage.exists");
}

TEST_P(BackupTest, damage_is_found_and_is_not_restored) {
  ASSERT_TRUE(backup(test().url(), in("one"), 0).ok());
  const std::string file = in("one") + "/data.db", manifest = in("one") + "/manifest.json";
  fs::copy_file(file, in("kept.db"));
  {
    std::fstream data(file, std::ios::in | std::ios::out | std::ios::binary);
    data.seekp(5000);
    data.put('\x55');
  }
  EXPECT_EQ(verify_backup(in("one")).fault().code, "storage.backup_damaged");
  EXPECT_EQ(restore_backup(in("one"), "sqlite:" + in("new.db")).fault().code, "storage.backup_damaged");
  EXPECT_FALSE(fs::exists(in("new.db")));
  fs::resize_file(file, 100);
  EXPECT_EQ(verify_backup(in("one")).fault().code, "storage.backup_damaged");
  fs::copy_file(in("kept.db"), file, fs::copy_options::overwrite_existing);
  EXPECT_TRUE(verify_backup(in("one")).ok());
  for (const char* text : {"", "{", "[]", "{\"format\":1}",
                           "{\"format\":2,\"database\":\"sqlite\",\"bytes\":1,\"sm3\":\"\",\"created_ms\":0}"}) {
    std::ofstream(manifest, std::ios::trunc) << text;
    EXPECT_EQ(verify_backup(in("one")).fault().code, "storage.backup_damaged") << text;
  }
  fs::remove(manifest);
  EXPECT_EQ(verify_backup(in("one")).fault().code, "storage.absent");
}

TEST_P(BackupTest, a_database_that_is_not_there_is_not_made_by_backing_it_up) {
  const auto made = backup("sqlite:" + in("none.db"), in("one"), 0);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.fault().code, "storage.absent");
  EXPECT_FALSE(fs::exists(in("none.db")));
  EXPECT_TRUE(fs::is_empty(in("one")));
}

INSTANTIATE_TEST_SUITE_P(databases, BackupTest, ::testing::Values(Dialect::sqlite), dialect_name);

/// PostgreSQL is backed up as a whole database, so this needs two of its own.
class DumpTest : public BackupTest {
 protected:
  static Result<void> administer(const std::string& statement) {
    return run_tool({"psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command=" + statement,
                     "--dbname=" + std::string(std::getenv("OB_TEST_PG"))},
                    {});
  }
  static std::string url_of(const std::string& name) {
    const std::string base = std::getenv("OB_TEST_PG");
    return base.substr(0, base.rfind('/') + 1) + name;
  }
};

TEST_P(DumpTest, a_dump_verifies_and_restores_into_an_empty_database_only) {
  const std::string from = "ob_dump_" + std::to_string(::getpid()), to = from + "_to";
  ASSERT_TRUE(administer("CREATE DATABASE " + from).ok());
  ASSERT_TRUE(administer("CREATE DATABASE " + to).ok());
  fill(*open(url_of(from)));
  const auto made = backup(url_of(from), in("one"), 7);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.fault().message.en);
  EXPECT_TRUE(verify_backup(in("one")).ok());
  EXPECT_EQ(restore_backup(in("one"), url_of(from)).fault().code, "storage.exists");
  EXPECT_EQ(restore_backup(in("one"), "sqlite:" + in("x.db")).fault().code, "storage.url");
  const auto restored = restore_backup(in("one"), url_of(to));
  EXPECT_TRUE(restored.ok()) << (restored.ok() ? "" : restored.fault().message.en);
  EXPECT_EQ(count(*open(url_of(to))), 2);
  EXPECT_TRUE(administer("DROP DATABASE " + from + " WITH (FORCE)").ok());
  EXPECT_TRUE(administer("DROP DATABASE " + to + " WITH (FORCE)").ok());
}

INSTANTIATE_TEST_SUITE_P(databases, DumpTest, ::testing::Values(Dialect::postgresql), dialect_name);

TEST(Tool, a_missing_or_failing_program_is_a_fault_that_names_it) {
  EXPECT_EQ(run_tool({"no-such-program-here"}, {}).fault().code, "storage.tool_missing");
  const auto failed = run_tool({"sh", "-c", "echo \"$OB_SAYS\" >&2; exit 3"}, {"OB_SAYS=out of cheese"});
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.fault().code, "storage.tool");
  EXPECT_NE(failed.fault().message.en.find("out of cheese"), std::string::npos);
  EXPECT_TRUE(run_tool({"true"}, {}).ok());
}

} // namespace
} // namespace onebudget::storage
