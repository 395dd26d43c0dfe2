#pragma once
// Telling others which lines money came to or was paid from; who wants to know reads them.

#include "plugins/ledger/service/read.hpp"

namespace onebudget::ledger {

/// Executable indicators whose amount or payments a unit of work changes.
class Moved {
 public:
  void add(const Row& indicator) {
    if (indicator.text("stage") == "executable") ids_.insert(indicator.id().str());
  }
  /// Publishes ledger.line.moved {indicators: [ids]}, 500 at most in one event.
  Result<void> tell(const Call& call) const {
    constexpr std::size_t kAtOnce = 500;
    for (auto next = ids_.begin(); next != ids_.end();) {
      Json ids = Json::array();
      const std::string key = *next;
      for (; next != ids_.end() && ids.size() < kAtOnce; ++next) ids.push_back(*next);
      OB_CHECK(call.publish("ledger.line.moved", key, {{"indicators", ids}}));
    }
    return {};
  }

 private:
  std::set<std::string> ids_;
};

} // namespace onebudget::ledger
