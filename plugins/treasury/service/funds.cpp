// The funds check of the ledger, as every document here speaks to it.

#include "plugins/treasury/service/facts.hpp"

namespace onebudget::treasury {

namespace {

constexpr int kLine = 1; ///< every document here has one line

Text text_in(const Json& value) {
  const Row row(value);
  return {row.text("zh"), row.text("en")};
}

Result<void> tell(const Call& call, const char* verb, const Json& request) {
  const auto answer = call.send(kLedger, verb, request);
  return answer ? Result<void>() : Result<void>(answer.fault());
}

} // namespace

Json document_of(const std::string& entity, RecordId id) { return {{"entity", entity}, {"id", id.str()}}; }

Result<Json> ask_funds(const Call& call, const char* verb, const Json& document, const Row& row, const char* link,
                       const FundsLine& line, const std::optional<Day>& expires) {
  Json asked = {{"line", kLine}, {"indicator", line.indicator}, {"amount", line.amount.fen()}};
  if (!line.from.empty()) asked["from"] = line.from;
  Json request = {
      {"document", document}, {"unit", row.text("unit")}, {"link", link}, {"lines", Json::array({std::move(asked)})}};
  if (!line.title.empty()) request["title"] = line.title;
  if (expires) request["expires_on"] = expires->str();
  return call.send(kLedger, verb, request);
}

std::vector<Hit> report_funds(const Json& answer, const char* field, Verdict& verdict) {
  std::vector<Hit> warnings;
  const Row row(answer);
  const bool allowed = row.flag("allowed");
  for (const Json& item : row.at("findings")) {
    const Row finding(item);
    const Text message = text_in(finding.at("message"));
    if (!allowed && finding.text("level") != "warn")
      verdict.report(field, finding.text("code"), message, text_in(finding.at("remedy")));
    else
      warnings.push_back({finding.text("code"), Level::yellow, message, "{}"});
  }
  return warnings;
}

std::string reservation_in(const Json& answer) {
  for (const Json& item : Row(answer).at("reservations")) {
    const Row reservation(item);
    if (reservation.number("line") == kLine) return reservation.text("id");
  }
  return {};
}

Result<void> release_funds(const Call& call, const Json& document, const char* reason) {
  return tell(call, "release", {{"document", document}, {"reason", reason}});
}

Result<void> confirm_funds(const Call& call, const Json& document) {
  return tell(call, "confirm", {{"document", document}});
}

Result<void> move_funds(const Call& call, const char* verb, const Json& document, const std::string& reference,
                        Money amount) {
  return tell(call, verb,
              {{"document", document},
               {"reference", reference},
               {"lines", Json::array({{{"line", kLine}, {"amount", amount.fen()}}})}});
}

} // namespace onebudget::treasury
