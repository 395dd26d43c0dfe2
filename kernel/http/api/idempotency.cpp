#include "kernel/http/api/idempotency.hpp"

#include <fmt/format.h>

#include "kernel/crypto/crypto.hpp"
#include "kernel/http/api/toolbox.hpp"
#include "kernel/http/problem.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::http {

namespace {

constexpr std::int64_t kKeptMs = 24 * 3'600'000;

Fault conflict(const char* zh, const char* en) { return fault(FaultKind::conflict, "http.idempotency", {zh, en}); }

std::string answer_text(const Response& response) {
  Json headers = Json::object();
  for (const auto& [name, value] : response.headers)
    if (name == "ETag" || name == "Location" || name == "Content-Type") headers[name] = value;
  const auto* body = std::get_if<std::string>(&response.body);
  return Json{{"status", response.status}, {"headers", headers}, {"body", body == nullptr ? "" : *body}}.dump();
}

Result<Response> answer_of(const std::string& text) {
  OB_TRY(const Json stored, parse_json(text, {std::size_t{8} << 20, 64}));
  Response response(stored["status"].get<int>());
  for (const auto& [name, value] : stored["headers"].items()) response.set(name, value.get<std::string>());
  response.body = stored["body"].get<std::string>();
  response.set("Idempotency-Replayed", "true");
  return response;
}

/// Claims the key; answers the stored answer when there is one. A claim without answer is one still at work.
Result<std::optional<Response>> claim(Services& services, const Request& request, const std::string& key,
                                      const std::string& digest) {
  std::optional<std::string> stored;
  bool other = false, busy = false;
  OB_CHECK(services.database.write(request.context, [&](storage::Session& session) -> Result<void> {
    stored.reset();
    other = busy = false;
    OB_TRY(const auto old,
           session.execute("DELETE FROM http_idempotency WHERE at_ms < ?", {request.context.now_ms - kKeptMs}));
    (void)old;
    OB_TRY(auto rows, session.query("SELECT digest, answer FROM http_idempotency WHERE scope = ?", {key}));
    OB_TRY(const bool found, rows->next());
    if (found) {
      other = rows->text(0) != digest;
      busy = rows->null(1);
      if (!busy) stored = std::string(rows->text(1));
      return {};
    }
    rows.reset();
    OB_TRY(const auto made, session.execute("INSERT INTO http_idempotency (scope, digest, at_ms) VALUES (?, ?, ?)",
                                            {key, digest, request.context.now_ms}));
    (void)made;
    return {};
  }));
  if (other)
    return conflict("该 Idempotency-Key 已用于另一个请求，请换一个。",
                    "This Idempotency-Key belongs to another request; use a new one.");
  if (busy) return conflict("同一请求正在处理，请稍后再试。", "The same request is still at work; try again shortly.");
  if (!stored) return std::optional<Response>();
  OB_TRY(Response response, answer_of(*stored));
  return std::optional<Response>(std::move(response));
}

Result<void> settle(Services& services, const Request& request, const std::string& key,
                    const std::optional<std::string>& answer) {
  return services.database.write(request.context, [&](storage::Session& session) -> Result<void> {
    const auto done = answer ? session.execute("UPDATE http_idempotency SET answer = ? WHERE scope = ?", {*answer, key})
                             : session.execute("DELETE FROM http_idempotency WHERE scope = ?", {key});
    return done ? Result<void>() : Result<void>(done.fault());
  });
}

} // namespace

std::vector<storage::Migration> migrations() {
  return {{"kernel.http", 1, "idempotency",
           "CREATE TABLE http_idempotency (scope ${text} PRIMARY KEY, digest ${text} NOT NULL, at_ms ${id} NOT NULL, "
           "answer ${text});"
           "CREATE INDEX http_idempotency_at ON http_idempotency (at_ms);"},
          {"kernel.http", 2, "files",
           "CREATE TABLE http_file (id ${text} PRIMARY KEY, name ${text} NOT NULL, size ${id} NOT NULL, media_type "
           "${text} NOT NULL,"
           " sm3 ${text} NOT NULL, owner ${id} NOT NULL, at_ms ${id} NOT NULL);"}};
}

ApiHandler idempotent(ApiHandler handler) {
  return [handler = std::move(handler)](Services& services, Request& request) -> Result<Response> {
    const std::string_view wished = request.header("idempotency-key");
    if (wished.empty()) return handler(services, request);
    if (wished.size() > 200)
      return fault(FaultKind::malformed, "http.idempotency_key",
                   {"Idempotency-Key 过长。", "The Idempotency-Key is too long."});
    const std::string scope =
        to_hex(crypto::sm3(fmt::format("{}\n{}\n{}\n{}\n{}", request.context.caller.name,
                                       request.context.caller.token_id, request.method, request.path, wished)));
    const std::string digest = to_hex(crypto::sm3(std::string(request.header("if-match")) + "\n" + request.body));
    OB_TRY(auto replay, claim(services, request, scope, digest));
    if (replay) return *std::move(replay);
    Result<Response> answer = handler(services, request);
    const bool keep = answer ? answer->status < 500 : answer.fault().status() < 500;
    std::optional<std::string> text;
    if (keep) text = answer_text(answer ? *answer : problem(answer.fault(), request.context));
    // The work is done whatever becomes of its receipt: a retry then meets the record's own key or version.
    if (const auto settled = settle(services, request, scope, text); !settled)
      services.log.write(observe::Level::error, "http.idempotency_lost", settled.fault().message.en,
                         {{"request_id", request.context.request_id}});
    return answer;
  };
}

} // namespace onebudget::http
