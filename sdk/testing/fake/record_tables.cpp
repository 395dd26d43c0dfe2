// Records and small state.

#include <optional>
#include <set>

#include "sdk/testing/fake/door.hpp"

namespace onebudget::testing {
namespace {

constexpr std::size_t kBatch = 256, kMostMany = 10'000;

std::int32_t get(ob_call call, ob_str entity, std::int64_t id, ob_buf* document, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    ++visit.host.record_reads;
    OB_TRY(const Json row, visit.frame.unit->store.get(plugin::view(entity), id));
    return visit.give(plugin::dump(row), document);
  });
}
/// Queries see what was there before the call began, as in the kernel.
std::int32_t query(ob_call call, ob_str entity, ob_str spec, ob_cursor* cursor, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    ++visit.host.record_reads;
    OB_TRY(const Json wanted, json_of(spec));
    for (const auto& [key, value] : wanted.items())
      if (key != "filter" && key != "sort" && key != "fields" && key != "text" && key != "limit") return OB_E_ARGUMENT;
    OB_TRY(auto rows, visit.host.store.query(plugin::view(entity), wanted));
    cursor->v = visit.host.new_handle();
    visit.host.cursors[cursor->v] = {visit.call, std::move(rows), 0};
    return OB_OK;
  });
}
std::int32_t next_batch(ob_call call, ob_cursor cursor, ob_buf* rows, std::uint32_t* count, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    const auto found = visit.host.cursors.find(cursor.v);
    if (found == visit.host.cursors.end() || found->second.call != visit.call) return OB_E_HANDLE;
    Json batch = Json::array();
    OpenCursor& open = found->second;
    while (open.at < open.rows.size() && batch.size() < kBatch) batch.push_back(open.rows[open.at++]);
    *count = static_cast<std::uint32_t>(batch.size());
    OB_CHECK(visit.give(plugin::dump(batch), rows));
    return *count == 0 ? OB_END : OB_OK;
  });
}
std::int32_t close(ob_call call, ob_cursor cursor, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    return visit.host.cursors.erase(cursor.v) == 0 ? OB_E_HANDLE : OB_OK;
  });
}
std::int32_t aggregate(ob_call call, ob_str entity, ob_str spec, ob_buf* rows, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    ++visit.host.record_reads;
    OB_TRY(const Json wanted, json_of(spec));
    OB_TRY(const Json lines, visit.host.store.aggregate(plugin::view(entity), wanted));
    if (!wanted.value("rollup", false)) return visit.give(plugin::dump(lines), rows);
    return visit.give(plugin::dump(Json{{"rows", lines}, {"position", 0}, {"at_ms", 0}}), rows);
  });
}
std::int32_t insert(ob_call call, ob_str entity, ob_str document, std::int64_t* id, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const Json values, json_of(document));
    OB_TRY(Json row, visit.frame.unit->store.drafted(plugin::view(entity), values, visit.host.now_ms));
    OB_TRY(*id, visit.host.write(visit.frame.unit, visit.frame.depth, OB_ACTION_CREATE, string_of(entity), nullptr,
                                 std::move(row), ""));
    return OB_OK;
  });
}
std::int32_t update(ob_call call, ob_str entity, std::int64_t id, std::int64_t version, ob_str changes,
                    ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const Json values, json_of(changes));
    FakeStore& store = visit.frame.unit->store;
    OB_TRY(Json before, store.get(plugin::view(entity), id));
    OB_TRY(Json after, store.changed(plugin::view(entity), id, version, values));
    OB_CHECK(visit.host.write(visit.frame.unit, visit.frame.depth, OB_ACTION_UPDATE, string_of(entity),
                              std::move(before), std::move(after), ""));
    return OB_OK;
  });
}
std::int32_t transition(ob_call call, ob_str entity, std::int64_t id, std::int64_t version, ob_str name, ob_str,
                        ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    FakeStore& store = visit.frame.unit->store;
    OB_TRY(Json before, store.get(plugin::view(entity), id));
    OB_TRY(Json after, store.moved(plugin::view(entity), id, version, plugin::view(name)));
    OB_CHECK(visit.host.write(visit.frame.unit, visit.frame.depth, OB_ACTION_TRANSITION, string_of(entity),
                              std::move(before), std::move(after), string_of(name)));
    return OB_OK;
  });
}
std::int32_t remove(ob_call call, ob_str entity, std::int64_t id, std::int64_t version, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    FakeStore& store = visit.frame.unit->store;
    OB_CHECK(store.removable(plugin::view(entity), id, version));
    OB_TRY(Json before, store.get(plugin::view(entity), id));
    OB_CHECK(visit.host.write(visit.frame.unit, visit.frame.depth, OB_ACTION_REMOVE, string_of(entity),
                              std::move(before), nullptr, ""));
    return OB_OK;
  });
}
std::int32_t adjust(ob_call call, ob_str entity, std::int64_t id, ob_str change, ob_buf* document, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const Json wanted, json_of(change));
    const bool now = wanted.value("now", false);
    const auto unit = now ? visit.host.new_unit() : visit.frame.unit;
    OB_TRY(Json row, unit->store.adjusted(plugin::view(entity), id, wanted));
    OB_CHECK(unit->store.put(plugin::view(entity), std::move(row), visit.host.now_ms));
    if (now) {
      visit.host.keep(*unit);
      visit.frame.unit->store = visit.host.store;
    }
    OB_TRY(row, unit->store.get(plugin::view(entity), id));
    return visit.give(plugin::dump(row), document);
  });
}

