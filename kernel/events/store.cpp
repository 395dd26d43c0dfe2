#include "kernel/events/store.hpp"
#include "kernel/storage/each.hpp"

#include <utility>

namespace onebudget::events {
namespace {

constexpr const char* kTables =
    "CREATE TABLE ob_outbox (id ${autoid}, delivery ${id}, at_ms ${id} NOT NULL, topic ${text} NOT NULL, key ${text} "
    "NOT NULL,"
    " payload ${json} NOT NULL, tx ${xid});"
    "CREATE UNIQUE INDEX ob_outbox_delivery ON ob_outbox (delivery);"
    "CREATE INDEX ob_outbox_unnumbered ON ob_outbox (id) WHERE delivery IS NULL;"
    "CREATE TABLE ob_outbox_head (name ${text} NOT NULL PRIMARY KEY, delivery ${id} NOT NULL);"
    "INSERT INTO ob_outbox_head (name, delivery) VALUES ('head', 0);"
    "CREATE TABLE ob_outbox_sink (name ${text} NOT NULL PRIMARY KEY, position ${id} NOT NULL, attempts ${id} NOT NULL "
    "DEFAULT 0,"
    " retry_at_ms ${id} NOT NULL DEFAULT 0, holder ${text} NOT NULL DEFAULT '', held_until_ms ${id} NOT NULL DEFAULT 0,"
    " seen_ms ${id} NOT NULL);"
    "CREATE TABLE ob_outbox_dead (id ${autoid}, sink ${text} NOT NULL, event_id ${id} NOT NULL, delivery ${id} NOT "
    "NULL,"
    " at_ms ${id} NOT NULL, topic ${text} NOT NULL, key ${text} NOT NULL, payload ${json} NOT NULL, reason ${text} NOT "
    "NULL,"
    " attempts ${id} NOT NULL, dead_ms ${id} NOT NULL);";

} // namespace

std::vector<storage::Migration> outbox_migrations() { return {{"kernel.events", 1, "outbox", kTables}}; }

Result<void> insert_events(storage::Session& session, std::int64_t at_ms, std::span<const Event> events) {
  static const std::vector<std::string> kWritten{"at_ms", "topic", "key", "payload"};
  std::vector<storage::Params> rows;
  for (const Event& event : events) rows.push_back({at_ms, event.topic, event.key, event.payload});
  OB_CHECK(session.bulk_insert("ob_outbox", kWritten, rows));
  return {};
}

Result<std::int64_t> head(storage::Session& session) {
  return session.integer("SELECT delivery FROM ob_outbox_head WHERE name = 'head'");
}

Result<bool> unnumbered(storage::Session& session) {
  OB_TRY(const auto found, session.integer("SELECT 1 FROM ob_outbox WHERE delivery IS NULL LIMIT 1"));
  return found == 1;
}

Result<int> number_events(storage::Session& session, int batch) {
  const bool postgresql = session.dialect() == storage::Dialect::postgresql;
  OB_TRY(const auto locked, session.scalar(std::string("SELECT delivery FROM ob_outbox_head WHERE name = 'head'") +
                                           (postgresql ? " FOR UPDATE SKIP LOCKED" : "")));
  if (!locked) return 0;
  std::int64_t last = *std::get_if<std::int64_t>(&*locked);
  storage::Params ids;
  {
    OB_TRY(const auto rows,
           session.query("SELECT id, CASE WHEN " + storage::settled(session.dialect(), "tx") +
                             " THEN 1 ELSE 0 END FROM ob_outbox WHERE delivery IS NULL ORDER BY id LIMIT ?",
                         {std::int64_t{batch}}));
    for (;;) {
      OB_TRY(const bool more, rows->next());
      // Up to the first unsettled one: a later event of the same key must not go before it.
      if (!more || rows->integer(1) == 0) break;
      ids.emplace_back(rows->integer(0));
    }
  }
  if (postgresql && !ids.empty()) { // one a row would be a round trip each
    OB_CHECK(session.send(
        "UPDATE ob_outbox AS t SET delivery = CAST(? AS bigint) + v.place FROM unnest(CAST(? AS bigint[])) "
        "WITH ORDINALITY AS v(id, place) WHERE t.id = v.id",
        {last, storage::array_of(ids)}));
    last += static_cast<std::int64_t>(ids.size());
  } else {
    for (const storage::Value& id : ids)
      OB_CHECK(session.send("UPDATE ob_outbox SET delivery = ? WHERE id = ?", {++last, id}));
  }
  if (!ids.empty()) OB_CHECK(session.send("UPDATE ob_outbox_head SET delivery = ? WHERE name = 'head'", {last}));
  return static_cast<int>(ids.size());
}

Result<std::vector<Event>> events_after(storage::Session& session, std::int64_t delivery, int limit) {
  std::vector<Event> found;
  OB_CHECK(storage::each(session,
                         "SELECT delivery, id, at_ms, topic, key, payload FROM ob_outbox WHERE delivery > ?"
                         " ORDER BY delivery LIMIT ?",
                         {delivery, std::int64_t{limit}}, [&](const storage::Rows& rows) {
                           found.push_back({rows.integer(0), rows.integer(1), rows.integer(2),
                                            std::string(rows.text(3)), std::string(rows.text(4)),
                                            std::string(rows.text(5))});
                         }));
  for (Event& event : found) event.latest = found.back().delivery;
  return found;
}

Result<void> enrol(storage::Session& session, const std::string& name, std::int64_t now_ms) {
  return session.send(
      "INSERT INTO ob_outbox_sink (name, position, seen_ms) SELECT ?, delivery, CAST(? AS BIGINT) FROM ob_outbox_head"
      " WHERE name = 'head' ON CONFLICT (name) DO UPDATE SET seen_ms = excluded.seen_ms",
      {name, now_ms});
}

Result<std::vector<SinkRow>> sinks(storage::Session& session) {
  std::vector<SinkRow> found;
  OB_CHECK(
      storage::each(session, "SELECT name, position, attempts, retry_at_ms, holder, held_until_ms FROM ob_outbox_sink",
                    {}, [&](const storage::Rows& rows) {
                      found.push_back({std::string(rows.text(0)), rows.integer(1), static_cast<int>(rows.integer(2)),
                                       rows.integer(3), std::string(rows.text(4)), rows.integer(5)});
                    }));
  return found;
}

Result<bool> hold(storage::Session& session, SinkRow& row, const std::string& holder, std::int64_t now_ms,
                  std::int64_t until_ms) {
  OB_TRY(
      const auto rows,
      session.query("UPDATE ob_outbox_sink SET holder = ?, held_until_ms = ?, seen_ms = ? WHERE name = ? AND"
                    " (holder = ? OR held_until_ms < ? OR held_until_ms > ?) RETURNING position, attempts, retry_at_ms",
                    {holder, until_ms, now_ms, row.name, holder, now_ms, now_ms + kNoLeaseMs}));
  OB_TRY(const bool mine, rows->next());
  if (!mine) return false;
  row.position = rows->integer(0);
  row.attempts = static_cast<int>(rows->integer(1));
  row.retry_at_ms = rows->integer(2);
  row.holder = holder;
  row.held_until_ms = until_ms;
  return true;
}

Result<void> store_progress(storage::Session& session, const SinkRow& row, const std::string& holder) {
  return session.send(
      "UPDATE ob_outbox_sink SET position = ?, attempts = ?, retry_at_ms = ? WHERE name = ? AND holder = ?",
      {row.position, std::int64_t{row.attempts}, row.retry_at_ms, row.name, holder});
}

Result<void> release(storage::Session& session, const std::string& holder) {
  return session.send("UPDATE ob_outbox_sink SET holder = '', held_until_ms = 0 WHERE holder = ?", {holder});
}

Result<void> bury(storage::Session& session, const std::string& sink, const Event& event, const std::string& reason,
                  int attempts, std::int64_t now_ms) {
  return session.send(
      "INSERT INTO ob_outbox_dead (sink, event_id, delivery, at_ms, topic, key, payload, reason, attempts, dead_ms)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {sink, event.id, event.delivery, event.at_ms, event.topic, event.key, event.payload, reason,
       std::int64_t{attempts}, now_ms});
}

