#pragma once
// A PostgreSQL cluster of a test's own, to be restarted, killed and copied. Its programs are Debian's; where they are
// absent available() is false.

#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "kernel/storage/backup/files.hpp"

namespace onebudget::storage {

class PrivateServer {
 public:
  static bool available() { return !programs().empty(); }

  explicit PrivateServer(const std::string& name) : directory_(place(name)), port_(free_port()) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    if (::geteuid() == 0) {
      const passwd* owner = ::getpwnam("postgres");
      if (owner != nullptr && ::chown(directory_.c_str(), owner->pw_uid, owner->pw_gid) != 0) fault_ = "chown";
    }
  }
  ~PrivateServer() {
    stop("immediate");
    std::error_code ignored; // a temporary directory that stays behind fails no test
    std::filesystem::remove_all(directory_, ignored);
  }
  PrivateServer(const PrivateServer&) = delete;
  PrivateServer& operator=(const PrivateServer&) = delete;

  bool make() {
    return run({"initdb", "-D", data(), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"});
  }
  /// A standby that follows `primary` by streaming replication.
  bool follow(const PrivateServer& primary) {
    return run({"pg_basebackup", "-D", data(), "-R", "-X", "stream", "-c", "fast", "-h", "127.0.0.1", "-p",
                std::to_string(primary.port_), "-U", "postgres"});
  }
  bool start() {
    return run({"pg_ctl", "-D", data(), "-w", "-l", directory_ + "/log", "-o",
                "-p " + std::to_string(port_) + " -k " + directory_ + " -c listen_addresses=127.0.0.1", "start"});
  }
  bool stop(const std::string& mode) { return run({"pg_ctl", "-D", data(), "-w", "-m", mode, "stop"}); }
  [[nodiscard]] std::string url() const {
    return "postgresql://postgres@127.0.0.1:" + std::to_string(port_) + "/postgres";
  }
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  static std::string place(const std::string& name) {
    return (std::filesystem::temp_directory_path() / ("ob_pg_" + std::to_string(::getpid()) + name)).string();
  }
  [[nodiscard]] std::string data() const { return directory_ + "/data"; }

  static std::string programs() {
    std::string newest;
    std::error_code absent;
    for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", absent))
      newest = std::max(newest, version.path().string() + "/bin/");
    return newest;
  }
  /// Nobody else gets this port as long as nobody asks for it by number.
  static int free_port() {
    const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    const bool bound = ::bind(handle, plain, size) == 0 && ::getsockname(handle, plain, &size) == 0;
    ::close(handle);
    return bound ? ntohs(address.sin_port) : 0;
  }
  bool run(std::vector<std::string> words) {
    words.front() = programs() + words.front();
    if (::geteuid() == 0) {
      const std::vector<std::string> as = {"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"};
      words.insert(words.begin(), as.begin(), as.end());
    }
    const auto done = run_tool(words, {});
    if (!done) fault_ = done.fault().message.en;
    return done.ok();
  }

  const std::string directory_;
  const int port_;
  std::string fault_;
};

} // namespace onebudget::storage
