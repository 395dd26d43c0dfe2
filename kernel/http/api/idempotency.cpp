#include "kernel/http/api/idempotency.hpp"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>

#include "kernel/crypto/crypto.hpp"
#include "kernel/http/api/toolbox.hpp"
#include "kernel/http/problem.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::http {

namespace {

constexpr std::int64_t kKeptMs = 24 * 3'600'000;
constexpr std::int64_t kAliveMs = 5 * 60'000;

Fault conflict(const char* zh, const char* en) { return fault(FaultKind::conflict, "http.idempotency", {zh, en}); }

std::string answer_text(const Response& response) {
  Json headers = Json::object();
  for (const auto& [name, value] : response.headers)
    if (name == "ETag" || name == "Location" || name == "Content-Type") headers[name] = value;
  const auto* body = std::get_if<std::string>(&response.body);
  return Json{{"status", response.status}, {"headers", headers}, {"body", body == nullptr ? "" : *body}}.dump();
}

/// An answer may hold what encrypted fields hold, so at rest it is sealed like them. JSON begins otherwise than
/// base64url.
Result<std::string> at_rest(const Services& services, const std::string& scope, const std::string& answer) {
  if (services.keys == nullptr) return answer;
  OB_TRY(const std::string blob, services.keys->seal(answer, scope));
  return base64url(blob);
}

Result<std::string> from_rest(const Services& services, const std::string& scope, const std::string& stored) {
  std::string blob;
  if (stored.starts_with('{') || services.keys == nullptr || !from_base64url(stored, blob)) return stored;
  return services.keys->open_sealed(blob, scope);
}

Result<Response> answer_of(const std::string& text) {
  OB_TRY(const Json stored, parse_json(text, {std::size_t{8} << 20, 64}));
  Response response(stored["status"].get<int>());
  for (const auto& [name, value] : stored["headers"].items()) response.set(name, value.get<std::string>());
  response.body = stored["body"].get<std::string>();
  response.set("Idempotency-Replayed", "true");
  return response;
}

/// Requests of this process that are at work under a key. Another one with the same key waits for the answer.
class AtWork {
 public:
  /// True when the key was free; otherwise waits until it is, at most `kPatience`, and answers false.
  bool enter(const std::string& scope) {
    std::unique_lock lock(mutex_);
    if (scopes_.insert(scope).second) return true;
    left_.wait_for(lock, kPatience, [&] { return !scopes_.contains(scope); });
    return false;
  }
  void leave(const std::string& scope) {
    const std::lock_guard lock(mutex_);
    scopes_.erase(scope);
    left_.notify_all();
  }
  [[nodiscard]] const std::string& process() const { return process_; }

