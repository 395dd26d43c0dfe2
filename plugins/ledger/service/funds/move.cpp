// confirm, consume, refund, release: what happens to reservations afterwards.

#include "plugins/ledger/service/funds/move.hpp"

#include "plugins/ledger/service/books/moved.hpp"

namespace onebudget::ledger {

namespace {

Money negative(Money amount) { return Money::from_fen(-amount.fen()); }

/// What a movement adds to the guarded fields of the reservation and of the earlier one.
struct Shift {
  const char* event;
  const char* from;
  const char* to;
  const char* earlier_from; ///< null = the earlier link is not touched
  const char* earlier_to;
};
constexpr Shift kShifts[] = {{"confirm", "reserved", "confirmed", nullptr, nullptr},
                             {"consume", "confirmed", "consumed", nullptr, nullptr},
                             {"refund", "consumed", "returned", nullptr, nullptr},
                             {"release_reserved", "reserved", "returned", nullptr, nullptr},
                             {"release_confirmed", "confirmed", "returned", nullptr, nullptr},
                             {"back_reserved", "reserved", "returned", "passed", "confirmed"},
                             {"back_confirmed", "confirmed", "returned", "passed", "confirmed"}};

const Shift& shift_of(const std::string& event) {
  for (const Shift& shift : kShifts)
    if (event == shift.event) return shift;
  return kShifts[0];
}

void add(Json& to, const char* field, Money amount) {
  Json& sum = to[field];
  sum = (sum.is_null() ? 0 : sum.get<std::int64_t>()) + amount.fen();
}

/// The row as it was read: anything that happened to it meanwhile is looked at again.
Json unchanged(const Row& row) {
  Json out = {{"closed", row.number("closed")}};
  for (const char* field : {"reserved", "confirmed", "consumed", "drawn"}) out[field] = row.money(field).fen();
  return out;
}

} // namespace

Result<void> Moving::load(const std::vector<Row>& rows) {
  std::set<std::string> indicators, earlier;
  for (const Row& row : rows) {
    indicators.insert(row.text("indicator"));
    if (row.has("earlier")) earlier.insert(row.text("earlier"));
  }
  OB_TRY(chart_, chart_of(call_));
  OB_TRY(indicators_, rows_of(call_, kIndicator, indicators));
  OB_TRY(earlier_, rows_of(call_, kReservation, earlier));
  return may_post_on(call_, indicators_, today_);
}

bool Moving::earlier_open(const Row& row) const {
  const auto found = earlier_.find(row.text("earlier"));
  return found != earlier_.end() && found->second.number("closed") == 0;
}

Result<void> Moving::post(const Row& row, const Row& indicator, const Movement& movement, const std::string& suffix,
                          const Json& extra) {
  const Sides sides{"", "", indicator.id().str(), indicator.text("stage")};
  OB_TRY(const auto entries, chart_.post(movement.event, sides, movement.amount, today_));
  add_entry(entries_, entries.front(), indicator, row.id().str() + "/" + movement.event + suffix);
  entries_.text("reservation", row.id().str());
  if (movement.event.rfind("back_", 0) == 0) entries_.text("other", row.text("earlier"));
  for (const auto& [field, value] : extra.items()) entries_.json(field, plugin::dump(value));
  OB_TRY(const Balances effect, effect_of(chart_, entries.front()));
  Balances& by = deltas_[indicator.id().str()];
  for (std::size_t i = 1; i < kBucketCount; ++i) {
    OB_TRY(by.of[i], by.of[i].plus(effect.of[i]));
  }
  return {};
}

Result<void> Moving::move(const Row& row, const std::vector<Movement>& movements, bool closes,
                          const std::string& suffix, const Json& extra) {
  const auto found = indicators_.find(row.text("indicator"));
  if (found == indicators_.end())
    return fault(FaultKind::not_found, "ledger.indicator",
                 {"没有该指标，或您无权使用。请核对权限范围。",
                  "There is no such indicator, or it is not yours to use. Check the scope of your grants."});
  const Reservation one = reservation_of(row);
  Json by = Json::object();
  for (const Movement& movement : movements) {
    OB_CHECK(post(row, found->second, movement, suffix, extra));
    const Shift& shift = shift_of(movement.event);
    add(by, shift.from, negative(movement.amount));
    add(by, shift.to, movement.amount);
    if (shift.earlier_from == nullptr) continue;
    Json& back = backs_[row.text("earlier")];
    add(back, shift.earlier_from, negative(movement.amount));
    add(back, shift.earlier_to, movement.amount);
  }
  const Money left = drawn_after(one, movements);
  if (left != one.drawn) by["drawn"] = left.fen() - one.drawn.fen();
  if (closes && !one.closed) by["closed"] = 1;
  Json after = row.json();
  for (const auto& [field, more] : by.items()) after[field] = row.number(field) + more.get<std::int64_t>();
  moved_.push_back(reservation_json(Row(std::move(after)), today_));
  if (!by.empty()) changes_.add(row.id(), std::move(by), unchanged(row));
  return {};
}

Result<void> Moving::settle() {
  PoolDeltas pools;
  Moved moved;
  plugin::Adjustments indicators, backs;
  OB_CHECK(insert_all(call_, kEntry, entries_));
  OB_CHECK(adjust_all(call_, kReservation, changes_));
  backs.where = "closed==0";
  for (const auto& [id, by] : backs_) backs.add(RecordId::parse(id).value_or(RecordId{}), by);
  OB_CHECK(adjust_all(call_, kReservation, backs));
  for (const auto& [id, by] : deltas_) {
    const Row& indicator = indicators_.at(id);
    OB_CHECK(add_balances(indicator, by, indicators));
    if (by.at(Bucket::paid) != Money()) moved.add(indicator);
    OB_CHECK(count_in_pools(indicator, {}, negative(by.at(Bucket::available)), pools));
  }
  OB_CHECK(adjust_all(call_, kIndicator, indicators));
  OB_CHECK(moved.tell(call_));
  return adjust_pools(call_, pools);
}

} // namespace onebudget::ledger
