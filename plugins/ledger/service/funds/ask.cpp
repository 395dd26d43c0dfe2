#include "plugins/ledger/service/funds/ask.hpp"

#include "plugins/ledger/domain/year/period.hpp"

namespace onebudget::ledger {

namespace {

/// What a check and what follows from it read of an indicator; a long document would carry three times as much
/// otherwise.
const std::vector<std::string> kRead = {
    "code",   "stage",     "unit",   "fiscal_year", "region_code", "department", "fund_kind", "functional_class",
    "amount", "available", "frozen", "reserved",    "confirmed",   "paid",       "pools",     "control_round"};

Result<std::map<std::string, Row>> indicators_of(const Call& call, const std::set<std::string>& ids) {
  std::map<std::string, Row> out;
  std::set<std::string> given;
  for (const std::string& id : ids)
    if (RecordId::parse(id)) given.insert(id);
  OB_CHECK(by_hundreds(given, "id", [&](const std::string& filter) {
    return call.records().each(kIndicator, where(filter, "", kRead), [&](const Row& row) -> Result<void> {
      out[row.id().str()] = row;
      return {};
    });
  }));
  return out;
}

Result<void> read_in_flight(const Call& call, const std::set<std::string>& indicators, Facts& facts) {
  return by_hundreds(indicators, "indicator", [&](const std::string& filter) -> Result<void> {
    OB_TRY(const auto sums,
           call.records().aggregate(kReservation,
                                    {filter + ";closed==0", {"indicator", "link"}, {"sum:reserved", "sum:confirmed"}}));
    for (const Row& sum : sums) {
      const auto found = facts.check.indicators.find(sum.text("indicator"));
      if (found == facts.check.indicators.end()) continue;
      OB_TRY(const Money held, sum.money("sum_reserved").plus(sum.money("sum_confirmed")));
      if (held != Money()) found->second.in_flight[sum.text("link")] = held;
    }
    return {};
  });
}

/// Fault: the document's unit is not there, or not the caller's to see. One that owns an indicator is.
Result<void> check_unit(const Call& call, const Asked& asked, const Facts& facts) {
  for (const auto& [id, row] : facts.indicators)
    if (row.text("unit") == asked.unit) return {};
  const auto node = call.node(RecordId::parse(asked.unit).value_or(RecordId{}));
  return node ? Result<void>() : Result<void>(node.fault());
}

Result<void> read_pools(const Call& call, const Asked& asked, Facts& facts) {
  std::set<std::string> wanted;
  for (const auto& [id, indicator] : facts.check.indicators)
    wanted.insert(indicator.pools.begin(), indicator.pools.end());
  if (wanted.empty()) return {};
  for (const std::string& id : wanted) {
    OB_TRY(const Row row, call.records().adjust(kPool, RecordId::parse(id).value_or(RecordId{}), {}));
    if (row.number("waiting") > 0) continue; // counted, but not in effect
    facts.pools[id] = row;
    facts.check.pools[id] = {row.text("control"),
                             row.text("name"),
                             static_cast<int>(row.number("edition")),
                             static_cast<int>(row.number("warn_percent")),
                             static_cast<int>(row.number("stop_percent")),
                             row.flag("hold"),
                             row.text("override_role"),
                             row.money("override_limit"),
                             row.money("budget"),
                             row.money("used"),
                             {}};
  }
  const std::string own = "source_entity==" + plugin::quoted(asked.entity) + ";source_id==" + plugin::quoted(asked.id);
  return call.records().each("ledger.override", where(own + ";status==granted"), [&](const Row& row) -> Result<void> {
    const auto pool = facts.check.pools.find(row.text("pool"));
    if (pool != facts.check.pools.end()) pool->second.granted = row.money("amount");
    return {};
  });
}

std::string state_of(const Reservation& one, std::optional<Day> expires_on, Day today) {
  const std::string state = one.state();
  return state == "released" && expires_on && *expires_on < today ? "expired" : state;
}

} // namespace

Result<Day> day_of(const Call& call, const Json& request) {
  const Row asked(request);
  if (!asked.has("on")) return call.today();
  const auto on = asked.day("on");
  if (!on)
    return fault(FaultKind::malformed, "ledger.posting_date",
                 {"on 应是日期，如 2026-03-20。", "`on` is a day such as 2026-03-20."});
  auto ahead = check_posting_date(*on, call.today());
  if (!ahead) return *on;
  ahead->field = "/on";
  return refusal("ledger.posting_date", {"记账日期在将来。", "The posting date lies ahead."}, {*ahead});
}

Asked asked_of(const Json& request) {
  const Row row(request), document(row.at("document"));
  Asked out{document.text("entity"),
            document.text("id"),
            row.text("unit"),
            row.text("link"),
            row.text("title"),
            row.day("expires_on"),
            {}};
  for (const Json& item : row.at("lines")) {
    const Row line(item);
    out.lines.push_back(
        {static_cast<int>(line.number("line")), line.text("indicator"), line.text("from"), line.money("amount")});
  }
  return out;
}

Result<Facts> facts_of(const Call& call, const Asked& asked) {
  Facts facts;
  facts.check.link = asked.link;
  facts.check.lines = asked.lines;
  std::set<std::string> indicators, earlier;
  for (const AskedLine& line : asked.lines) {
    indicators.insert(line.indicator);
    if (!line.earlier.empty()) earlier.insert(line.earlier);
  }
  OB_TRY(facts.indicators, indicators_of(call, indicators));
  OB_CHECK(check_unit(call, asked, facts));
  OB_TRY(facts.earlier, rows_of(call, kReservation, earlier));
  for (const auto& [id, row] : facts.indicators) {
    IndicatorFacts& one = facts.check.indicators[id];
    one.code = row.text("code");
    one.stage = row.text("stage");
    one.balances = balances_of(row);
    for (const Json& pool : row.at("pools"))
      if (pool.is_string()) one.pools.push_back(pool.get<std::string>());
  }
  for (const auto& [id, row] : facts.earlier)
    facts.check.earlier[id] = {row.text("indicator"), row.text("link"), row.money("confirmed"),
                               row.number("closed") > 0};
  OB_CHECK(read_in_flight(call, indicators, facts));
  OB_CHECK(read_pools(call, asked, facts));
  return facts;
}

Result<std::vector<Row>> reservations_of(const Call& call, const std::string& entity, const std::string& id) {
  const std::string own = "source_entity==" + plugin::quoted(entity) + ";source_id==" + plugin::quoted(id);
  return call.records().list(kReservation, where(own, "line_no,round"), 100'000);
}

std::map<int, Row> newest_rounds(const std::vector<Row>& reservations) {
  std::map<int, Row> out;
  for (const Row& row : reservations) out[static_cast<int>(row.number("line_no"))] = row;
  return out;
}

Json reservation_json(const Row& row, Day today) {
  const Reservation one = reservation_of(row);
  const auto expires_on = row.day("expires_on");
  Json out = {{"line", row.number("line_no")},       {"id", one.id},
              {"indicator", one.indicator},          {"link", one.link},
              {"reserved", one.held.reserved.fen()}, {"confirmed", one.held.confirmed.fen()},
              {"consumed", one.held.consumed.fen()}, {"state", state_of(one, expires_on, today)}};
  if (!one.earlier.empty()) out["from"] = one.earlier;
  if (expires_on) out["expires_on"] = expires_on->str();
  return out;
}

void write_reservation(NewRows& rows, const Reservation& one, std::int64_t line, std::optional<Day> expires_on,
                       Day today, bool yuan) {
  rows.row().number("line", line).text("id", one.id).text("indicator", one.indicator).text("link", one.link);
  const std::pair<const char*, Money> held[] = {
      {"reserved", one.held.reserved}, {"confirmed", one.held.confirmed}, {"consumed", one.held.consumed}};
  for (const auto& [name, amount] : held) yuan ? rows.yuan(name, amount) : rows.number(name, amount.fen());
  rows.text("state", state_of(one, expires_on, today));
  if (!one.earlier.empty()) rows.text("from", one.earlier);
  if (expires_on) rows.text("expires_on", expires_on->str());
}

Json in_fen(Json request) {
  if (!request.is_object() || !request.contains("lines") || !request["lines"].is_array()) return request;
  for (Json& line : request["lines"]) {
    if (!line.is_object() || !line.contains("amount")) continue;
    Json& amount = line["amount"];
    const auto money = Money::parse_yuan(amount.is_string() ? amount.get<std::string>() : "");
    amount = money ? Json(money->fen()) : Json(); // a number would be taken for fen
  }
  return request;
}

Result<void> may_post_on(const Call& call, const std::map<std::string, Row>& indicators, Day day) {
  std::set<std::string> seen;
  for (const auto& [id, row] : indicators) {
    const int year = static_cast<int>(row.number("fiscal_year"));
    if (!seen.insert(row.text("region_code") + "/" + std::to_string(year)).second) continue;
    OB_CHECK(may_post(call, row.text("region_code"), day, year));
  }
  return {};
}

} // namespace onebudget::ledger
