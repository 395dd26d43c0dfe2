// Commands that work without a server: configuration, backup and restore, audit verification on the data itself.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "kernel/audit/audit.hpp"
#include "kernel/config/config.hpp"
#include "kernel/crypto/crypto.hpp"
#include "kernel/ctl/commands/commands.hpp"
#include "kernel/http/api/services.hpp"
#include "kernel/storage/backup.hpp"

namespace onebudget::ctl {

Result<config::Config> configuration(const Tool& tool) {
  return config::Config::load({tool.config_file, config::Config::environment(), tool.sets});
}

Result<std::unique_ptr<storage::Database>> open_database(const config::Config& config) {
  storage::DatabaseConfig wanted;
  wanted.url = config.text("storage.url");
  wanted.readers = wanted.writers = 1;
  return storage::Database::open(wanted);
}

namespace {

/// Holds the server's lock for as long as it lives, so that neither meets the other.
class DataLock {
 public:
  explicit DataLock(const std::string& folder)
      : handle_(::open((folder + "/onebudgetd.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    held_ = handle_ >= 0 && ::flock(handle_, LOCK_EX | LOCK_NB) == 0;
  }
  ~DataLock() {
    if (handle_ >= 0) ::close(handle_);
  }
  DataLock(const DataLock&) = delete;
  DataLock& operator=(const DataLock&) = delete;
  [[nodiscard]] Result<void> check(const std::string& folder) const {
    if (held_) return {};
    return fault(FaultKind::conflict, "ctl.server_running",
                 {fmt::format("服务正在使用 {}，请先停止服务。", folder),
                  fmt::format("A server uses {}; stop it first.", folder)});
  }

 private:
  int handle_;
  bool held_ = false;
};

Json report_json(const storage::BackupReport& report) {
  return {{"file", report.file},
          {"bytes", report.bytes},
          {"sm3", report.sm3},
          {"dialect", report.dialect == storage::Dialect::sqlite ? "sqlite" : "postgresql"}};
}

Json plan_json(const std::vector<storage::Migration>& pending) {
  Json items = Json::array();
  for (const storage::Migration& migration : pending)
    items.push_back({{"owner", migration.owner}, {"number", migration.number}, {"name", migration.name}});
  return {{"items", items}};
}

const std::vector<TableColumn> kPlanColumns = {{"owner", "owner"}, {"number", "number"}, {"name", "name"}};

/// What the kernel would change in the database; changed history is a fault. Plugins migrate when they are enabled.
Result<void> check_database(Tool& tool) {
  OB_TRY(const config::Config config, configuration(tool));
  OB_TRY(const auto database, open_database(config));
  OB_TRY(const auto pending, storage::Migrations(*database).pending(http::all_migrations()));
  if (pending.empty()) {
    tool.output->table(plan_json(pending), kPlanColumns);
    return {};
  }
  tool.found(plan_json(pending), kPlanColumns);
  return fault(FaultKind::conflict, "ctl.migrations_pending",
               {fmt::format("有 {} 项迁移未执行。请先备份，再运行 db migrate --yes，或直接启动服务。", pending.size()),
                fmt::format("{} migrations have not run. Make a backup, then run db migrate --yes or start the server.",
                            pending.size())});
}

/// The plan first; it is carried out only when that was asked for.
Result<void> migrate_database(Tool& tool, bool yes) {
  OB_TRY(const config::Config config, configuration(tool));
  const std::string& data = config.text("data.dir");
  const DataLock lock(data);
  OB_CHECK(lock.check(data));
  OB_TRY(const auto database, open_database(config));
  storage::Migrations migrations(*database);
  OB_TRY(const auto pending, migrations.pending(http::all_migrations()));
  if (!yes || pending.empty()) {
    tool.output->table(plan_json(pending), kPlanColumns);
    return {};
  }
  OB_TRY(const int applied, migrations.apply(Context::system(SystemClock()), http::all_migrations()));
  tool.output->done({fmt::format("已执行 {} 项迁移。", applied), fmt::format("{} migrations ran.", applied)},
                    {{"applied", applied}});
  return {};
}

/// A new key for encrypted fields. The server seals what older ones sealed in a job after its start.
Result<void> rotate_key(Tool& tool) {
  OB_TRY(const config::Config config, configuration(tool));
  const std::string& data = config.text("data.dir");
  const DataLock lock(data);
  OB_CHECK(lock.check(data));
  const std::string file = config::field_key_file(config);
  OB_TRY(const auto keys, crypto::KeyRing::open(file, false));
  OB_CHECK(keys->rotate());
  tool.output->done({fmt::format("密钥 {} 已启用。请另行备份 {}，再启动服务：任务 kernel.seal_fields 会用它重新加密。",
                                 keys->current_id(), file),
                     fmt::format("Key {} is in use. Keep a copy of {} apart, then start the server: job "
                                 "kernel.seal_fields seals everything anew.",
                                 keys->current_id(), file)},
                    {{"key", keys->current_id()}, {"file", file}});
  return {};
}

using BackupVerb =
    std::function<Result<storage::BackupReport>(const config::Config& config, const std::string& folder)>;

void add_backup_verb(CLI::App& noun, Tool& tool, const std::string& name, const std::string& help, bool exclusive,
                     BackupVerb run) {
  auto folder = std::make_shared<std::string>();
  verb(noun, tool, name, help,
       [folder, exclusive, run = std::move(run)](Tool& t) -> Result<void> {
         OB_TRY(const config::Config config, configuration(t));
         const std::string& data = config.text("data.dir");
         const DataLock lock(data);
         if (exclusive) OB_CHECK(lock.check(data));
         OB_TRY(const storage::BackupReport report, run(config, *folder));
         Json told = report_json(report);
         told["keys_apart"] = config::field_key_file(config); // what encrypted fields hold cannot be read without it
         t.output->object(told);
         return {};
       })
      ->add_option("folder", *folder, "folder of the backup / 备份目录")
      ->required();
}

} // namespace

Result<audit::Verdict> verify_offline(const Tool& tool) {
  OB_TRY(const config::Config config, configuration(tool));
  OB_TRY(const auto database, open_database(config));
  const SystemClock clock;
  return audit::Log(*database, clock).verify();
}

void add_config(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("config", "configuration / 配置")->require_subcommand(1)->fallthrough();
  verb(*noun, tool, "check", "every mistake with file and line / 检查配置", [](Tool& t) -> Result<void> {
    OB_TRY(const config::Config config, configuration(t));
    OB_TRY(const auto unknown, unknown_directory_roles(config));
    for (const std::string& role : unknown)
      if (!t.json)
        fmt::print(stderr, "{}\n",
                   Text{"警告：directory.roles 中的角色 " + role + " 不存在，不会授予。",
                        "Warning: directory.roles names " + role + ", which is no role; it will not be given."}
                       .in(t.language));
    t.output->done({"配置正确。", "The configuration is right."}, {{"ok", true}, {"unknown_roles", unknown}});
    return {};
  });
  auto key = std::make_shared<std::string>();
  verb(*noun, tool, "explain", "value, origin and meaning of a key, or of all / 解释配置项",
       [key](Tool& t) -> Result<void> {
         OB_TRY(const config::Config config, configuration(t));
         Json items = Json::array();
         for (const config::Key& known : config::keys()) {
           if (!key->empty() && known.name != *key) continue;
           const config::Setting& setting = config.setting(known.name);
           items.push_back({{"key", known.name},
                            {"value", setting.value},
                            {"origin", setting.origin},
                            {"default", known.fallback},
                            {"meaning", known.meaning.in(t.language)}});
         }
         if (items.empty())
           return fault(FaultKind::not_found, "ctl.no_key",
                        {fmt::format("没有配置项 {}。", *key), fmt::format("There is no key {}.", *key)});
         t.output->table({{"items", items}},
                         {{"key", "key"}, {"value", "value"}, {"origin", "origin"}, {"meaning", "meaning"}});
         return {};
       })
      ->add_option("key", *key, "nothing: all keys");
}

void add_offline(CLI::App& app, Tool& tool) {
  CLI::App* noun =
      app.add_subcommand("backup", "offline backup and restore / 离线备份与恢复")->require_subcommand(1)->fallthrough();
  add_backup_verb(*noun, tool, "create", "copy the database with its digest / 创建备份", false,
                  [](const config::Config& config, const std::string& folder) {
                    return storage::backup(config.text("storage.url"), folder, SystemClock().now_ms());
                  });
  add_backup_verb(*noun, tool, "verify", "read a backup again and compare / 校验备份", false,
                  [](const config::Config&, const std::string& folder) { return storage::verify_backup(folder); });
  add_backup_verb(*noun, tool, "restore", "into an empty place, never over data / 恢复到空库", true,
                  [](const config::Config& config, const std::string& folder) {
                    return storage::restore_backup(folder, config.text("storage.url"));
                  });
  CLI::App* data =
      app.add_subcommand("db", "tables of the kernel, offline / 离线检查与迁移")->require_subcommand(1)->fallthrough();
  verb(*data, tool, "check", "which migrations have not run / 检查未执行的迁移", check_database);
  verb(*data, tool, "rotate-key", "a new key for encrypted fields / 更换加密字段的密钥", rotate_key);
  auto yes = std::make_shared<bool>(false);
  verb(*data, tool, "migrate", "shows the plan; runs it with --yes / 显示计划，--yes 执行", [yes](Tool& t) {
    return migrate_database(t, *yes);
  })->add_flag("--yes", *yes, "run it / 执行");
}

} // namespace onebudget::ctl
