// ob.records/1: rows of declared entities, on the caller's behalf, in the call's unit of work.

#include <algorithm>

#include "kernel/host/services/door.hpp"
#include "kernel/host/services/tables.hpp"
#include "sdk/include/onebudget/onebudget.h"
#include "sdk/text/json_door.hpp"

namespace onebudget::host::service {
namespace {

using records::Form;
constexpr std::size_t kMostRows = 10'000; ///< in one upsert

Result<std::vector<std::string>> strings(const Json& spec, const char* key) {
  std::vector<std::string> out;
  const auto found = spec.find(key);
  if (found == spec.end() || found->is_null()) return out;
  if (!found->is_array() || !std::ranges::all_of(*found, [](const Json& item) { return item.is_string(); }))
    return argument(key);
  for (const auto& item : *found) out.push_back(item.get<std::string>());
  return out;
}

Result<std::string> string(const Json& spec, const char* key) {
  const auto found = spec.find(key);
  if (found == spec.end() || found->is_null()) return std::string();
  if (!found->is_string()) return argument(key);
  return found->get<std::string>();
}

/// An object with no other keys than these: a misspelt filter must not read everything.
Result<Json> read_spec(ob_str span, std::initializer_list<std::string_view> keys) {
  OB_TRY(const auto json, text(span, "spec"));
  if (json.empty()) return Json(Json::object());
  OB_TRY(auto spec, parse_json(json));
  if (!spec.is_object()) return argument("spec");
  for (const auto& item : spec.items()) {
    if (std::ranges::find(keys, std::string_view(item.key())) != keys.end()) continue;
    return fault(FaultKind::malformed, "host.argument",
                 {"spec 中有不认识的键 " + item.key() + "。", "spec has an unknown key " + item.key() + "."});
  }
  return spec;
}

Result<Json> document(ob_str span, const char* what) {
  OB_TRY(const auto json, text(span, what));
  OB_TRY(auto value, parse_json(json, {kMostText, 64}));
  if (!value.is_object()) return argument(what);
  return value;
}

std::int32_t get(ob_call call, ob_str entity, std::int64_t id, ob_buf* out, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto name, text(entity, "entity"));
    OB_TRY(auto* unit, visit.unit());
    OB_TRY(auto found, unit->get(name, RecordId{id}, Form::abi));
    return visit.give(std::move(found.json), out);
  });
}

std::int32_t query(ob_call call, ob_str entity, ob_str spec, ob_cursor* cursor, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    if (cursor == nullptr) return argument("cursor");
    OB_TRY(const auto name, text(entity, "entity"));
    OB_TRY(const auto wanted, read_spec(spec, {"filter", "sort", "fields", "text", "limit"}));
    records::Query query;
    query.form = Form::abi;
    OB_TRY(query.filter, string(wanted, "filter"));
    OB_TRY(query.sort, string(wanted, "sort"));
    OB_TRY(query.text, string(wanted, "text"));
    OB_TRY(query.fields, strings(wanted, "fields"));
    std::int64_t limit = 0;
    if (const auto found = wanted.find("limit"); found != wanted.end() && !found->is_null()) {
      if (!found->is_number_integer() || found->get<std::int64_t>() < 0) return argument("limit");
      limit = found->get<std::int64_t>();
    }
    OB_CHECK(visit.unit());
    OB_TRY(cursor->v, visit.adopt(std::make_shared<Cursor>(visit.scope, name, std::move(query), limit)));
    return OB_OK;
  });
}

std::int32_t next_batch(ob_call call, ob_cursor cursor, ob_buf* rows, std::uint32_t* count, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    const auto found = visit.guest.handles().find<Cursor>(cursor.v);
    if (!found || !found->belongs_to(visit.scope)) return OB_E_HANDLE;
    if (rows == nullptr || count == nullptr) return argument("rows");
    OB_TRY(auto page, found->next());
    *count = page ? static_cast<std::uint32_t>(page->rows) : 0;
    OB_CHECK(visit.give(page ? std::move(page->items) : std::string("[]"), rows));
    return *count == 0 ? OB_END : OB_OK;
  });
}

std::int32_t close(ob_call call, ob_cursor cursor, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    if (!visit.guest.handles().find<Cursor>(cursor.v)) return OB_E_HANDLE;
    visit.guest.handles().remove(cursor.v);
    return OB_OK;
  });
}

std::int32_t aggregate(ob_call call, ob_str entity, ob_str spec, ob_buf* rows, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto name, text(entity, "entity"));
    OB_TRY(const auto wanted, read_spec(spec, {"filter", "text", "group", "aggregates", "rollup"}));
    records::AggregateQuery query;
    query.form = Form::abi;
    OB_TRY(query.filter, string(wanted, "filter"));
    OB_TRY(query.text, string(wanted, "text"));
    OB_TRY(query.group, strings(wanted, "group"));
    OB_TRY(query.aggregates, strings(wanted, "aggregates"));
    OB_TRY(auto* unit, visit.unit());
    records::RollupStamp stamp;
    const auto rollup = wanted.find("rollup");
    if (rollup != wanted.end() && !rollup->is_boolean()) return argument("rollup");
    if (rollup == wanted.end() || !rollup->get<bool>()) {
      OB_TRY(auto answer, unit->aggregate(name, query));
      return visit.give(std::move(answer), rows);
    }
    query.stamp = &stamp;
    OB_TRY(const auto answer, unit->aggregate(name, query));
    return visit.give("{\"rows\":" + answer + ",\"position\":" + std::to_string(stamp.position) +
                          ",\"at_ms\":" + std::to_string(stamp.at_ms) + "}",
                      rows);
  });
}

