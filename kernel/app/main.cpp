// onebudgetd: the server. Exit codes: 0 stopped in good order, 1 could not start, 2 used wrongly.

#include <sys/resource.h>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "kernel/app/app.hpp"

namespace {

/// SIGTERM and SIGINT are taken by this thread alone, when it asks for them.
sigset_t block_stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return set;
}

/// Ten thousand listeners need ten thousand descriptors; the soft limit is usually 1,024.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) fmt::print(stderr, "the limit of open files stays as it is\n");
}

void print_fault(const onebudget::Fault& fault) {
  fmt::print(stderr, "{}\n{}\n", fault.message.zh, fault.message.en);
  for (const auto& field : fault.fields)
    fmt::print(stderr, "  {}: {} {}\n  {}  {} {}\n", field.field, field.message.zh, field.remedy.zh,
               std::string(field.field.size(), ' '), field.message.en, field.remedy.en);
}

} // namespace

int main(int argc, char** argv) {
  onebudget::config::Sources sources;
  bool check = false;
  CLI::App options("onebudgetd: the OneBudget server");
  options.add_option("--config", sources.file, "configuration file")->check(CLI::ExistingFile);
  options.add_option("--set", sources.sets, "key=value over the file; may be repeated")->take_all();
  options.add_flag("--check", check, "check the configuration and end");
  options.set_version_flag("--version", "onebudgetd 0.1.0");
  try {
    options.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return options.exit(error) == 0 ? 0 : 2;
  }
  const sigset_t stop_signals = block_stop_signals();
  raise_descriptor_limit();
  sources.environment = onebudget::config::Config::environment();
  auto config = onebudget::config::Config::load(sources);
  if (!config) {
    print_fault(config.fault());
    return 1;
  }
  if (check) return 0;
  onebudget::app::App app(*std::move(config));
  if (const auto started = app.start(); !started) {
    print_fault(started.fault());
    return 1;
  }
  int signal = 0;
  while (sigwait(&stop_signals, &signal) != 0) {
  }
  app.stop();
  return 0;
}
