// check and reserve: one answer for the whole document, then one change for each indicator and pool.

#include "plugins/ledger/service/funds/ask.hpp"

namespace onebudget::ledger {

namespace {

Fault otherwise_reserved(int line) {
  return fault(FaultKind::conflict, "ledger.reserved_otherwise",
               {"第 " + std::to_string(line) + " 行已按不同的指标或金额占用。请先释放再重新送审。",
                "Line " + std::to_string(line) + " is reserved with another indicator or amount. Release it first."});
}

Result<Answered> answered(const Call& call, const Asked& asked) {
  OB_TRY(const Facts facts, facts_of(call, asked));
  OB_TRY(const CheckAnswer answer, check_funds(facts.check));
  return answer_of(call, asked, facts, answer);
}

/// A line's reservation, new or held before.
struct Held {
  Reservation reservation;
  std::int64_t line = 0;
  std::optional<Day> expires_on;
};

/// The lines held already, when all of them are, as asked; nothing when none is.
Result<std::vector<Held>> held_already(const Asked& asked, const std::map<int, Row>& newest) {
  std::vector<Held> out;
  for (const AskedLine& line : asked.lines) {
    const auto found = newest.find(line.line);
    if (found == newest.end() || found->second.number("closed") > 0) continue;
    const Row& row = found->second;
    if (row.money("amount") != line.amount || row.text("indicator") != line.indicator || row.text("link") != asked.link)
      return otherwise_reserved(line.line);
    out.push_back({reservation_of(row), row.number("line_no"), row.day("expires_on")});
  }
  if (out.empty() || out.size() == asked.lines.size()) return out;
  return otherwise_reserved(asked.lines.front().line);
}

struct Reserving {
  const Call& call;
  const Asked& asked;
  const Facts& facts;
  const Chart& chart;
  Day today;
  std::vector<std::pair<const LineShare*, const Row*>> lines; ///< with the line's indicator
  NewRows rows, entries;                                      ///< rows: a reservation for each line
  std::map<std::string, Balances> balances;                   ///< by indicator: what the entries add
  std::map<std::string, Money> drawn;                         ///< by earlier reservation
};

Result<void> add_movement(Reserving& work, const Row& indicator, const std::string& reservation, const char* event,
                          Money amount, const std::string& earlier) {
  if (amount == Money()) return {};
  const Sides sides{"", "", indicator.id().str(), indicator.text("stage")};
  OB_TRY(const auto entries, work.chart.post(event, sides, amount, work.today));
  add_entry(work.entries, entries.front(), indicator, reservation + "/" + event);
  work.entries.text("reservation", reservation);
  if (!earlier.empty()) work.entries.text("other", earlier);
  OB_TRY(const Balances effect, effect_of(work.chart, entries.front()));
  Balances& by = work.balances[indicator.id().str()];
  for (std::size_t i = 1; i < kBucketCount; ++i) {
    OB_TRY(by.of[i], by.of[i].plus(effect.of[i]));
  }
  return {};
}

void add_row(Reserving& work, const LineShare& share, const Row& indicator, int round) {
  work.rows.row()
      .text("source_entity", work.asked.entity)
      .text("source_id", work.asked.id)
      .number("line_no", share.line)
      .number("round", round)
      .text("unit", indicator.text("unit"))
      .text("indicator", indicator.id().str())
      .text("link", work.asked.link)
      .number("amount", share.amount.fen())
      .number("reserved", share.amount.fen())
      .number("drawn", share.drawn.fen());
  if (!share.earlier.empty()) work.rows.text("earlier", share.earlier);
  if (!work.asked.title.empty()) work.rows.text("title", work.asked.title);
  if (work.asked.expires_on) work.rows.text("expires_on", work.asked.expires_on->str());
}

/// Writes the reservations and their entries; answers the reservations.
Result<std::vector<Held>> write_lines(Reserving& work) {
  std::vector<Held> out;
  OB_TRY(const auto ids, insert_all(work.call, kReservation, work.rows));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto& [share, indicator] = work.lines[i];
    const std::string id = ids[i].str();
    OB_CHECK(add_movement(work, *indicator, id, "draw", share->drawn, share->earlier));
    OB_CHECK(add_movement(work, *indicator, id, "reserve", share->needed, ""));
    if (share->drawn > Money()) {
      Money& drawn = work.drawn[share->earlier];
      OB_TRY(drawn, drawn.plus(share->drawn));
    }
    out.push_back({{id,
                    indicator->id().str(),
                    work.asked.link,
                    share->earlier,
                    share->amount,
                    {share->amount, {}, {}, {}, {}},
                    share->drawn,
                    false},
                   share->line,
                   work.asked.expires_on});
  }
  OB_CHECK(insert_all(work.call, kEntry, work.entries));
  return out;
}

/// Balances of indicators, earlier links and pools; the database has the last word on each.
Result<void> settle(const Reserving& work, const CheckAnswer& answer) {
  PoolDeltas pools;
  plugin::Adjustments indicators, earlier;
  for (const auto& [id, by] : work.balances) {
    const Row& indicator = work.facts.indicators.at(id);
    OB_CHECK(add_balances(indicator, by, indicators));
    OB_CHECK(count_in_pools(indicator, {}, answer.indicators.at(id).needed, pools));
  }
  OB_CHECK(adjust_all(work.call, kIndicator, indicators));
  earlier.where = "closed==0";
  for (const auto& [id, drawn] : work.drawn)
    earlier.add(RecordId::parse(id).value_or(RecordId{}), {{"confirmed", -drawn.fen()}, {"passed", drawn.fen()}});
  OB_CHECK(adjust_all(work.call, kReservation, earlier));
  return adjust_pools(work.call, pools);
}

/// A proof as records hold it: of a long document in parts, each with the head and some of the nodes.
std::vector<std::string> parts_of(const Proof& proof) {
  constexpr std::size_t kMostBytes = 40'000;
  std::vector<std::string> nodes(1);
  const auto add = [&](const std::string& node) {
    if (!nodes.back().empty() && nodes.back().size() + node.size() > kMostBytes) nodes.emplace_back();
    nodes.back() += (nodes.back().empty() ? "" : ",") + node;
  };
  for (std::size_t i = 0; i < proof.nodes.size(); ++i) {
    const auto pieces = proof.pieces.find(i);
    if (pieces == proof.pieces.end()) {
      add(proof.nodes[i]);
    } else {
      for (const std::string& piece : pieces->second) add(piece);
    }
  }
  for (std::string& part : nodes) part = "{\"all_of\":[" + part + "]," + proof.head + "}";
  return nodes;
}

/// Keeps the proof; answers the decision's first part.
Result<std::string> decide(const Call& call, const Asked& asked, const Answered& answer, std::size_t round, Day today) {
  const std::string number = asked.entity + "/" + asked.id + "/" + std::to_string(round);
  const auto parts = parts_of(answer.proof);
  const std::string level = name_of(answer.level);
  NewRows rows;
  for (std::size_t i = 0; i < parts.size(); ++i)
    rows.row()
        .text("number", i == 0 ? number : number + "/" + std::to_string(i + 1))
        .text("source_entity", asked.entity)
        .text("source_id", asked.id)
        .text("unit", asked.unit)
        .text("level", level)
        .text("decided_on", today.str())
        .number("part", static_cast<std::int64_t>(i) + 1)
        .number("parts", static_cast<std::int64_t>(parts.size()))
        .json("proof", parts[i]);
  OB_TRY(const auto ids, insert_all(call, "ledger.decision", rows));
  return ids.front().str();
}

/// What reserve answers.
struct Reserved {
  Answered answer;
  bool repeated = false;
  std::vector<Held> held;
  std::string decision; ///< its id, or empty

