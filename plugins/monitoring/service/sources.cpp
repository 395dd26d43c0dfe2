#include "plugins/monitoring/service/sources.hpp"

#include "plugins/monitoring/service/facts_json.hpp"

namespace onebudget::monitoring {

namespace {

Object base_of(const Row& row, const char* told_by) {
  Object out;
  out.unit = row.ref("unit");
  out.row = row.id();
  out.version = row.version();
  out.checked = row.flag("checked");
  out.not_run = row.at("not_run");
  out.year = static_cast<int>(row.number("fiscal_year"));
  out.told_by = row.text("told_by").empty() ? told_by : row.text("told_by");
  return out;
}

std::optional<Money> amount(const Row& row, const char* field) {
  if (!row.has(field)) return std::nullopt;
  return row.money(field);
}

Object told(const Row& row) {
  Object out = base_of(row, "");
  out.subject = row.text("subject");
  out.object = row.text("object");
  out.title = row.text("object_title");
  std::vector<FieldFault> refused; // what was wrong was refused when the row was written
  out.facts = read_facts(out.subject, row.at("facts"), refused).value_or(LineFacts{});
  return out;
}

Object executed(const Row& row) {
  Object out = base_of(row, "execution_record");
  out.subject = "line";
  out.object = row.text("dataset") + "/" + row.text("object") + "/" + std::to_string(row.number("period"));
  out.title = row.text("object_title");
  LineFacts line;
  line.as_of = row.day("as_of");
  line.budget = amount(row, "year_target");
  line.plan_to_date = amount(row, "plan_to_date");
  line.paid = amount(row, "paid_to_date");
  line.projection = amount(row, "year_projection");
  out.facts = line;
  return out;
}

Object contracted(const Row& row) {
  Object out = base_of(row, "contract");
  out.subject = "contract";
  out.object = row.text("number");
  out.title = row.text("title");
  ContractFacts facts;
  facts.amount = row.money("amount");
  facts.signed_on = row.day("signed_on");
  facts.plan_approved_on = row.day("plan_approved_on");
  facts.delivered_on = row.day("delivered_on");
  facts.awarded_on = row.day("awarded_on");
  facts.procured = row.flag("procured");
  facts.urgent = row.flag("urgent");
  facts.complaint = row.flag("complaint");
  out.facts = facts;
  return out;
}

/// Changes, acceptances and payments of contracts.
Result<void> add_parts(const Call& call, std::vector<Object>& objects) {
  std::map<std::string, Object*> by_id, by_number;
  std::set<std::string> ids, numbers;
  for (Object& object : objects) {
    ids.insert(object.row.str());
    numbers.insert(object.object);
    by_id[object.row.str()] = &object;
    by_number[object.unit.str() + "|" + object.object] = &object;
  }
  const auto parts = [&](const char* entity, const std::function<void(ContractFacts&, const Row&)>& take) {
    return by_hundreds(ids, "contract", [&](const std::string& filter) {
      return call.records().each(entity, where(filter), [&](const Row& row) -> Result<void> {
        take(std::get<ContractFacts>(by_id.at(row.text("contract"))->facts), row);
        return {};
      });
    });
  };
  OB_CHECK(parts("monitoring.contract_change", [](ContractFacts& facts, const Row& row) {
    facts.changes = sum(facts.changes, row.money("change_amount"));
    facts.retendered = facts.retendered || row.flag("retendered");
  }));
  OB_CHECK(parts("monitoring.acceptance", [](ContractFacts& facts, const Row& row) {
    const auto day = row.day("accepted_on");
    if (day && (!facts.delivered_on || *day < *facts.delivered_on)) facts.delivered_on = day;
  }));
  return by_hundreds(numbers, "contract_no", [&](const std::string& filter) {
    return call.records().each(kFact, where("subject==payment;" + filter), [&](const Row& row) -> Result<void> {
      const auto contract = by_number.find(row.text("unit") + "|" + row.text("contract_no"));
      if (contract == by_number.end()) return {};
      const auto facts = std::get<PaymentFacts>(told(row).facts);
      auto& paid = std::get<ContractFacts>(contract->second->facts).paid;
      paid = sum(paid.value_or(Money()), facts.refund ? Money::from_fen(-facts.amount.fen()) : facts.amount);
      return {};
    });
  });
}

} // namespace

Result<std::vector<Object>> objects_of(const Call& call, const char* entity, const std::vector<Row>& rows, Day day) {
  std::vector<Object> out;
  const std::string name = entity;
  for (const Row& row : rows)
    out.push_back(name == kFact ? told(row) : name == kExecution ? executed(row) : contracted(row));
  if (name == kContract) OB_CHECK(add_parts(call, out));
  for (Object& object : out) set_day(object.facts, day);
  return out;
}

} // namespace onebudget::monitoring
