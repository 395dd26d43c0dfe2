#include "kernel/http/wire/loop.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <Poco/Exception.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "kernel/http/wire/target.hpp"

namespace onebudget::http {

namespace net = Poco::Net;

namespace {

constexpr int kRead = net::PollSet::POLL_READ, kWrite = net::PollSet::POLL_WRITE, kError = net::PollSet::POLL_ERROR;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kLook = kSecond / 4;     // how often deadlines are looked at
constexpr std::uint64_t kLingerBytes = 4 << 20; // dropped at most after a refusal
constexpr int kLingerSeconds = 2;
constexpr std::size_t kScratch = 64 * 1024;
constexpr std::size_t kPerTurn = 1 << 20; // bytes one connection may write before others have their turn
constexpr int kAcceptsPerTurn = 128;

/// POCO makes sockets of descriptors for derived classes only.
class Adopted final : public net::StreamSocket {
 public:
  explicit Adopted(int descriptor) : net::StreamSocket(new net::StreamSocketImpl(descriptor)) {}
};

std::string address_of(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
  } else if (address.ss_family == AF_INET6) {
    const in6_addr& six = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&six)) {
      ::inet_ntop(AF_INET, &six.s6_addr[12], text, sizeof text);
    } else {
      ::inet_ntop(AF_INET6, &six, text, sizeof text);
    }
  }
  return text;
}

} // namespace

Loop::Loop(const Router& router, SseHub& hub, const Clock& clock, const ServerOptions& options, const TlsContext* tls,
           net::ServerSocket listening)
    : router_(router),
      hub_(hub),
      clock_(clock),
      options_(options),
      tls_(tls),
      head_limits_{options.max_head_bytes, options.max_fields, options.max_uri_bytes},
      listening_(std::move(listening)),
      scratch_(kScratch) {
  int pair[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0) {
    throw Poco::IOException("socketpair", std::strerror(errno));
  }
  woken_ = Adopted(pair[0]);
  waker_ = Adopted(pair[1]);
  poll_.add(woken_, kRead);
  listening_.setBlocking(false);
  poll_.add(listening_, kRead);
  accepting_ = true;
}

Loop::~Loop() { hub_.attach({}); }

