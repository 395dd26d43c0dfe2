#include <map>
#include <utility>

#include "kernel/crypto/crypto.hpp"
#include "kernel/storage/own_tables.hpp"
#include "kernel/storage/storage.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::storage {
namespace {

using Known = std::map<std::pair<std::string, int>, std::string>;

std::string digest(const Migration& migration) { return to_hex(crypto::sha256(migration.sql)); }

std::string shown(const Migration& migration) {
  return migration.owner + "/" + std::to_string(migration.number) + "-" + migration.name;
}

Result<Known> known(Session& session) {
  Known found;
  OB_TRY(const auto rows, session.query("SELECT owner, number, digest FROM ob_migration"));
  for (;;) {
    OB_TRY(const bool more, rows->next());
    if (!more) return found;
    found[{std::string(rows->text(0)), static_cast<int>(rows->integer(1))}] = std::string(rows->text(2));
  }
}

/// What of `wanted` is still to run. Numbers of one owner run from 1 without a gap.
Result<std::vector<Migration>> compare(const std::vector<Migration>& wanted, const Known& done) {
  std::vector<Migration> pending;
  std::map<std::string, int> last;
  for (const Migration& migration : wanted) {
    if (migration.owner.empty() || migration.number != ++last[migration.owner]) {
      return fault(FaultKind::rule, "storage.migration_order",
                   {"迁移编号必须从 1 起连续:" + shown(migration),
                    "Migrations are numbered from 1 without a gap: " + shown(migration)});
    }
    const auto found = done.find({migration.owner, migration.number});
    if (found == done.end()) {
      pending.push_back(migration);
    } else if (found->second != digest(migration)) {
      return fault(
          FaultKind::rule, "storage.migration_changed",
          {"已执行的迁移被改动:" + shown(migration) + ";请恢复原文,并另写新的迁移。",
           "A migration that has run was changed: " + shown(migration) + "; restore its text and write a new one."});
    }
  }
  // A newer program may have left steps that this one does not know; then it must not touch the data.
  for (const auto& [key, text] : done) {
    const auto owner = last.find(key.first);
    if (owner != last.end() && key.second > owner->second) {
      return fault(
          FaultKind::rule, "storage.migration_unknown",
          {"数据库由更新的版本迁移过:" + key.first + "/" + std::to_string(key.second) + ";请使用该版本或恢复备份。",
           "The database was migrated by a newer version: " + key.first + "/" + std::to_string(key.second) +
               "; run that version or restore a backup."});
    }
  }
  return pending;
}

Result<void> run(Session& session, const Migration& migration, std::int64_t now_ms) {
  OB_CHECK(lock_schema(session));
  OB_TRY(const std::int64_t there, session.integer("SELECT count(*) FROM ob_migration WHERE owner = ? AND number = ?",
                                                   {migration.owner, std::int64_t{migration.number}}));
  if (there > 0) return {}; // another node was faster
  if (auto done = session.script(ddl(session.dialect(), migration.sql)); !done) {
    Fault why = std::move(done).fault();
    why.message.zh = "迁移 " + shown(migration) + " 失败:" + why.message.zh;
    why.message.en = "Migration " + shown(migration) + " failed: " + why.message.en;
    return why;
  }
  OB_TRY(const std::int64_t added,
         session.execute("INSERT INTO ob_migration (owner, number, name, digest, at_ms) VALUES (?, ?, ?, ?, ?)",
                         {migration.owner, std::int64_t{migration.number}, migration.name, digest(migration), now_ms}));
  (void)added;
  return {};
}

} // namespace

Result<std::vector<Migration>> Migrations::pending(const std::vector<Migration>& wanted) {
  OB_CHECK(make_own_tables(database_));
  Known done;
  OB_CHECK(database_.read(Context(), [&done](Session& session) -> Result<void> {
    OB_TRY(Known found, known(session));
    done = std::move(found);
    return {};
  }));
  return compare(wanted, done);
}

Result<int> Migrations::apply(const Context& context, const std::vector<Migration>& wanted) {
  OB_TRY(const std::vector<Migration> missing, pending(wanted));
  int count = 0;
  for (const Migration& migration : missing) {
    OB_CHECK(database_.write(context, [&](Session& session) { return run(session, migration, context.now_ms); }));
    ++count;
  }
  return count;
}

} // namespace onebudget::storage
