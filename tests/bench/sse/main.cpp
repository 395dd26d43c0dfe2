// 10,000 idle listeners: memory of the server for each, its threads, and the effect on the p99 of other requests, with
// and without them in turn. The server runs in a process of its own. Prints a JSON list of {name, value, min, max};
// bench_sse [LISTENERS]; fewer where the limit of open files does not allow more, and says so.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/clock.hpp"
#include "kernel/http/http.hpp"
#include "kernel/http/sse.hpp"

namespace {

using namespace onebudget;

constexpr int kWanted = 10'000, kRuns = 5, kRequests = 20'000, kSpareFiles = 200;

[[noreturn]] void die(const char* why) {
  std::perror(why);
  std::exit(1);
}

/// The server; tells its port through `out` and lives until its input ends.
int serve(int out, int in) {
  http::Router router;
  http::SseHub hub;
  SystemClock clock;
  router.add("GET", "/events", {}, [&hub](http::Request& request) {
    const auto listener = hub.open(request.context);
    hub.begin(listener, {});
    http::Response response(200);
    response.body = listener;
    return response;
  });
  router.add("GET", "/one", {}, [](http::Request&) { return http::Response(200, "text/plain", "one"); });
  http::ServerOptions options;
  options.max_connections_per_ip = options.max_connections = 20'000;
  options.sse_heartbeat_seconds = 3'600;
  http::Server server(router, hub, clock, options);
  if (!server.start()) return 1;
  const int port = server.port();
  if (::write(out, &port, sizeof port) != sizeof port) return 1;
  char end = 0;
  while (::read(in, &end, 1) > 0) {
    const std::size_t listeners = hub.listeners();
    if (::write(out, &listeners, sizeof listeners) != sizeof listeners) return 1;
  }
  server.stop();
  return 0;
}

int connected(int port) {
  const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0) die("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) die("connect");
  const int one = 1;
  ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return handle;
}

void send(int handle, std::string_view text) {
  if (::send(handle, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) die("send");
}

/// A connection that listens: its answer has begun. One at a time, for a burst of them is refused as too much work.
int listening(int port) {
  const int handle = connected(port);
  send(handle, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  char answer[4096];
  const ssize_t size = ::recv(handle, static_cast<char*>(answer), sizeof answer, 0);
  if (size <= 0 || !std::string_view(answer, static_cast<std::size_t>(size)).starts_with("HTTP/1.1 200"))
    die("listener");
  return handle;
}

/// A figure of /proc/<pid>/status.
long status(pid_t pid, const std::string& name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name + ":")) return std::strtol(line.c_str() + name.size() + 1, nullptr, 10);
  }
  return 0;
}

/// p99 of requests one after the other on one connection, in microseconds.
double p99(int port) {
  const int handle = connected(port);
  std::vector<double> times;
  char answer[4096];
  for (int i = 0; i < kRequests; ++i) {
    const auto began = std::chrono::steady_clock::now();
    send(handle, "GET /one HTTP/1.1\r\nHost: localhost\r\n\r\n");
    std::string got;
    while (!got.ends_with("one")) {
      const ssize_t size = ::recv(handle, static_cast<char*>(answer), sizeof answer, 0);
      if (size <= 0) die("recv");
      got.append(static_cast<const char*>(answer), static_cast<std::size_t>(size));
    }
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count());
  }
  ::close(handle);
  const auto at = times.begin() + kRequests * 99 / 100;
  std::nth_element(times.begin(), at, times.end());
  return *at;
}

class Child {
 public:
  Child() {
    int up[2], down[2];
    if (::pipe(static_cast<int*>(up)) != 0 || ::pipe(static_cast<int*>(down)) != 0) die("pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(up[0]);
      ::close(down[1]);
      std::_Exit(serve(up[1], down[0]));
    }
    ::close(up[1]);
    ::close(down[0]);
    from_ = up[0];
    to_ = down[1];
    if (::read(from_, &port_, sizeof port_) != sizeof port_) die("server");
  }
  ~Child() {
    ::close(to_);
    ::waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::size_t listeners() const {
    std::size_t count = 0;
    if (::write(to_, "?", 1) != 1 || ::read(from_, &count, sizeof count) != sizeof count) die("server");
    return count;
  }

 private:
  pid_t pid_ = 0;
  int from_ = -1, to_ = -1, port_ = 0;
};

void report(const char* name, std::vector<double> values, bool last = false) {
  std::sort(values.begin(), values.end());
  std::printf(" {\"name\": \"%s\", \"value\": %.3f, \"min\": %.3f, \"max\": %.3f}%s\n", name, values[values.size() / 2],
              values.front(), values.back(), last ? "" : ",");
}

int allowed(int wanted) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  return std::min(wanted, static_cast<int>(std::min<rlim_t>(files.rlim_cur, 1'000'000)) - kSpareFiles);
}

} // namespace

int main(int given, char** values) {
  const int wanted = given > 1 ? std::max(1, std::atoi(values[1])) : kWanted, count = allowed(wanted);
  if (count < wanted) std::fprintf(stderr, "bench_sse: the limit of open files allows %d listeners only\n", count);
  std::vector<double> kilobytes, effects, threads;
  for (int run = 0; run < kRuns; ++run) {
    const Child server;
    (void)p99(server.port()); // warm
    const double alone = p99(server.port());
    const long before_kb = status(server.pid(), "VmRSS"), before_threads = status(server.pid(), "Threads");
    std::vector<int> handles;
    for (int i = 0; i < count; ++i) {
      handles.push_back(listening(server.port()));
    }
    if (server.listeners() != static_cast<std::size_t>(count)) die("listeners");
    kilobytes.push_back(static_cast<double>(status(server.pid(), "VmRSS") - before_kb) / count);
    threads.push_back(static_cast<double>(status(server.pid(), "Threads") - before_threads));
    effects.push_back(p99(server.port()) / alone);
    for (const int handle : handles) ::close(handle);
  }
  std::printf("[\n");
  report("sse_idle_listener_kib", kilobytes);
  report("sse_idle_listeners_threads", threads);
  report("sse_idle_listeners_effect_on_p99", effects, true);
  std::printf("]\n");
  return 0;
}
