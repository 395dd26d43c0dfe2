// The same second: what is told is judged when it was committed, one object by indexed reads. The scan stays behind it.

#include <algorithm>

#include "plugins/monitoring/service/facts_json.hpp"
#include "plugins/monitoring/service/payment_document.hpp"
#include "plugins/monitoring/service/told/registers.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kTreasury = "treasury";
constexpr std::size_t kAtOnce = 200; ///< rows of one event; what comes in larger pieces is a scan's work

std::set<std::string> ids_in(const Row& payload) {
  std::set<std::string> out;
  if (payload.has("id")) out.insert(payload.text("id"));
  for (const Json& id : payload.at("ids"))
    if (id.is_string()) out.insert(id.get<std::string>());
  return out;
}

std::set<std::string> projects_of(const std::vector<Row>& rows) {
  std::set<std::string> out;
  for (const Row& row : rows)
    if (row.has("project_code")) out.insert(row.text("project_code"));
  return out;
}

/// Judges rows of one source, and the contracts that payments among them are made under.
class Instant {
 public:
  explicit Instant(const Call& call) : call_(call) {}

  /// Rows by id; with `only_new` those that nobody judged since they changed.
  Result<void> rows(const char* entity, const std::set<std::string>& ids, bool only_new) {
    return by_hundreds(ids, "id",
                       [&](const std::string& filter) { return some(entity, filter + (only_new ? kNew : ""), true); });
  }
  Result<void> contracts_paid() {
    return by_hundreds(numbers_, "number", [&](const std::string& filter) { return some(kContract, filter, false); });
  }

 private:
  static constexpr const char* kNew = ";checked==false";

  /// `changed`: the rows themselves are new, not what was paid for them.
  Result<void> some(const char* entity, const std::string& filter, bool changed) {
    OB_TRY(const auto rows, call_.records().list(entity, where(filter)));
    if (rows.empty()) return {};
    if (!standing_) {
      OB_TRY(standing_, Standing::load(call_, call_.today()));
    }
    OB_TRY(const auto objects, judge_rows(call_, *standing_, entity, rows));
    // People work on contracts: a mark would take the version from under their hands. The scan sets it later.
    if (entity != std::string_view(kContract)) {
      OB_CHECK(mark_rows(call_, *standing_, entity, objects));
    } else {
      if (changed) OB_CHECK(tell_purchases(call_, rows));
      if (changed) OB_CHECK(tell_suppliers(call_, rows));
      OB_CHECK(tell_projects(call_, projects_of(rows)));
    }
    for (const Object& object : objects)
      if (const auto* payment = std::get_if<PaymentFacts>(&object.facts))
        if (!payment->contract.empty()) numbers_.insert(payment->contract);
    return {};
  }

  const Call& call_;
  std::optional<Standing> standing_;
  std::set<std::string> numbers_;
};

/// Projects whose outputs or forecasts somebody reported.
Result<void> tell_progress(const Call& call, const std::set<std::string>& ids) {
  OB_TRY(const auto rows, rows_of(call, "monitoring.progress", ids));
  return tell_projects(call, projects_of(rows));
}

/// What is told anew when a record of another kind changes; the facts that come of it are judged by their own event.
struct Teller {
  const char* entity;
  Result<void> (*tell)(const Call& call, const std::set<std::string>& ids);
};
constexpr Teller kTellers[] = {{"monitoring.progress", tell_progress},
                               {"monitoring.supplier_record", tell_registered},
                               {"monitoring.supplier_person", tell_supplier_persons},
                               {"monitoring.staff_record", tell_supplier_staff},
                               {"monitoring.staff_record", tell_rosters},
                               {"monitoring.person_record", tell_persons},
                               {"monitoring.bid", tell_tenders},
                               {"monitoring.meeting", tell_meetings},
                               {"monitoring.asset_card", tell_cards},
                               {"monitoring.treasury_cover", tell_covers},
                               {"compilation.asset_line", tell_assets}};

