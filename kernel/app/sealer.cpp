#include "kernel/app/sealer.hpp"

#include <chrono>

namespace onebudget::app {

namespace {
constexpr std::chrono::milliseconds kPause{200};
constexpr int kBatch = 1000;
} // namespace

Sealer::Sealer(audit::Log& audit, const observe::Log& log) : audit_(audit), log_(log) {}
Sealer::~Sealer() { stop(); }

void Sealer::round() {
  while (true) {
    const auto sealed = audit_.seal(kBatch);
    if (!sealed) {
      log_.write(observe::Level::error, "audit.seal_failed", sealed.fault().message.en,
                 {{"code", sealed.fault().code}});
      return;
    }
    if (*sealed < kBatch) return;
  }
}

void Sealer::start() {
  thread_ = std::thread([this] {
    std::unique_lock lock(lock_);
    while (!changed_.wait_for(lock, kPause, [this] { return stopping_; })) {
      lock.unlock();
      round();
      lock.lock();
    }
  });
}

void Sealer::stop() {
  {
    const std::lock_guard guard(lock_);
    if (stopping_) return;
    stopping_ = true;
  }
  changed_.notify_all();
  if (!thread_.joinable()) return;
  thread_.join();
  round();
}

} // namespace onebudget::app