/// All or none: the unit is as it was when one of them fails.
std::int32_t insert_many(ob_call call, ob_str entity, ob_str rows, ob_buf* ids, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const Json list, json_of(rows));
    if (!list.is_array() || list.empty() || list.size() > kMostMany) return OB_E_ARGUMENT;
    const FakeStore before = visit.frame.unit->store;
    Json made = Json::array();
    std::vector<FieldFault> wrong;
    std::optional<Fault> first;
    for (std::size_t i = 0; i < list.size(); ++i) {
      auto row = visit.frame.unit->store.drafted(plugin::view(entity), list[i], visit.host.now_ms);
      const auto id = row ? visit.host.write(visit.frame.unit, visit.frame.depth, OB_ACTION_CREATE, string_of(entity),
                                             nullptr, *std::move(row), "")
                          : Result<std::int64_t>(row.fault());
      if (id) {
        made.push_back(std::to_string(*id));
        continue;
      }
      if (!first) first = id.fault();
      for (FieldFault one : id.fault().fields) {
        one.field = "/" + std::to_string(i) + one.field;
        wrong.push_back(std::move(one));
      }
    }
    if (!first) return visit.give(plugin::dump(made), ids);
    visit.frame.unit->store = before;
    first->fields = std::move(wrong);
    return *std::move(first);
  });
}
std::int32_t adjust_many(ob_call call, ob_str entity, ob_str change, ob_buf* documents, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const Json wanted, json_of(change));
    const Json rows = wanted.value("rows", Json());
    if (!rows.is_array() || rows.empty() || rows.size() > kMostMany) return OB_E_ARGUMENT;
    const FakeStore before = visit.frame.unit->store;
    FakeStore& store = visit.frame.unit->store;
    Json out = Json::array();
    std::optional<Fault> failed;
    std::set<std::int64_t> seen;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::int64_t id = std::stoll(rows[i].value("id", "0"));
      if (!seen.insert(id).second) return OB_E_ARGUMENT;
      OB_TRY(const Json now, store.get(plugin::view(entity), id));
      const Json is = rows[i].value("is", Json::object());
      bool fits = true;
      for (const auto& [field, value] : is.items()) fits = fits && now.value(field, Json()) == value;
      const Json one = {{"add", rows[i].value("add", Json::object())}, {"where", wanted.value("where", "")}};
      auto row = store.adjusted(plugin::view(entity), id, one);
      if (!row && row.fault().code != "records.guard") return row.fault();
      if (row && fits) {
        OB_CHECK(store.put(plugin::view(entity), *std::move(row), visit.host.now_ms));
        OB_TRY(Json after, store.get(plugin::view(entity), id));
        out.push_back(std::move(after));
        continue;
      }
      if (!failed)
        failed = fault(FaultKind::conflict, "records.guard",
                       {"余额或条件不满足。", "The balance or condition does not hold."});
      failed->fields.push_back({"/rows/" + std::to_string(i), failed->code, failed->message, {}});
    }
    if (!failed) return visit.give(plugin::dump(wanted.value("quiet", false) ? Json::array() : out), documents);
    store = before;
    return *std::move(failed);
  });
}

