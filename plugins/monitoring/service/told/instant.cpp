// The same second: what is told is judged when it was committed, one object by indexed reads. The scan stays behind it.

#include <algorithm>

#include "plugins/monitoring/service/facts_json.hpp"
#include "plugins/monitoring/service/payment_document.hpp"
#include "plugins/monitoring/service/sources.hpp"
#include "plugins/monitoring/service/told/told.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kTreasury = "treasury";
constexpr const char* kLedgerToldBy = "ledger";
constexpr std::size_t kAtOnce = 200; ///< rows of one event; what comes in larger pieces is a scan's work
constexpr std::int64_t kChina_ms = 8 * 3'600'000LL, kDay_ms = 86'400'000;

Day day_in_china(std::int64_t utc_ms) {
  return Day::from_number(static_cast<std::int32_t>((utc_ms + kChina_ms) / kDay_ms));
}

std::set<std::string> ids_in(const Row& payload) {
  std::set<std::string> out;
  if (payload.has("id")) out.insert(payload.text("id"));
  for (const Json& id : payload.at("ids"))
    if (id.is_string()) out.insert(id.get<std::string>());
  return out;
}

/// Judges rows of one source, and the contracts that payments among them are made under.
class Instant {
 public:
  explicit Instant(const Call& call) : call_(call) {}

  /// Rows by id; with `only_new` those that nobody judged since they changed.
  Result<void> rows(const char* entity, const std::set<std::string>& ids, bool only_new) {
    return by_hundreds(ids, "id",
                       [&](const std::string& filter) { return some(entity, filter + (only_new ? kNew : "")); });
  }
  Result<void> contracts_paid() {
    return by_hundreds(numbers_, "number", [&](const std::string& filter) { return some(kContract, filter); });
  }

 private:
  static constexpr const char* kNew = ";checked==false";

  Result<void> some(const char* entity, const std::string& filter) {
    OB_TRY(const auto rows, call_.records().list(entity, where(filter)));
    if (rows.empty()) return {};
    if (!standing_) {
      OB_TRY(standing_, Standing::load(call_, call_.today()));
    }
    OB_TRY(const auto objects, judge_rows(call_, *standing_, entity, rows));
    // People work on contracts: a mark would take the version from under their hands. The scan sets it later.
    if (entity != std::string_view(kContract)) OB_CHECK(mark_rows(call_, *standing_, entity, objects));
    for (const Object& object : objects)
      if (const auto* payment = std::get_if<PaymentFacts>(&object.facts))
        if (!payment->contract.empty()) numbers_.insert(payment->contract);
    return {};
  }

  const Call& call_;
  std::optional<Standing> standing_;
  std::set<std::string> numbers_;
};

/// Contracts that changes or acceptances belong to.
Result<std::set<std::string>> contracts_of(const Call& call, const char* part, const std::set<std::string>& ids) {
  std::set<std::string> out;
  OB_CHECK(by_hundreds(ids, "id", [&](const std::string& filter) {
    return call.records().each(part, where(filter), [&](const Row& row) -> Result<void> {
      out.insert(row.text("contract"));
      return {};
    });
  }));
  return out;
}

Json fact_of(const char* subject, const std::string& object, const std::string& title, const Json& facts) {
  return {{"subject", subject}, {"object", object}, {"title", title}, {"facts", facts}};
}

Row told_of(const Row& row, const char* told_by) {
  return Row(Json{{"unit", row.text("unit")}, {"fiscal_year", row.number("fiscal_year")}, {"told_by", told_by}});
}

std::string request_object(const std::string& id) { return "treasury.payment_request/" + id; }

Result<std::optional<Row>> payment_told(const Call& call, const Row& payload, const std::string& request) {
  return call.records().first(kFact, where("unit==" + payload.text("unit") + ";subject==payment;object==" +
                                           plugin::quoted(request_object(request)) + ";told_by==" + kTreasury));
}

/// What was paid in December, and in its last ten days, by indicator; nothing in other months.
Result<std::map<std::string, std::pair<Money, Money>>> late_payments(const Call& call, const std::string& indicators,
                                                                     Day today) {
  std::map<std::string, std::pair<Money, Money>> out;
  constexpr int kDecember = 12, kFirstOfTen = 22;
  if (today.month() != kDecember) return out;
  const std::string filter = indicators + ";event=in=(consume,refund);posted_on=ge=" +
                             Day::of(today.year(), kDecember, 1).value_or(today).str();
  OB_CHECK(call.records().each("ledger.entry", where(filter), [&](const Row& row) -> Result<void> {
    const Money amount =
        row.text("event") == "refund" ? Money::from_fen(-row.money("amount").fen()) : row.money("amount");
    auto& [month, days] = out[row.text("indicator")];
    month = sum(month, amount);
    if (row.day("posted_on").value_or(today).day() >= kFirstOfTen) days = sum(days, amount);
    return {};
  }));
  return out;
}

