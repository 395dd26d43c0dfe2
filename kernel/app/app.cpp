#include "kernel/app/app.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "kernel/app/directory.hpp"
#include "kernel/app/field_keys.hpp"
#include "kernel/app/node_move.hpp"
#include "kernel/app/sealer.hpp"
#include "kernel/http/answer/static_ui.hpp"
#include "kernel/http/api/services.hpp"
#include "kernel/storage/backup.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::app {

namespace {

identity::Policy policy_of(const config::Config& config) {
  identity::Policy policy;
  policy.session_idle_minutes = static_cast<int>(config.integer("identity.session_idle_minutes"));
  policy.session_absolute_hours = static_cast<int>(config.integer("identity.session_absolute_hours"));
  policy.lockout_failures = static_cast<int>(config.integer("identity.lockout_failures"));
  policy.lockout_minutes = static_cast<int>(config.integer("identity.lockout_minutes"));
  policy.composition = config.text("identity.password_policy") == "mlps3";
  return policy;
}

Result<std::vector<access::Role>> roles_of(const std::string& path) {
  OB_TRY(const std::string text, read_file(path));
  OB_TRY(const Json list, parse_json(text));
  std::vector<access::Role> roles;
  for (const Json& item : list) {
    access::Role role;
    role.code = item.value("code", std::string());
    role.category = item.value("category", std::string("business"));
    role.builtin = true;
    if (item.contains("title"))
      role.title = {item["title"].value("zh", std::string()), item["title"].value("en", std::string())};
    role.permissions = item.value("permissions", std::vector<std::string>());
    if (role.code.empty() || role.title.zh.empty())
      return fault(FaultKind::malformed, "app.roles",
                   {fmt::format("{} 中有角色缺少 code 或 title。", path),
                    fmt::format("A role in {} lacks code or title.", path)});
    roles.push_back(std::move(role));
  }
  return roles;
}

/// One server per data folder; the lock goes with the process.
Result<int> lock_data(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::string path = folder + "/onebudgetd.lock";
  const int handle = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (handle < 0)
    return fault(FaultKind::internal, "app.data_dir",
                 {fmt::format("无法使用数据目录 {}。请检查它是否存在、可写。", folder),
                  fmt::format("The data folder {} cannot be used; check that it exists and is writable.", folder)});
  if (::flock(handle, LOCK_EX | LOCK_NB) == 0) return handle;
  ::close(handle);
  return fault(FaultKind::conflict, "app.locked",
               {fmt::format("另一个进程正在使用 {}。请先停止它。", folder),
                fmt::format("Another process uses {}; stop it first.", folder)});
}

} // namespace

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (file) return text.str();
  return fault(FaultKind::not_found, "app.file",
               {fmt::format("无法读取文件 {}。", path), fmt::format("The file {} cannot be read.", path)});
}

struct App::State {
  explicit State(config::Config given)
      : config(std::move(given)),
        log(of_name(observe::kLevels, config.text("log.level")).value_or(observe::Level::info),
            config.text("log.format") == "json" ? observe::Format::json : observe::Format::text) {}

  config::Config config;
  SystemClock clock;
  observe::Log log;
  observe::Metrics metrics;
  observe::Health health;
  int lock = -1;
  bool stopped = false;
  std::atomic<bool> rollups_agree = true;
  std::unique_ptr<storage::Database> database;
  std::unique_ptr<storage::IdBlocks> ids;
  std::unique_ptr<audit::Log> audit;
  std::unique_ptr<identity::Identity> identity;
  std::unique_ptr<access::Access> access;
  std::unique_ptr<events::Outbox> outbox;
  std::unique_ptr<scheduler::Scheduler> scheduler;
  std::unique_ptr<crypto::KeyRing> field_keys;
  std::unique_ptr<records::Records> records;
  std::unique_ptr<host::Host> host;
  std::unique_ptr<Sealer> sealer;
  http::SseHub hub;
  http::Router router;
  std::unique_ptr<http::Services> services;
  std::unique_ptr<http::Server> server;

  [[nodiscard]] Context system() const { return Context::system(clock, "start"); }

