// The loop's other half: bytes become requests, requests become answers.

#include <algorithm>
#include <utility>

#include <Poco/Net/IPAddress.h>

#include "kernel/http/problem.hpp"
#include "kernel/http/wire/loop.hpp"
#include "kernel/http/wire/target.hpp"

namespace onebudget::http {

namespace {

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

/// Ids that do not repeat between restarts and nodes; they are no secret.
std::string request_id(std::uint64_t seed, std::uint64_t number) {
  std::uint64_t x = seed + number * 0x9E3779B97F4A7C15ULL; // splitmix64
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  x ^= x >> 31;
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string id(16, '0');
  for (char& c : id) {
    c = kHex[x >> 60];
    x <<= 4;
  }
  return id;
}

bool is_loopback(const std::string& peer) { return peer.rfind("127.", 0) == 0 || peer == "::1"; }

} // namespace

void Loop::take(Connection& connection, std::string_view bytes) {
  connection.consuming = true;
  if (connection.in.empty()) { // the usual case: a whole request in one read, used where it lies
    const std::size_t used = consume(connection, bytes);
    if (connection.phase < Phase::lingering && used < bytes.size()) connection.in.assign(bytes.substr(used));
  } else {
    std::string kept = std::exchange(connection.in, {});
    kept.append(bytes);
    const std::size_t used = consume(connection, kept);
    if (connection.phase < Phase::lingering && used < kept.size()) connection.in.assign(kept, used);
  }
  connection.consuming = false;
}

std::size_t Loop::consume(Connection& connection, std::string_view bytes) {
  std::size_t used = 0;
  for (;;) {
    std::string_view rest = bytes.substr(used);
    if (connection.phase == Phase::idle || connection.phase == Phase::head) {
      if (rest.empty()) return used;
      if (connection.phase == Phase::idle) enter(connection, Phase::head);
      const HeadEnd end = find_head_end(rest, connection.scanned, head_limits_);
      if (end.refusal) {
        connection.language = language_of(rest);
        refuse(connection, *end.refusal);
        return bytes.size();
      }
      if (end.length == 0) {
        connection.moved = std::max<std::uint64_t>(1, connection.moved);
        return used;
      }
      connection.scanned = 0;
      used += end.length;
      begin_request(connection, rest.substr(0, end.length));
    } else if (connection.phase == Phase::body) {
      std::size_t part = 0;
      if (const auto refusal = connection.exchange->body.feed(rest, part)) {
        refuse(connection, *refusal);
        return bytes.size();
      }
      used += part;
      if (connection.exchange->body.done()) {
        const auto exchange = std::move(connection.exchange);
        exchange->request.body_size = exchange->body.received();
        exchange->request.spool = exchange->body.take_file();
        exchange->request.body = exchange->body.take_text();
        const bool keep_alive = !connection.close_after;
        dispatch(connection, std::move(exchange->request), *exchange->route, keep_alive);
      } else if (part == 0 || used == bytes.size()) {
        return used;
      }
    } else {
      return connection.phase >= Phase::lingering ? bytes.size() : used;
    }
  }
}

void Loop::refuse(Connection& connection, const Refusal& refusal) {
  ++refused_;
  Rendered rendered;
  rendered.bytes = render_refusal(refusal, connection.language, clock_.now_ms());
  rendered.close = true;
  send(connection, std::move(rendered));
  pump_out(connection);
}

Request Loop::make_request(const Connection& connection, const Head& head) {
  Request request;
  request.method = head.method;
  request.head_only = head.method == "HEAD";
  if (request.head_only) request.method = "GET";
  request.target = head.target;
  request.headers.reserve(head.fields.size());
  for (const auto& [name, value] : head.fields) request.headers.emplace_back(lower_case(name), value);
  request.client_ip = connection.peer;
  request.tls = tls_ != nullptr;
  const std::string_view forwarded = request.header("x-forwarded-for");
  request.loopback = is_loopback(connection.peer) && forwarded.empty();
  if (std::find(options_.trusted_proxies.begin(), options_.trusted_proxies.end(), connection.peer) !=
      options_.trusted_proxies.end()) {
    const std::string last(forwarded.substr(
        forwarded.find_last_of(", ") == std::string_view::npos ? 0 : forwarded.find_last_of(", ") + 1));
    Poco::Net::IPAddress address;
    if (Poco::Net::IPAddress::tryParse(last, address)) request.client_ip = address.toString();
    if (request.header("x-forwarded-proto") == "https") request.tls = true;
  }
  request.context.request_id = request_id(
      reinterpret_cast<std::uintptr_t>(this) ^ static_cast<std::uint64_t>(clock_.now_ms()) << 20, ++request_numbers_);
  request.context.language = connection.language;
  request.context.client_ip = request.client_ip;
  request.context.now_ms = clock_.now_ms();
  return request;
}

void Loop::begin_request(Connection& connection, std::string_view raw) {
  connection.language = language_of(raw);
  Head head;
  if (const auto refusal = check_head(raw, head_limits_, head)) return refuse(connection, *refusal);
  if (!head.has_body() && !second_opinion(raw, head_limits_))
    return refuse(connection, {400, "请求有误。", "Bad request."});
  Request request = make_request(connection, head);
  const std::size_t question = request.target.find('?');
  if (question != std::string::npos) request.query = request.target.substr(question + 1);
  if (request.target != "*" && !decode_path(std::string_view(request.target).substr(0, question), request.path)) {
    return refuse(connection, {400, "请求路径有误。", "Bad path."});
  }
  ++requests_;
  connection.close_after = !head.keep_alive || stopping_;
  Router::Match match = router_.find(request.method, request.path);
  if (match.route == nullptr) return unmatched(connection, request, head, match);
  request.params = std::move(match.params);
  request.route = match.route->pattern;
  request.context.deadline_ns = now_ns_ + std::int64_t{match.route->options.deadline_s} * 1'000'000'000;
  if (head.has_body()) return with_body(connection, raw, head, *match.route, std::move(request));
  dispatch(connection, std::move(request), *match.route, !connection.close_after);
}

void Loop::unmatched(Connection& connection, const Request& request, const Head& head, const Router::Match& match) {
  const bool keep_alive = !head.has_body() && !connection.close_after;
  std::string allow = "OPTIONS";
  for (const std::string& method : match.allowed) allow.append(method == "GET" ? ", GET, HEAD" : ", " + method);
  Response response;
  if (request.target == "*" || (request.method == "OPTIONS" && !match.allowed.empty())) {
    response = Response(204);
    response.set("Allow", allow);
  } else if (!match.allowed.empty()) {
    response = problem(fault(FaultKind::method, "http.method",
                             {"该地址不支持此方法，可用：" + allow + "。",
                              "This address does not take the method; it takes " + allow + "."}),
                       request.context);
    response.set("Allow", allow);
  } else {
    response = problem(fault(FaultKind::not_found, "http.not_found", {"没有这个地址。", "There is no such address."}),
                       request.context);
  }
  answer_now(connection, request, std::move(response), keep_alive);
}

void Loop::with_body(Connection& connection, std::string_view raw, const Head& head, const Route& route,
                     Request request) {
  const RouteOptions& options = route.options;
  if (options.body == BodyPolicy::none)
    return refuse(connection, {400, "该地址不接受请求体。", "This address takes no body."});
  const std::string_view encoding = request.header("content-encoding");
  if (!encoding.empty() && encoding != "identity")
    return refuse(connection, {415, "请求体请勿使用 Content-Encoding。", "Send the body without Content-Encoding."});
  if (head.content_length.value_or(0) > options.body_limit)
    return refuse(connection, {413, "请求体过大。", "The body is too large."});
  BodyLimits limits;
  limits.total = options.body_limit;
  limits.memory = options.body_limit;
  if (options.body == BodyPolicy::spool) {
    limits.memory = options_.memory_body_bytes;
    limits.spool_directory = options_.spool_directory;
  }
  connection.exchange = std::make_unique<Connection::Exchange>(raw, head_limits_, std::move(limits));
  connection.exchange->request = std::move(request);
  connection.exchange->route = &route;
  enter(connection, Phase::body);
  if (head.expects_continue) {
    // A few bytes on a connection that has nothing else to send: they fit, or the client is gone.
    connection.transport->write("HTTP/1.1 100 Continue\r\n\r\n");
  }
}

Rendered Loop::answer(Request& request, const Route& route, bool keep_alive) const {
  const std::int64_t began = clock_.mono_ns();
  Response response;
  try {
    response = route.handler(request);
  } catch (const std::exception& error) {
    if (options_.on_panic) options_.on_panic(request, error.what());
    response = problem(fault(FaultKind::internal, "http.internal", {"", ""}), request.context);
  } catch (...) {
    if (options_.on_panic) options_.on_panic(request, "an exception that is none of the standard library's");
    response = problem(fault(FaultKind::internal, "http.internal", {"", ""}), request.context);
  }
  if (options_.on_answer) options_.on_answer(request, response.status, clock_.mono_ns() - began);
  RenderWish wish;
  wish.head_only = request.head_only;
  wish.keep_alive = keep_alive && !stop_asked_;
  wish.tls = request.tls;
  wish.now_ms = request.context.now_ms;
  if (request.method == "GET") wish.if_none_match = request.header("if-none-match");
  wish.tag = request.method == "GET" && !route.options.on_loop;
  return render(std::move(response), wish);
}

void Loop::answer_now(Connection& connection, const Request& request, Response response, bool keep_alive) {
  if (options_.on_answer) options_.on_answer(request, response.status, 0);
  RenderWish wish;
  wish.head_only = request.head_only;
  wish.keep_alive = keep_alive;
  wish.tls = request.tls;
  wish.now_ms = request.context.now_ms;
  send(connection, render(std::move(response), wish));
  pump_out(connection);
}

void Loop::dispatch(Connection& connection, Request request, const Route& route, bool keep_alive) {
  enter(connection, Phase::working);
  if (route.options.on_loop) {
    send(connection, answer(request, route, keep_alive));
    return pump_out(connection);
  }
  auto shared = std::make_shared<Request>(std::move(request)); // a task must be copyable; only one copy ever runs
  const std::uint64_t number = connection.number;
  const bool taken = workers_->submit([this, shared, &route, number, keep_alive] {
    Rendered rendered = answer(*shared, route, keep_alive);
    {
      const std::lock_guard lock(finished_mutex_);
      finished_.emplace_back(number, std::move(rendered));
    }
    wake();
  });
  if (taken) return;
  ++refused_;
  Fault busy =
      fault(FaultKind::unavailable, "http.busy", {"服务繁忙，请稍后重试。", "The server is busy. Try again shortly."});
  busy.retry_after_s = 1;
  answer_now(connection, *shared, problem(busy, shared->context), keep_alive);
}

void Loop::send(Connection& connection, Rendered rendered) {
  connection.out = std::move(rendered.bytes);
  connection.out_at = 0;
  connection.file = std::move(rendered.file);
  connection.close_after = rendered.close;
  connection.exchange.reset();
  enter(connection, Phase::writing);
  if (!rendered.listener) return;
  if (stopping_) return;
  enter(connection, Phase::listening);
  connection.listener = std::move(rendered.listener);
  listeners_[connection.listener.get()] = connection.number;
  listener_count_ = listeners_.size();
  if (!hub_.take(*connection.listener, connection.out)) return close(connection);
  pump_out(connection);
}

} // namespace onebudget::http