/// A line as the ledger keeps it. `before`: what was told last, which knows when it was paid from first.
Json line_facts(const Row& indicator, const Row& before, const std::pair<Money, Money>& late, Day today) {
  const Money amount = indicator.money("amount"), paid = indicator.money("paid");
  Json out = {{"budget", amount.fen()},
              {"paid", paid.fen()},
              {"balance", sum(amount, Money::from_fen(-paid.fen())).fen()},
              {"issued_on", day_in_china(indicator.number("created_at")).str()},
              {"source_year", indicator.number("source_year")},
              {"economic_class", indicator.text("department_class")},
              {"personnel", indicator.flag("is_wage")},
              {"frozen", Money() < indicator.money("frozen") && indicator.money("available") == Money()},
              {"december", late.first.fen()},
              {"last_ten_days", late.second.fen()}};
  const Row known(before.at("facts"));
  if (known.has("first_paid_on")) {
    out["first_paid_on"] = known.at("first_paid_on");
  } else if (Money() < paid) {
    out["first_paid_on"] = today.str();
  }
  return out;
}

Result<void> tell_lines(const Call& call, const std::string& filter) {
  OB_TRY(const auto indicators, call.records().list("ledger.indicator", where("id=in=(" + filter + ")")));
  OB_TRY(const auto late, late_payments(call, "indicator=in=(" + filter + ")", call.today()));
  std::set<std::string> objects;
  for (const Row& indicator : indicators) objects.insert(indicator.text("code"));
  std::map<std::string, Row> known;
  OB_CHECK(by_hundreds(objects, "object", [&](const std::string& codes) {
    return call.records().each(kFact, where("subject==line;told_by==" + std::string(kLedgerToldBy) + ";" + codes),
                               [&](const Row& row) -> Result<void> {
                                 known[row.text("object")] = row;
                                 return {};
                               });
  }));
  for (const Row& indicator : indicators) {
    const std::string code = indicator.text("code"), project = indicator.text("project_code");
    const auto before = known.find(code);
    const auto paid_late = late.find(indicator.id().str());
    const Json facts =
        line_facts(indicator, before == known.end() ? Row() : before->second,
                   paid_late == late.end() ? std::pair<Money, Money>() : paid_late->second, call.today());
    OB_CHECK(keep_fact(call, told_of(indicator, kLedgerToldBy),
                       Row(fact_of("line", code, project.empty() ? code : project, facts))));
  }
  return {};
}

} // namespace

Result<void> follow_changed(Call& call, const Event& event) {
  const Row payload(event.payload);
  const std::string entity = payload.text("entity");
  if (payload.text("action") == "remove") return {};
  if (entity == "compilation.duplicate_pair") return tell_alike(call, ids_in(payload));
  const auto ids = ids_in(payload);
  if (ids.size() > kAtOnce) return {}; // records.imported has a scan made
  Instant instant(call);
  for (const char* source : kSources)
    if (entity == source) OB_CHECK(instant.rows(source, ids, true));
  for (const char* part : {"monitoring.contract_change", "monitoring.acceptance"})
    if (entity == part) {
      OB_TRY(const auto contracts, contracts_of(call, part, ids));
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
  const Json facts = known_facts("payment", payment_facts(asked, asked.day("day").value_or(call.today())));
  return keep_fact(call, told_of(asked, kTreasury),
                   Row(fact_of("payment", request_object(document.text("id")), asked.text("title"), facts)));
}

Result<void> follow_gone(Call& call, const Event& event) {
  const Row payload(event.payload);
  OB_TRY(const auto told, payment_told(call, payload, payload.text("request")));
  return told ? call.records().remove(kFact, told->id(), told->version()) : Result<void>();
}

Result<void> follow_refund(Call& call, const Event& event) {
  const Row payload(event.payload);
  OB_TRY(const auto paid, payment_told(call, payload, payload.text("request")));
  if (!paid) return {}; // paid before anybody listened
  const Row before(paid->at("facts"));
  Json facts = {{"refund", true}, {"amount", payload.number("amount")}, {"day", day_in_china(event.at_ms).str()}};
  for (const char* same : {"contract", "account", "use", "indicator"})
    if (before.has(same)) facts[same] = before.at(same);
  return keep_fact(
      call, told_of(*paid, kTreasury),
      Row(fact_of("payment", "treasury.refund/" + payload.text("refund"), payload.text("refund_no"), facts)));
}

Result<void> follow_lines(Call& call, const Event& event) {
  std::string list;
  std::size_t count = 0;
  const Json ids = Row(event.payload).at("indicators");
  for (std::size_t i = 0; i < ids.size(); ++i) {
    constexpr std::size_t kInOneQuery = 100;
    if (!ids[i].is_string()) continue;
    list += (count++ == 0 ? "" : ",") + ids[i].get<std::string>();
    if (count < kInOneQuery && i + 1 < ids.size()) continue;
    OB_CHECK(tell_lines(call, list));
    list.clear();
    count = 0;
  }
  return {};
}

} // namespace onebudget::monitoring
