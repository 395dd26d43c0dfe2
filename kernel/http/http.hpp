#pragma once
// http: the wire, the router and what every answer looks like. One event loop owns the sockets, a bounded pool runs the
// handlers; a slow client costs a buffer, never a thread.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "kernel/base/clock.hpp"
#include "kernel/base/context.hpp"
#include "kernel/http/wire/file.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::storage {
class Session;
}

namespace onebudget::http {

class SseListener;
class SseHub;

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Response;

/// What a handler is given. Belongs to the handler for the time of the call.
struct Request {
  std::string method; ///< "GET"; HEAD arrives as GET with `head_only`
  bool head_only = false;
  std::string path;   ///< percent-decoded, no empty, "." or ".." segments
  std::string query;  ///< raw, without '?'
  std::string target; ///< as sent, for Location and logs; never for authorisation
  Pairs headers;      ///< names in lower case, in order of arrival
  std::string body;   ///< in memory; empty when `spool` is set
  File spool;         ///< uploads above a limit: an unlinked file, read from offset 0
  std::uint64_t body_size = 0;
  std::string client_ip;
  bool tls = false;
  bool loopback = false; ///< the peer itself is this machine and no proxy stood before it
  std::string route;     ///< the pattern that matched: what is authorised, counted and logged
  Pairs params;          ///< of the pattern
  Context context;
  /// Set while a repeated request would get this one's answer: called with it in the transaction of the write.
  std::function<Result<void>(storage::Session& session, const Response& answer)> receipt;

  [[nodiscard]] std::string_view header(std::string_view lower_name) const; ///< empty when absent
  [[nodiscard]] std::string param(std::string_view name) const;             ///< empty when absent
  /// Decoded query pairs; a malformed escape or bad UTF-8 is a fault http.query.
  [[nodiscard]] Result<Pairs> query_pairs() const;
};

/// Part of an open file as a body.
struct FileBody {
  File file;
  std::uint64_t offset = 0, size = 0;
};

struct Response {
  int status = 200;
  Pairs headers; ///< Content-Length, Date, Connection and the security headers are added by the server
  std::variant<std::string, FileBody, std::shared_ptr<SseListener>> body;

  Response() = default;
  explicit Response(int code) : status(code) {}
  Response(int code, std::string media_type, std::string text) : status(code), body(std::move(text)) {
    headers.emplace_back("Content-Type", std::move(media_type));
  }
  Response& set(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};

/// Runs on a worker thread (or the loop, see RouteOptions). Must be thread-safe. What it throws becomes a 500.
using Handler = std::function<Response(Request&)>;

enum class BodyPolicy {
  none,   ///< a body is refused
  memory, ///< up to `body_limit`, as Request::body
  spool   ///< up to `body_limit`; above 256 KiB it goes to an unlinked file
};

struct RouteOptions {
  BodyPolicy body = BodyPolicy::none;
  std::uint64_t body_limit = 1 << 20;
  bool on_loop = false; ///< answered by the loop itself: only for handlers that never wait
  int deadline_s = 30;  ///< Context.deadline_ns
};

struct Route {
  std::string method, pattern;
  RouteOptions options;
  Handler handler;
};

/// Filled before the server starts, then only read; thread-safe to read.
class Router {
 public:
  Router();
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  /// `pattern`: "/api/v1/{plugin}/{entity}/{id}"; literal segments win over parameters; "{rest*}" at the end takes all
  /// that remains. A second handler for the same method and pattern replaces the first.
  void add(std::string method, std::string pattern, RouteOptions options, Handler handler);

  struct Match {
    const Route* route = nullptr;
    Pairs params;
    std::vector<std::string> allowed; ///< when only the method does not fit
  };
  [[nodiscard]] Match find(std::string_view method, std::string_view path) const;
  [[nodiscard]] std::vector<const Route*> routes() const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  int port = 0; ///< 0 = any free one
  int workers = 4;
  std::size_t queue = 1024; ///< requests waiting for a worker; more get 503
  std::size_t max_connections = 20'000;
  std::size_t max_connections_per_ip = 1'000;
  std::size_t max_head_bytes = 16 * 1024;
  std::size_t max_fields = 100;
  std::size_t max_uri_bytes = 8 * 1024;
  std::size_t memory_body_bytes = 256 * 1024; ///< spool routes go to a file above this
  int header_seconds = 10;            ///< from the first byte of a request to its empty line; also the TLS handshake
  int idle_seconds = 75;              ///< between requests
  int body_grace_seconds = 30;        ///< a body may take this long plus one second per body_rate bytes
  std::uint64_t body_rate = 4 * 1024; ///< bytes a second, also for writing
  int drain_seconds = 20;             ///< stop(): requests in flight may take this long
  std::size_t sse_buffer = 64 * 1024; ///< a listener that has more than this waiting is dropped
  int sse_heartbeat_seconds = 15;
  std::string spool_directory = "/var/tmp";
  std::vector<std::string> trusted_proxies; ///< addresses whose X-Forwarded-For and -Proto are believed
  std::string tls_certificate, tls_key;     ///< PEM files; both or neither
  /// Called once per request on the thread that made the answer; must be quick.
  std::function<void(const Request&, int status, std::int64_t nanoseconds)> on_answer;
  /// Called when a handler threw: the text is for the log, never for the client.
  std::function<void(const Request&, const std::string& what)> on_panic;
};

/// Starts one loop thread and `workers` worker threads. Router and hub must outlive it.
class Server {
 public:
  Server(const Router& router, SseHub& hub, const Clock& clock, ServerOptions options);
  ~Server(); ///< stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and serves. Faults http.listen, http.tls name what to change.
  Result<void> start();
  /// No new connection, requests in flight end (at most drain_seconds), then everything closes. May be called twice.
  void stop();
  [[nodiscard]] int port() const;
  struct Counts {
    std::size_t connections = 0, listeners = 0;
    std::uint64_t requests = 0, refused = 0;
  };
  [[nodiscard]] Counts counts() const; ///< thread-safe

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace onebudget::http
