#pragma once
// An open file that several owners may hold; closed with the last of them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sdk/values/result.hpp"

namespace onebudget::http {

class File {
 public:
  File() = default;
  /// Opens for reading; fault http.file when it is not a regular file.
  static Result<File> open(const std::string& path);
  /// A new file without a name in `directory`: gone when the last owner lets go, also after a crash.
  static Result<File> unnamed(const std::string& directory);

  explicit operator bool() const { return descriptor_ != nullptr; }
  [[nodiscard]] int descriptor() const;
  [[nodiscard]] std::uint64_t size() const;
  Result<void> append(std::string_view bytes);
  /// Reads up to `size` bytes at `offset`; 0 at the end. Thread-safe.
  Result<std::size_t> read_at(std::uint64_t offset, char* buffer, std::size_t size) const;

 private:
  struct Descriptor;
  std::shared_ptr<Descriptor> descriptor_;
};

} // namespace onebudget::http
