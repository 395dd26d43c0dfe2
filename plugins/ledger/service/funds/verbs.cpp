// confirm, consume, refund, release and state, as messages of ledger/1.

#include "plugins/ledger/service/funds/move.hpp"

namespace onebudget::ledger {

namespace {

struct Source {
  std::string entity, id;
};

Source source_of(const Json& request) {
  const Row document(Row(request).at("document"));
  return {document.text("entity"), document.text("id")};
}

Fault nothing_reserved() {
  return fault(FaultKind::rule, "ledger.no_reservation",
               {"该单据没有占用。请先送审占用资金。", "The document holds no reservation. Reserve the money first."});
}

Fault line_twice(std::int64_t line) {
  return fault(FaultKind::rule, "ledger.line_twice",
               {"第 " + std::to_string(line) + " 行在一次办理中出现两次。请合并为一行。",
                "Line " + std::to_string(line) + " stands twice in one request. Send it once, with the sum."});
}

/// The newest round of the lines asked for, or of all lines.
Result<std::vector<Row>> lines_of(const Call& call, const Json& request) {
  const Source source = source_of(request);
  OB_TRY(const auto there, reservations_of(call, source.entity, source.id));
  const auto newest = newest_rounds(there);
  std::vector<Row> out;
  if (!request.contains("lines")) {
    for (const auto& [line, row] : newest) out.push_back(row);
  } else {
    std::set<int> asked;
    for (const Json& line : Row(request).at("lines")) asked.insert(line.is_number_integer() ? line.get<int>() : 0);
    for (const int line : asked) {
      const auto found = newest.find(line);
      if (found == newest.end()) return nothing_reserved();
      out.push_back(found->second);
    }
  }
  if (out.empty()) return nothing_reserved();
  return out;
}

using Rule = Result<std::vector<Movement>> (*)(const Reservation&, Money);

/// consume and refund: by line and amount; a reference that was there already changes nothing.
Result<Json> spend(Call& call, const Json& request, const char* event, Rule rule) {
  const Source source = source_of(request);
  const std::string reference = Row(request).text("reference");
  OB_TRY(const auto there, reservations_of(call, source.entity, source.id));
  std::set<std::string> numbers;
  for (const Row& row : there) numbers.insert(plugin::quoted(row.id().str() + "/" + event + "/" + reference));
  std::set<std::string> done;
  OB_CHECK(by_hundreds(numbers, "number", [&](const std::string& filter) {
    return call.records().each(kEntry, where(filter, "", {"reservation"}), [&](const Row& entry) -> Result<void> {
      done.insert(entry.text("reservation"));
      return {};
    });
  }));
  const auto newest = newest_rounds(there);
  std::vector<Row> rows;
  std::vector<Money> amounts;
  std::vector<Row> kept;
  std::set<std::int64_t> asked;
  const Json lines = Row(request).at("lines");
  for (const Json& item : lines) {
    const Row line(item);
    if (!asked.insert(line.number("line")).second) return line_twice(line.number("line"));
    const auto found = newest.find(static_cast<int>(line.number("line")));
    if (found == newest.end()) return nothing_reserved();
    if (done.count(found->second.id().str()) > 0) {
      kept.push_back(found->second);
      continue;
    }
    rows.push_back(found->second);
    amounts.push_back(line.money("amount"));
  }
  OB_TRY(const Day on, day_of(call, request));
  Moving moving(call, on);
  for (const Row& row : kept) moving.keep(row);
  if (rows.empty()) return moving.reply(true);
  OB_CHECK(moving.load(rows));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    OB_TRY(const auto movements, rule(reservation_of(rows[i]), amounts[i]));
    OB_CHECK(moving.move(rows[i], movements, false, "/" + reference, {{"reference", reference}}));
  }
  OB_CHECK(moving.settle());
  return moving.reply(false);
}

/// Everything that is wrong with an outside request, before anything is read for it.
std::vector<FieldFault> mistakes_of(const Json& body, const std::string& verb) {
  std::vector<FieldFault> out;
  const Source source = source_of(body);
  if (source.entity.rfind("external.", 0) != 0)
    out.push_back({"/document/entity",
                   "ledger.external_entity",
                   {"单据种类应以 external. 开头。", "The entity begins with external."},
                   {"各插件的单据由插件自己办理。", "Documents of plugins are the plugins' own."}});
  if (source.id.empty())
    out.push_back({"/document/id",
                   "ledger.external_id",
                   {"缺少单据编号。", "The document has no id."},
                   {"请给出外部系统中的编号。", "Give its number in the outside system."}});
  const Json lines = Row(body).at("lines");
  if (!lines.is_array() || lines.empty())
    out.push_back({"/lines",
                   "ledger.external_lines",
                   {"缺少明细行。", "There are no lines."},
                   {"请至少给出一行。", "Give one line at least."}});
  if (!lines.is_array() || verb == "confirm" || verb == "release") return out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Row line(lines[i]);
    const std::string at = "/lines/" + std::to_string(i);
    if (line.number("amount") <= 0)
      out.push_back(
          {at + "/amount",
           "ledger.external_amount",
           {"金额应大于零，单位元，至多两位小数。", "The amount is above zero, in yuan with at most two decimals."},
           {"请改正金额。", "Correct the amount."}});
    if (verb == "reserve" && line.ref("indicator").none())
      out.push_back({at + "/indicator",
                     "ledger.external_indicator",
                     {"缺少指标。", "The indicator is missing."},
                     {"请给出指标的编号。", "Give the id of the indicator."}});
  }
  return out;
}

} // namespace

