#include "plugins/ledger/service/read.hpp"

#include <algorithm>
#include <mutex>

namespace onebudget::ledger {

namespace {

constexpr std::size_t kBatch = 190, kChunk = 1U << 20U;

/// One key for all months of a year, so that a posting asks once. It only says which rows there are: their state is
/// read from the rows, so that a step that came to nothing leaves no trace.
std::string periods_key(const std::string& region_code, int year) {
  return "period_rows/" + region_code + "/" + std::to_string(year);
}

/// Ids of rows by month; "0" is the year.
Result<Row> periods_of(const Call& call, const std::string& region_code, int year) {
  OB_TRY(const auto kept, call.kv().get(periods_key(region_code, year)));
  if (!kept) return Row();
  OB_TRY(Json rows, plugin::parse(*kept));
  return Row(std::move(rows));
}

/// State of a month or the year; empty when nobody ever touched it.
Result<std::string> state_in(const Call& call, const Row& periods, const std::string& month) {
  const auto id = RecordId::parse(periods.text(month));
  if (!id) return std::string();
  const auto row = call.records().adjust(kPeriod, *id, {}); // whoever posts may not see it
  if (!row) return row.fault().kind == FaultKind::not_found ? Result<std::string>(std::string()) : row.fault();
  return row->text("status");
}

/// Regions are named by nine digits in the tree and by six in codes; six tell them apart.
std::string short_region(const std::string& code) { return code.substr(0, 6); }

} // namespace

Result<void> by_hundreds(const std::set<std::string>& ids, const std::string& field,
                         const std::function<Result<void>(const std::string& filter)>& each) {
  auto next = ids.begin();
  while (next != ids.end()) {
    std::string list;
    for (std::size_t i = 0; i < kBatch && next != ids.end(); ++i, ++next) list += (list.empty() ? "" : ",") + *next;
    OB_CHECK(each(field + "=in=(" + list + ")"));
  }
  return {};
}

Result<std::map<std::string, Row>> rows_of(const Call& call, const char* entity, const std::set<std::string>& ids) {
  std::map<std::string, Row> out;
  std::set<std::string> given;
  for (const std::string& id : ids)
    if (RecordId::parse(id)) given.insert(id);
  OB_CHECK(by_hundreds(given, "id", [&](const std::string& filter) {
    return call.records().each(entity, where(filter), [&](const Row& row) -> Result<void> {
      out[row.id().str()] = row;
      return {};
    });
  }));
  return out;
}

namespace {

/// Rows of a small table as the host writes them: equal rows are equal text.
Result<std::string> text_of(const Call& call, std::string_view entity, const plugin::Query& query) {
  const ob_records_v1* table = call.host().services().records;
  if (table == nullptr) return plugin::Host::absent(OB_SERVICE_RECORDS);
  const std::string spec = plugin::dump({{"filter", query.filter}, {"fields", query.fields}});
  ob_cursor cursor{0};
  OB_CHECK(plugin::ask([&](ob_error* error) {
    return table->query(call.handle(), plugin::span(entity), plugin::span(spec), &cursor, error);
  }));
  std::string out;
  Result<void> read;
  for (std::uint32_t count = 1; count > 0 && read;) {
    ob_buf rows{0};
    read = plugin::ask([&](ob_error* error) { return table->next_batch(call.handle(), cursor, &rows, &count, error); });
    if (rows.v == 0) continue;
    OB_TRY(const std::string batch, call.host().take(rows));
    if (count > 0) out += (out.empty() ? "[" : ",") + batch;
  }
  const auto closed = plugin::ask([&](ob_error* error) { return table->close(call.handle(), cursor, error); });
  if (!read) return std::move(read).fault();
  if (!closed) return closed.fault();
  return out.empty() ? "[]" : out + "]";
}

/// Each row of such a text.
Result<void> each_in(const std::string& text, const std::function<void(const Row&)>& each) {
  OB_TRY(const Json batches, plugin::parse(text));
  for (const Json& batch : batches)
    for (const Json& item : batch) each(Row(item));
  return {};
}

Result<Chart> read_chart(const std::string& accounts_text, const std::string& rules_text) {
  std::vector<Account> accounts;
  std::vector<PostingRule> rules;
  OB_CHECK(each_in(accounts_text, [&](const Row& row) {
    accounts.push_back({row.text("code"), bucket_of(row.text("bucket")), row.text("stage"),
                        row.day("valid_from").value_or(Day()), row.day("valid_to")});
  }));
  OB_CHECK(each_in(rules_text, [&](const Row& row) {
    rules.push_back({row.text("event"), row.text("debit"), row.text("credit"), row.day("valid_from").value_or(Day()),
                     row.day("valid_to")});
  }));
  if (rules.empty())
    return refusal("ledger.posting_rule",
                   {"没有生效的记账规则。请导入插件 data/ 中的科目和记账规则。",
                    "No posting rule is in force. Import the accounts and posting rules of the plugin's data/."});
  return Chart(std::move(accounts), std::move(rules));
}

/// The chart that was read last. Reading it costs as much as the rest of a reservation of one line, so for a second it
/// is not even looked at; after that it is the same one for as long as the rows are the same text.
struct LastChart {
  std::mutex mutex;
  const plugin::Host* host = nullptr;
  std::int64_t looked_ms = 0;
  std::string accounts, rules;
  Chart chart;
};

LastChart& last_chart() {
  static LastChart last;
  return last;
}

} // namespace

void look_at_chart_again() {
  const std::lock_guard lock(last_chart().mutex);
  last_chart().looked_ms = 0;
}

Result<Chart> chart_of(const Call& call) {
  constexpr std::int64_t kSecond = 1000;
  LastChart& last = last_chart();
  const std::int64_t now = call.now_ms();
  {
    const std::lock_guard lock(last.mutex);
    const bool lately = now >= last.looked_ms && now - last.looked_ms < kSecond;
    if (last.host == &call.host() && lately) return last.chart;
  }
  OB_TRY(std::string accounts,
         text_of(call, "ledger.account",
                 where("status==in_force", "", {"code", "bucket", "stage", "valid_from", "valid_to"})));
  OB_TRY(std::string rules,
         text_of(call, "ledger.posting_rule",
                 where("status==in_force", "", {"event", "debit", "credit", "valid_from", "valid_to"})));
  const std::lock_guard lock(last.mutex);
  if (last.chart.empty() || last.accounts != accounts || last.rules != rules) {
    last.host = nullptr;
    OB_TRY(last.chart, read_chart(accounts, rules));
    last.accounts = std::move(accounts);
    last.rules = std::move(rules);
  }
  last.host = &call.host();
  last.looked_ms = now;
  return last.chart;
}

Balances balances_of(const Row& indicator) {
  Balances out;
  for (std::size_t i = 1; i < kBucketCount; ++i) out.of[i] = indicator.money(kBuckets[i]);
  return out;
}

Indicator indicator_of(const Row& row, const std::string& unit_code) {
  Indicator out;
  out.key = row.id().none() ? "" : row.id().str();
  out.stage = row.text("stage");
  out.unit = unit_code;
  out.fiscal_year = static_cast<int>(row.number("fiscal_year"));
  out.source_year = static_cast<int>(row.number("source_year"));
  for (const char* name : kElements) {
    const std::string value = row.flag(name) ? "true" : row.text(name);
    if (!value.empty()) out.elements[name] = value;
  }
  return out;
}

Reservation reservation_of(const Row& row) {
  Reservation out{row.id().str(),      row.text("indicator"),   row.text("link"),
                  row.text("earlier"), row.money("amount"),     {},
                  row.money("drawn"),  row.number("closed") > 0};
  out.held = {row.money("reserved"), row.money("confirmed"), row.money("consumed"), row.money("passed"),
              row.money("returned")};
  return out;
}

Entry entry_of(const Row& row) {
  return {row.text("event"),       row.text("indicator"), row.text("debit"),
          row.text("credit"),      row.money("amount"),   row.day("posted_on").value_or(Day()),
          row.text("reservation"), row.text("other")};
}

Result<PeriodMarks> marks_of(const Call& call, const std::string& region_code, Day posted_on) {
  OB_TRY(const Row periods, periods_of(call, short_region(region_code), posted_on.year()));
  PeriodMarks out;
  OB_TRY(out.month, state_in(call, periods, std::to_string(posted_on.month())));
  OB_TRY(out.year, state_in(call, periods, "0"));
  return out;
}

Result<void> remember_period(const Call& call, const Row& period, RecordId id) {
  constexpr int kTries = 20; // somebody may be closing another month
  OB_TRY(const Row node, call.node(period.ref("region")));
  const std::string key =
      periods_key(short_region(node.text("region_code")), static_cast<int>(period.number("fiscal_year")));
  const std::string month = std::to_string(period.number("month"));
  Result<void> put;
  for (int i = 0; i < kTries; ++i) {
    OB_TRY(const auto kept, call.kv().get(key));
    OB_TRY(Json rows, plugin::parse(kept.value_or("{}")));
    if (rows.value(month, std::string()) == id.str()) return {};
    rows[month] = id.str();
    put = call.kv().cas(key, kept.value_or(""), plugin::dump(rows));
    if (put || put.fault().kind != FaultKind::conflict) return put;
  }
  return put;
}

Result<void> may_post(const Call& call, const std::string& region_code, Day posted_on, int fiscal_year) {
  OB_TRY(const PeriodMarks marks, marks_of(call, region_code, posted_on));
  auto closed = check_posting(posted_on, marks);
  if (closed) return *std::move(closed);
  if (fiscal_year == posted_on.year()) return {}; // that year was looked at
  OB_TRY(const Row periods, periods_of(call, short_region(region_code), fiscal_year));
  OB_TRY(const std::string year, state_in(call, periods, "0"));
  if (year != "finished") return {};
  return *check_posting(*Day::of(fiscal_year, 1, 1), {"", "finished"});
}

Result<std::string> digest_of(const Call& call, const std::string& text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string digest;
  std::size_t at = 0;
  do { // a long text is a chain of digests
    OB_TRY(const std::string bytes, call.host().digest("sm3", digest + text.substr(at, kChunk)));
    digest.clear();
    for (const char byte : bytes) {
      const auto value = static_cast<unsigned char>(byte);
      digest += kDigits[value >> 4U];
      digest += kDigits[value & 15U];
    }
    at += kChunk;
  } while (at < text.size());
  return digest;
}

void add_entry(NewRows& rows, const Entry& entry, const Row& indicator, const std::string& number) {
  rows.row()
      .text("number", number)
      .text("event", entry.event)
      .text("indicator", indicator.id().str())
      .text("unit", indicator.text("unit"))
      .number("amount", entry.amount.fen())
      .text("posted_on", entry.posted_on.str())
      .number("fiscal_year", indicator.number("fiscal_year"))
      .number("month", entry.posted_on.month())
      .text("region_code", indicator.text("region_code"));
  for (const char* copied : {"department", "fund_kind", "functional_class"}) // what dashboards sum by
    if (indicator.has(copied)) rows.text(copied, indicator.text(copied));
  if (!entry.debit.empty()) rows.text("debit", entry.debit);
  if (!entry.credit.empty()) rows.text("credit", entry.credit);
}

Result<void> add_balances(const Row& indicator, const Balances& by, plugin::Adjustments& to) {
  OB_TRY(const Money amount, by.amount());
  Json add = Json::object();
  for (std::size_t i = 1; i < kBucketCount; ++i)
    if (by.of[i] != Money()) add[kBuckets[i]] = plugin::abi(by.of[i]);
  if (amount != Money()) add["amount"] = plugin::abi(amount);
  // A control that came in meanwhile counts this indicator too: then everything is looked at again.
  if (!add.empty()) to.add(indicator.id(), std::move(add), {{"control_round", indicator.number("control_round")}});
  return {};
}

namespace {

/// The items of a list, some at a time.
Result<void> by_thousands(const Json& list, const std::function<Result<void>(const Json& some)>& each) {
  constexpr std::size_t kAtOnce = 2000;
  if (list.size() <= kAtOnce) return list.empty() ? Result<void>() : each(list);
  for (std::size_t at = 0; at < list.size(); at += kAtOnce) {
    Json some = Json::array();
    for (std::size_t i = at; i < std::min(at + kAtOnce, list.size()); ++i) some.push_back(list[i]);
    OB_CHECK(each(some));
  }
  return {};
}

} // namespace

Result<std::vector<RecordId>> insert_all(const Call& call, const char* entity, const Json& rows) {
  std::vector<RecordId> out;
  OB_CHECK(by_thousands(rows, [&](const Json& some) -> Result<void> {
    OB_TRY(const auto ids, call.records().insert_many(entity, some));
    out.insert(out.end(), ids.begin(), ids.end());
    return {};
  }));
  return out;
}

Result<void> adjust_all(const Call& call, const char* entity, const plugin::Adjustments& changes) {
  return by_thousands(changes.rows, [&](const Json& some) -> Result<void> {
    const auto done = call.records().adjust_many(entity, {some, changes.where, true});
    return done ? Result<void>() : Result<void>(done.fault());
  });
}

Result<void> count_in_pools(const Row& indicator, Money budget, Money used, PoolDeltas& deltas) {
  for (const Json& one : indicator.at("pools")) {
    if (!one.is_string()) continue;
    PoolDelta& delta = deltas[one.get<std::string>()];
    OB_TRY(delta.budget, delta.budget.plus(budget));
    OB_TRY(delta.used, delta.used.plus(used));
  }
  return {};
}

namespace {

Result<void> change_pools(const Call& call, const PoolDeltas& deltas, bool guarded) {
  for (const auto& [id, delta] : deltas) {
    if (delta.budget == Money() && delta.used == Money()) continue;
    const RecordId pool = RecordId::parse(id).value_or(RecordId{});
    OB_TRY(const Row row, call.records().adjust(kPool, pool, {}));
    OB_TRY(const Money more, delta.budget.times(row.number("stop_percent")));
    OB_TRY(const Money taken, delta.used.times(100));
    OB_TRY(const Money room, more.minus(taken));
    plugin::Adjustment change;
    if (delta.budget != Money()) change.add["budget"] = plugin::abi(delta.budget);
    if (delta.used != Money()) change.add["used"] = plugin::abi(delta.used);
    if (room != Money()) change.add["room"] = room.fen();
    // One that waits controls nothing; when it begins meanwhile, the database looks at the room.
    if (guarded && delta.used > Money())
      change.where = (row.number("waiting") > 0 ? "waiting==1,room=ge=" : "room=ge=") + std::to_string(-room.fen());
    const auto done = call.records().adjust(kPool, pool, change);
    if (!done) return done.fault();
  }
  return {};
}

} // namespace

Result<void> adjust_pools(const Call& call, const PoolDeltas& deltas) { return change_pools(call, deltas, true); }
Result<void> start_pools(const Call& call, const PoolDeltas& deltas) { return change_pools(call, deltas, false); }

} // namespace onebudget::ledger
