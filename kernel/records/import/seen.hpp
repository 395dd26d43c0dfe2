#pragma once
// Which keys a file has had so far, in memory that does not grow with it: digests in sorted runs of an unlinked file,
// and a filter that says for nearly every new key that no run has it.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::records {

class SeenKeys {
 public:
  /// The line on which the key was before, or 0: then it is remembered with this line.
  Result<std::int64_t> first_line(const std::string& key, std::int64_t line);

 private:
  struct Entry {
    std::uint64_t digest = 0;
    std::int64_t line = 0;
  };
  struct Run {
    long at = 0;                       ///< in bytes of the file
    std::vector<std::uint64_t> fences; ///< the first digest of each block
    std::size_t entries = 0;
  };
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  Result<void> spill();
  Result<std::int64_t> look_up(const Run& run, std::uint64_t digest);
  bool maybe_there(std::uint64_t digest, bool put);

  std::unordered_map<std::uint64_t, std::int64_t> fresh_;
  std::vector<std::uint64_t> filter_;
  std::vector<Run> runs_;
  std::unique_ptr<std::FILE, Close> file_;
};

} // namespace onebudget::records
