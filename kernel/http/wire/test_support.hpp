#pragma once
// For the tests of this room: a raw client and a server on a free port.

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "kernel/base/clock.hpp"
#include "kernel/http/http.hpp"
#include "kernel/http/sse.hpp"

namespace onebudget::http::test {

struct Answer {
  int status = 0; ///< 0 = the connection ended first
  std::string head, body;
  [[nodiscard]] std::string header(const std::string& name) const {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const std::size_t from = at + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
  }
};

/// A blocking client that sends exactly the bytes it is told to.
class RawClient {
 public:
  explicit RawClient(int port, int receive_buffer = 0) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{60, 0}; // only ends a test that would hang
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { ::close(fd_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] int descriptor() const { return fd_; }
  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return; // the server has closed; what it said is still to be read
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// One answer with Content-Length (none for 1xx, 204, 304 and `head_only`).
  Answer read(bool head_only = false) {
    Answer answer;
    std::size_t end = 0;
    while ((end = kept_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return answer;
    }
    answer.head = kept_.substr(0, end + 2);
    kept_.erase(0, end + 4);
    answer.status = std::stoi(answer.head.substr(9, 3));
    const std::string length = answer.header("Content-Length");
    if (head_only || length.empty()) return answer;
    const auto size = static_cast<std::size_t>(std::stoull(length));
    while (kept_.size() < size && more()) {
    }
    answer.body = kept_.substr(0, size);
    kept_.erase(0, size);
    return answer;
  }
  /// Reads until `text` has come; false when the connection ends before.
  bool await(const std::string& text) {
    std::size_t at = 0;
    while ((at = kept_.find(text)) == std::string::npos) {
      if (!more()) return false;
    }
    kept_.erase(0, at + text.size());
    return true;
  }
  /// Everything up to the end of the connection.
  std::string rest() {
    while (more()) {
    }
    return std::exchange(kept_, {});
  }

 private:
  bool more() {
    char buffer[16384];
    const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    kept_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }
  int fd_;
  bool connected_ = false;
  std::string kept_;
};

/// Serves a router of the test; the clock is the test's.
struct TestServer {
  ManualClock clock;
  Router router;
  SseHub hub;
  std::unique_ptr<Server> server;

  void start(ServerOptions options = {}) {
    options.spool_directory = ::testing::TempDir();
    options.workers = 2;
    server = std::make_unique<Server>(router, hub, clock, std::move(options));
    const auto started = server->start();
    ASSERT_TRUE(started.ok());
  }
  [[nodiscard]] int port() const { return server->port(); }
};

inline std::string get(const std::string& path, const std::string& more = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}

} // namespace onebudget::http::test
