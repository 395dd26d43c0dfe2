#include "kernel/host/call/kernel.hpp"

namespace onebudget::host {

std::shared_ptr<Chain> Chains::of(records::Unit& unit) {
  const std::lock_guard lock(mutex_);
  auto& known = chains_[&unit];
  if (auto chain = known.lock()) return chain;
  auto chain = std::make_shared<Chain>(&unit);
  known = chain;
  if (chains_.size() > 256) std::erase_if(chains_, [](const auto& item) { return item.second.expired(); });
  return chain;
}

void Chains::move(const std::shared_ptr<Chain>& chain, records::Unit& to) {
  const std::lock_guard lock(mutex_);
  std::erase_if(chains_, [&](const auto& item) { return item.second.expired() || item.second.lock() == chain; });
  chain->change_unit(&to);
  chains_[&to] = chain;
}

} // namespace onebudget::host
