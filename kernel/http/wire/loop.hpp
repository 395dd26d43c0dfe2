#pragma once
// The event loop: owns every connection, reads and writes without waiting, hands requests to workers. All functions run
// on the loop's thread except wake(), finish(), ask_stop() and counts().

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <Poco/Net/PollSet.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include "kernel/http/http.hpp"
#include "kernel/http/sse.hpp"
#include "kernel/http/wire/connection.hpp"
#include "kernel/http/wire/head.hpp"
#include "kernel/http/wire/render.hpp"
#include "kernel/http/wire/workers.hpp"

namespace onebudget::http {

class Loop {
 public:
  Loop(const Router& router, SseHub& hub, const Clock& clock, const ServerOptions& options, const TlsContext* tls,
       Poco::Net::ServerSocket listening);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run(Workers& workers); ///< until ask_stop() and everything in flight ended
  void ask_stop();
  void wake();
  [[nodiscard]] Server::Counts counts() const;

 private:
  using Connections = std::unordered_map<std::uint64_t, std::unique_ptr<Connection>>;

  // loop.cpp: events, phases, deadlines
  void turn();
  void accept_all();
  bool adopt(int descriptor, const std::string& peer);
  void on_event(Connection& connection, int mode);
  void pump_in(Connection& connection);
  void pump_out(Connection& connection);
  void after_answer(Connection& connection);
  void enter(Connection& connection, Phase phase);
  void want(Connection& connection, int mode);
  void close(Connection& connection);
  void linger(Connection& connection);
  void deliver_finished();
  void deliver_events();
  void look_at_clocks();
  bool overdue(const Connection& connection) const;
  void begin_stop();

  // intake.cpp: bytes become requests, requests become answers
  void take(Connection& connection, std::string_view bytes);
  std::size_t consume(Connection& connection, std::string_view bytes);
  void begin_request(Connection& connection, std::string_view raw);
  Request make_request(const Connection& connection, const Head& head);
  void with_body(Connection& connection, std::string_view raw, const Head& head, const Route& route, Request request);
  void dispatch(Connection& connection, Request request, const Route& route, bool keep_alive);
  void refuse(Connection& connection, const Refusal& refusal);
  void answer_now(Connection& connection, const Request& request, Response response, bool keep_alive);
  void send(Connection& connection, Rendered rendered);
  void unmatched(Connection& connection, const Request& request, const Head& head, const Router::Match& match);
  Rendered answer(Request& request, const Route& route, bool keep_alive) const; ///< runs on workers too

  const Router& router_;
  SseHub& hub_;
  const Clock& clock_;
  const ServerOptions& options_;
  const TlsContext* tls_;
  const HeadLimits head_limits_;
  Workers* workers_ = nullptr;

  Poco::Net::PollSet poll_;
  Poco::Net::ServerSocket listening_;
  Poco::Net::StreamSocket waker_, woken_;
  bool accepting_ = false;
  Connections connections_;
  std::unordered_map<const Poco::Net::SocketImpl*, Connection*> by_socket_;
  std::unordered_map<std::string, std::size_t> per_ip_;
  std::unordered_map<const SseListener*, std::uint64_t> listeners_;
  std::vector<std::unique_ptr<Connection>> dead_;
  std::vector<std::uint64_t> again_; ///< have decrypted bytes waiting
  std::vector<char> scratch_;
  std::uint64_t numbers_ = 0;
  std::uint64_t request_numbers_ = 0;
  std::int64_t now_ns_ = 0, looked_ns_ = 0, stop_by_ns_ = 0;

  std::mutex finished_mutex_;
  std::vector<std::pair<std::uint64_t, Rendered>> finished_;
  std::atomic<bool> stop_asked_{false}, awake_{false};
  bool stopping_ = false;
  std::atomic<std::uint64_t> requests_{0}, refused_{0};
  std::atomic<std::size_t> connection_count_{0}, listener_count_{0};
};

} // namespace onebudget::http
