// What this plugin knows of a payment: its contract, and what was paid before.
#include <unordered_map>

#include "plugins/monitoring/service/facts_json.hpp"
#include "plugins/monitoring/service/judge.hpp"

namespace onebudget::monitoring {

namespace {

struct KnownContract {
  Row row;
  Money changes;
  bool advance_clause = false, accepted = false;
};
struct KnownPayment {
  std::string object;
  PaymentFacts facts;
};

std::string key_of(const std::string& unit, const std::string& name) { return unit + "|" + name; }

class Knowledge {
 public:
  Result<void> load(const Call& call, const std::vector<Object>& objects) {
    std::set<std::string> contracts, units;
    std::map<std::string, std::set<std::string>> ways; // field → values
    std::size_t values = 0;
    for (const Object& one : objects) {
      const auto* payment = std::get_if<PaymentFacts>(&one.facts);
      if (payment == nullptr) continue;
      units.insert(one.unit.str());
      const auto look = [&](const char* field, const std::string& value) {
        if (!value.empty() && ways[field].insert(value).second) ++values;
      };
      if (!payment->contract.empty()) contracts.insert(payment->contract);
      look("contract_no", payment->contract);
      if (payment->earlier) continue; // its source has compared
      look("payee", payment->account);
      for (const Invoice& invoice : payment->invoices.value_or(std::vector<Invoice>()))
        look("invoice_no", invoice.number);
      if (values < kAtOnce && units.size() < kMostUnits) continue;
      OB_CHECK(load_payments(call, units, ways));
      units.clear();
      ways.clear();
      values = 0;
    }
    if (values > 0) OB_CHECK(load_payments(call, units, ways));
    return load_contracts(call, contracts);
  }

  void apply(const Object& object, PaymentFacts& facts) const {
    const std::string unit = object.unit.str();
    std::vector<EarlierPayment> earlier;
    Money contract_paid, advances;
    for (const auto& [own_key, one] : alike(unit, facts)) {
      if (own_key == key_of(unit, object.object) || !before(*one, facts, object.object)) continue;
      const Money signed_amount = one->facts.refund ? Money::from_fen(-one->facts.amount.fen()) : one->facts.amount;
      if (!facts.contract.empty() && one->facts.contract == facts.contract) {
        contract_paid = sum(contract_paid, signed_amount);
        if (one->facts.advance) advances = sum(advances, signed_amount);
      }
      if (!one->facts.refund) earlier.push_back(earlier_of(*one, facts));
    }
    if (!facts.earlier) facts.earlier = std::move(earlier);
    if (facts.contract_paid == Money()) facts.contract_paid = contract_paid;
    if (facts.advance_paid == Money()) facts.advance_paid = advances;
    const auto contract = contracts_.find(key_of(unit, facts.contract));
    if (contract != contracts_.end()) apply_contract(contract->second, facts);
  }

 private:
  static std::string way_of(const std::string& unit, const char* field, const std::string& value) {
    return unit + "|" + field + "|" + value;
  }
  /// Payments of the unit with the same contract, payee or one of the invoices, by key.
  [[nodiscard]] std::map<std::string, const KnownPayment*> alike(const std::string& unit,
                                                                 const PaymentFacts& facts) const {
    std::map<std::string, const KnownPayment*> out;
    const auto take = [&](const char* field, const std::string& value) {
      const auto found = value.empty() ? by_way_.end() : by_way_.find(way_of(unit, field, value));
      if (found == by_way_.end()) return;
      for (const std::string& key : found->second) out.emplace(key, &payments_.at(key));
    };
    take("contract", facts.contract);
    take("payee", facts.account);
    for (const Invoice& invoice : facts.invoices.value_or(std::vector<Invoice>())) take("invoice", invoice.number);
    return out;
  }
  void keep(const std::string& unit, const std::string& object, PaymentFacts facts) {
    const std::string key = key_of(unit, object);
    const auto [place, fresh] = payments_.insert_or_assign(key, KnownPayment{object, std::move(facts)});
    if (!fresh) return; // read twice in one page
    const PaymentFacts& kept = place->second.facts;
    by_way_[way_of(unit, "contract", kept.contract)].insert(key);
    by_way_[way_of(unit, "payee", kept.account)].insert(key);
    for (const Invoice& invoice : kept.invoices.value_or(std::vector<Invoice>()))
      by_way_[way_of(unit, "invoice", invoice.number)].insert(key);
  }
  static constexpr std::size_t kAtOnce = 100;   ///< values in one question; a payment more may add a few
  static constexpr std::size_t kMostUnits = 50; ///< in one question

