#include "kernel/host/call/registry.hpp"

#include <mutex>
#include <shared_mutex>
#include <vector>

namespace onebudget::host {
namespace {

struct Table {
  std::shared_mutex mutex;
  std::vector<std::weak_ptr<Guest>> guests = std::vector<std::weak_ptr<Guest>>(1); ///< number 0 is nobody's
};

Table& table() {
  // Never destroyed: a plugin's thread may still come in while the process ends.
  static Table* const kTable = new Table;
  return *kTable;
}

} // namespace

std::uint16_t register_guest() {
  auto& all = table();
  const std::unique_lock lock(all.mutex);
  if (all.guests.size() > 0xffffU) return 0;
  all.guests.emplace_back();
  return static_cast<std::uint16_t>(all.guests.size() - 1);
}

void bind_guest(std::uint16_t owner, const std::shared_ptr<Guest>& guest) {
  auto& all = table();
  const std::unique_lock lock(all.mutex);
  all.guests[owner] = guest;
}

std::shared_ptr<Guest> guest_of(std::uint64_t handle) {
  auto& all = table();
  const std::shared_lock lock(all.mutex);
  const auto owner = handle >> 48U;
  return owner < all.guests.size() ? all.guests[owner].lock() : nullptr;
}

} // namespace onebudget::host
