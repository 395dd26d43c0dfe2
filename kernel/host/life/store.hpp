#pragma once
// The content-addressed store: a library is copied to <store>/<sha256>/plugin.so, read-only, and loaded from that path
// only. A path is never reused for other bytes, because the loader matches by name.

#include <string>
#include <string_view>

#include "sdk/values/result.hpp"

namespace onebudget::host {

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