std::int32_t insert(ob_call call, ob_str entity, ob_str values, std::int64_t* id, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    if (id == nullptr) return argument("id");
    OB_TRY(const auto name, text(entity, "entity"));
    OB_TRY(const auto row, document(values, "document"));
    OB_TRY(auto* unit, visit.unit());
    OB_TRY(const auto created, unit->create(name, row, Form::abi));
    *id = created.value;
    return OB_OK;
  });
}

std::int32_t update(ob_call call, ob_str entity, std::int64_t id, std::int64_t version, ob_str changes,
                    ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto name, text(entity, "entity"));
    OB_TRY(const auto row, document(changes, "changes"));
    OB_TRY(auto* unit, visit.unit());
    OB_CHECK(unit->update(name, RecordId{id}, version, row, Form::abi));
    return OB_OK;
  });
}

std::int32_t transition(ob_call call, ob_str entity, std::int64_t id, std::int64_t version, ob_str transition_name,
                        ob_str comment, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto name, text(entity, "entity"));
    OB_TRY(const auto step, text(transition_name, "transition"));
    OB_TRY(const auto said, text(comment, "comment"));
    OB_TRY(auto* unit, visit.unit());
    OB_CHECK(unit->transition(name, RecordId{id}, version, step, said));
    return OB_OK;
  });
}

std::int32_t remove(ob_call call, ob_str entity, std::int64_t id, std::int64_t version, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto name, text(entity, "entity"));
    OB_TRY(auto* unit, visit.unit());
    OB_CHECK(unit->remove(name, RecordId{id}, version));
    return OB_OK;
  });
}

std::string report_json(const records::ImportReport& report, const std::string& language) {
  Json out = {
      {"rows", report.rows}, {"created", report.created}, {"updated", report.updated}, {"errors", Json::array()}};
  for (const auto& error : report.errors) {
    out["errors"].push_back({{"line", error.line},
                             {"field", error.fault.field},
                             {"code", error.fault.code},
                             {"message", error.fault.message.in(language)},
                             {"remedy", error.fault.remedy.in(language)}});
  }
  return out.dump();
}

std::int32_t upsert(ob_call call, ob_str entity, ob_str rows, ob_buf* report, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    // A rule may only judge the write that it was asked about; a transaction of its own would escape that.
    if (visit.scope->kind() == Scope::Kind::validate)
      return fault(FaultKind::conflict, "host.state", {"校验中不能批量写入。", "A rule cannot write in bulk."});
    OB_TRY(const auto name, text(entity, "entity"));
    OB_TRY(const auto json, text(rows, "rows"));
    OB_TRY(auto list, parse_json(json, {kMostText, 64}));
    if (!list.is_array() || list.size() > kMostRows) return argument("rows");
    std::vector<Json> items(std::make_move_iterator(list.begin()), std::make_move_iterator(list.end()));
    OB_TRY(const auto done, visit.kernel().records.upsert(visit.context(), name, items, Form::abi, {}));
    return visit.give(report_json(done, visit.context().language), report);
  });
}

std::int32_t adjust(ob_call call, ob_str entity, std::int64_t id, ob_str change, ob_buf* out, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto name, text(entity, "entity"));
    // No rule of the owner is asked about a guarded change, so nobody else may make one.
    if (!name.starts_with(visit.guest.id() + ".")) return argument("entity");
    OB_TRY(const auto wanted, document(change, "change"));
    // A rule may only judge the write that it was asked about; a transaction of its own would escape that.
    const auto now = wanted.find("now");
    if (now != wanted.end() && *now == Json(true) && visit.scope->kind() == Scope::Kind::validate)
      return fault(FaultKind::conflict, "host.state",
                   {"校验中不能即时增减。", "A rule cannot change a counter at once."});
    OB_TRY(auto* unit, visit.unit());
    OB_TRY(auto row, unit->adjust(name, RecordId{id}, wanted));
    return visit.give(std::move(row.json), out);
  });
}

std::int32_t insert_many(ob_call call, ob_str entity, ob_str rows, ob_buf* out, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto name, text(entity, "entity"));
    OB_TRY(const auto json, text(rows, "rows"));
    OB_TRY(const auto list, parse_json(json, {kMostText, 64}));
    OB_TRY(auto* unit, visit.unit());
    OB_TRY(const auto ids, unit->create_many(name, list, Form::abi));
    std::string answer = "[";
    for (const auto id : ids) answer += (answer.size() > 1 ? ",\"" : "\"") + id.str() + "\"";
    return visit.give(answer + "]", out);
  });
}

std::int32_t adjust_many(ob_call call, ob_str entity, ob_str change, ob_buf* out, ob_error* error) {
  return in_call(call, error, [&](const Visit& visit) -> Result<std::int32_t> {
    OB_TRY(const auto name, text(entity, "entity"));
    // As in adjust().
    if (!name.starts_with(visit.guest.id() + ".")) return argument("entity");
    OB_TRY(const auto wanted, document(change, "change"));
    OB_TRY(auto* unit, visit.unit());
    OB_TRY(auto rows, unit->adjust_many(name, wanted));
    return visit.give(std::move(rows), out);
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

} // namespace

const void* records_table(std::uint32_t& size) { return size = sizeof kRecords, &kRecords; }

} // namespace onebudget::host::service