  Result<void> open_database() {
    storage::DatabaseConfig wanted;
    wanted.url = config.text("storage.url");
    wanted.replica_url = config.text("storage.replica_url");
    wanted.readers = static_cast<int>(config.integer("storage.readers"));
    wanted.writers = static_cast<int>(config.integer("storage.writers"));
    OB_TRY(database, storage::Database::open(wanted));
    storage::Migrations migrations(*database);
    OB_TRY(const int applied,
           migrations.apply(system(), http::all_migrations(), [this](const storage::MigrationProgress& at) {
             log.write(observe::Level::info, "storage.migrating", at.shown,
                       {{"done", at.done}, {"remaining", at.remaining}, {"left_ms", at.left_ms}});
             return Result<void>();
           }));
    if (applied > 0)
      log.write(observe::Level::info, "storage.migrated", "schema brought up to date",
                {{"migrations", std::int64_t{applied}}});
    ids = std::make_unique<storage::IdBlocks>(*database);
    health.add("storage", [this] {
      const auto asked =
          database->read(Context::system(clock, "health"), [](storage::Session& session) -> Result<void> {
            OB_TRY(const auto one, session.integer("SELECT 1"));
            return one == 1 ? Result<void>()
                            : Result<void>(fault(FaultKind::internal, "app.health", {"数据库应答异常", "odd answer"}));
          });
      if (asked) return observe::HealthReport{};
      return observe::HealthReport{"", observe::HealthState::failed, asked.fault().message};
    });
    return {};
  }

  Result<void> build_rooms() {
    audit = std::make_unique<audit::Log>(*database, clock);
    identity = std::make_unique<identity::Identity>(*database, *ids, *audit, clock, policy_of(config));
    access = std::make_unique<access::Access>(*database, *ids, *audit, clock);
    OB_TRY(const auto directory, identity::DirectoryOptions::of(config));
    if (!directory.url.empty())
      identity->use_directory(std::make_unique<identity::Directory>(directory, &log), directory_rights(*access));
    outbox = std::make_unique<events::Outbox>(*database, clock);
    scheduler::Scheduler::Options jobs;
    jobs.workers = static_cast<int>(config.integer("scheduler.workers"));
    jobs.time_zone = config.text("scheduler.time_zone");
    jobs.node = config.text("node.name");
    scheduler = std::make_unique<scheduler::Scheduler>(*database, *ids, *audit, *outbox, clock, jobs);
    records = std::make_unique<records::Records>(*database, *ids, *access, *audit, *outbox, clock);
    OB_TRY(field_keys, use_field_keys(system(), config, *records, *scheduler, log));
    host::Host::Options plugins;
    plugins.directories = config.list("plugins.dir");
    plugins.packages = config.text("data.dir") + "/plugins";
    plugins.directories.push_back(plugins.packages);
    plugins.store = plugins.packages + "/.store";
    plugins.keys = config.text("plugins.keys");
    plugins.unsigned_allowed = config.boolean("developer.unsigned_plugins");
    plugins.log = &log;
    plugins.metrics = &metrics;
    plugins.health = &health;
    host = std::make_unique<host::Host>(*database, *access, *audit, *outbox, *scheduler, *records, clock, plugins);
    return {};
  }

  /// The rows of a large import become searchable by pinyin behind it.
  void keep_search() {
    scheduler->handle("kernel.search", {{"为导入的记录建立检索索引", "Index imported records for search"}},
                      [this](scheduler::Run& run) -> Result<std::string> {
                        for (bool more = true; more;) {
                          if (run.cancelled())
                            return fault(
                                FaultKind::unavailable, "app.search_stopped",
                                {"检索索引的建立被中断，稍后继续。", "Indexing was interrupted; it goes on later."});
                          OB_TRY(more, records->index_search());
                        }
                        return std::string("{}");
                      });
    outbox->subscribe("kernel.search", {"records.imported"}, [this](const events::Event&) -> Result<void> {
      OB_TRY(const bool some, records->index_search());
      if (some) OB_CHECK(scheduler->submit(system(), "kernel.search", "{}"));
      return {};
    });
  }

  /// Rollups follow every change, and are held against their rows at night.
  Result<void> keep_rollups() {
    const auto take = [this, folded = std::int64_t{0}](const events::Event& event) mutable -> Result<void> {
      if (event.delivery <= folded) return {}; // its change was there when the last fold began
      OB_CHECK(records->fold_rollups());
      folded = event.latest;
      return {};
    };
    outbox->subscribe("kernel.rollups", {"records.changed"}, take);
    health.add("rollups", [this] {
      if (rollups_agree) return observe::HealthReport{};
      return observe::HealthReport{
          "",
          observe::HealthState::degraded,
          {"昨夜核对时有汇总与明细不符，已按明细改正；请查看日志 records.rollup。",
           "Last night a rollup differed from its rows and was mended; see the log records.rollup."}};
    });
    scheduler::HandlerOptions nightly;
    nightly.title = {"核对汇总与明细", "Compare rollups with their rows"};
    scheduler->handle("kernel.rollups", nightly, [this](scheduler::Run&) -> Result<std::string> {
      OB_TRY(const auto differences, records->check_rollups());
      for (const records::RollupDifference& one : differences) {
        log.write(observe::Level::error, "records.rollup", "a rollup differed from its rows and was mended",
                  {{"rollup", one.rollup}, {"cells", one.cells}});
        metrics.count("onebudget_rollup_differences_total", "cells of rollups that differed from their rows",
                      {{"rollup", one.rollup}}, static_cast<double>(one.cells));
      }
      rollups_agree = differences.empty();
      return fmt::format("{{\"differing\":{}}}", differences.size());
    });
    return scheduler->schedule("kernel.rollups", "kernel.rollups", "41 2 * * *");
  }

