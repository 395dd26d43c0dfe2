#include <algorithm>
#include <map>
#include <utility>

#include "kernel/base/clock.hpp"
#include "kernel/crypto/crypto.hpp"
#include "kernel/storage/own_tables.hpp"
#include "kernel/storage/storage.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::storage {
namespace {

constexpr const char* kShortWait = "SET LOCAL lock_timeout = 2000";
constexpr int kMostTries = 60;

using Known = std::map<std::pair<std::string, int>, std::string>;

std::string digest(const Migration& migration) { return to_hex(crypto::sha256(migration.sql)); }

std::string shown(const Migration& migration) {
  return migration.owner + "/" + std::to_string(migration.number) + "-" + migration.name;
}

Fault changed_fault(const Migration& migration) {
  return fault(
      FaultKind::rule, "storage.migration_changed",
      {"已执行的迁移被改动:" + shown(migration) + ";请恢复原文,并另写新的迁移。",
       "A migration that has run was changed: " + shown(migration) + "; restore its text and write a new one."});
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
      return changed_fault(migration);
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

/// The text in its parts: what runs once, what runs until it changes nothing, what counts the rest.
struct Parts {
  std::string once, batch, remaining;
};

Parts parts(std::string_view sql) {
  Parts found;
  std::string* part = &found.once;
  while (!sql.empty()) {
    const std::size_t end = std::min(sql.find('\n'), sql.size() - 1) + 1;
    const std::string_view line = sql.substr(0, end);
    sql.remove_prefix(end);
    if (line.starts_with("-- batch")) {
      part = &found.batch;
    } else if (line.starts_with("-- remaining")) {
      part = &found.remaining;
    } else {
      *part += line;
    }
  }
  return found;
}

Fault named(Fault why, const Migration& migration) {
  why.message.zh = "迁移 " + shown(migration) + " 失败:" + why.message.zh;
  why.message.en = "Migration " + shown(migration) + " failed: " + why.message.en;
  return why;
}

Params key(const Migration& migration) { return {migration.owner, std::int64_t{migration.number}}; }

Result<void> change(Session& session, const char* sql, const Params& params) {
  OB_TRY(const std::int64_t changed, session.execute(sql, params));
  (void)changed;
  return {};
}

Result<void> record(Session& session, const Migration& migration, std::int64_t now_ms) {
  return change(session, "INSERT INTO ob_migration (owner, number, name, digest, at_ms) VALUES (?, ?, ?, ?, ?)",
                {migration.owner, std::int64_t{migration.number}, migration.name, digest(migration), now_ms});
}

/// What runs once. Nothing to do when another node was faster, or when this one was stopped behind it.
Result<void> run_once(Session& session, const Migration& migration, const Parts& text, std::int64_t now_ms) {
  OB_CHECK(lock_schema(session));
  OB_TRY(const std::int64_t there,
         session.integer("SELECT count(*) FROM ob_migration WHERE owner = ? AND number = ?", key(migration)));
  if (there > 0) return {};
  OB_TRY(const auto begun,
         session.scalar("SELECT digest FROM ob_migration_batch WHERE owner = ? AND number = ?", key(migration)));
  if (begun) return *begun == Value(digest(migration)) ? Result<void>() : Result<void>(changed_fault(migration));
  // A step that waits for a table makes all who come after it wait too.
  if (session.dialect() == Dialect::postgresql) OB_CHECK(session.script(kShortWait));
  if (auto done = session.script(ddl(session.dialect(), text.once)); !done) {
    return named(std::move(done).fault(), migration);
  }
  if (text.batch.empty()) return record(session, migration, now_ms);
  return change(session, "INSERT INTO ob_migration_batch (owner, number, digest, changed) VALUES (?, ?, ?, 0)",
                {migration.owner, std::int64_t{migration.number}, digest(migration)});
}

/// One batch; `changed` is 0 behind the last one. Of several nodes one at a time does so.
Result<void> run_batch(Session& session, const Migration& migration, const Parts& text, std::int64_t now_ms,
                       std::int64_t& changed, MigrationProgress& progress) {
  changed = 0;
  OB_CHECK(lock_schema(session));
  OB_TRY(const auto before,
         session.scalar("SELECT changed FROM ob_migration_batch WHERE owner = ? AND number = ?", key(migration)));
  if (!before) return {};
  if (session.dialect() == Dialect::postgresql) OB_CHECK(session.script(kShortWait));
  auto done = session.execute(ddl(session.dialect(), text.batch));
  if (!done) return named(std::move(done).fault(), migration);
  changed = *done;
  progress.done = *std::get_if<std::int64_t>(&*before) + changed;
  if (changed == 0) {
    OB_CHECK(change(session, "DELETE FROM ob_migration_batch WHERE owner = ? AND number = ?", key(migration)));
    return record(session, migration, now_ms);
  }
  return change(session, "UPDATE ob_migration_batch SET changed = ? WHERE owner = ? AND number = ?",
                {progress.done, migration.owner, std::int64_t{migration.number}});
}

/// A write that gives way to the readers of a table and tries again.
Result<void> patiently(Database& database, const Context& context, const WriteFn& fn) {
  for (int left = kMostTries;; --left) {
    auto done = database.write(context, fn);
    if (done || left <= 1 || done.fault().code != "storage.busy") return done;
  }
}

Result<void> run_batches(Database& database, const Context& context, const Migration& migration, const Parts& text,
                         const Migrations::Told& told) {
  static const SystemClock clock;
  MigrationProgress progress{shown(migration), 0, -1, -1};
  std::int64_t left = -1;
  if (!text.remaining.empty()) {
    OB_CHECK(database.read(context, [&](Session& session) -> Result<void> {
      OB_TRY(left, session.integer(ddl(session.dialect(), text.remaining)));
      return {};
    }));
  }
  const std::int64_t began_ns = clock.mono_ns();
  std::int64_t mine = 0;
  for (;;) {
    std::int64_t changed = 0;
    OB_CHECK(patiently(database, context, [&](Session& session) {
      return run_batch(session, migration, text, context.now_ms, changed, progress);
    }));
    if (changed == 0) return {};
    mine += changed;
    if (left >= 0) {
      progress.remaining = std::max<std::int64_t>(0, left - mine);
      progress.left_ms = (clock.mono_ns() - began_ns) / 1'000'000 * progress.remaining / mine;
    }
    if (told) OB_CHECK(told(progress));
  }
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

Result<int> Migrations::apply(const Context& context, const std::vector<Migration>& wanted, const Told& told) {
  OB_TRY(const std::vector<Migration> missing, pending(wanted));
  int count = 0;
  for (const Migration& migration : missing) {
    const Parts text = parts(migration.sql);
    OB_CHECK(patiently(database_, context,
                       [&](Session& session) { return run_once(session, migration, text, context.now_ms); }));
    if (!text.batch.empty()) OB_CHECK(run_batches(database_, context, migration, text, told));
    ++count;
  }
  return count;
}

} // namespace onebudget::storage
