#include <csignal>
#include <thread>

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>

#include "kernel/http/http.hpp"
#include "kernel/http/wire/loop.hpp"

namespace onebudget::http {

struct Server::State {
  const Router& router;
  SseHub& hub;
  const Clock& clock;
  ServerOptions options;
  int port = 0;
  std::unique_ptr<TlsContext> tls;
  std::unique_ptr<Workers> workers;
  std::unique_ptr<Loop> loop;
  std::thread thread;
};

Server::Server(const Router& router, SseHub& hub, const Clock& clock, ServerOptions options)
    : state_(new State{router, hub, clock, std::move(options), 0, nullptr, nullptr, nullptr, {}}) {}

Server::~Server() { stop(); }

int Server::port() const { return state_->port; }
Server::Counts Server::counts() const { return state_->loop ? state_->loop->counts() : Counts{}; }

Result<void> Server::start() {
  State& s = *state_;
  if (s.options.tls_certificate.empty() != s.options.tls_key.empty()) {
    return fault(FaultKind::internal, "http.tls",
                 {"http.tls_certificate 与 http.tls_key 必须同时给出。",
                  "http.tls_certificate and http.tls_key must be given together."});
  }
  if (!s.options.tls_certificate.empty()) {
    OB_TRY(s.tls, TlsContext::load(s.options.tls_certificate, s.options.tls_key));
  }
  try {
    Poco::Net::ServerSocket socket;
    socket.bind(Poco::Net::SocketAddress(s.options.address, static_cast<Poco::UInt16>(s.options.port)), true, false);
    socket.listen(1024);
    s.port = socket.address().port();
    s.loop = std::make_unique<Loop>(s.router, s.hub, s.clock, s.options, s.tls.get(), socket);
  } catch (const Poco::Exception& error) {
    const std::string where = s.options.address + ":" + std::to_string(s.options.port);
    return fault(FaultKind::unavailable, "http.listen",
                 {"无法监听 " + where + "：" + error.displayText() + "。请更换 http.address、http.port 或停止占用者。",
                  "Cannot listen on " + where + ": " + error.displayText() +
                      ". Change http.address or http.port, or stop who uses it."});
  }
  std::signal(SIGPIPE, SIG_IGN); // a peer that left is an answer of write(), not a signal
  s.workers = std::make_unique<Workers>(s.options.workers, s.options.queue);
  s.thread = std::thread([&s] { s.loop->run(*s.workers); });
  return {};
}

void Server::stop() {
  State& s = *state_;
  if (!s.loop) return;
  s.loop->ask_stop();
  if (s.thread.joinable()) s.thread.join();
  if (s.workers) s.workers->stop();
}

} // namespace onebudget::http