Result<std::vector<DeadLetter>> buried(storage::Session& session, std::int64_t only_id, std::int64_t before_id,
                                       int limit) {
  std::vector<DeadLetter> found;
  OB_CHECK(storage::each(
      session,
      "SELECT id, sink, delivery, event_id, at_ms, topic, key, payload, reason, attempts FROM ob_outbox_dead"
      " WHERE (? = 0 OR id = ?) AND (? = 0 OR id < ?) ORDER BY id DESC LIMIT ?",
      {only_id, only_id, before_id, before_id, std::int64_t{limit}}, [&](const storage::Rows& rows) {
        DeadLetter letter;
        letter.id = rows.integer(0);
        letter.sink = std::string(rows.text(1));
        letter.event = {rows.integer(2),           rows.integer(3),           rows.integer(4),
                        std::string(rows.text(5)), std::string(rows.text(6)), std::string(rows.text(7))};
        letter.reason = std::string(rows.text(8));
        letter.attempts = static_cast<int>(rows.integer(9));
        found.push_back(std::move(letter));
      }));
  return found;
}

Result<void> dig_up(storage::Session& session, std::int64_t id) {
  return session.send("DELETE FROM ob_outbox_dead WHERE id = ?", {id});
}

Result<void> note_failure(storage::Session& session, std::int64_t id, const std::string& reason) {
  return session.send("UPDATE ob_outbox_dead SET reason = ?, attempts = attempts + 1 WHERE id = ?", {reason, id});
}

Result<std::int64_t> forget(storage::Session& session, std::int64_t before_ms) {
  return session.execute(
      "DELETE FROM ob_outbox WHERE delivery IS NOT NULL AND at_ms <= ? AND delivery <= (SELECT"
      " coalesce((SELECT min(position) FROM ob_outbox_sink WHERE seen_ms > ?),"
      " (SELECT delivery FROM ob_outbox_head WHERE name = 'head')))",
      {before_ms, before_ms});
}

} // namespace onebudget::events
