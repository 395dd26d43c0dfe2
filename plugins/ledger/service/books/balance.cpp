// Balances, now or as of a day, and the release of what expired.

#include "plugins/ledger/service/funds/move.hpp"

namespace onebudget::ledger {

namespace {

constexpr std::size_t kMost = 1000;

Result<std::vector<Row>> wanted(const Call& call, const Json& request) {
  const Row asked(request);
  if (request.contains("indicators")) {
    std::set<std::string> ids;
    for (const Json& id : request["indicators"]) ids.insert(id.get<std::string>());
    OB_TRY(const auto rows, rows_of(call, kIndicator, ids));
    std::vector<Row> out;
    for (const auto& [id, row] : rows) out.push_back(row);
    return out;
  }
  std::string filter;
  const auto add = [&](const std::string& term) { filter += (filter.empty() ? "" : ";") + term; };
  if (asked.has("unit")) add("unit==" + plugin::quoted(asked.text("unit")));
  if (asked.has("fiscal_year")) add("fiscal_year==" + std::to_string(asked.number("fiscal_year")));
  if (asked.has("project")) add("project_code==" + plugin::quoted(asked.text("project")));
  return call.records().list(kIndicator, where(filter, "code"), kMost);
}

/// Entries of some indicators up to the end of a day.
Result<std::map<std::string, Balances>> as_of(const Call& call, const std::vector<Row>& rows, Day day) {
  OB_TRY(const Chart chart, chart_of(call));
  Books books(chart);
  std::set<std::string> ids;
  for (const Row& row : rows) ids.insert(row.id().str());
  const std::string until = ";posted_on=le=" + day.str();
  OB_CHECK(by_hundreds(ids, "indicator", [&](const std::string& filter) {
    return call.records().each(kEntry, where(filter + until),
                               [&](const Row& row) -> Result<void> { return books.add(entry_of(row)); });
  }));
  return books.indicators();
}

Result<Json> balances(const Call& call, const Json& request) {
  OB_TRY(const auto rows, wanted(call, request));
  const auto day = Row(request).day("as_of");
  std::map<std::string, Balances> then;
  if (day) {
    OB_TRY(then, as_of(call, rows, *day));
  }
  Json items = Json::array();
  for (const Row& row : rows) {
    const Balances now = day ? then[row.id().str()] : balances_of(row);
    OB_TRY(const Money amount, now.amount());
    Json item = {{"indicator", row.id().str()}, {"code", row.text("code")},
                 {"unit", row.text("unit")},    {"fiscal_year", row.number("fiscal_year")},
                 {"stage", row.text("stage")},  {"project", row.text("project_code")},
                 {"amount", amount.fen()}};
    for (std::size_t i = 1; i < kBucketCount; ++i) item[kBuckets[i]] = now.of[i].fen();
    items.push_back(std::move(item));
  }
  return Json{{"items", items}};
}

/// Routes tell yuan; ledger/1 keeps fen.
Json in_yuan(Json answer) {
  for (Json& item : answer["items"])
    for (auto& [name, value] : item.items())
      if (name == "amount" || bucket_of(name) != Bucket::none)
        value = Money::from_fen(value.get<std::int64_t>()).to_yuan();
  return answer;
}

} // namespace

Result<Json> balance(Call& call, const Message& message) { return balances(call, message.request); }

Result<Answer> balance_route(Call& call, const Request& request) {
  Json asked = Json::object();
  for (const char* name : {"unit", "project", "as_of"})
    if (const auto value = request.parameter(name)) asked[name] = *value;
  if (const auto ids = request.parameter("indicators")) {
    asked["indicators"] = Json::array();
    for (std::size_t at = 0; at <= ids->size();) {
      const std::size_t end = std::min(ids->find(',', at), ids->size());
      asked["indicators"].push_back(ids->substr(at, end - at));
      at = end + 1;
    }
  }
  if (const auto year = request.parameter("fiscal_year")) {
    const auto number = RecordId::parse(*year);
    if (!number)
      return fault(FaultKind::malformed, "ledger.parameter",
                   {"fiscal_year 应为四位年度。", "fiscal_year is a year of four digits."});
    asked["fiscal_year"] = number->value;
  }
  OB_TRY(Json answer, balances(call, asked));
  return Answer::json(in_yuan(std::move(answer)));
}

Result<Json> expire(Call& call, Job& job) {
  constexpr std::int64_t kAtOnce = 200;
  std::int64_t released = 0;
  for (;;) {
    const Day today = call.today();
    plugin::Query query = where("reserved=gt=0.00;closed==0;expires_on=lt=" + today.str(), "expires_on");
    query.limit = kAtOnce;
    OB_TRY(const auto rows, call.records().list(kReservation, query));
    if (rows.empty() || job.cancelled()) break;
    Moving moving(call, today);
    OB_CHECK(moving.load(rows));
    std::map<std::pair<std::string, std::string>, Json> lines;
    for (const Row& row : rows) {
      OB_CHECK(
          moving.move(row, release(reservation_of(row), moving.earlier_open(row)), true, "", {{"note", "expired"}}));
      lines[{row.text("source_entity"), row.text("source_id")}].push_back(row.number("line_no"));
    }
    OB_CHECK(moving.settle());
    for (const auto& [source, numbers] : lines)
      OB_CHECK(call.publish("ledger.reservation.expired", source.first + "/" + source.second,
                            {{"entity", source.first}, {"id", source.second}, {"lines", numbers}}));
    released += static_cast<std::int64_t>(rows.size());
    OB_CHECK(job.checkpoint({{"released", released}}));
  }
  return Json{{"released", released}};
}

} // namespace onebudget::ledger
