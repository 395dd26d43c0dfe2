// check and reserve: one answer for the whole document, then one change for each indicator and pool.

#include "plugins/ledger/service/funds/ask.hpp"

namespace onebudget::ledger {

namespace {

Fault otherwise_reserved(int line) {
  return fault(FaultKind::conflict, "ledger.reserved_otherwise",
               {"第 " + std::to_string(line) + " 行已按不同的指标或金额占用。请先释放再重新送审。",
                "Line " + std::to_string(line) + " is reserved with another indicator or amount. Release it first."});
}

Result<Json> answered(const Call& call, const Asked& asked, const Facts& facts) {
  OB_TRY(const CheckAnswer answer, check_funds(facts.check));
  return answer_of(call, asked, facts, answer);
}

/// The lines held already, when all of them are, as asked; nothing when none is.
Result<std::optional<Json>> held_already(const Asked& asked, const std::map<int, Row>& newest, Day today) {
  Json out = Json::array();
  for (const AskedLine& line : asked.lines) {
    const auto found = newest.find(line.line);
    if (found == newest.end() || found->second.number("closed") > 0) continue;
    const Row& row = found->second;
    if (row.money("amount") != line.amount || row.text("indicator") != line.indicator || row.text("link") != asked.link)
      return otherwise_reserved(line.line);
    out.push_back(reservation_json(row, today));
  }
  if (out.empty()) return std::optional<Json>();
  if (out.size() == asked.lines.size()) return std::optional<Json>(std::move(out));
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
Result<Json> write_lines(Reserving& work) {
  Json out = Json::array();
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
    const Reservation one{id,
                          indicator->id().str(),
                          work.asked.link,
                          share->earlier,
                          share->amount,
                          {share->amount, {}, {}, {}, {}},
                          share->drawn,
                          false};
    out.push_back(reservation_json(one, share->line, work.asked.expires_on, work.today));
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

/// An indicator's node with many lines, as several with some of them each.
std::vector<std::string> pieces_of(const Json& node) {
  constexpr std::size_t kMostLines = 200;
  const auto lines = node.find("lines");
  if (lines == node.end() || lines->size() <= kMostLines) return {plugin::dump(node)};
  std::vector<std::string> out;
  Json piece = node;
  for (std::size_t at = 0; at < lines->size(); at += kMostLines) {
    const auto first = lines->begin() + static_cast<std::ptrdiff_t>(at);
    const auto size = static_cast<std::ptrdiff_t>(std::min(kMostLines, lines->size() - at));
    piece["lines"] = Json(std::vector<Json>(first, first + size));
    out.push_back(plugin::dump(piece));
  }
  return out;
}

/// A proof as records hold it: of a long document in parts, each with the head and some of the nodes.
std::vector<std::string> parts_of(const Json& proof) {
  constexpr std::size_t kMostBytes = 40'000;
  Json head = Json::object();
  for (const auto& [member, value] : proof.items())
    if (member != "all_of") head[member] = value;
  const std::string begin = plugin::dump(head).substr(1); // behind "{"
  std::vector<std::string> nodes(1);
  for (const Json& node : proof["all_of"])
    for (const std::string& piece : pieces_of(node)) {
      if (!nodes.back().empty() && nodes.back().size() + piece.size() > kMostBytes) nodes.emplace_back();
      nodes.back() += (nodes.back().empty() ? "" : ",") + piece;
    }
  for (std::string& part : nodes) part = "{\"all_of\":[" + part + "]," + begin;
  return nodes;
}

/// Keeps the proof; answers the decision's first part.
Result<std::string> decide(const Call& call, const Asked& asked, const Json& answer, std::size_t round, Day today) {
  const std::string number = asked.entity + "/" + asked.id + "/" + std::to_string(round);
  const auto parts = parts_of(answer["proof"]);
  const std::string level = answer["level"];
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

} // namespace

Result<Json> check(Call& call, const Message& message) {
  const Asked asked = asked_of(message.request);
  OB_TRY(const Facts facts, facts_of(call, asked));
  return answered(call, asked, facts);
}

Result<Answer> check_route(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  Message message{"ledger/1", "check", body};
  OB_TRY(const Json answer, check(call, message));
  return Answer::json(answer);
}

Result<Json> reserve(Call& call, const Message& message) {
  const Asked asked = asked_of(message.request);
  OB_TRY(const Day today, day_of(call, message.request));
  OB_TRY(const Facts facts, facts_of(call, asked));
  OB_TRY(const auto there, reservations_of(call, asked.entity, asked.id));
  const auto newest = newest_rounds(there);
  OB_TRY(auto held, held_already(asked, newest, today));
  OB_CHECK(may_post_on(call, facts.indicators, today));
  OB_TRY(const CheckAnswer answer, check_funds(facts.check));
  OB_TRY(Json reply, answer_of(call, asked, facts, answer));
  const bool held_before = held.has_value();
  reply["repeated"] = held_before;
  reply["reservations"] = held ? *std::move(held) : Json::array();
  if (held_before) {
    reply["allowed"] = true;
    reply["level"] = name_of(Level::pass);
    reply["findings"] = Json::array();
    return reply;
  }
  if (!answer.allowed()) return reply;
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
  OB_TRY(reply["reservations"], write_lines(work));
  OB_CHECK(settle(work, answer));
  OB_TRY(reply["decision"], decide(call, asked, reply, round, today));
  return reply;
}

} // namespace onebudget::ledger
