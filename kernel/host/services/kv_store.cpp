#include "kernel/host/services/kv_store.hpp"

#include "kernel/storage/each.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::host {
namespace {

using storage::Session;

Result<void> check_name(const std::string& name) {
  if (!name.empty() && name.size() <= KvStore::kMostName && valid_utf8(name) && !has_hostile_controls(name, false))
    return {};
  return fault(FaultKind::rule, "host.kv_name",
               {"键须为 1 到 200 字节的文字。请换一个键。", "A key is a text of 1 to 200 bytes. Choose another."});
}

Result<void> check_value(const std::string& value) {
  if (value.size() <= KvStore::kMostValue) return {};
  return fault(
      FaultKind::too_large, "host.kv_value",
      {"值超过 64 KiB。请存为记录或文件。", "The value is larger than 64 KiB. Keep it as a record or a file."});
}

struct Entry {
  bool there = false;
  bool live = false;
  bool counter = false;
  std::string value;
};

/// Locks the row on databases with several writers, so that what is decided on it holds.
Result<Entry> look(Session& session, const Context& context, const std::string& plugin, const std::string& name,
                   bool lock) {
  std::string sql = "SELECT value, number, expires_ms FROM host_kv WHERE plugin = ? AND name = ?";
  if (lock && session.dialect() == storage::Dialect::postgresql) sql += " FOR UPDATE";
  OB_TRY(const auto rows, session.query(sql, {plugin, name}));
  OB_TRY(const bool more, rows->next());
  Entry entry;
  if (!more) return entry;
  entry.there = true;
  entry.live = rows->integer(2) == 0 || rows->integer(2) > context.now_ms;
  entry.counter = !rows->null(1);
  entry.value = rows->null(1) ? std::string(rows->text(0)) : std::to_string(rows->integer(1));
  return entry;
}

Result<void> account(Session& session, const std::string& plugin, std::int64_t entries, std::int64_t bytes) {
  OB_CHECK(session.send(
      "INSERT INTO host_kv_usage (plugin, entries, bytes) VALUES (?, 0, 0) ON CONFLICT (plugin) DO NOTHING", {plugin}));
  OB_CHECK(session.send("UPDATE host_kv_usage SET entries = entries + ?, bytes = bytes + ? WHERE plugin = ?",
                        {entries, bytes, plugin}));
  if (entries <= 0 && bytes <= 0) return {};
  OB_TRY(const auto over,
         session.integer("SELECT COUNT(*) FROM host_kv_usage WHERE plugin = ? AND (entries > ? OR bytes > ?)",
                         {plugin, KvStore::kMostEntries, KvStore::kMostBytes}));
  if (over == 0) return {};
  return fault(FaultKind::limited, "host.kv_quota",
               {"插件的键值空间已满。请删除不再需要的键。",
                "The plugin's key-value space is full. Delete keys that are no longer needed."});
}

Result<void> store(Session& session, const std::string& plugin, const std::string& name, const std::string& value,
                   std::int64_t expires_ms, const Entry& before) {
  OB_CHECK(
      session.send("INSERT INTO host_kv (plugin, name, value, number, expires_ms) VALUES (?, ?, ?, NULL, ?) ON "
                   "CONFLICT (plugin, name) "
                   "DO UPDATE SET value = excluded.value, number = NULL, expires_ms = excluded.expires_ms",
                   {plugin, name, storage::Bytes{value}, expires_ms}));
  const auto size = static_cast<std::int64_t>(value.size() + name.size());
  const auto old = before.there ? static_cast<std::int64_t>(before.value.size() + name.size()) : 0;
  return account(session, plugin, before.there ? 0 : 1, size - old);
}

} // namespace

Result<std::optional<std::string>> KvStore::get(const Context& context, const std::string& plugin,
                                                const std::string& name) {
  std::optional<std::string> out;
  OB_CHECK(database_.read(context, [&](Session& session) -> Result<void> {
    OB_TRY(auto entry, look(session, context, plugin, name, false));
    out = entry.there && entry.live ? std::optional(std::move(entry.value)) : std::nullopt;
    return {};
  }));
  return out;
}

Result<void> KvStore::put(const Context& context, const std::string& plugin, const std::string& name,
                          const std::string& value, std::int64_t ttl_ms) {
  OB_CHECK(check_name(name));
  OB_CHECK(check_value(value));
  forget(plugin, name);
  return database_.write(context, [&](Session& session) -> Result<void> {
    OB_TRY(const auto before, look(session, context, plugin, name, true));
    return store(session, plugin, name, value, ttl_ms > 0 ? context.now_ms + ttl_ms : 0, before);
  });
}

