// A disk that is really full: a small file system in memory, in a process of its own.
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "kernel/storage/testing.hpp"

namespace onebudget::storage {
namespace {

constexpr int kNotAllowed = 77;
constexpr int kMostWrites = 2'000;

Result<void> add(Database& database) {
  return database.write(Context(), [](Session& session) -> Result<void> {
    OB_TRY(const auto added, session.execute("INSERT INTO thing (raw) VALUES (?)", {Bytes{std::string(50'000, 'x')}}));
    (void)added;
    return {};
  });
}

std::int64_t count(Database& database) {
  std::int64_t found = -1;
  (void)database.read(Context(), [&](Session& session) -> Result<void> {
    OB_TRY(found, session.integer("SELECT count(*) FROM thing WHERE length(raw) = 50000"));
    return {};
  });
  return found;
}

/// What went wrong, or nothing.
std::string fill_and_recover(const std::string& directory) {
  std::ofstream(directory + "/ballast") << std::string(2'000'000, 'b');
  DatabaseConfig config;
  config.url = "sqlite:" + directory + "/test.db";
  auto opened = Database::open(config);
  if (!opened) return opened.fault().message.en;
  Database& database = **opened;
  if (!database.write(Context(), [](Session& session) { return session.script("CREATE TABLE thing (raw BLOB)"); }))
    return "no table";
  std::int64_t written = 0;
  Result<void> done;
  while ((done = add(database)) && written < kMostWrites) ++written;
  if (done) return "never full";
  if (done.fault().code != "storage.full") return done.fault().code + ": " + done.fault().message.en;
  if (count(database) != written) return "read other than what was acknowledged";
  if (const auto again = add(database); again || again.fault().code != "storage.full")
    return "the second refusal differs";
  if (database.statistics().broken) return "stopped for good";
  std::filesystem::remove(directory + "/ballast");
  if (const auto after = add(database); !after) return "no recovery: " + after.fault().message.en;
  if (count(database) != written + 1) return "the write after it is missing";
  return "";
}

[[noreturn]] void in_a_small_place() {
  const std::string directory =
      (std::filesystem::temp_directory_path() / ("ob_full_" + std::to_string(::getpid()))).string();
  std::filesystem::create_directories(directory);
  if (::unshare(CLONE_NEWNS | (::geteuid() == 0 ? 0 : CLONE_NEWUSER)) != 0 ||
      ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("tmpfs", directory.c_str(), "tmpfs", 0, "size=12m") != 0) {
    std::filesystem::remove(directory);
    std::_Exit(kNotAllowed);
  }
  const std::string wrong = fill_and_recover(directory);
  std::fprintf(stderr, "%s\n", wrong.c_str());
  ::umount2(directory.c_str(), MNT_DETACH);
  std::filesystem::remove(directory);
  std::_Exit(wrong.empty() ? 0 : 1);
}

TEST(FullDisk, refuses_writes_in_clear_words_goes_on_reading_and_recovers_with_the_space) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  bool allowed = true;
  EXPECT_EXIT(
      in_a_small_place(),
      [&](int status) {
        allowed = WIFEXITED(status) && WEXITSTATUS(status) != kNotAllowed;
        return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == kNotAllowed);
      },
      "");
  if (!allowed) GTEST_SKIP() << "this process may not mount a file system of its own";
}

} // namespace
} // namespace onebudget::storage
