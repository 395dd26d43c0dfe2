// R24: what the registers say of a contract's supplier on the day of its award. A supplier that no register names has
// no answer, and the rule says so.

#include "plugins/monitoring/service/told/registers.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kRecord = "monitoring.supplier_record";
constexpr const char* kToldBy = "registry";

std::optional<Day> awarded_on(const Row& contract) {
  const auto awarded = contract.day("awarded_on");
  return awarded ? awarded : contract.day("signed_on");
}

Json facts_of(const Row& contract, const std::optional<Row>& record, Day today) {
  Json out = {{"name", contract.text("supplier")}, {"registered", record.has_value()}};
  const auto awarded = awarded_on(contract);
  if (awarded) out["awarded_on"] = awarded->str();
  if (!record) return out;
  const Day then = awarded.value_or(today);
  const auto cancelled = record->day("cancelled_on"), listed = record->day("listed_on");
  out["cancelled"] = cancelled && !(then < *cancelled);
  out["blacklisted"] = listed && !(then < *listed);
  for (const char* same : {"set_up_on", "listed_until"})
    if (record->has(same)) out[same] = record->at(same);
  return out;
}

} // namespace

Result<void> tell_suppliers(const Call& call, const std::vector<Row>& contracts) {
  std::set<std::string> codes;
  for (const Row& contract : contracts)
    if (contract.has("supplier_code")) codes.insert(contract.text("supplier_code"));
  std::map<std::string, Row> records;
  OB_CHECK(by_hundreds(codes, "code", [&](const std::string& filter) {
    return call.records().each(kRecord, where(filter), [&](const Row& row) -> Result<void> {
      records[row.text("code")] = row;
      return {};
    });
  }));
  for (const Row& contract : contracts) {
    if (!contract.has("supplier_code")) continue;
    const auto found = records.find(contract.text("supplier_code"));
    const auto record = found == records.end() ? std::optional<Row>() : std::optional<Row>(found->second);
    const Row told(
        Json{{"unit", contract.text("unit")}, {"fiscal_year", contract.number("fiscal_year")}, {"told_by", kToldBy}});
    OB_CHECK(keep_fact(call, told,
                       Row(Json{{"subject", "supplier"},
                                {"object", contract.text("number")},
                                {"title", contract.text("supplier")},
                                {"facts", facts_of(contract, record, call.today())}})));
  }
  return {};
}

Result<void> tell_registered(const Call& call, const std::set<std::string>& records) {
  std::set<std::string> codes;
  OB_CHECK(by_hundreds(records, "id", [&](const std::string& filter) {
    return call.records().each(kRecord, where(filter), [&](const Row& row) -> Result<void> {
      codes.insert(row.text("code"));
      return {};
    });
  }));
  return by_hundreds(codes, "supplier_code", [&](const std::string& filter) -> Result<void> {
    OB_TRY(const auto contracts, call.records().list(kContract, where(filter)));
    return tell_suppliers(call, contracts);
  });
}

} // namespace onebudget::monitoring
