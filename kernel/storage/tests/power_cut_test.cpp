// The power goes while groups of writes are committed: whatever was answered is there, whichever of the unflushed
// writes the disk had already done. Images of the disk are made from a record of all that SQLite wrote.
#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "kernel/storage/testing.hpp"

namespace onebudget::storage {
namespace {

/// SQLite's own file system with a record of what is written to the database and to its log.
class Recorder {
 public:
  enum class Kind { write, truncate, flush, answered };
  struct Step {
    Kind kind;
    std::string file;    // the last part of its name
    std::int64_t at = 0; // offset, new size, or the row that was answered
    std::string data;
  };

  static Recorder& get() {
    static Recorder recorder;
    return recorder;
  }
  /// Records files below `folder` from now on.
  void begin(std::string folder) {
    const std::lock_guard lock(mutex_);
    folder_ = std::move(folder);
    steps_.clear();
  }
  void answered(std::int64_t row) { add({Kind::answered, "", row, ""}); }
  std::vector<Step> end() {
    const std::lock_guard lock(mutex_);
    folder_.clear();
    return std::move(steps_);
  }

 private:
  Recorder() : real_(sqlite3_vfs_find(nullptr)), shim_(*real_) {
    shim_.zName = "recording";
    shim_.xOpen = &open;
    sqlite3_vfs_register(&shim_, 1);
  }
  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    Recorder& own = get();
    const int code = own.real_->xOpen(own.real_, name, file, flags, out);
    if (file->pMethods == nullptr || name == nullptr) return code;
    const std::lock_guard lock(own.mutex_);
    const auto found = own.methods_.try_emplace(file->pMethods, *file->pMethods);
    if (found.second) {
      own.base_ = *file->pMethods;
      found.first->second.xWrite = &write;
      found.first->second.xTruncate = &truncate;
      found.first->second.xSync = &flush;
      // Nothing of the database is written past xWrite.
      found.first->second.xFetch = [](sqlite3_file*, sqlite3_int64, int, void** page) {
        return *page = nullptr, SQLITE_OK;
      };
    }
    file->pMethods = &found.first->second;
    own.names_[file] = name;
    return code;
  }
  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    const int code = get().base_.xWrite(file, data, size, at);
    if (code == SQLITE_OK)
      get().add({Kind::write, get().name(file), at, {static_cast<const char*>(data), std::size_t(size)}});
    return code;
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const int code = get().base_.xTruncate(file, size);
    if (code == SQLITE_OK) get().add({Kind::truncate, get().name(file), size, ""});
    return code;
  }
  static int flush(sqlite3_file* file, int flags) {
    // One thread writes, so that nothing is written while it is flushed.
    const int code = get().base_.xSync(file, flags);
    if (code == SQLITE_OK) get().add({Kind::flush, get().name(file), 0, ""});
    return code;
  }
  std::string name(sqlite3_file* file) {
    const std::lock_guard lock(mutex_);
    return names_[file];
  }
  void add(Step step) {
    const std::lock_guard lock(mutex_);
    if (folder_.empty()) return;
    if (step.kind != Kind::answered) {
      if (!step.file.starts_with(folder_)) return;
      step.file = std::filesystem::path(step.file).filename().string();
    }
    steps_.push_back(std::move(step));
  }

  sqlite3_vfs* real_;
  sqlite3_vfs shim_;
  sqlite3_io_methods base_{};
  std::mutex mutex_;
  std::map<const sqlite3_io_methods*, sqlite3_io_methods> methods_;
  std::map<sqlite3_file*, std::string> names_;
  std::string folder_;
  std::vector<Step> steps_;
};

/// What the disk holds: all that was flushed, and of the rest what chance left.
class Image {
 public:
  explicit Image(const std::filesystem::path& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      if (name.ends_with("-shm")) continue; // memory, gone with the power
      std::ifstream in(entry.path(), std::ios::binary);
      flushed_[name] = std::string(std::istreambuf_iterator<char>(in), {});
    }
  }
  /// `lying` = the disk says that it flushed and did not.
  void take(const Recorder::Step& step, bool lying) {
    if (step.kind == Recorder::Kind::answered) return;
    if (step.kind != Recorder::Kind::flush) {
      pending_.push_back(&step);
    } else if (!lying) {
      std::erase_if(pending_, [&](const Recorder::Step* one) {
        if (one->file != step.file) return false;
        done(flushed_[one->file], *one, one->data.size());
        return true;
      });
    }
  }
  void lay(const std::filesystem::path& folder, std::mt19937& chance) const {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    auto files = flushed_;
    for (const Recorder::Step* one : pending_) {
      const auto fate = chance() % 3; // all of it, nothing, or some of its sectors
      if (fate == 1) continue;
      done(files[one->file], *one, fate == 0 ? one->data.size() : std::min(one->data.size(), chance() % 9 * 512));
    }
    for (const auto& [name, content] : files) std::ofstream(folder / name, std::ios::binary) << content;
  }

 private:
  static void done(std::string& content, const Recorder::Step& step, std::size_t bytes) {
    const auto at = static_cast<std::size_t>(step.at);
    if (step.kind == Recorder::Kind::truncate) return content.resize(at);
    if (content.size() < at + bytes) content.resize(at + bytes);
    content.replace(at, bytes, step.data, 0, bytes);
  }

  std::map<std::string, std::string> flushed_;
  std::vector<const Recorder::Step*> pending_;
};