  static void apply_contract(const KnownContract& known, PaymentFacts& facts) {
    if (!facts.signed_on) facts.signed_on = known.row.day("signed_on");
    if (!facts.contract_amount) {
      facts.contract_amount = known.row.money("amount");
      facts.contract_changes = known.changes;
    }
    facts.advance_clause = facts.advance_clause || known.advance_clause;
    if (!facts.accepted) facts.accepted = known.accepted;
  }
  /// Of two payments the later one is judged against the earlier, so that one cause has one alert.
  static bool before(const KnownPayment& one, const PaymentFacts& facts, const std::string& object) {
    if (!facts.day || !one.facts.day) return one.object < object;
    return std::make_pair(one.facts.day->number(), one.object) < std::make_pair(facts.day->number(), object);
  }
  static EarlierPayment earlier_of(const KnownPayment& one, const PaymentFacts& facts) {
    EarlierPayment out{one.object, one.facts.account, one.facts.use, {}, one.facts.amount, one.facts.day, false};
    for (const Invoice& own : one.facts.invoices.value_or(std::vector<Invoice>()))
      for (const Invoice& asked : facts.invoices.value_or(std::vector<Invoice>()))
        if (own.number == asked.number) out.invoice = own.number;
    return out;
  }
  Result<void> load_contracts(const Call& call, const std::set<std::string>& numbers) {
    std::map<std::string, std::string> keys; // id → key
    OB_CHECK(by_hundreds(numbers, "number", [&](const std::string& filter) {
      return call.records().each(kContract, where(filter), [&](const Row& row) -> Result<void> {
        const std::string key = key_of(row.text("unit"), row.text("number"));
        keys[row.id().str()] = key;
        contracts_[key].row = row;
        return {};
      });
    }));
    std::set<std::string> ids;
    for (const auto& [id, key] : keys) ids.insert(id);
    const auto parts = [&](const char* entity, const std::function<void(KnownContract&, const Row&)>& take) {
      return by_hundreds(ids, "contract", [&](const std::string& filter) {
        return call.records().each(entity, where(filter), [&](const Row& row) -> Result<void> {
          take(contracts_[keys[row.text("contract")]], row);
          return {};
        });
      });
    };
    OB_CHECK(parts("monitoring.contract_change", [](KnownContract& known, const Row& row) {
      known.changes = sum(known.changes, row.money("change_amount"));
    }));
    OB_CHECK(parts("monitoring.payment_term", [](KnownContract& known, const Row& row) {
      known.advance_clause = known.advance_clause || row.flag("is_advance");
    }));
    return parts("monitoring.acceptance",
                 [](KnownContract& known, const Row& row) { known.accepted = known.accepted || row.flag("passed"); });
  }
  /// Payments of others are no business of these. One question for each way, as the index of unit and way answers it; a
  /// question for any of them would be answered by looking at every payment of the units.
  Result<void> load_payments(const Call& call, const std::set<std::string>& units,
                             const std::map<std::string, std::set<std::string>>& ways) {
    std::string list;
    for (const std::string& unit : units) list += (list.empty() ? "" : ",") + unit;
    for (const auto& [field, values] : ways)
      OB_CHECK(by_hundreds(values, field, [&](const std::string& filter) {
        return load_alike(call, "unit=in=(" + list + ");" + filter);
      }));
    return {};
  }
  Result<void> load_alike(const Call& call, const std::string& filter) {
    plugin::Query query = where(filter);
    query.fields = {"unit", "subject", "object", "facts"};
    return call.records().each(kFact, query, [&](const Row& row) -> Result<void> {
      if (row.text("subject") != "payment") return {};
      std::vector<FieldFault> told; // what was wrong was refused when the row was written
      const auto facts = read_facts("payment", row.at("facts"), told);
      if (facts) keep(row.text("unit"), row.text("object"), std::get<PaymentFacts>(*facts));
      return {};
    });
  }

  std::map<std::string, KnownContract> contracts_;
  std::map<std::string, KnownPayment> payments_;
  std::unordered_map<std::string, std::set<std::string>> by_way_; ///< keys of payments by what they share
};

} // namespace

Result<void> enrich(const Call& call, std::vector<Object>& objects) {
  Knowledge knowledge;
  OB_CHECK(knowledge.load(call, objects));
  for (Object& object : objects)
    if (auto* payment = std::get_if<PaymentFacts>(&object.facts)) knowledge.apply(object, *payment);
  return {};
}

} // namespace onebudget::monitoring