std::string request_object(const std::string& id) { return "treasury.payment_request/" + id; }

Result<std::optional<Row>> payment_told(const Call& call, const Row& payload, const std::string& request) {
  return call.records().first(kFact, where("unit==" + payload.text("unit") + ";subject==payment;object==" +
                                           plugin::quoted(request_object(request)) + ";told_by==" + kTreasury));
}

} // namespace

Result<void> follow_changed(Call& call, const Event& event) {
  const Row payload(event.payload);
  const std::string entity = payload.text("entity");
  if (payload.text("action") == "remove") return {};
  if (entity == "compilation.duplicate_pair") return tell_alike(call, ids_in(payload));
  const auto ids = ids_in(payload);
  for (const Teller& teller : kTellers)
    if (entity == teller.entity) OB_CHECK(teller.tell(call, ids));
  if (ids.size() > kAtOnce) return {}; // records.imported has a scan made
  Instant instant(call);
  for (const char* source : kSources)
    if (entity == source) OB_CHECK(instant.rows(source, ids, true));
  for (const char* part : {"monitoring.contract_change", "monitoring.acceptance"})
    if (entity == part) {
      OB_TRY(const auto contracts, field_of(call, part, ids, "id", "contract"));
      OB_CHECK(instant.rows(kContract, contracts, false));
    }
  return instant.contracts_paid();
}

Result<void> follow_imported(Call& call, const Event& event) {
  const Row payload(event.payload);
  const bool many = payload.number("created") + payload.number("updated") > static_cast<std::int64_t>(kAtOnce);
  const std::string entity = payload.text("entity");
  const bool source =
      std::any_of(std::begin(kSources), std::end(kSources), [&](const char* one) { return entity == one; });
  if (!many || !source) return {};
  const auto job = call.submit("evaluate", Json::object());
  return job ? Result<void>() : Result<void>(job.fault());
}

Result<void> follow_examined(Call& call, const Event& event) {
  const Row asked(event.payload), document(asked.at("document"));
  const Day day = asked.day("day").value_or(call.today());
  Json told = payment_facts(asked, day);
  OB_CHECK(add_known(call, asked, day, told));
  const Json facts = known_facts("payment", told);
  OB_CHECK(keep_fact(call, told_of(asked, kTreasury),
                     fact_of("payment", request_object(document.text("id")), asked.text("title"), facts)));
  const Row form(asked.at("facts"));
  if (form.number("details") == 0) return {};
  return tell_people(call, {document.text("id"), asked.text("unit"), asked.text("title"),
                            Row(form.at("elements")).text("department_class"), asked.number("fiscal_year"), day});
}

Result<void> follow_gone(Call& call, const Event& event) {
  const Row payload(event.payload);
  const std::string object = request_object(payload.text("request"));
  OB_TRY(const auto told, call.records().list(kFact, where("unit==" + payload.text("unit") + ";told_by==" + kTreasury +
                                                           ";(object==" + plugin::quoted(object) +
                                                           ",object==" + plugin::quoted(object + "/*") + ")")));
  for (const Row& row : told) OB_CHECK(call.records().remove(kFact, row.id(), row.version()));
  return {};
}

Result<void> follow_refund(Call& call, const Event& event) {
  const Row payload(event.payload);
  OB_TRY(const auto paid, payment_told(call, payload, payload.text("request")));
  if (!paid) return {}; // paid before anybody listened
  const Row before(paid->at("facts"));
  Json facts = {{"refund", true}, {"amount", payload.number("amount")}, {"day", day_in_china(event.at_ms).str()}};
  for (const char* same : {"contract", "account", "use", "indicator"})
    if (before.has(same)) facts[same] = before.at(same);
  return keep_fact(call, told_of(*paid, kTreasury),
                   fact_of("payment", "treasury.refund/" + payload.text("refund"), payload.text("refund_no"), facts));
}

} // namespace onebudget::monitoring