  /// Built-in roles, the secret of the first start, plugins, and the kernel's own schedules.
  Result<void> settle() {
    OB_TRY(const auto roles, roles_of(config.text("roles.file")));
    OB_TRY(const int synced, access->sync_roles(system(), roles));
    if (synced > 0)
      log.write(observe::Level::info, "access.roles_synced", "built-in roles brought up to date",
                {{"roles", std::int64_t{synced}}});
    OB_TRY(const auto directory, identity::DirectoryOptions::of(config));
    OB_TRY(const auto known, access->roles());
    for (const identity::GroupRole& wanted : directory.roles)
      if (std::ranges::find(known, wanted.role, &access::Role::code) == known.end())
        log.write(observe::Level::warning, "identity.directory_role_unknown",
                  "directory.roles names a role that does not exist; it is not given", {{"role", wanted.role}});
    std::string secret = config.text("identity.bootstrap_file");
    if (secret.empty()) secret = config.text("data.dir") + "/bootstrap.secret";
    OB_TRY(const bool prepared, identity->prepare_bootstrap(secret));
    if (prepared)
      log.write(observe::Level::info, "identity.bootstrap",
                "no account yet: the first start needs the one-time code in this file", {{"file", secret}});
    OB_CHECK(host->discover());
    OB_CHECK(host->start(system(), config.list("plugins.enable")));
    for (const host::PluginInfo& plugin : host->plugins())
      if (plugin.state == host::PluginState::failed)
        log.write(observe::Level::error, "host.plugin_failed", plugin.reason ? plugin.reason->message.en : "",
                  {{"plugin", plugin.id}, {"code", plugin.reason ? plugin.reason->code : ""}});
    keep_search();
    OB_CHECK(keep_rollups());
    scheduler::HandlerOptions sweep;
    sweep.title = {"清理过期会话与已投递事件", "Clear ended sessions and delivered events"};
    scheduler->handle("kernel.sweep", sweep, [this](scheduler::Run& run) -> Result<std::string> {
      OB_TRY(const int sessions, identity->sweep());
      OB_TRY(const int events, outbox->sweep(run.context().now_ms - std::int64_t{7} * 86'400'000));
      return fmt::format("{{\"sessions\":{},\"events\":{}}}", sessions, events);
    });
    scheduler->handle("kernel.backup", {{"备份数据库", "Back up the database"}, 1, 12 * 60},
                      [this](scheduler::Run& run) { return back_up(run); });
    handle_node_moves(*scheduler, {*database, *audit, clock}, [this]() -> Result<void> {
      OB_CHECK(records->check_rollups());
      return {};
    });
    return scheduler->schedule("kernel.sweep", "kernel.sweep", "17 3 * * *");
  }

  /// Into a folder of its own below data.dir/backups, verified before the job is done.
  Result<std::string> back_up(scheduler::Run& run) {
    const std::string id = std::to_string(clock.now_ms());
    const std::string root = config.text("data.dir") + "/backups";
    std::error_code error;
    std::filesystem::create_directories(root, error);
    std::filesystem::permissions(root, std::filesystem::perms::owner_all, error);
    run.progress(0.05, run.context().english() ? "copying and verifying" : "复制并校验");
    OB_TRY(const auto report, storage::backup(config.text("storage.url"), root + "/" + id, clock.now_ms()));
    return Json{
        {"backup", id}, {"bytes", report.bytes}, {"sm3", report.sm3}, {"keys_apart", config::field_key_file(config)}}
        .dump();
  }

