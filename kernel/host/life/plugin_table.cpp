#include "kernel/host/life/plugin_table.hpp"
#include "kernel/storage/each.hpp"

namespace onebudget::host {

std::vector<storage::Migration> PluginTable::migrations() {
  return {
      {"kernel.host", 1, "plugins",
       "CREATE TABLE host_plugin (id ${text} NOT NULL PRIMARY KEY, version ${text} NOT NULL, enabled ${id} NOT NULL, "
       "enabled_ms ${id} NOT NULL, attempts ${id} NOT NULL);\n"
       "CREATE TABLE host_kv (plugin ${text} NOT NULL, name ${text} NOT NULL, value ${blob}, number ${id}, "
       "expires_ms ${id} NOT NULL, PRIMARY KEY (plugin, name));\n"
       "CREATE TABLE host_kv_usage (plugin ${text} NOT NULL PRIMARY KEY, entries ${id} NOT NULL, bytes ${id} NOT "
       "NULL);"},
      {"kernel.host", 2, "previous_version", "ALTER TABLE host_plugin ADD COLUMN previous ${text};"},
      {"kernel.host", 3, "settings",
       "CREATE TABLE host_setting (plugin ${text} NOT NULL, name ${text} NOT NULL, value ${text} NOT NULL, version "
       "${id} "
       "NOT NULL, changed_ms ${id} NOT NULL, PRIMARY KEY (plugin, name));"}};
}

Result<std::vector<StoredPlugin>> PluginTable::load(const Context& context) {
  std::vector<StoredPlugin> out;
  OB_CHECK(database_.read(context, [&](storage::Session& session) -> Result<void> {
    out.clear();
    return storage::each(session,
                         "SELECT id, version, enabled, enabled_ms, attempts, previous FROM host_plugin ORDER BY id", {},
                         [&](const storage::Rows& rows) {
                           out.push_back({std::string(rows.text(0)), std::string(rows.text(1)), rows.integer(2) != 0,
                                          rows.integer(3), rows.integer(4), std::string(rows.text(5))});
                         });
  }));
  return out;
}

Result<void> PluginTable::begin_start(const Context& context, const std::string& id, const std::string& version) {
  return database_.write(context, [&](storage::Session& session) -> Result<void> {
    return session.send(
        "INSERT INTO host_plugin (id, version, enabled, enabled_ms, attempts) VALUES (?, ?, 0, 0, 1) "
        "ON CONFLICT (id) DO UPDATE SET attempts = host_plugin.attempts + 1",
        {id, version});
  });
}

Result<void> PluginTable::started(storage::Session& session, const std::string& id, const std::string& version,
                                  std::int64_t now_ms) {
  return session.send(
      "UPDATE host_plugin SET previous = CASE WHEN version = ? THEN previous ELSE version END, version "
      "= ?, enabled_ms = CASE WHEN enabled = 1 THEN enabled_ms ELSE ? END, enabled = 1, "
      "attempts = 0 WHERE id = ?",
      {version, version, now_ms, id});
}

Result<void> PluginTable::start_failed(const Context& context, const std::string& id) { return forgive(context, id); }

Result<void> PluginTable::forgive(const Context& context, const std::string& id) {
  return database_.write(context, [&](storage::Session& session) -> Result<void> {
    return session.send("UPDATE host_plugin SET attempts = 0 WHERE id = ?", {id});
  });
}

Result<void> PluginTable::disabled(storage::Session& session, const std::string& id) {
  return session.send("UPDATE host_plugin SET enabled = 0, attempts = 0 WHERE id = ?", {id});
}

} // namespace onebudget::host