  [[nodiscard]] std::string text(Day today, bool yuan) const {
    NewRows reservations;
    for (const Held& one : held)
      write_reservation(reservations, one.reservation, one.line, one.expires_on, today, yuan);
    std::string more = std::string(",\"repeated\":") + (repeated ? "true" : "false") +
                       ",\"reservations\":" + reservations.array(0, held.size());
    if (!decision.empty()) more += ",\"decision\":\"" + decision + "\"";
    return answer.text(more);
  }
};

Result<Reserved> reserved(const Call& call, const Asked& asked, Day today) {
  Reserved out;
  OB_TRY(const Facts facts, facts_of(call, asked));
  OB_TRY(const auto there, reservations_of(call, asked.entity, asked.id));
  const auto newest = newest_rounds(there);
  OB_TRY(out.held, held_already(asked, newest));
  OB_CHECK(may_post_on(call, facts.indicators, today));
  OB_TRY(const CheckAnswer answer, check_funds(facts.check));
  OB_TRY(out.answer, answer_of(call, asked, facts, answer));
  out.repeated = !out.held.empty();
  if (out.repeated) {
    out.answer.allowed = true;
    out.answer.level = Level::pass;
    out.answer.findings = Json::array();
    return out;
  }
  if (!answer.allowed()) return out;
  OB_TRY(const Chart chart, chart_of(call));
  Reserving work{call, asked, facts, chart, today, {}, {}, {}, {}, {}};
  std::size_t round = 0;
  for (const auto& [id, share] : answer.indicators)
    for (const LineShare& line : share.lines) {
      const auto last = newest.find(line.line);
      const int next = last == newest.end() ? 1 : static_cast<int>(last->second.number("round")) + 1;
      round = std::max(round, static_cast<std::size_t>(next));
      const Row& indicator = facts.indicators.at(id);
      work.lines.emplace_back(&line, &indicator);
      add_row(work, line, indicator, next);
    }
  OB_TRY(out.held, write_lines(work));
  OB_CHECK(settle(work, answer));
  OB_TRY(out.decision, decide(call, asked, out.answer, round, today));
  return out;
}

} // namespace

Result<Json> check(Call& call, const Message& message) {
  OB_TRY(const Answered answer, answered(call, asked_of(message.request)));
  return plugin::parse(answer.text(""));
}

Result<Answer> check_route(Call& call, const Request& request) {
  OB_TRY(Json body, request.json());
  OB_TRY(const Answered answer, answered(call, asked_of(in_fen(std::move(body)))));
  return Answer{200, "application/json", answer.text("")};
}

Result<Json> reserve(Call& call, const Message& message) {
  OB_TRY(const Day today, day_of(call, message.request));
  OB_TRY(const Reserved done, reserved(call, asked_of(message.request), today));
  return plugin::parse(done.text(today, false));
}

Result<Answer> reserve_outside(Call& call, const Json& request) {
  OB_TRY(const Day today, day_of(call, request));
  OB_TRY(const Reserved done, reserved(call, asked_of(request), today));
  return Answer{200, "application/json", done.text(today, true)};
}

} // namespace onebudget::ledger