Result<Json> confirm(Call& call, const Message& message) {
  OB_TRY(const auto rows, lines_of(call, message.request));
  std::vector<Row> open;
  OB_TRY(const Day on, day_of(call, message.request));
  Moving moving(call, on);
  for (const Row& row : rows) {
    const Reservation one = reservation_of(row);
    if (one.held.reserved > Money())
      open.push_back(row);
    else if (one.held.confirmed > Money() || one.held.consumed > Money() || one.held.passed > Money())
      moving.keep(row);
    else
      return nothing_reserved();
  }
  if (open.empty()) return moving.reply(true);
  OB_CHECK(moving.load(open));
  for (const Row& row : open) {
    OB_TRY(const auto movements, confirm(reservation_of(row)));
    OB_CHECK(moving.move(row, movements, false, "", Json::object()));
  }
  OB_CHECK(moving.settle());
  return moving.reply(false);
}

Result<Json> consume(Call& call, const Message& message) {
  return spend(call, message.request, "consume",
               [](const Reservation& one, Money amount) { return consume(one, amount); });
}

Result<Json> refund(Call& call, const Message& message) {
  return spend(call, message.request, "refund",
               [](const Reservation& one, Money amount) { return refund(one, amount); });
}

Result<Json> release(Call& call, const Message& message) {
  OB_TRY(const auto rows, lines_of(call, message.request));
  OB_TRY(const Day on, day_of(call, message.request));
  Moving moving(call, on);
  std::vector<Row> open;
  for (const Row& row : rows) {
    if (row.number("closed") == 0)
      open.push_back(row);
    else
      moving.keep(row);
  }
  if (open.empty()) return moving.reply(true);
  OB_CHECK(moving.load(open));
  for (const Row& row : open)
    OB_CHECK(moving.move(row, release(reservation_of(row), moving.earlier_open(row)), true, "",
                         {{"note", Row(message.request).text("reason")}}));
  OB_CHECK(moving.settle());
  return moving.reply(false);
}

Result<Json> state(Call& call, const Message& message) {
  const Source source = source_of(message.request);
  OB_TRY(const auto there, reservations_of(call, source.entity, source.id));
  Json out = Json::array();
  for (const auto& [line, row] : newest_rounds(there)) out.push_back(reservation_json(row, call.today()));
  return Json{{"reservations", out}};
}

Result<Answer> external(Call& call, const Request& request) {
  OB_TRY(Json given, request.json());
  const Json body = in_fen(std::move(given));
  const std::string verb = request.parameter("verb").value_or("");
  auto wrong = mistakes_of(body, verb);
  if (!wrong.empty())
    return fault(FaultKind::malformed, "ledger.external",
                 {"请求有误，请逐项改正。", "The request has mistakes; correct each of them."}, std::move(wrong));
  const std::map<std::string, Result<Json> (*)(Call&, const Message&)> verbs = {
      {"confirm", confirm}, {"consume", consume}, {"refund", refund}, {"release", release}};
  if (verb == "reserve") return reserve_outside(call, body);
  const auto found = verbs.find(verb);
  if (found == verbs.end())
    return fault(FaultKind::not_found, "ledger.external",
                 {"没有此操作：" + verb.substr(0, 20) + "。", "There is no such verb: " + verb.substr(0, 20) + "."});
  OB_TRY(Json reply, found->second(call, {"ledger/1", verb, body}));
  for (Json& one : reply["reservations"]) // ledger/1 keeps fen, routes tell yuan
    for (const char* held : {"reserved", "confirmed", "consumed"})
      one[held] = Money::from_fen(one[held].get<std::int64_t>()).to_yuan();
  return Answer::json(reply);
}

} // namespace onebudget::ledger
