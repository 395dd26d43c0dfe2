#include <algorithm>

#include "plugins/standards/service/service.hpp"

namespace onebudget::standards {

namespace {

std::string entity_of(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return "standards." + name;
}

/// What an edition says, without what belongs to this edition alone: the kernel's own fields, its dates, where it is
/// from.
bool belongs_to_edition(std::string_view name) {
  for (const std::string_view own : {"id", "version", "status", "edition", "valid_from", "valid_to"})
    if (name == own) return true;
  for (const std::string_view family : {"created_", "updated_", "submitted_", "source_", "_"})
    if (name.substr(0, family.size()) == family) return true;
  return name.find("__") != std::string_view::npos;
}

} // namespace

Result<Answer> revise(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  const std::string entity = entity_of(request.parameter("entity").value_or(""));
  if (identity_of(entity).empty())
    return fault(FaultKind::not_found, "standards.no_such_list",
                 {"标准库没有这种代码表。请检查地址。", "The standards have no such list. Check the address."});
  OB_TRY(const Row row, call.records().get(entity, id));
  OB_TRY(const auto editions, editions_of(call, entity, row));
  OB_TRY(const int number, next_edition(editions));
  Json copy = Json::object();
  for (const auto& [name, value] : row.json().items())
    if (!belongs_to_edition(name) && !value.is_null()) copy[name] = value;
  copy["edition"] = number;
  OB_TRY(const RecordId made, call.records().insert(entity, copy));
  return Answer::json(
      {{"id", made.str()}, {"edition", number}, {"message", call.text("revised", {std::to_string(number)})}}, 201);
}

} // namespace onebudget::standards
