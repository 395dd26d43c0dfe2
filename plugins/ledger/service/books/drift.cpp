// Everything recomputed from entries and compared to the fen; the replay of a year.

#include "plugins/ledger/service/read.hpp"

namespace onebudget::ledger {

namespace {

constexpr std::size_t kMostDifferences = 1000;
constexpr int kLooks = 5; ///< a row that moves while it is compared is looked at again

constexpr const char* kHeldFields[] = {"reserved", "confirmed", "consumed", "passed", "returned"};

std::vector<Money> held_of(const Held& held) {
  return {held.reserved, held.confirmed, held.consumed, held.passed, held.returned};
}

struct Drift {
  const Call& call;
  const Chart& chart;
  std::int64_t entries = 0, indicators = 0, reservations = 0, pools = 0;
  Json differences = Json::array();

  void differ(const char* entity, const std::string& id, const std::string& field, Money kept, Money computed) {
    if (differences.size() < kMostDifferences)
      differences.push_back({{"entity", entity},
                             {"id", id},
                             {"field", field},
                             {"kept", kept.to_yuan()},
                             {"computed", computed.to_yuan()}});
  }
};

Result<Balances> computed_for(const Drift& drift, const std::string& indicator) {
  Books books(drift.chart);
  OB_CHECK(drift.call.records().each(kEntry, where("indicator==" + indicator),
                                     [&](const Row& row) { return books.add(entry_of(row)); }));
  const auto found = books.indicators().find(indicator);
  return found == books.indicators().end() ? Balances() : found->second;
}

bool agrees(const Row& row, const Balances& computed) {
  const auto amount = computed.amount();
  return balances_of(row) == computed && amount && row.money("amount") == *amount;
}

/// Rows and entries are read one after the other while people work: a difference counts only when the row did not move
/// while its entries were read.
Result<void> settle_indicator(Drift& drift, const Row& seen) {
  for (int look = 0; look < kLooks; ++look) {
    OB_TRY(const auto before, drift.call.records().first(kIndicator, where("id==" + seen.id().str())));
    if (!before) return {};
    OB_TRY(const Balances computed, computed_for(drift, seen.id().str()));
    OB_TRY(const auto after, drift.call.records().first(kIndicator, where("id==" + seen.id().str())));
    if (!after || after->version() != before->version()) continue;
    if (agrees(*before, computed)) return {};
    for (std::size_t i = 1; i < kBucketCount; ++i)
      if (before->money(kBuckets[i]) != computed.of[i])
        drift.differ(kIndicator, seen.id().str(), kBuckets[i], before->money(kBuckets[i]), computed.of[i]);
    OB_TRY(const Money amount, computed.amount());
    if (before->money("amount") != amount)
      drift.differ(kIndicator, seen.id().str(), "amount", before->money("amount"), amount);
    return {};
  }
  return {};
}

Result<Held> held_by(const Drift& drift, const std::string& id) {
  Books books(drift.chart);
  const std::string either = "(reservation==" + id + ",other==" + id + ")";
  OB_CHECK(drift.call.records().each(kEntry, where(either), [&](const Row& row) { return books.add(entry_of(row)); }));
  const auto found = books.reservations().find(id);
  return found == books.reservations().end() ? Held() : found->second;
}

Result<void> settle_reservation(Drift& drift, const Row& seen) {
  const std::string id = seen.id().str();
  for (int look = 0; look < kLooks; ++look) {
    OB_TRY(const auto before, drift.call.records().first(kReservation, where("id==" + id)));
    if (!before) return {};
    OB_TRY(const Held held, held_by(drift, id));
    OB_TRY(const auto after, drift.call.records().first(kReservation, where("id==" + id)));
    if (!after || after->version() != before->version()) continue;
    const auto computed = held_of(held);
    for (std::size_t i = 0; i < computed.size(); ++i)
      if (before->money(kHeldFields[i]) != computed[i])
        drift.differ(kReservation, id, kHeldFields[i], before->money(kHeldFields[i]), computed[i]);
    return {};
  }
  return {};
}

/// Pools are sums over their indicators, taken from the rows that were compared with their entries.
struct PoolSums {
  std::map<std::string, PoolDelta> sums;
  Result<void> add(const Row& indicator) {
    OB_TRY(const Money held, indicator.money("reserved").plus(indicator.money("confirmed")));
    OB_TRY(const Money used, held.plus(indicator.money("paid")));
    return count_in_pools(indicator, indicator.money("amount"), used, sums);
  }
};

std::string of_year(std::int64_t year) { return "fiscal_year==" + std::to_string(year); }

Result<PoolSums> sums_of(const Call& call, std::int64_t year) {
  PoolSums out;
  OB_CHECK(call.records().each(kIndicator, where(of_year(year) + ";stage==executable"),
                               [&](const Row& row) { return out.add(row); }));
  return out;
}

Result<bool> pool_agrees(const Call& call, const std::string& id, const PoolDelta& sum, bool last, Drift& drift) {
  OB_TRY(const auto row, call.records().first(kPool, where("id==" + id)));
  if (!row) return true; // not the caller's to see
  ++drift.pools;
  if (row->money("budget") == sum.budget && row->money("used") == sum.used) return true;
  if (!last) return false;
  if (row->money("budget") != sum.budget) drift.differ(kPool, id, "budget", row->money("budget"), sum.budget);
  if (row->money("used") != sum.used) drift.differ(kPool, id, "used", row->money("used"), sum.used);
  return true;
}

Result<void> compare_pools(Drift& drift, std::int64_t year) {
  for (int look = 0; look < kLooks; ++look) {
    drift.pools = 0;
    bool agree = true;
    OB_TRY(const PoolSums sums, sums_of(drift.call, year));
    for (const auto& [id, sum] : sums.sums) {
      OB_TRY(const bool same, pool_agrees(drift.call, id, sum, look == kLooks - 1, drift));
      agree = agree && same;
    }
    if (agree) return {};
  }
  return {};
}

Result<Json> recompute(const Call& call, std::int64_t year) {
  OB_TRY(const Chart chart, chart_of(call));
  Drift drift{call, chart};
  Books books(chart);
  OB_CHECK(call.records().each(kEntry, where(of_year(year)), [&](const Row& row) {
    ++drift.entries;
    return books.add(entry_of(row));
  }));
  std::vector<Row> doubtful, doubtful_held;
  std::set<std::string> own;
  OB_CHECK(call.records().each(kIndicator, where(of_year(year)), [&](const Row& row) -> Result<void> {
    ++drift.indicators;
    own.insert(row.id().str());
    const auto found = books.indicators().find(row.id().str());
    if (!agrees(row, found == books.indicators().end() ? Balances() : found->second)) doubtful.push_back(row);
    return {};
  }));
  OB_CHECK(call.records().each(kReservation, where(""), [&](const Row& row) -> Result<void> {
    if (own.count(row.text("indicator")) == 0) return {};
    ++drift.reservations;
    const auto found = books.reservations().find(row.id().str());
    const Reservation kept = reservation_of(row);
    if (!(kept.held == (found == books.reservations().end() ? Held() : found->second))) doubtful_held.push_back(row);
    return {};
  }));
  for (const Row& row : doubtful) OB_CHECK(settle_indicator(drift, row));
  for (const Row& row : doubtful_held) OB_CHECK(settle_reservation(drift, row));
  OB_CHECK(compare_pools(drift, year));
  return Json{{"fiscal_year", year},
              {"entries", drift.entries},
              {"indicators", drift.indicators},
              {"reservations", drift.reservations},
              {"pools", drift.pools},
              {"differences", drift.differences}};
}

std::int64_t year_of(const Json& body, const Call& call) {
  return Row(body).number("fiscal_year", call.today().year());
}

} // namespace

Result<Answer> drift_route(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  OB_TRY(const Json found, recompute(call, year_of(body, call)));
  return Answer::json(found);
}

Result<Json> drift_job(Call& call, Job& job) {
  OB_TRY(const Json payload, job.payload());
  Json out = Json::array();
  std::vector<std::int64_t> years = {call.today().year() - 1, call.today().year(), call.today().year() + 1};
  if (payload.contains("fiscal_year")) years = {year_of(payload, call)};
  bool sound = true;
  for (const std::int64_t year : years) {
    OB_TRY(Json found, recompute(call, year));
    const std::size_t differences = found["differences"].size();
    call.host().gauge("ledger_drift_differences", static_cast<double>(differences),
                      {{"fiscal_year", std::to_string(year)}});
    if (differences > 0) {
      sound = false;
      call.host().log(plugin::Level::error, "balances differ from their entries",
                      {{"fiscal_year", year}, {"differences", differences}});
      OB_CHECK(call.publish("ledger.drift.found", std::to_string(year),
                            {{"fiscal_year", year}, {"differences", differences}}));
    }
    out.push_back(std::move(found));
  }
  call.host().set_healthy(sound);
  return Json{{"years", out}};
}

Result<Answer> replay(Call& call, const Request& request) {
  const auto year = RecordId::parse(request.parameter("fiscal_year").value_or(""));
  const auto until = Day::parse(request.parameter("until").value_or(""));
  if (!year)
    return fault(FaultKind::malformed, "ledger.parameter", {"请给出年度 fiscal_year。", "Give the fiscal_year."});
  OB_TRY(const Chart chart, chart_of(call));
  std::map<std::string, std::string> codes;
  OB_CHECK(
      call.records().each(kIndicator, where(of_year(year->value), "", {"code"}), [&](const Row& row) -> Result<void> {
        codes[row.id().str()] = row.text("code");
        return {};
      }));
  Books books(chart);
  std::vector<Entry> entries;
  const std::string filter = of_year(year->value) + (until ? ";posted_on=le=" + until->str() : "");
  OB_CHECK(call.records().each(kEntry, where(filter), [&](const Row& row) -> Result<void> {
    Entry entry = entry_of(row);
    entry.indicator = codes[entry.indicator];
    OB_CHECK(books.add(entry));
    entries.push_back(std::move(entry));
    return {};
  }));
  OB_TRY(const std::string digest, digest_of(call, canonical(entries, books.indicators())));
  Json accounts = Json::object();
  for (const auto& [account, sum] : books.accounts()) accounts[account] = sum.to_yuan();
  return Answer::json({{"fiscal_year", year->value},
                       {"entries", entries.size()},
                       {"indicators", books.indicators().size()},
                       {"debits", books.debits().to_yuan()},
                       {"credits", books.credits().to_yuan()},
                       {"accounts", accounts},
                       {"digest", digest}});
}

} // namespace onebudget::ledger
