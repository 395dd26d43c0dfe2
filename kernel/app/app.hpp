#pragma once
// The server as one object: every room, built and started in order.

#include <memory>
#include <string>

#include "kernel/config/config.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::app {

class App {
 public:
  explicit App(config::Config config);
  ~App(); ///< stops
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// Everything up to serving. On a fault nothing keeps running.
  Result<void> start();
  /// In good order; may be called twice.
  void stop();
  [[nodiscard]] int port() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Built-in roles of config/roles.json; a fault names the entry that is malformed. Shared with offline commands.
Result<std::string> read_file(const std::string& path);

} // namespace onebudget::app