/// One row of an upsert: an update of its twin, or a new row. The same key twice in one upsert is a mistake, as in the
/// kernel.
Result<bool> upsert_row(const Visit& visit, const std::shared_ptr<FakeUnit>& unit, const std::string& entity,
                        const Json& values, std::set<std::string>& seen) {
  OB_TRY(Json row, unit->store.drafted(entity, values, visit.host.now_ms));
  Json key = Json::array();
  for (const Json& name : unit->store.entity(entity)->declaration.value("key", Json::array()))
    key.push_back(row.value(name.get<std::string>(), Json()));
  if (!seen.insert(plugin::dump(key)).second)
    return fault(FaultKind::rule, "records.duplicate", {"同一批中编码重复。", "The key occurs twice in one upsert."});
  const Json twin = unit->store.twin(*unit->store.entity(entity), row);
  if (twin.is_null()) {
    OB_CHECK(visit.host.write(unit, visit.frame.depth, OB_ACTION_CREATE, entity, nullptr, std::move(row), ""));
    return true;
  }
  OB_TRY(Json after, unit->store.changed(entity, std::stoll(twin["id"].get<std::string>()), twin["version"], values));
  OB_CHECK(visit.host.write(unit, visit.frame.depth, OB_ACTION_UPDATE, entity, twin, std::move(after), ""));
  return false;
}
std::int32_t upsert(ob_call call, ob_str entity, ob_str rows, ob_buf* report, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const Json list, json_of(rows));
    if (!list.is_array()) return OB_E_ARGUMENT;
    const auto unit = visit.host.new_unit();
    Json out = {{"rows", list.size()}, {"created", 0}, {"updated", 0}, {"errors", Json::array()}};
    std::int64_t line = 0, created = 0, updated = 0;
    std::set<std::string> seen;
    for (const Json& values : list) {
      ++line;
      const auto done = upsert_row(visit, unit, string_of(entity), values, seen);
      if (done) {
        ++(*done ? created : updated);
        continue;
      }
      const Fault& fault = done.fault();
      out["errors"].push_back({{"line", line},
                               {"field", fault.fields.empty() ? "" : fault.fields.front().field},
                               {"code", fault.code},
                               {"message", fault.message.zh}});
    }
    if (out["errors"].empty()) {
      out["created"] = created;
      out["updated"] = updated;
      visit.host.keep(*unit);
      visit.frame.unit->store = visit.host.store;
    }
    return visit.give(plugin::dump(out), report);
  });
}

using Value = std::pair<std::string, std::int64_t>;
Value* alive(HostState& host, const std::string& key) {
  const auto found = host.kv.find(key);
  if (found == host.kv.end()) return nullptr;
  if (found->second.second == 0 || found->second.second > host.now_ms) return &found->second;
  host.kv.erase(found);
  return nullptr;
}
std::int32_t kv_get(ob_call call, ob_str key, ob_buf* value, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    const Value* found = alive(visit.host, string_of(key));
    if (found == nullptr) return OB_E_NOT_FOUND;
    return visit.give(found->first, value);
  });
}
std::int32_t kv_put(ob_call call, ob_str key, ob_bytes value, std::int64_t ttl_ms, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    visit.host.kv[string_of(key)] = {string_of(value), ttl_ms == 0 ? 0 : visit.host.now_ms + ttl_ms};
    return OB_OK;
  });
}
std::int32_t kv_cas(ob_call call, ob_str key, ob_bytes expected, ob_bytes value, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    const Value* found = alive(visit.host, string_of(key));
    if ((found == nullptr ? std::string() : found->first) != string_of(expected)) return OB_E_CONFLICT;
    visit.host.kv[string_of(key)] = {string_of(value), 0};
    return OB_OK;
  });
}
std::int32_t kv_remove(ob_call call, ob_str key, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    visit.host.kv.erase(string_of(key));
    return OB_OK;
  });
}
std::int32_t kv_scan(ob_call call, ob_str prefix, ob_str after, ob_buf* keys, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    Json out = Json::array();
    for (const auto& [key, value] : visit.host.kv)
      if (key.rfind(plugin::view(prefix), 0) == 0 && key > plugin::view(after) && out.size() < kBatch)
        out.push_back(key);
    return visit.give(plugin::dump(out), keys);
  });
}
std::int32_t kv_increment(ob_call call, ob_str key, std::int64_t by, std::int64_t* value, ob_error* error) {
  return with_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    const Value* found = alive(visit.host, string_of(key));
    *value = (found == nullptr ? 0 : std::stoll(found->first)) + by;
    visit.host.kv[string_of(key)] = {std::to_string(*value), 0};
    return OB_OK;
  });
}

constexpr ob_records_v1 kRecords = {sizeof(ob_records_v1),
                                    0,
                                    get,
                                    query,
                                    next_batch,
                                    close,
                                    aggregate,
                                    insert,
                                    update,
                                    transition,
                                    remove,
                                    upsert,
                                    adjust,
                                    insert_many,
                                    adjust_many};
constexpr ob_kv_v1 kKv = {sizeof(ob_kv_v1), 0, kv_get, kv_put, kv_cas, kv_remove, kv_scan, kv_increment};

} // namespace

const void* records_table(std::uint32_t& size) { return size = sizeof kRecords, &kRecords; }
const void* kv_table(std::uint32_t& size) { return size = sizeof kKv, &kKv; }

} // namespace onebudget::testing
