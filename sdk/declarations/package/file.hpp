#pragma once
// Files of a package, which may come from anywhere.

#include <cstddef>
#include <string>

#include "sdk/values/result.hpp"

namespace onebudget::declarations {

/// Closes a descriptor at the end of a scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

/// Whole file. Faults: host.file (missing, unreadable, larger than `most`, a symbolic link or special file).
Result<std::string> read_file(const std::string& path, std::size_t most);

} // namespace onebudget::declarations
