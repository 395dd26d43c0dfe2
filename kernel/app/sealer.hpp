#pragma once
// Seals committed audit rows into the chain, a few times a second.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "kernel/audit/audit.hpp"
#include "kernel/observe/observe.hpp"

namespace onebudget::app {

class Sealer {
 public:
  Sealer(audit::Log& audit, const observe::Log& log);
  ~Sealer();
  void start();
  void stop(); ///< after a last round

 private:
  void round();
  audit::Log& audit_;
  const observe::Log& log_;
  std::mutex lock_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace onebudget::app
