#include "kernel/records/write/history.hpp"

#include <fmt/format.h>

#include "kernel/base/cursor.hpp"
#include "kernel/records/faults.hpp"
#include "kernel/records/query/render.hpp"
#include "sdk/values/words.hpp"

namespace onebudget::records {

namespace {

constexpr int kMostLines = 1000;

void append_stored(std::string& out, const storage::Value& value) {
  if (is_null(value))
    out += "null";
  else if (const auto* number = std::get_if<std::int64_t>(&value))
    append_integer(out, *number);
  else
    append_json_string(out, text_of(value));
}

storage::Value text_or_null(std::string text) {
  if (text.empty()) return {};
  return text;
}

Result<void> append_change(std::string& out, const Snapshot& snapshot, const Served& served, RecordId id,
                           const Json& change, bool masked) {
  const std::string name = change.value("f", "");
  const Field* field = served.entity.field(name);
  if (field == nullptr) return {};
  if (out.back() != '[') out.push_back(',');
  out += "{\"field\":\"" + name + "\",\"before\":";
  Row before{stored_value(change.value("b", Json()))}, after{stored_value(change.value("a", Json()))};
  if (field->encrypted)
    for (Row* row : {&before, &after})
      OB_CHECK(snapshot.core.vault.open(served, served.column(name), id.value, row->front()));
  append_value(out, *field, MemoryCells{before}, 0, Form::rest, masked);
  out += ",\"after\":";
  append_value(out, *field, MemoryCells{after}, 0, Form::rest, masked);
  out.push_back('}');
  return {};
}

/// Columns: version, changed_at, changed_by, changed_by_name, action, transition, remark, changes.
Result<void> append_line(std::string& out, const Snapshot& snapshot, const Served& served, RecordId id,
                         const storage::Rows& rows, bool masked) {
  const auto text_member = [&](const char* name, int column) {
    out += fmt::format(",\"{}\":", name);
    if (rows.null(column))
      out += "null";
    else
      append_json_string(out, rows.text(column));
  };
  out += fmt::format("{{\"version\":{},\"at\":\"", rows.integer(0));
  append_time(out, rows.integer(1));
  out += "\",\"by\":";
  out += rows.null(2) ? "null" : fmt::format("\"{}\"", rows.integer(2));
  text_member("by_name", 3);
  text_member("action", 4);
  text_member("transition", 5);
  text_member("comment", 6);
  out += ",\"changes\":[";
  const Json changes = Json::parse(rows.text(7), nullptr, false);
  if (changes.is_array())
    for (const Json& change : changes) OB_CHECK(append_change(out, snapshot, served, id, change, masked));
  out += "]}";
  return {};
}

} // namespace

const std::vector<std::string> kHistoryColumns{"entity",          "record", "version",    "changed_at", "changed_by",
                                               "changed_by_name", "action", "transition", "remark",     "changes"};

const char* action_name(Action action) {
  static constexpr Word<Action> kActions[] = {{"update", Action::update},
                                              {"create", Action::create},
                                              {"transition", Action::transition},
                                              {"delete", Action::remove},
                                              {"adjust", Action::adjust}};
  return name_in(kActions, action);
}

storage::Value stored_value(const Json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_string()) return value.get<std::string>();
  return {};
}

Result<std::string> changes_text(const Vault& vault, const Served& served, const Row& before, const Row& after,
                                 const std::vector<int>& changed) {
  const std::int64_t id = integer_of((after.empty() ? before : after)[kId]);
  std::string out = "[";
  for (const int column : changed) {
    const auto at = static_cast<std::size_t>(column);
    out += out.size() > 1 ? ",{\"f\":\"" : "{\"f\":\"";
    out += served.columns[at].name + "\"";
    const bool sealed = served.columns[at].field->encrypted;
    for (const auto& [key, row] : {std::pair{",\"b\":", &before}, std::pair{",\"a\":", &after}}) {
      storage::Value hidden; // only a sealed value is a copy
      if (sealed && !row->empty()) {
        OB_TRY(hidden, vault.seal(served, column, id, (*row)[at]));
      }
      out += key;
      append_stored(out, sealed || row->empty() ? hidden : (*row)[at]);
    }
    out.push_back('}');
  }
  out.push_back(']');
  return out;
}

