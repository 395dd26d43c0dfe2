// A child process with arguments, without a shell.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "kernel/storage/backup/files.hpp"

extern char** environ; // NOLINT(readability-redundant-declaration)

namespace onebudget::storage {
namespace {

constexpr std::size_t kMostSaid = 4'000;

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> found;
  found.reserve(texts.size() + 1);
  for (const std::string& text : texts) found.push_back(const_cast<char*>(text.c_str()));
  found.push_back(nullptr);
  return found;
}

Fault tool_fault(const std::string& name, const std::string& said) {
  return fault(FaultKind::unavailable, "storage.tool", {name + " 执行失败:" + said, name + " failed: " + said});
}

/// Everything the child says on its error output; what is beyond kMostSaid is read and dropped.
std::string listen(int from) {
  std::string said;
  char buffer[4096];
  for (;;) {
    const ssize_t got = ::read(from, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return said;
    const std::size_t room = kMostSaid - said.size();
    said.append(buffer, std::min(room, static_cast<std::size_t>(got)));
  }
}

} // namespace

Result<void> run_tool(const std::vector<std::string>& arguments, const std::vector<std::string>& environment) {
  const std::string& name = arguments.front();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return tool_fault(name, std::strerror(errno));
  std::vector<std::string> variables = environment;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  pid_t child = 0;
  const auto argument_pointers = pointers(arguments), variable_pointers = pointers(variables);
  const int failed =
      ::posix_spawnp(&child, name.c_str(), &actions, nullptr, argument_pointers.data(), variable_pointers.data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (failed != 0) {
    ::close(ends[0]);
    if (failed != ENOENT) return tool_fault(name, std::strerror(failed));
    return fault(FaultKind::unavailable, "storage.tool_missing",
                 {"未安装 " + name + ";请安装 PostgreSQL 客户端工具(postgresql-client)。",
                  name + " is not installed; install the PostgreSQL client programs (postgresql-client)."});
  }
  const std::string said = listen(ends[0]);
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return tool_fault(name, said);
  return {};
}

} // namespace onebudget::storage
