#include "plugins/ledger/service/new_rows.hpp"

namespace onebudget::ledger {

namespace {

Result<Json> insert_array(const Call& call, std::string_view entity, const std::string& rows) {
  const ob_records_v1* table = call.host().services().records;
  if (table == nullptr || !OB_HAS(ob_records_v1, table, insert_many)) return plugin::Host::absent(OB_SERVICE_RECORDS);
  ob_buf ids{0};
  OB_CHECK(plugin::ask([&](ob_error* error) {
    return table->insert_many(call.handle(), plugin::span(entity), plugin::span(rows), &ids, error);
  }));
  OB_TRY(const std::string bytes, call.host().take(ids));
  return plugin::parse(bytes);
}

} // namespace

Result<std::vector<RecordId>> insert_all(const Call& call, const char* entity, const NewRows& rows) {
  constexpr std::size_t kAtOnce = 2000;
  std::vector<RecordId> out;
  for (std::size_t from = 0; from < rows.size(); from += kAtOnce) {
    OB_TRY(const Json ids, insert_array(call, entity, rows.array(from, kAtOnce)));
    for (const Json& id : ids) out.push_back(RecordId::parse(id.get<std::string>()).value_or(RecordId{}));
  }
  return out;
}

} // namespace onebudget::ledger