  Result<void> serve() {
    std::string token;
    if (const std::string file = config.text("metrics.token_file"); !file.empty()) {
      OB_TRY(token, read_file(file));
      token = trimmed(token);
    }
    services.reset(new http::Services{*database,
                                      *audit,
                                      *identity,
                                      *access,
                                      *outbox,
                                      *scheduler,
                                      *records,
                                      *host,
                                      hub,
                                      log,
                                      metrics,
                                      health,
                                      clock,
                                      config,
                                      config.text("data.dir"),
                                      static_cast<std::uint64_t>(config.integer("http.upload_limit")),
                                      token,
                                      "0.1.0",
                                      config.text("files.scanner"),
                                      field_keys.get()});
    http::register_routes(router, *services);
    http::add_plugin_ui(router, [this](const std::string& plugin, const std::string& digest, const std::string& file) {
      return host->ui_file(plugin, digest, file);
    });
    http::add_static_ui(router, config.text("http.ui_dir"));
    http::ServerOptions options;
    options.address = config.text("http.address");
    options.port = static_cast<int>(config.integer("http.port"));
    options.workers = static_cast<int>(config.integer("http.workers"));
    options.max_connections = static_cast<std::size_t>(config.integer("http.max_connections"));
    options.max_connections_per_ip = static_cast<std::size_t>(config.integer("http.max_connections_per_ip"));
    options.tls_certificate = config.text("http.tls.certificate");
    options.tls_key = config.text("http.tls.key");
    options.spool_directory = config.text("data.dir");
    options.on_answer = [this](const http::Request& request, int status, std::int64_t nanoseconds) {
      note(request, status, nanoseconds);
    };
    options.on_panic = [this](const http::Request& request, const std::string& what) {
      log.write(observe::Level::error, "http.panic", what,
                {{"route", request.route}, {"request_id", request.context.request_id}});
    };
    server = std::make_unique<http::Server>(router, hub, clock, options);
    return server->start();
  }

  void note(const http::Request& request, int status, std::int64_t nanoseconds) {
    const std::string route = request.route.empty() ? "none" : request.route;
    metrics.observe_seconds("onebudget_http_request_duration_seconds", "requests by route, method and class of status",
                            {{"route", route},
                             {"method", request.route.empty() ? "none" : request.method},
                             {"status", fmt::format("{}xx", status / 100)}},
                            static_cast<double>(nanoseconds) / 1e9);
    if (log.enabled(observe::Level::debug) || status >= 500)
      log.write(status >= 500 ? observe::Level::error : observe::Level::debug, "http.request", request.route,
                {{"method", request.method},
                 {"status", std::int64_t{status}},
                 {"ms", static_cast<double>(nanoseconds) / 1e6},
                 {"request_id", request.context.request_id},
                 {"caller", request.context.caller.name}});
  }

  /// For whoever started the server and asked for any free port.
  Result<void> write_port() {
    const std::string path = config.text("http.port_file");
    if (path.empty()) return {};
    std::ofstream(path + ".new") << server->port() << "\n";
    std::error_code error;
    std::filesystem::rename(path + ".new", path, error);
    if (!error) return {};
    return fault(FaultKind::internal, "app.port_file",
                 {"无法写入端口文件 " + path + "。", "The port file " + path + " cannot be written."});
  }
};

App::App(config::Config config) : state_(std::make_unique<State>(std::move(config))) {}
App::~App() { stop(); }

Result<void> App::start() {
  State& s = *state_;
  OB_TRY(s.lock, lock_data(s.config.text("data.dir")));
  OB_CHECK(s.open_database());
  OB_CHECK(s.build_rooms());
  OB_CHECK(s.settle());
  s.sealer = std::make_unique<Sealer>(*s.audit, s.log);
  s.sealer->start();
  s.outbox->start();
  s.scheduler->start();
  OB_CHECK(s.serve());
  OB_CHECK(s.write_port());
  s.log.write(observe::Level::info, "app.ready", "serving",
              {{"address", s.config.text("http.address")}, {"port", std::int64_t{s.server->port()}}});
  return {};
}

void App::stop() {
  State& s = *state_;
  if (s.stopped) return;
  s.stopped = true;
  if (s.server) s.server->stop();
  if (s.scheduler) s.scheduler->stop();
  if (s.host) s.host->stop();
  if (s.outbox) s.outbox->stop();
  if (s.sealer) s.sealer->stop();
  s.server.reset();
  s.services.reset();
  s.host.reset();
  s.records.reset();
  s.scheduler.reset();
  s.outbox.reset();
  s.access.reset();
  s.identity.reset();
  s.sealer.reset();
  s.audit.reset();
  s.ids.reset();
  s.health.remove("storage");
  s.health.remove("rollups");
  s.database.reset();
  if (s.lock >= 0) ::close(s.lock);
  s.lock = -1;
  s.log.write(observe::Level::info, "app.stopped", "stopped in good order");
}

int App::port() const { return state_->server ? state_->server->port() : 0; }

} // namespace onebudget::app
