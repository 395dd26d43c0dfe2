#include "plugins/standards/service/service.hpp"

namespace onebudget::standards {

namespace {

constexpr std::size_t kMostEditions = 1000;

EditionState state_of(const std::string& text) {
  if (text == "submitted") return EditionState::submitted;
  if (text == "in_force") return EditionState::in_force;
  if (text == "superseded") return EditionState::superseded;
  return text == "withdrawn" ? EditionState::withdrawn : EditionState::draft;
}

} // namespace

std::vector<std::string> identity_of(std::string_view entity) {
  constexpr std::string_view kOurs = "standards.";
  if (entity.substr(0, kOurs.size()) != kOurs) return {};
  const std::string_view name = entity.substr(kOurs.size());
  if (name == "economic_mapping") return {"list_year", "department_class", "unit_type"};
  if (name == "asset_life") return {"class_name", "item"};
  if (name == "code_succession") return {"list", "from_year", "from_code", "to_year", "to_code"};
  for (const std::string_view yearly : {"functional_class", "department_economic_class", "government_economic_class",
                                        "procurement_category", "asset_class", "special_fund"})
    if (name == yearly) return {"list_year", "code"};
  for (const std::string_view lasting :
       {"coding_rule", "expenditure_standard", "fund_kind", "region", "rule_pack", "zone"})
    if (name == lasting) return {"code"};
  return {};
}

Edition edition_of(const Row& record) {
  Edition edition;
  edition.id = record.id().value;
  edition.version = record.version();
  edition.number = static_cast<int>(record.number("edition", 1));
  edition.state = state_of(record.text("status"));
  edition.validity = {record.day("valid_from"), record.day("valid_to")};
  for (const char* maker : {"created_by", "updated_by"})
    if (const RecordId id = record.ref(maker); !id.none()) edition.makers.push_back(id.str());
  return edition;
}

Result<std::vector<Edition>> editions_of(const Call& call, std::string_view entity, const Row& record) {
  plugin::Query query;
  for (const std::string& field : identity_of(entity)) {
    const Json& value = record.at(field);
    query.filter += query.filter.empty() ? "" : ";";
    if (value.is_null())
      query.filter += field + "=null=true";
    else
      query.filter += field + "==" + (value.is_string() ? plugin::quoted(value.get<std::string>()) : value.dump());
  }
  query.sort = "edition";
  OB_TRY(const auto rows, call.records().list(entity, query, kMostEditions));
  std::vector<Edition> editions;
  for (const Row& row : rows) editions.push_back(edition_of(row));
  return editions;
}

} // namespace onebudget::standards