Result<bool> KvStore::compare_and_set(const Context& context, const std::string& plugin, const std::string& name,
                                      const std::optional<std::string>& expected, const std::string& value) {
  OB_CHECK(check_name(name));
  OB_CHECK(check_value(value));
  forget(plugin, name);
  bool done = false;
  OB_CHECK(database_.write(context, [&](Session& session) -> Result<void> {
    done = false;
    if (!expected) {
      // Somebody else's insert decides, not an earlier look: two writers may both have seen nothing.
      OB_CHECK(session.send("DELETE FROM host_kv WHERE plugin = ? AND name = ? AND expires_ms > 0 AND expires_ms <= ?",
                            {plugin, name, context.now_ms}));
      OB_TRY(const auto rows,
             session.execute("INSERT INTO host_kv (plugin, name, value, number, expires_ms) VALUES (?, ?, ?, NULL, 0) "
                             "ON CONFLICT (plugin, name) DO NOTHING",
                             {plugin, name, storage::Bytes{value}}));
      done = rows == 1;
      return done ? account(session, plugin, 1, static_cast<std::int64_t>(value.size() + name.size())) : Result<void>();
    }
    OB_TRY(const auto before, look(session, context, plugin, name, true));
    if (!before.there || !before.live || before.value != *expected) return {};
    done = true;
    return store(session, plugin, name, value, 0, before);
  }));
  return done;
}

void KvStore::forget(const std::string& plugin, const std::string& name) {
  const std::lock_guard lock(mutex_);
  reserved_.erase({plugin, name});
}

Result<std::int64_t> KvStore::increment(const Context& context, const std::string& plugin, const std::string& name,
                                        std::int64_t by) {
  OB_CHECK(check_name(name));
  bool quick = false;
  if (by == 1) {
    const std::lock_guard lock(mutex_);
    if (reserved_.size() >= kMostCounters) reserved_.clear();
    auto& ours = reserved_[{plugin, name}];
    if (ours.next < ours.end) return ours.next++;
    const auto second = context.now_ms / 1000;
    ours.steps = ours.second == second ? ours.steps + 1 : 1;
    ours.second = second;
    quick = ours.steps > kQuick;
  }
  if (!quick) return step(context, plugin, name, by);
  OB_TRY(const auto last, step(context, plugin, name, kBlock));
  const auto first = last - kBlock + 1;
  const std::lock_guard lock(mutex_);
  auto& ours = reserved_[{plugin, name}];
  // Two that reserve at once: the earlier block is given up, which is a gap.
  ours.next = first + 1;
  ours.end = last + 1;
  return first;
}

Result<std::int64_t> KvStore::step(const Context& context, const std::string& plugin, const std::string& name,
                                   std::int64_t by) {
  std::int64_t sum = 0;
  OB_CHECK(database_.write(context, [&](Session& session) -> Result<void> {
    OB_TRY(const auto before, look(session, context, plugin, name, true));
    if (before.live && !before.counter) {
      return fault(FaultKind::conflict, "host.kv_value",
                   {"键 " + name + " 存的不是计数。请换一个键，或先删除它。",
                    "The key " + name + " does not hold a counter. Choose another, or delete it first."});
    }
    OB_TRY(const auto rows,
           session.query(
               "INSERT INTO host_kv (plugin, name, value, number, expires_ms) VALUES (?, ?, NULL, ?, 0) "
               "ON CONFLICT (plugin, name) DO UPDATE SET number = COALESCE(host_kv.number, 0) + excluded.number, "
               "value = NULL, expires_ms = 0 RETURNING number",
               {plugin, name, by}));
    OB_TRY(const bool more, rows->next());
    if (!more) return fault(FaultKind::internal, "host.kv", {"计数失败。请重试。", "Counting failed. Try again."});
    sum = rows->integer(0);
    // Finished before the next statement: a statement that still has rows would hold the write.
    OB_TRY(const bool again, rows->next());
    static_cast<void>(again);
    return before.there ? Result<void>() : account(session, plugin, 1, static_cast<std::int64_t>(name.size() + 20));
  }));
  return sum;
}

Result<bool> KvStore::remove(const Context& context, const std::string& plugin, const std::string& name) {
  forget(plugin, name);
  bool done = false;
  OB_CHECK(database_.write(context, [&](Session& session) -> Result<void> {
    OB_TRY(const auto before, look(session, context, plugin, name, true));
    done = before.there && before.live;
    if (!before.there) return {};
    OB_CHECK(session.send("DELETE FROM host_kv WHERE plugin = ? AND name = ?", {plugin, name}));
    return account(session, plugin, -1, -static_cast<std::int64_t>(before.value.size() + name.size()));
  }));
  return done;
}

Result<std::vector<std::string>> KvStore::scan(const Context& context, const std::string& plugin,
                                               const std::string& prefix, const std::string& after, int limit) {
  std::vector<std::string> out;
  const std::int64_t most = limit < 1 ? 1 : limit > 1000 ? 1000 : limit;
  OB_CHECK(database_.read(context, [&](Session& session) -> Result<void> {
    out.clear();
    // U+10FFFF follows every other character in code-point order.
    return storage::each(session,
                         "SELECT name FROM host_kv WHERE plugin = ? AND name >= ? AND name <= ? AND name > ? AND "
                         "(expires_ms = 0 OR expires_ms > ?) ORDER BY name LIMIT ?",
                         {plugin, prefix, prefix + "\xF4\x8F\xBF\xBF", after, context.now_ms, most},
                         [&](const storage::Rows& rows) { out.emplace_back(rows.text(0)); });
  }));
  return out;
}

} // namespace onebudget::host
