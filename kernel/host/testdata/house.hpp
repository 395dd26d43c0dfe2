#pragma once
// A whole kernel without wire for the tests of this room: SQLite in a folder of its own, all rooms, a host, and a
// folder of plugins that the test fills.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kernel/host/host.hpp"

namespace onebudget::host::test {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "ob-host-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) ADD_FAILURE() << "no temporary folder";
    path_ = name;
  }
  ~Folder() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A manifest with what every one has; a test adds its own.
inline Json manifest(const std::string& id, const std::string& version = "0.1.0") {
  return {{"manifest_version", 1},
          {"id", id},
          {"vendor", "cn.onebudget"},
          {"version", version},
          {"abi", {{"major", 0}, {"min_minor", 1}}},
          {"title", {{"zh", id}, {"en", id}}},
          {"requires", {{"services", {"ob.log/1"}}}},
          {"limits", {{"concurrency", 8}}},
          {"license", "Apache-2.0"}};
}

inline void write_file(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

/// The rooms on one database, as app puts them together.
struct House {
  explicit House(const std::string& folder, const std::string& database_url = {}) : root(folder) {
    const auto url = database_url.empty() ? "sqlite:" + folder + "/test.db" : database_url;
    auto opened = storage::Database::open({.url = url, .replica_url = {}, .readers = 8, .writers = 4});
    EXPECT_TRUE(opened.ok()) << opened.fault().message.en;
    database = std::move(*opened);
    std::vector<storage::Migration> all = kernel_migrations();
    const auto applied = storage::Migrations(*database).apply(Context::system(clock), all);
    EXPECT_TRUE(applied.ok()) << applied.fault().message.en;
    ids = std::make_unique<storage::IdBlocks>(*database);
    audit = std::make_unique<audit::Log>(*database, clock);
    access = std::make_unique<access::Access>(*database, *ids, *audit, clock);
    outbox = std::make_unique<events::Outbox>(*database, clock);
    scheduler = std::make_unique<scheduler::Scheduler>(*database, *ids, *audit, *outbox, clock,
                                                       scheduler::Scheduler::Options{});
    records = std::make_unique<records::Records>(*database, *ids, *access, *audit, *outbox, clock);
    fs::create_directories(root + "/plugins");
    options.directories = {root + "/plugins"};
    options.store = root + "/store";
    options.log = &log;
    options.metrics = &metrics;
    options.health = &health;
  }
  ~House() { host.reset(); }
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  static std::vector<storage::Migration> kernel_migrations() {
    std::vector<storage::Migration> all;
    for (auto& list : {audit::Log::migrations(), access::Access::migrations(), events::Outbox::migrations(),
                       scheduler::Scheduler::migrations(), records::Records::migrations(), Host::migrations()}) {
      all.insert(all.end(), list.begin(), list.end());
    }
    return all;
  }

  /// Puts a plugin into the folder of plugins; `library` is the name of a fixture.
  void put(const Json& declared, const std::string& library,
           const std::vector<std::pair<std::string, std::string>>& files = {}) const {
    const auto id = declared.at("id").get<std::string>();
    const fs::path folder = fs::path(root) / "plugins" / id / declared.at("version").get<std::string>();
    write_file(folder / "plugin.json", declared.dump());
    for (const auto& [name, text] : files) write_file(folder / name, text);
    if (!library.empty()) {
      fs::copy_file(fs::path(OB_HOST_FIXTURES) / ("lib" + library + ".so"), folder / ("lib" + id + ".so"),
                    fs::copy_options::overwrite_existing);
    }
  }

  /// Makes the host, reads the folder and starts what was enabled before.
  Host& up() {
    host = std::make_unique<Host>(*database, *access, *audit, *outbox, *scheduler, *records, clock, options);
    const auto found = host->discover();
    EXPECT_TRUE(found.ok()) << found.fault().message.en;
    const auto started = host->start(system(), {});
    EXPECT_TRUE(started.ok()) << started.fault().message.en;
    return *host;
  }

  [[nodiscard]] Context system() const { return Context::system(clock); }
  PluginState state(const std::string& id) const {
    const auto info = host->plugin(id);
    EXPECT_TRUE(info.has_value()) << id;
    return info ? info->state : PluginState::failed;
  }
  /// The code of why a plugin does not run.
  std::string reason(const std::string& id) const {
    const auto info = host->plugin(id);
    return info && info->reason ? info->reason->code : std::string();
  }
  Result<RouteAnswer> call(const std::string& plugin, const std::string& method, const std::string& pattern,
                           const std::string& body = {},
                           std::vector<std::pair<std::string, std::string>> parameters = {}) const {
    return host->call_route(system(), plugin, {method, pattern, std::move(parameters), body});
  }

  std::string root;
  ManualClock clock;
  std::vector<std::string> lines;
  std::mutex lines_mutex;
  observe::Log log{observe::Level::debug, observe::Format::json, [this](const std::string& line) {
                     const std::lock_guard lock(lines_mutex);
                     lines.push_back(line);
                   }};
  observe::Metrics metrics;
  observe::Health health;
  std::unique_ptr<storage::Database> database;
  std::unique_ptr<storage::IdBlocks> ids;
  std::unique_ptr<audit::Log> audit;
  std::unique_ptr<access::Access> access;
  std::unique_ptr<events::Outbox> outbox;
  std::unique_ptr<scheduler::Scheduler> scheduler;
  std::unique_ptr<records::Records> records;
  Host::Options options;
  std::unique_ptr<Host> host;
};

inline Json route(const std::string& method, const std::string& path, const std::string& permission) {
  return {{"method", method}, {"path", path}, {"permission", permission}, {"title", {{"zh", path}, {"en", path}}}};
}
inline Json permission(const std::string& code) {
  return {{"code", code}, {"title", {{"zh", code}, {"en", code}}}, {"risk", "low"}};
}

} // namespace onebudget::host::test
