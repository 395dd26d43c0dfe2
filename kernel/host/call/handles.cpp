#include "kernel/host/call/handles.hpp"

#include <utility>

namespace onebudget::host {

// Layout: owner (16 bits) | generation (24) | index + 1 (24). The index is never 0, so no live handle is 0.

std::uint64_t Handles::add(std::shared_ptr<Handled> object) {
  const std::lock_guard lock(mutex_);
  std::uint32_t index = 0;
  if (!free_.empty()) {
    index = free_.back();
    free_.pop_back();
  } else {
    if (slots_.size() >= kMost) return 0;
    index = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  }
  slots_[index].object = std::move(object);
  return (std::uint64_t{owner_} << 48U) | (std::uint64_t{slots_[index].generation} << 24U) | (index + 1U);
}

const Handles::Slot* Handles::slot(std::uint64_t handle) const {
  const auto index = static_cast<std::uint32_t>(handle & 0xffffffU);
  const auto generation = static_cast<std::uint32_t>((handle >> 24U) & 0xffffffU);
  if ((handle >> 48U) != owner_ || index == 0 || index > slots_.size()) return nullptr;
  const auto& slot = slots_[index - 1];
  return slot.generation == generation && slot.object ? &slot : nullptr;
}

std::shared_ptr<Handled> Handles::find_any(std::uint64_t handle) const {
  const std::lock_guard lock(mutex_);
  const auto* found = slot(handle);
  return found == nullptr ? nullptr : found->object;
}

bool Handles::remove(std::uint64_t handle) {
  std::shared_ptr<Handled> ended; // destroyed after the lock is gone
  const std::lock_guard lock(mutex_);
  if (slot(handle) == nullptr) return false;
  const auto index = static_cast<std::uint32_t>(handle & 0xffffffU) - 1;
  ended = std::move(slots_[index].object);
  slots_[index].object.reset();
  if (++slots_[index].generation < kGenerations) free_.push_back(index);
  return true;
}

void Handles::clear() {
  std::vector<std::shared_ptr<Handled>> ended;
  const std::lock_guard lock(mutex_);
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i].object) continue;
    ended.push_back(std::move(slots_[i].object));
    slots_[i].object.reset();
    if (++slots_[i].generation < kGenerations) free_.push_back(i);
  }
}

std::size_t Handles::alive() const {
  const std::lock_guard lock(mutex_);
  std::size_t count = 0;
  for (const auto& slot : slots_) count += slot.object ? 1 : 0;
  return count;
}

} // namespace onebudget::host