namespace {

/// The columns of a line, whether one act or a bulk write makes it.
storage::Params line_of(const Context& context, const Served& served, std::int64_t id, std::int64_t version,
                        Action action, std::string changes) {
  storage::Value by;
  if (!context.caller.user.none()) by = context.caller.user.value;
  return {served.number,
          id,
          version,
          context.now_ms,
          std::move(by),
          context.caller.display_name.empty() ? context.caller.name : context.caller.display_name,
          std::string(action_name(action)),
          {},
          {},
          std::move(changes)};
}

} // namespace

Result<storage::Params> history_line(const Snapshot& snapshot, const Served& served, const Row& before,
                                     const Row& after, const std::vector<int>& changed) {
  OB_TRY(std::string changes, changes_text(snapshot.core.vault, served, before, after, changed));
  return line_of(snapshot.context, served, integer_of(after[kId]), integer_of(after[kVersion]),
                 before.empty() ? Action::create : Action::update, std::move(changes));
}

Result<storage::Params> history_line(const Snapshot& snapshot, const Effect& effect) {
  constexpr std::size_t kTransition = 7, kComment = 8; ///< in kHistoryColumns
  std::vector<int> changed = effect.changed;
  if (effect.action == Action::remove)
    for (int i = kFirstField; i < static_cast<int>(effect.served->columns.size()); ++i)
      if (!is_null(effect.before[static_cast<std::size_t>(i)])) changed.push_back(i);
  OB_TRY(std::string changes, changes_text(snapshot.core.vault, *effect.served, effect.before, effect.after, changed));
  storage::Params line = line_of(snapshot.context, *effect.served, effect.id.value, effect.expected + 1, effect.action,
                                 std::move(changes));
  line[kTransition] = text_or_null(effect.transition == nullptr ? "" : effect.transition->name);
  line[kComment] = text_or_null(effect.comment);
  return line;
}

Result<Records::HistoryPage> history_page(const Snapshot& snapshot, const ServedPtr& served, RecordId id,
                                          const std::string& cursor, int limit) {
  if (limit < 1 || limit > kMostLines)
    return faults::bad_query("records.limit", {"limit 应在 1 到 1000 之间。", "limit must be from 1 to 1000."});
  OB_TRY(const auto stored, load_row(snapshot, *served, id, true));
  if (!stored) return faults::not_found(served->entity);
  const std::string digest = fmt::format("history/{}/{}", served->name, id.value);
  std::int64_t below = INT64_MAX;
  if (!cursor.empty()) {
    OB_TRY(const auto values, decode_cursor(digest, cursor));
    if (values.size() != 1 || !values[0].integer)
      return faults::bad_query("cursor.malformed", {"分页游标无效。请从第一页重新查询。",
                                                    "The cursor is not valid. Start again from the first page."});
    below = values[0].number;
  }
  OB_TRY(const auto rows,
         snapshot.session.query(
             fmt::format("SELECT version, changed_at, changed_by, changed_by_name, action, transition, remark, changes "
                         "FROM records_history "
                         "WHERE entity = ? AND record = ? AND version < ? ORDER BY version DESC LIMIT {}",
                         limit + 1),
             {served->number, id.value, below}));
  Records::HistoryPage page{"[", ""};
  std::int64_t last = 0;
  for (int count = 0;; ++count) {
    OB_TRY(const bool more, rows->next());
    if (!more) break;
    if (count == limit) {
      CursorValue at;
      at.integer = true;
      at.number = last;
      page.next_cursor = encode_cursor(digest, {at});
      break;
    }
    if (count > 0) page.items.push_back(',');
    OB_CHECK(append_line(page.items, snapshot, *served, id, *rows, !stored->clear));
    last = rows->integer(0);
  }
  page.items.push_back(']');
  return page;
}

} // namespace onebudget::records