 private:
  static constexpr std::chrono::seconds kPatience{30};
  std::mutex mutex_;
  std::condition_variable left_;
  std::set<std::string> scopes_;
  const std::string process_ = to_hex(crypto::random_bytes(8)); ///< tells claims of this run from those of others
};

struct Key {
  std::string scope, digest, process;
  bool entered = false;        ///< nobody else of this process works under it
  bool in_transaction = false; ///< the answer is stored with the write: a claim without one wrote nothing
};

/// Claims the key; answers the stored answer when there is one. A claim without answer is one still at work, or of a
/// run that ended: SQLite has one run at a time, elsewhere five minutes without an answer are taken as the end.
Result<std::optional<Response>> claim(Services& services, const Request& request, const Key& key) {
  enum class Found { free, other, busy, lost, answered } found = Found::free;
  std::string stored;
  const std::int64_t now = request.context.now_ms;
  OB_CHECK(services.database.write(request.context, [&](storage::Session& session) -> Result<void> {
    found = Found::free;
    OB_CHECK(session.send("DELETE FROM http_idempotency WHERE at_ms < ?", {now - kKeptMs}));
    OB_TRY(auto rows,
           session.query("SELECT digest, answer, process, at_ms FROM http_idempotency WHERE scope = ?", {key.scope}));
    OB_TRY(const bool any, rows->next());
    if (any) {
      // Whoever entered is the only one of this run: an open claim of this run is then one whose end was not stored.
      const bool own = rows->text(2) == key.process;
      const bool others = session.dialect() == storage::Dialect::postgresql && rows->integer(3) > now - kAliveMs;
      const bool alive = own ? !key.entered : others;
      found = rows->text(0) != key.digest ? Found::other
              : !rows->null(1)            ? Found::answered
              : alive                     ? Found::busy
              : key.in_transaction        ? Found::free
                                          : Found::lost;
      if (found == Found::answered) stored = std::string(rows->text(1));
    }
    rows.reset();
    if (found != Found::free) return {};
    return session.send(
        "INSERT INTO http_idempotency (scope, digest, at_ms, process) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (scope) DO UPDATE SET process = excluded.process, at_ms = excluded.at_ms",
        {key.scope, key.digest, now, key.process});
  }));
  if (found == Found::other)
    return fault(FaultKind::rule, "http.idempotency",
                 {"该 Idempotency-Key 已用于另一个请求，请换一个。",
                  "This Idempotency-Key belongs to another request; use a new one."});
  if (found == Found::busy)
    return conflict("同一请求正在处理，请稍后再试。", "The same request is still at work; try again shortly.");
  if (found == Found::lost)
    return conflict(
        "服务在处理同一请求时中断，结果未知。请先核对是否已生效，再换用新的 Idempotency-Key。",
        "The server stopped while it worked on this request. See whether it took effect, then use a new key.");
  if (found == Found::free) return std::optional<Response>();
  OB_TRY(const std::string answer, from_rest(services, key.scope, stored));
  OB_TRY(Response response, answer_of(answer));
  return std::optional<Response>(std::move(response));
}

Result<void> keep(const Services& services, storage::Session& session, const Key& key, const std::string& answer) {
  OB_TRY(const std::string kept, at_rest(services, key.scope, answer));
  return session.send("UPDATE http_idempotency SET answer = ? WHERE scope = ?", {kept, key.scope});
}

/// A second request that came while the first was at work gets here when that has its answer.
Result<Response> replayed(Services& services, const Request& request, const Key& key) {
  OB_TRY(auto replay, claim(services, request, key));
  if (replay) return *std::move(replay);
  // The first one failed without an answer worth keeping.
  OB_CHECK(services.database.write(request.context, [&](storage::Session& session) -> Result<void> {
    return session.send("DELETE FROM http_idempotency WHERE scope = ? AND answer IS NULL", {key.scope});
  }));
  return conflict("同一请求未能完成，请重试。", "The same request did not succeed; try again.");
}

/// Caller, route and key; body and version. A body on disk is read through once.
Result<Key> key_of(const Request& request, std::string_view wished) {
  Key key;
  key.scope = to_hex(crypto::sm3(fmt::format("{}\n{}\n{}\n{}\n{}", request.context.caller.name,
                                             request.context.caller.token_id, request.method, request.path, wished)));
  crypto::Digest digest(crypto::Digest::Kind::sm3);
  digest.add(std::string(request.header("if-match")) + "\n" + request.query + "\n");
  const auto source = body_source(request);
  std::string buffer(64 * 1024, '\0');
  for (;;) {
    OB_TRY(const std::size_t got, source(buffer.data(), buffer.size()));
    if (got == 0) break;
    digest.add(std::string_view(buffer).substr(0, got));
  }
  key.digest = to_hex(digest.finish());
  return key;
}

/// Runs the handler under a claimed key. The answer is kept in the transaction of the write where the handler's room
/// offers it, afterwards otherwise.
Result<Response> carry_out(Services& services, Request& request, const Key& key, const ApiHandler& handler) {
  std::string kept; // in a transaction that may yet be undone and run again
  request.receipt = [&](storage::Session& session, const Response& answer) {
    kept = answer_text(answer);
    return keep(services, session, key, kept);
  };
  Result<Response> answer = handler(services, request);
  request.receipt = {};
  if (answer && !kept.empty() && kept == answer_text(*answer)) return answer;
  const bool worth = answer ? answer->status < 500 : answer.fault().status() < 500;
  const std::string text = worth ? answer_text(answer ? *answer : problem(answer.fault(), request.context)) : "";
  const auto settled = services.database.write(request.context, [&](storage::Session& session) -> Result<void> {
    if (worth) return keep(services, session, key, text);
    return session.send("DELETE FROM http_idempotency WHERE scope = ?", {key.scope});
  });
  if (!settled)
    services.log.write(observe::Level::error, "http.idempotency_lost", settled.fault().message.en,
                       {{"request_id", request.context.request_id}});
  return answer;
}

} // namespace

std::vector<storage::Migration> migrations() {
  return {
      {"kernel.http", 1, "idempotency",
       "CREATE TABLE http_idempotency (scope ${text} PRIMARY KEY, digest ${text} NOT NULL, at_ms ${id} NOT NULL, "
       "answer ${text});"
       "CREATE INDEX http_idempotency_at ON http_idempotency (at_ms);"},
      {"kernel.http", 2, "files",
       "CREATE TABLE http_file (id ${text} PRIMARY KEY, name ${text} NOT NULL, size ${id} NOT NULL, media_type "
       "${text} NOT NULL,"
       " sm3 ${text} NOT NULL, owner ${id} NOT NULL, at_ms ${id} NOT NULL);"},
      {"kernel.http", 3, "idempotency_process", "ALTER TABLE http_idempotency ADD COLUMN process ${text};"},
      {"kernel.http", 4, "views",
       "CREATE TABLE http_view (id ${text} PRIMARY KEY, path ${text} NOT NULL, title ${text} NOT NULL, query ${text} "
       "NOT NULL, owner ${id} NOT NULL, role ${text} NOT NULL, node ${id} NOT NULL, opens ${id} NOT NULL, version "
       "${id} NOT NULL);"
       "CREATE UNIQUE INDEX http_view_of_owner ON http_view (owner, path, title);"
       "CREATE INDEX http_view_shared ON http_view (path) WHERE role <> '';"}};
}

ApiHandler idempotent(ApiHandler handler, bool in_transaction) {
  // One for all routes: a key belongs to one of them by its scope.
  static AtWork at_work;
  return [handler = std::move(handler), in_transaction](Services& services, Request& request) -> Result<Response> {
    const std::string_view wished = request.header("idempotency-key");
    if (wished.empty()) return handler(services, request);
    if (wished.size() > 200)
      return fault(FaultKind::malformed, "http.idempotency_key",
                   {"Idempotency-Key 过长。", "The Idempotency-Key is too long."});
    OB_TRY(Key key, key_of(request, wished));
    key.process = at_work.process();
    key.in_transaction = in_transaction;
    if (!at_work.enter(key.scope)) return replayed(services, request, key);
    key.entered = true;
    const std::shared_ptr<void> leaving(nullptr, [&](void*) { at_work.leave(key.scope); });
    OB_TRY(auto replay, claim(services, request, key));
    if (replay) return *std::move(replay);
    return carry_out(services, request, key, handler);
  };
}

} // namespace onebudget::http
