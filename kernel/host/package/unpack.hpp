#pragma once
// A package as `obsdk pack` writes it: a gzip'd ustar archive of plain files below <id>/<version>/. It comes from
// outside, so nothing in it is believed: names, sizes and kinds are checked before a byte is written.

#include <cstdint>
#include <functional>
#include <string>

#include "sdk/values/result.hpp"

namespace onebudget::host {

struct PackageLimits {
  std::size_t files = 2'000;
  std::uint64_t file_bytes = 256U << 20U, all_bytes = 512U << 20U; ///< after unpacking
};

struct Unpacked {
  std::string id, version; ///< from the names inside
  std::size_t files = 0;
};

/// Fills the buffer with the next bytes of the package; 0 = end.
using PackageSource = std::function<Result<std::size_t>(char* buffer, std::size_t size)>;

/// Writes the files below `folder`, which exists and is empty: <folder>/<id>/<version>/…; on a fault what was written
/// stays for the caller to remove. Faults: host.package (what is wrong with which entry), host.package_large,
/// host.store.
Result<Unpacked> unpack(const PackageSource& source, const std::string& folder, const PackageLimits& limits = {});

} // namespace onebudget::host
