#pragma once
// The content-addressed store: a library is copied to <store>/<sha256>/plugin.so, read-only, and loaded from that path
// only. A path is never reused for other bytes, because the loader matches by name.

#include <string>
#include <string_view>

#include "sdk/values/result.hpp"

namespace onebudget::host {

inline constexpr std::size_t kLibraryBytes = 256U << 20U;

/// Whole file. Faults: host.file (missing, unreadable, larger than `most`, a symbolic link or special file).
Result<std::string> read_file(const std::string& path, std::size_t most);

/// Lower-case hexadecimal SHA-256.
std::string sha256_hex(std::string_view bytes);

class Store {
 public:
  explicit Store(std::string directory) : directory_(std::move(directory)) {}
  /// Stores the bytes that were inspected (not the file again) and answers the path; the copy is read back and its
  /// digest compared. A copy that was changed since is replaced by none: it is a fault (host.store).
  Result<std::string> put(std::string_view bytes);

 private:
  std::string directory_;
};

} // namespace onebudget::host
