#include "kernel/scheduler/store.hpp"
#include "kernel/storage/each.hpp"
#include "sdk/values/words.hpp"

#include <algorithm>
#include <utility>

namespace onebudget::scheduler {
namespace {

// No lease reaches so far ahead: it was taken by a clock that has been set right since.
constexpr std::int64_t kNoLeaseMs = 600'000;

constexpr const char* kTables =
    "CREATE TABLE ob_job (id ${id} PRIMARY KEY, kind ${text} NOT NULL, title_zh ${text} NOT NULL, title_en ${text} NOT "
    "NULL,"
    " state ${text} NOT NULL, progress ${real} NOT NULL DEFAULT 0, message ${text} NOT NULL DEFAULT '',"
    " payload ${json} NOT NULL, result ${json} NOT NULL DEFAULT '', error ${text} NOT NULL DEFAULT '',"
    " checkpoint ${json} NOT NULL DEFAULT '', caller ${json} NOT NULL, owner ${id} NOT NULL, owner_name ${text} NOT "
    "NULL,"
    " schedule ${text} NOT NULL DEFAULT '', created_ms ${id} NOT NULL, started_ms ${id} NOT NULL DEFAULT 0,"
    " finished_ms ${id} NOT NULL DEFAULT 0, run_at_ms ${id} NOT NULL, attempt ${id} NOT NULL DEFAULT 0,"
    " cancel_asked ${id} NOT NULL DEFAULT 0, holder ${text} NOT NULL DEFAULT '', held_until_ms ${id} NOT NULL DEFAULT "
    "0);"
    "CREATE INDEX ob_job_due ON ob_job (run_at_ms, id) WHERE state = 'waiting';"
    "CREATE INDEX ob_job_running ON ob_job (held_until_ms) WHERE state = 'running';"
    "CREATE INDEX ob_job_owner ON ob_job (owner, id);"
    "CREATE TABLE ob_schedule (id ${text} NOT NULL PRIMARY KEY, kind ${text} NOT NULL, cron ${text} NOT NULL,"
    " enabled ${id} NOT NULL, next_ms ${id} NOT NULL);";

constexpr const char* kColumns =
    "id, kind, title_zh, title_en, state, progress, message, payload, result, error, owner, owner_name, created_ms, "
    "started_ms,"
    " finished_ms, run_at_ms, attempt, cancel_asked, caller, checkpoint, schedule";

constexpr Word<JobState> kStates[] = {{"cancelled", JobState::cancelled},
                                      {"waiting", JobState::waiting},
                                      {"running", JobState::running},
                                      {"done", JobState::done},
                                      {"failed", JobState::failed}};

Stored read_job(const storage::Rows& rows) {
  const auto text = [&rows](int column) { return std::string(rows.text(column)); };
  Stored stored;
  Job& job = stored.job;
  job.id = JobId{rows.integer(0)};
  job.kind = text(1);
  job.title = {text(2), text(3)};
  job.state = of_name(kStates, rows.text(4)).value_or(JobState::cancelled);
  job.progress = rows.real(5);
  job.message = text(6);
  job.payload = text(7);
  job.result = text(8);
  job.error = text(9);
  job.owner = UserId{rows.integer(10)};
  job.owner_name = text(11);
  job.created_ms = rows.integer(12);
  job.started_ms = rows.integer(13);
  job.finished_ms = rows.integer(14);
  job.run_at_ms = rows.integer(15);
  job.attempt = static_cast<int>(rows.integer(16));
  job.cancel_asked = rows.integer(17) != 0;
  stored.caller = text(18);
  stored.checkpoint = text(19);
  stored.schedule = text(20);
  return stored;
}

Result<std::vector<Stored>> read_jobs(storage::Session& session, const std::string& sql,
                                      const storage::Params& params) {
  std::vector<Stored> found;
  OB_CHECK(storage::each(session, sql, params, [&](const storage::Rows& rows) { found.push_back(read_job(rows)); }));
  return found;
}

Result<bool> changed(storage::Session& session, const char* sql, const storage::Params& params) {
  OB_TRY(const auto count, session.execute(sql, params));
  return count == 1;
}

/// "(kind IN (?, …) AND (due OR lost))" with its parameters.
std::string due_condition(const std::vector<std::string>& kinds, std::int64_t now_ms, storage::Params& params) {
  std::string sql = "kind IN (";
  for (const std::string& kind : kinds) {
    sql += params.empty() ? "?" : ", ?";
    params.emplace_back(kind);
  }
  params.emplace_back(now_ms);
  params.emplace_back(now_ms);
  params.emplace_back(now_ms + kNoLeaseMs);
  return sql +
         ") AND ((state = 'waiting' AND run_at_ms <= ?) OR (state = 'running' AND (held_until_ms < ? OR held_until_ms "
         "> ?)))";
}

} // namespace

std::vector<storage::Migration> job_migrations() {
  return {{"kernel.scheduler", 1, "jobs", kTables},
          {"kernel.scheduler", 2, "missed", "ALTER TABLE ob_schedule ADD COLUMN missed ${id} NOT NULL DEFAULT 0"}};
}

const char* state_name(JobState state) { return name_in(kStates, state); }

Result<void> insert_job(storage::Session& session, const Stored& stored) {
  const Job& job = stored.job;
  return session.send(
      "INSERT INTO ob_job (id, kind, title_zh, title_en, state, payload, caller, owner, owner_name, schedule,"
      " created_ms, run_at_ms) VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?, ?, ?, ?, ?)",
      {job.id.value, job.kind, job.title.zh, job.title.en, job.payload, stored.caller, job.owner.value, job.owner_name,
       stored.schedule, job.created_ms, job.run_at_ms});
}

Result<std::vector<Stored>> find_job(storage::Session& session, std::int64_t id) {
  return read_jobs(session, std::string("SELECT ") + kColumns + " FROM ob_job WHERE id = ?", {id});
}

Result<std::vector<Stored>> list_jobs(storage::Session& session, const Scheduler::JobQuery& query) {
  std::string sql = std::string("SELECT ") + kColumns + " FROM ob_job WHERE 1 = 1";
  storage::Params params;
  if (!query.owner.none()) {
    sql += " AND owner = ?";
    params.emplace_back(query.owner.value);
  }
  if (query.before_id != 0) {
    sql += " AND id < ?";
    params.emplace_back(query.before_id);
  }
  params.emplace_back(std::int64_t{std::clamp(query.limit, 1, 1000)});
  return read_jobs(session, sql + " ORDER BY id DESC LIMIT ?", params);
}

Result<bool> any_due(storage::Session& session, const std::vector<std::string>& kinds, std::int64_t now_ms) {
  storage::Params params;
  const std::string condition = due_condition(kinds, now_ms, params);
  OB_TRY(const auto found, session.integer("SELECT 1 FROM ob_job WHERE " + condition + " LIMIT 1", params));
  return found == 1;
}

Result<std::vector<Stored>> claim(storage::Session& session, const std::vector<std::string>& kinds,
                                  const std::string& holder, std::int64_t now_ms, std::int64_t until_ms) {
  storage::Params params;
  const std::string condition = due_condition(kinds, now_ms, params);
  std::string sql = "SELECT id FROM ob_job WHERE " + condition + " ORDER BY run_at_ms, id LIMIT 1";
  if (session.dialect() == storage::Dialect::postgresql) sql += " FOR UPDATE SKIP LOCKED";
  OB_TRY(const auto id, session.integer(sql, params));
  if (id == 0) return std::vector<Stored>();
  OB_TRY(
      const auto taken,
      session.execute(
          "UPDATE ob_job SET state = 'running', attempt = attempt + 1, holder = ?, held_until_ms = ?, finished_ms = 0,"
          " started_ms = ? WHERE id = ?",
          {holder, until_ms, now_ms, id}));
  (void)taken;
  return find_job(session, id);
}

Result<Renewal> renew(storage::Session& session, const Lease& lease, std::int64_t until_ms) {
  OB_TRY(const auto rows,
         session.query("UPDATE ob_job SET held_until_ms = ? WHERE id = ? AND state = 'running' AND holder = ? AND"
                       " attempt = ? RETURNING cancel_asked",
                       {until_ms, lease.id, lease.holder, std::int64_t{lease.attempt}}));
  OB_TRY(const bool held, rows->next());
  return Renewal{held, held && rows->integer(0) != 0};
}

Result<bool> store_progress(storage::Session& session, const Lease& lease, double share, const std::string& message) {
  return changed(
      session,
      "UPDATE ob_job SET progress = ?, message = ? WHERE id = ? AND state = 'running' AND holder = ? AND attempt = ?",
      {share, message, lease.id, lease.holder, std::int64_t{lease.attempt}});
}

Result<bool> store_checkpoint(storage::Session& session, const Lease& lease, const std::string& json) {
  return changed(session,
                 "UPDATE ob_job SET checkpoint = ? WHERE id = ? AND state = 'running' AND holder = ? AND attempt = ?",
                 {json, lease.id, lease.holder, std::int64_t{lease.attempt}});
}

Result<bool> store_end(storage::Session& session, const Lease& lease, const Job& job) {
  return changed(
      session,
      "UPDATE ob_job SET state = ?, result = ?, error = ?, progress = ?, message = ?, attempt = ?, run_at_ms = ?,"
      " finished_ms = ?, holder = '', held_until_ms = 0 WHERE id = ? AND state = 'running' AND holder = ? AND attempt "
      "= ?",
      {std::string(state_name(job.state)), job.result, job.error, job.progress, job.message, std::int64_t{job.attempt},
       job.run_at_ms, job.finished_ms, lease.id, lease.holder, std::int64_t{lease.attempt}});
}

Result<bool> set_waiting(storage::Session& session, std::int64_t id, std::int64_t run_at_ms) {
  return changed(
      session,
      "UPDATE ob_job SET state = 'waiting', attempt = 0, run_at_ms = ?, cancel_asked = 0, error = '', result = '',"
      " finished_ms = 0, progress = 0, message = '' WHERE id = ? AND state IN ('failed', 'cancelled')",
      {run_at_ms, id});
}

Result<bool> cancel_waiting(storage::Session& session, std::int64_t id, std::int64_t now_ms) {
  return changed(
      session,
      "UPDATE ob_job SET state = 'cancelled', cancel_asked = 1, finished_ms = ? WHERE id = ? AND state = 'waiting'",
      {now_ms, id});
}

Result<bool> ask_cancel(storage::Session& session, std::int64_t id) {
  return changed(session, "UPDATE ob_job SET cancel_asked = 1 WHERE id = ? AND state = 'running'", {id});
}

Result<std::int64_t> forget_jobs(storage::Session& session, std::int64_t before_ms) {
  return session.execute("DELETE FROM ob_job WHERE state IN ('done', 'failed', 'cancelled') AND finished_ms <= ?",
                         {before_ms});
}

Result<std::vector<Schedule>> list_schedules(storage::Session& session) {
  std::vector<Schedule> found;
  OB_CHECK(storage::each(session, "SELECT id, kind, cron, enabled, next_ms, missed FROM ob_schedule ORDER BY id", {},
                         [&](const storage::Rows& rows) {
                           found.push_back({std::string(rows.text(0)), std::string(rows.text(1)),
                                            std::string(rows.text(2)), rows.integer(3) != 0, rows.integer(4),
                                            static_cast<Missed>(rows.integer(5))});
                         }));
  return found;
}

Result<void> put_schedule(storage::Session& session, const Schedule& schedule) {
  // An unchanged rhythm keeps its next time: what was missed while the process was down is still due. One that lies
  // behind the next was made by a clock that has been set right since.
  OB_TRY(
      const auto put,
      session.execute(
          "INSERT INTO ob_schedule (id, kind, cron, enabled, next_ms, missed) VALUES (?, ?, ?, 1, ?, ?) ON CONFLICT "
          "(id) DO UPDATE"
          " SET kind = excluded.kind, next_ms = CASE WHEN ob_schedule.cron = excluded.cron AND ob_schedule.next_ms < "
          "excluded.next_ms"
          " THEN ob_schedule.next_ms"
          " ELSE excluded.next_ms END, cron = excluded.cron, missed = excluded.missed",
          {schedule.id, schedule.kind, schedule.cron, schedule.next_ms, static_cast<std::int64_t>(schedule.missed)}));
  (void)put;
  return {};
}

Result<void> drop_schedule(storage::Session& session, const std::string& id) {
  return session.send("DELETE FROM ob_schedule WHERE id = ?", {id});
}

Result<bool> advance(storage::Session& session, const Schedule& from, std::int64_t next_ms) {
  return changed(session, "UPDATE ob_schedule SET next_ms = ? WHERE id = ? AND next_ms = ? AND cron = ?",
                 {next_ms, from.id, from.next_ms, from.cron});
}

Result<bool> pending_run(storage::Session& session, const std::string& schedule) {
  OB_TRY(const auto found,
         session.integer("SELECT 1 FROM ob_job WHERE schedule = ? AND state IN ('waiting', 'running') LIMIT 1",
                         {schedule}));
  return found == 1;
}

} // namespace onebudget::scheduler
