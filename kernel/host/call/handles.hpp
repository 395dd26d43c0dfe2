#pragma once
// 64-bit handles for what a plugin may hold of the host: index, generation and owner in one number, never a pointer. A
// handle that ended, was made up or belongs to another plugin finds nothing.

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace onebudget::host {

/// What a handle stands for.
class Handled {
 public:
  virtual ~Handled() = default;
};

/// Thread-safe.
class Handles {
 public:
  /// `owner` differs for every generation of every plugin that was loaded since start.
  explicit Handles(std::uint16_t owner) : owner_(owner) {}

  /// 0 when there are too many.
  std::uint64_t add(std::shared_ptr<Handled> object);
  /// Null unless the handle is alive and stands for a T.
  template <class T>
  [[nodiscard]] std::shared_ptr<T> find(std::uint64_t handle) const {
    return std::dynamic_pointer_cast<T>(find_any(handle));
  }
  bool remove(std::uint64_t handle);
  /// Ends all handles; used when the generation is retired.
  void clear();
  [[nodiscard]] std::size_t alive() const;

 private:
  static constexpr std::uint32_t kMost = 1U << 20U;        ///< alive at once
  static constexpr std::uint32_t kGenerations = 1U << 24U; ///< a slot that used them up is not used again
  struct Slot {
    std::uint32_t generation = 1;
    std::shared_ptr<Handled> object;
  };
  [[nodiscard]] std::shared_ptr<Handled> find_any(std::uint64_t handle) const;
  [[nodiscard]] const Slot* slot(std::uint64_t handle) const;

  const std::uint16_t owner_;
  mutable std::mutex mutex_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

} // namespace onebudget::host
