// What the tellers have in common.

#include "plugins/monitoring/service/told/registers.hpp"

namespace onebudget::monitoring {

Result<std::vector<Row>> rows_of(const Call& call, const char* entity, const std::set<std::string>& ids) {
  std::vector<Row> out;
  OB_CHECK(by_hundreds(ids, "id", [&](const std::string& filter) {
    return call.records().each(entity, where(filter), [&](const Row& row) -> Result<void> {
      out.push_back(row);
      return {};
    });
  }));
  return out;
}

Result<std::set<std::string>> field_of(const Call& call, const char* entity, const std::set<std::string>& values,
                                       const char* by, const char* field) {
  std::set<std::string> out;
  OB_CHECK(by_hundreds(values, by, [&](const std::string& filter) {
    return call.records().each(entity, where(filter), [&](const Row& row) -> Result<void> {
      out.insert(row.text(field));
      return {};
    });
  }));
  return out;
}

bool there_on(const Row& staff, Day day) {
  const auto entered = staff.day("entered_on"), left = staff.day("left_on");
  return (!entered || !(day < *entered)) && (!left || !(*left < day));
}

Result<void> add_ceiling(const Call& call, const Row& row, const char* name, Json& facts) {
  if (!row.has("standard")) return {};
  const auto standard = call.records().get("standards.expenditure_standard", row.ref("standard"));
  if (!standard) return not_there(standard.fault()) ? Result<void>() : Result<void>(standard.fault());
  if (standard->has("ceiling")) facts[name] = standard->number("ceiling");
  return {};
}

Row told_of(const Row& row, const char* told_by) {
  return Row(Json{{"unit", row.text("unit")}, {"fiscal_year", row.number("fiscal_year")}, {"told_by", told_by}});
}

Row fact_of(const char* subject, const std::string& object, const std::string& title, const Json& facts) {
  return Row(Json{{"subject", subject}, {"object", object}, {"title", title}, {"facts", facts}});
}

} // namespace onebudget::monitoring
