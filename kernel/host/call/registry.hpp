#pragma once
// From a number in a handle to the generation of a plugin it belongs to. The C boundary carries no pointer of ours, so
// this one table belongs to the process; everything else is passed.

#include <cstdint>
#include <memory>

namespace onebudget::host {

class Guest;

/// Gives a generation its owner number; 0 after 65,535 loads in one process. Thread-safe, as the others.
std::uint16_t register_guest();
void bind_guest(std::uint16_t owner, const std::shared_ptr<Guest>& guest);
/// Null for a number that nobody has, or whose generation is gone.
std::shared_ptr<Guest> guest_of(std::uint64_t handle);
/// The generation whose code runs on this thread, held by whoever entered it; null outside.
inline thread_local Guest* inside = nullptr;

} // namespace onebudget::host
