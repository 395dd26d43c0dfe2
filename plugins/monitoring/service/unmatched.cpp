// Actuals without a budget they belong to: a list of their own, never silent.
#include "plugins/monitoring/service/judge.hpp"

namespace onebudget::monitoring {

namespace {

struct Unmatched {
  const Object* object;
  Money amount;
  std::optional<Day> day;
  const char* reason;
};

std::optional<Unmatched> unmatched(const Object& object) {
  if (const auto* payment = std::get_if<PaymentFacts>(&object.facts)) {
    if (payment->refund || payment->indicator.value_or(true)) return std::nullopt;
    return Unmatched{&object, payment->amount, payment->day, "no_indicator"};
  }
  const auto* line = std::get_if<LineFacts>(&object.facts);
  if (line == nullptr || line->budget || line->plan_to_date || !line->paid || *line->paid == Money())
    return std::nullopt;
  return Unmatched{&object, *line->paid, line->as_of, "no_plan"};
}

std::string document_of(const Object& object) { return object.object + "/" + std::to_string(object.year); }

} // namespace

Result<void> list_unmatched(const Call& call, const std::vector<Object>& objects) {
  std::vector<Unmatched> all;
  std::set<std::string> documents, known;
  for (const Object& object : objects)
    if (const auto one = unmatched(object)) {
      all.push_back(*one);
      documents.insert(document_of(object));
    }
  constexpr const char* kUnmatched = "monitoring.unmatched_actual";
  OB_CHECK(by_hundreds(documents, "document_no", [&](const std::string& filter) {
    return call.records().each(kUnmatched, where(filter), [&](const Row& row) -> Result<void> {
      known.insert(row.text("told_by") + "|" + row.text("document_no"));
      return {};
    });
  }));
  for (const Unmatched& one : all) {
    const std::string document = document_of(*one.object);
    if (!known.insert(one.object->told_by + "|" + document).second) continue;
    OB_TRY([[maybe_unused]] const RecordId id,
           call.records().insert(kUnmatched, {{"unit", one.object->unit.str()},
                                              {"told_by", one.object->told_by},
                                              {"document_no", document},
                                              {"fiscal_year", one.object->year},
                                              {"amount", plugin::abi(one.amount)},
                                              {"paid_on", one.day ? Json(one.day->str()) : Json(nullptr)},
                                              {"content", one.object->title},
                                              {"reason", one.reason}}));
  }
  return {};
}

} // namespace onebudget::monitoring