class PowerCutTest : public DatabaseTest {
 protected:
  void SetUp() override {
    Recorder::get(); // in front of the file system before the database is opened
    DatabaseTest::SetUp();
    script("CREATE TABLE entry (id ${id} PRIMARY KEY, words TEXT NOT NULL)");
    folder_ = std::filesystem::path(test().url().substr(std::strlen("sqlite:"))).parent_path();
  }
  /// Many write at once; every answer is recorded behind what was written for it.
  std::vector<Recorder::Step> work() {
    Recorder::get().begin(folder_.string());
    std::vector<std::thread> clients;
    for (int client = 0; client < kClients; ++client) {
      clients.emplace_back([this, client] {
        for (int row = client * kRows; row < (client + 1) * kRows; ++row) {
          const auto done = database().write(Context(), [row](Session& session) -> Result<void> {
            OB_TRY(const auto changed,
                   session.execute("INSERT INTO entry VALUES (?, ?)", {row, std::string(kWords, 'x')}));
            (void)changed;
            return {};
          });
          if (done.ok()) Recorder::get().answered(row);
        }
      });
    }
    for (auto& client : clients) client.join();
    return Recorder::get().end();
  }
  /// Rows of an image; empty when SQLite finds it damaged.
  static std::set<std::int64_t> rows_of(const std::filesystem::path& folder) {
    std::set<std::int64_t> rows;
    sqlite3* db = nullptr;
    sqlite3_open((folder / "test.db").c_str(), &db);
    const auto ask = [db](const char* sql, auto&& take) {
      sqlite3_stmt* statement = nullptr;
      if (sqlite3_prepare_v2(db, sql, -1, &statement, nullptr) == SQLITE_OK)
        while (sqlite3_step(statement) == SQLITE_ROW) take(statement);
      sqlite3_finalize(statement);
    };
    bool whole = false;
    ask("PRAGMA integrity_check", [&](sqlite3_stmt* s) {
      whole = std::strcmp(reinterpret_cast<const char*>(sqlite3_column_text(s, 0)), "ok") == 0;
    });
    if (whole) ask("SELECT id FROM entry", [&](sqlite3_stmt* s) { rows.insert(sqlite3_column_int64(s, 0)); });
    sqlite3_close(db);
    return rows;
  }
  /// In how many of kImages images, cut at random, an answered row is missing.
  int images_with_a_loss(const std::vector<Recorder::Step>& steps, bool lying) const {
    std::mt19937 chance(7);
    std::set<std::size_t> cuts;
    while (cuts.size() < kImages) cuts.insert(chance() % steps.size());
    Image image(before_);
    std::set<std::int64_t> answered;
    int losses = 0;
    for (std::size_t at = 0; at < steps.size(); ++at) {
      if (cuts.contains(at)) {
        image.lay(folder_ / "image", chance);
        const auto rows = rows_of(folder_ / "image");
        losses += std::includes(rows.begin(), rows.end(), answered.begin(), answered.end()) ? 0 : 1;
      }
      image.take(steps[at], lying);
      if (steps[at].kind == Recorder::Kind::answered) answered.insert(steps[at].at);
    }
    return losses;
  }

  static constexpr int kClients = 32, kRows = 40, kWords = 3'000;
  static constexpr std::size_t kImages = 150;
  std::filesystem::path folder_, before_;
};

TEST_P(PowerCutTest, whatever_was_answered_is_there_and_a_disk_that_lies_is_found_out) {
  before_ = folder_ / "before";
  std::filesystem::create_directories(before_);
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    if (entry.is_regular_file()) std::filesystem::copy_file(entry.path(), before_ / entry.path().filename());
  const auto steps = work();
  const auto flushed = [&steps](const char* file) {
    return std::any_of(steps.begin(), steps.end(),
                       [file](const auto& step) { return step.kind == Recorder::Kind::flush && step.file == file; });
  };
  ASSERT_TRUE(flushed("test.db-wal"));
  ASSERT_TRUE(flushed("test.db")) << "no checkpoint among the writes";
  ASSERT_EQ(std::count_if(steps.begin(), steps.end(), [](const auto& s) { return s.kind == Recorder::Kind::answered; }),
            kClients * kRows);
  EXPECT_EQ(images_with_a_loss(steps, false), 0);
  EXPECT_GT(images_with_a_loss(steps, true), 0) << "the images are too kind to prove anything";
}

INSTANTIATE_TEST_SUITE_P(databases, PowerCutTest, ::testing::Values(Dialect::sqlite), dialect_name);

} // namespace
} // namespace onebudget::storage
