#pragma once
// Rows that were found good, kept until all of a file has been read: in memory while small, else in an unlinked file,
// so that an import of any length runs in bounded memory and its transaction can begin again from the first row.

#include <cstdio>
#include <memory>
#include <string>

#include "kernel/records/schema/sealed.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::records {

struct PendingRow {
  std::int64_t expected = 0; ///< version before; 0 for a new row
  Row before;                ///< empty for a new row
  Row after;
};

class Spool {
 public:
  /// With keys every row is sealed, for it may come to lie on the disk.
  explicit Spool(const crypto::KeyRing* keys = nullptr) : keys_(keys) {}
  Result<void> add(const PendingRow& row);
  /// Back to the first row.
  Result<void> rewind();
  /// The next row; false at the end.
  Result<bool> next(PendingRow& row);
  [[nodiscard]] std::int64_t rows() const { return rows_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  Result<void> spill();
  Result<bool> fill(std::size_t bytes);

  const crypto::KeyRing* keys_;
  std::string text_; ///< what is not in the file yet while adding; what was read of it while reading
  std::size_t at_ = 0;
  std::unique_ptr<std::FILE, Close> file_;
  std::int64_t rows_ = 0;
  bool reading_ = false;
};

} // namespace onebudget::records
