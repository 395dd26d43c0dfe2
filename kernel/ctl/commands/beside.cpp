// Programs beside this one that are commands of their own, such as onebudget-demo.
#include <fmt/format.h>
#include <unistd.h>
#include <filesystem>

#include "kernel/ctl/commands/commands.hpp"

namespace onebudget::ctl {

namespace {

constexpr std::string_view kPrefix = "onebudget-";

/// Becomes that program; comes back only when it cannot be started.
Result<void> become(const std::string& program, const std::vector<std::string>& rest, const Tool& tool) {
  std::vector<std::string> words{program, "--url", tool.url, "--language", tool.language};
  if (!tool.ca_file.empty()) words.insert(words.end(), {"--ca", tool.ca_file});
  if (tool.json) words.emplace_back("--json");
  words.insert(words.end(), rest.begin(), rest.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  return fault(
      FaultKind::unavailable, "ctl.program",
      {fmt::format("无法运行 {}。请重新安装。", program), fmt::format("{} cannot be run. Install it again.", program)});
}

} // namespace

void add_beside(CLI::App& app, Tool& tool) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string program = at->path().string(), name = at->path().filename().string();
    if (!name.starts_with(kPrefix) || ::access(program.c_str(), X_OK) != 0) continue;
    CLI::App* noun = app.add_subcommand(name.substr(kPrefix.size()), "→ " + name);
    noun->prefix_command()->fallthrough(false)->set_help_flag();
    noun->final_callback([&tool, noun, program] {
      tool.run = [noun, program](Tool& t) { return become(program, noun->remaining(), t); };
    });
  }
}

} // namespace onebudget::ctl
