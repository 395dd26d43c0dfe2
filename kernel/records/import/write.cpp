#include "kernel/records/import/write.hpp"

#include <fmt/format.h>

#include "kernel/records/faults.hpp"
#include "kernel/records/query/render.hpp"
#include "kernel/records/query/scope.hpp"
#include "kernel/records/rollup/rollup.hpp"
#include "kernel/records/search/search.hpp"
#include "kernel/records/write/draft.hpp"
#include "kernel/records/write/history.hpp"
#include "kernel/records/write/unit.hpp"

namespace onebudget::records {

namespace {

constexpr std::size_t kBatch = 1000;
constexpr std::int64_t kIndexedAtOnce = 1000; ///< new rows of a longer import are indexed behind it

/// The rights that counted while the file was read must still hold, and links must still lead somewhere.
class Writer {
 public:
  Writer(const Snapshot& snapshot, const ServedPtr& served, bool long_one)
      : snapshot_(snapshot), served_(served), long_(long_one), names_(served->stored_columns()) {
    for (int i = kFirstField; i < static_cast<int>(served->columns.size()); ++i)
      if (served->columns[static_cast<std::size_t>(i)].field->type == FieldType::ref) refs_.push_back(i);
  }

  Result<void> write(std::vector<PendingRow>& batch) {
    std::vector<storage::Params> history;
    std::vector<storage::Value> conditional;
    std::string ids;
    Deltas deltas;
    SearchLines words;
    for (PendingRow& row : batch) {
      OB_TRY(const bool only_if, check_place(row));
      if (only_if) conditional.push_back(row.after[kId]);
      deltas.add(*served_, row.before, row.after);
      const std::int64_t id = integer_of(row.after[kId]);
      if (long_ && row.before.empty())
        words.later(*served_, id);
      else
        words.add(*served_, row.before, row.after);
      if (served_->entity.history) {
        OB_TRY(storage::Params line, history_line(snapshot_, *served_, row.before, row.after,
                                                  changed_columns(*served_, row.before, row.after)));
        history.push_back(std::move(line));
      }
      ids += ids.empty() ? "\"" : ",\"";
      append_integer(ids, id);
      ids.push_back('"');
      if (!row.before.empty()) OB_CHECK(change(row));
    }
    OB_CHECK(check_links(batch));
    std::vector<storage::Params> fresh;
    for (PendingRow& row : batch) {
      if (!row.before.empty()) continue;
      OB_TRY(row.after, snapshot_.core.vault.stored(*served_, std::move(row.after)));
      fresh.push_back(std::move(row.after));
    }
    OB_CHECK(insert(served_->entity.table(), names_, fresh));
    OB_CHECK(insert("records_history", kHistoryColumns, history));
    OB_CHECK(deltas.flush(snapshot_.session));
    OB_CHECK(words.flush(snapshot_.session));
    OB_CHECK(check_conditions(conditional));
    events::Event event;
    event.topic = "records.changed";
    event.at_ms = snapshot_.context.now_ms;
    event.key = served_->name;
    event.payload = fmt::format("{{\"entity\":\"{}\",\"action\":\"import\",\"ids\":[{}]}}", served_->name, ids);
    return snapshot_.core.outbox.append(snapshot_.session, snapshot_.context, event);
  }

 private:
  Result<void> insert(const std::string& table, const std::vector<std::string>& columns,
                      const std::vector<storage::Params>& rows) {
    if (rows.empty()) return {};
    OB_CHECK(snapshot_.session.bulk_insert(table, columns, rows));
    return {};
  }

  /// Whether only a grant with a condition holds the row.
  Result<bool> check_place(const PendingRow& row) {
    const Held now = places_.held(snapshot_, *served_, row.after);
    const Held old = row.before.empty() ? Held::yes : places_.held(snapshot_, *served_, row.before);
    if (now == Held::no || old == Held::no) return faults::forbidden(served_->entity, "import");
    return now == Held::if_condition || old == Held::if_condition;
  }