void Loop::wake() {
  if (awake_.exchange(true)) return;
  const char byte = 1;
  // A full pipe means that the loop is about to wake anyway.
  [[maybe_unused]] const ssize_t sent = ::send(waker_.impl()->sockfd(), &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Loop::ask_stop() {
  stop_asked_ = true;
  wake();
}

Server::Counts Loop::counts() const {
  return {connection_count_.load(), listener_count_.load(), requests_.load(), refused_.load()};
}

void Loop::run(Workers& workers) {
  workers_ = &workers;
  hub_.attach([this] { wake(); });
  now_ns_ = clock_.mono_ns();
  while (!stopping_ || (!connections_.empty() && now_ns_ < stop_by_ns_)) turn();
  hub_.attach({});
  for (auto& [number, connection] : connections_) dead_.push_back(std::move(connection));
  connections_.clear();
  by_socket_.clear();
  dead_.clear();
  connection_count_ = 0;
  listener_count_ = 0;
}

void Loop::turn() {
  net::PollSet::SocketModeMap ready;
  try {
    ready = poll_.poll(again_.empty() ? Poco::Timespan(0, kLook / 1000) : Poco::Timespan(0));
  } catch (const Poco::Exception&) {
    ready.clear(); // interrupted by a signal: nothing is ready, look again
  }
  now_ns_ = clock_.mono_ns();
  for (const auto& [socket, mode] : ready) {
    if (socket == woken_) {
      char drain[256];
      while (::recv(woken_.impl()->sockfd(), drain, sizeof drain, MSG_DONTWAIT) > 0) {
      }
      awake_ = false;
    } else if (socket == listening_) {
      accept_all();
    } else if (const auto found = by_socket_.find(socket.impl()); found != by_socket_.end()) {
      on_event(*found->second, mode);
    }
  }
  deliver_finished();
  deliver_events();
  for (const std::uint64_t number : std::exchange(again_, {})) {
    if (const auto found = connections_.find(number); found != connections_.end()) pump_in(*found->second);
  }
  if (stop_asked_ && !stopping_) begin_stop();
  if (now_ns_ - looked_ns_ >= kLook) look_at_clocks();
  dead_.clear();
}

void Loop::accept_all() {
  for (int i = 0; i < kAcceptsPerTurn && accepting_; ++i) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    const int descriptor = ::accept4(listening_.impl()->sockfd(), reinterpret_cast<sockaddr*>(&address), &length,
                                     SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      adopt(descriptor, address_of(address));
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      poll_.remove(listening_); // taken up again by look_at_clocks(); until then the backlog waits
      accepting_ = false;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return;
    }
  }
}

bool Loop::adopt(int descriptor, const std::string& peer) {
  const Adopted socket(descriptor);
  const bool proxy = std::find(options_.trusted_proxies.begin(), options_.trusted_proxies.end(), peer) !=
                     options_.trusted_proxies.end();
  std::size_t& of_peer = per_ip_[peer];
  if (connections_.size() >= options_.max_connections || (!proxy && of_peer >= options_.max_connections_per_ip)) {
    if (of_peer == 0) per_ip_.erase(peer);
    ++refused_;
    if (tls_ == nullptr) {
      const std::string busy = render_refusal(
          {503, "连接过多，请稍后重试。", "There are too many connections; try again later."}, "zh", clock_.now_ms());
      ::send(descriptor, busy.data(), busy.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    return false;
  }
  ++of_peer;
  const int one = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  auto connection = std::make_unique<Connection>(socket);
  connection->number = ++numbers_;
  connection->peer = peer;
  connection->transport = tls_ != nullptr ? tls_->accept(socket) : plain_transport(socket);
  by_socket_[socket.impl()] = connection.get();
  Connection& kept = *connection;
  connections_[kept.number] = std::move(connection);
  connection_count_ = connections_.size();
  enter(kept, tls_ != nullptr ? Phase::head : Phase::idle);
  want(kept, kRead);
  return true;
}

void Loop::enter(Connection& connection, Phase phase) {
  connection.phase = phase;
  connection.since_ns = now_ns_;
  connection.moved = 0;
}

void Loop::want(Connection& connection, int mode) {
  if (connection.interest == mode || connection.phase == Phase::closed) return;
  if (connection.interest == 0) {
    poll_.add(connection.socket, mode | kError);
  } else if (mode == 0) {
    poll_.remove(connection.socket);
  } else {
    poll_.update(connection.socket, mode | kError);
  }
  connection.interest = mode;
}

void Loop::close(Connection& connection) {
  if (connection.phase == Phase::closed) return;
  want(connection, 0);
  connection.phase = Phase::closed;
  by_socket_.erase(connection.socket.impl());
  if (connection.listener) {
    listeners_.erase(connection.listener.get());
    listener_count_ = listeners_.size();
  }
  if (const auto found = per_ip_.find(connection.peer); found != per_ip_.end() && --found->second == 0)
    per_ip_.erase(found);
  const auto found = connections_.find(connection.number);
  dead_.push_back(std::move(found->second)); // lives until the end of the turn: callers still hold it
  connections_.erase(found);
  connection_count_ = connections_.size();
}

void Loop::on_event(Connection& connection, int mode) {
  switch (connection.phase) {
    case Phase::working:
      // Bytes of a next request, or the end: either waits until the answer is out.
      want(connection, 0);
      return;
    case Phase::writing:
      pump_out(connection);
      return;
    case Phase::listening:
      if ((mode & (kRead | kError)) != 0) {
        const Io io = connection.transport->read(scratch_.data(), scratch_.size());
        if (io.state == IoState::closed || io.state == IoState::broken) return close(connection);
      }
      if (connection.unsent()) pump_out(connection);
      return;
    case Phase::closed:
      return;
    default:
      pump_in(connection);
  }
}

void Loop::pump_in(Connection& connection) {
  for (int round = 0; round < 8; ++round) {
    if (connection.phase > Phase::body && connection.phase != Phase::lingering) return;
    const Io io = connection.transport->read(scratch_.data(), scratch_.size());
    if (io.state == IoState::want_read) return want(connection, kRead);
    if (io.state == IoState::want_write) return want(connection, kWrite);
    if (io.state != IoState::done) return close(connection);
    connection.moved += io.bytes;
    if (connection.phase == Phase::lingering) {
      if (connection.moved > kLingerBytes) return close(connection);
    } else {
      take(connection, {scratch_.data(), io.bytes});
    }
    if (connection.phase == Phase::closed) return;
    if (io.bytes < scratch_.size() && !connection.transport->pending()) {
      if (connection.phase <= Phase::body || connection.phase == Phase::lingering) want(connection, kRead);
      return;
    }
  }
  again_.push_back(connection.number);
}

void Loop::pump_out(Connection& connection) {
  std::size_t sent = 0;
  while (connection.unsent()) {
    const bool memory = connection.out_at < connection.out.size();
    const Io io =
        memory ? connection.transport->write(std::string_view(connection.out).substr(connection.out_at))
               : connection.transport->send_file(connection.file.file, connection.file.offset, connection.file.size);
    if (io.state == IoState::want_write)
      return want(connection, connection.phase == Phase::listening ? kRead | kWrite : kWrite);
    if (io.state == IoState::want_read) return want(connection, kRead);
    if (io.state != IoState::done) return close(connection);
    connection.moved += io.bytes;
    sent += io.bytes;
    if (memory) {
      connection.out_at += io.bytes;
    } else {
      connection.file.offset += io.bytes;
      connection.file.size -= io.bytes;
    }
    if (sent > kPerTurn && connection.unsent()) return want(connection, kWrite);
  }
  connection.out = std::string();
  connection.out_at = 0;
  connection.file = {};
  if (connection.phase == Phase::listening) {
    connection.since_ns = now_ns_;
    return want(connection, kRead);
  }
  if (connection.phase == Phase::writing) after_answer(connection);
}

void Loop::after_answer(Connection& connection) {
  if (connection.close_after || stopping_) return linger(connection);
  enter(connection, Phase::idle);
  if (connection.consuming) return;
  if (!connection.in.empty()) take(connection, {});
  if (connection.phase > Phase::body) return;
  want(connection, kRead);
  if (connection.transport->pending()) again_.push_back(connection.number);
}

void Loop::linger(Connection& connection) {
  connection.transport->shut_down();
  connection.in = std::string();
  connection.exchange.reset();
  enter(connection, Phase::lingering);
  want(connection, kRead);
}

void Loop::deliver_finished() {
  std::vector<std::pair<std::uint64_t, Rendered>> finished;
  {
    const std::lock_guard lock(finished_mutex_);
    finished.swap(finished_);
  }
  for (auto& [number, rendered] : finished) {
    const auto found = connections_.find(number);
    if (found == connections_.end() || found->second->phase != Phase::working) continue;
    Connection& connection = *found->second;
    send(connection, std::move(rendered));
    if (connection.phase == Phase::writing) pump_out(connection);
  }
}

void Loop::deliver_events() {
  for (const auto& listener : hub_.take_dirty()) {
    const auto known = listeners_.find(listener.get());
    if (known == listeners_.end()) continue;
    Connection& connection = *connections_.at(known->second);
    const bool fine = hub_.take(*listener, connection.out);
    if (!fine || connection.out.size() - connection.out_at > options_.sse_buffer) {
      close(connection);
    } else {
      pump_out(connection);
    }
  }
}

bool Loop::overdue(const Connection& connection) const {
  const std::int64_t lasted = now_ns_ - connection.since_ns;
  const auto paced = [&] {
    return options_.body_grace_seconds * kSecond +
           static_cast<std::int64_t>(connection.moved / std::max<std::uint64_t>(1, options_.body_rate)) * kSecond;
  };
  switch (connection.phase) {
    case Phase::idle:
      return lasted > options_.idle_seconds * kSecond;
    case Phase::head:
      return lasted > options_.header_seconds * kSecond;
    case Phase::body:
    case Phase::writing:
      return lasted > paced();
    case Phase::lingering:
      return lasted > kLingerSeconds * kSecond;
    case Phase::listening:
      return connection.unsent() && lasted > (options_.sse_heartbeat_seconds + options_.body_grace_seconds) * kSecond;
    default:
      return false; // a worker has its own deadline
  }
}

void Loop::look_at_clocks() {
  looked_ns_ = now_ns_;
  std::vector<Connection*> late, silent;
  for (const auto& [number, connection] : connections_) {
    if (overdue(*connection)) {
      late.push_back(connection.get());
    } else if (connection->phase == Phase::listening && !connection->unsent() &&
               now_ns_ - connection->since_ns >= options_.sse_heartbeat_seconds * kSecond) {
      silent.push_back(connection.get());
    }
  }
  for (Connection* connection : late) {
    if ((connection->phase == Phase::head && connection->moved > 0) || connection->phase == Phase::body) {
      if (connection->phase == Phase::head) connection->language = language_of(connection->in);
      refuse(*connection, {408, "请求迟迟没有发完。", "The request took too long."});
    } else {
      close(*connection);
    }
  }
  for (Connection* connection : silent) {
    connection->out = ":\n\n";
    pump_out(*connection);
  }
  if (!accepting_ && !stopping_) {
    poll_.add(listening_, kRead);
    accepting_ = true;
  }
}

void Loop::begin_stop() {
  stopping_ = true;
  stop_by_ns_ = now_ns_ + options_.drain_seconds * kSecond;
  if (accepting_) poll_.remove(listening_);
  accepting_ = false;
  listening_.close();
  std::vector<Connection*> quiet;
  for (const auto& [number, connection] : connections_) {
    if (connection->phase == Phase::idle || connection->phase == Phase::head || connection->phase == Phase::listening) {
      quiet.push_back(connection.get());
    }
  }
  for (Connection* connection : quiet) {
    // A request that has already arrived is still answered.
    if (connection->phase != Phase::listening) pump_in(*connection);
    const Phase phase = connection->phase;
    if (phase == Phase::idle || phase == Phase::head || phase == Phase::listening) close(*connection);
  }
}

} // namespace onebudget::http