  Result<void> change(const PendingRow& row) {
    OB_CHECK(update_row(snapshot_, *served_, row.expected, row.before, row.after));
    if (row.after[kOwnerPath] == row.before[kOwnerPath]) return {};
    return move_lines(snapshot_, *served_, integer_of(row.after[kId]), row.after, 0);
  }

  Result<void> check_links(const std::vector<PendingRow>& batch) {
    for (const int column : refs_) {
      std::vector<storage::Value> ids;
      for (const PendingRow& row : batch) {
        const std::int64_t id = integer_of(row.after[static_cast<std::size_t>(column)]);
        if (id != 0) ids.emplace_back(id);
      }
      OB_CHECK(check_targets(snapshot_, *served_, column, ids, traces_));
    }
    return {};
  }

  /// Rows that only a conditional grant holds: the database decides, on the rows as written.
  Result<void> check_conditions(const std::vector<storage::Value>& ids) {
    return onebudget::records::check_conditions(snapshot_, *served_, "import", ids);
  }

  const Snapshot& snapshot_;
  const ServedPtr& served_;
  bool long_;
  std::vector<std::string> names_;
  std::vector<int> refs_; ///< columns of links
  Traces traces_;
  HeldPlaces places_{"import"};
};

Result<void> write_all(const Snapshot& snapshot, const ServedPtr& served, Spool& spool) {
  OB_CHECK(spool.rewind());
  Writer writer(snapshot, served, spool.rows() > kIndexedAtOnce);
  bool more = true;
  while (more) {
    std::vector<PendingRow> batch;
    while (batch.size() < kBatch) {
      PendingRow row;
      OB_TRY(more, spool.next(row));
      if (!more) break;
      batch.push_back(std::move(row));
    }
    if (!batch.empty()) OB_CHECK(writer.write(batch));
  }
  return {};
}

std::string counts_of(const ImportReport& report) {
  return fmt::format("\"rows\":{},\"created\":{},\"updated\":{},\"unchanged\":{},\"invalid\":{}", report.rows,
                     report.created, report.updated, report.unchanged, report.invalid);
}

Result<void> tell(Core& core, storage::Session& session, const Context& context, const char* topic,
                  const Served& served, const std::string& counts) {
  events::Event event;
  event.topic = topic;
  event.at_ms = context.now_ms;
  event.key = served.name;
  event.payload = fmt::format("{{\"entity\":\"{}\",\"request_id\":\"{}\",\"user\":\"{}\",{}}}", served.name,
                              context.request_id, context.caller.user.value, counts);
  return core.outbox.append(session, context, event);
}

} // namespace

Result<void> tell_refused(Core& core, const Context& context, const Served& served, const ImportReport& report) {
  OB_CHECK(core.database.write(context, [&](storage::Session& session) {
    return tell(core, session, context, "records.import_refused", served, counts_of(report));
  }));
  core.outbox.wake();
  return {};
}

Result<void> write_spool(Core& core, const Context& context, const ServedPtr& served, Spool& spool,
                         const ImportReport& report) {
  auto written = core.database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const Snapshot snapshot, open_snapshot(core, session, context));
    OB_CHECK(write_all(snapshot, served, spool));
    const std::string counts = counts_of(report);
    audit::Entry entry;
    entry.action = "records.import";
    entry.subject = served->name;
    entry.detail = "{" + counts + "}";
    OB_CHECK(core.audit.append(session, context, entry));
    return tell(core, session, context, "records.imported", *served, counts);
  });
  if (written) {
    core.outbox.wake();
    return {};
  }
  if (written.fault().code == "storage.unique")
    return fault(
        FaultKind::conflict, "records.key_taken",
        {"导入期间有人写入了相同的键。请重新导入。", "Somebody wrote one of the keys meanwhile. Import again."});
  return written;
}

} // namespace onebudget::records
