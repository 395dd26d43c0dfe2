#pragma once
// The counterpart: the drivers themselves, with statements kept prepared and JSON written by hand.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace onebudget::bench {

/// Text parameters only: both drivers convert by the column.
class Raw {
 public:
  virtual ~Raw() = default;
  /// Runs a statement, kept prepared, and hands out each row as views of its cells (null as nullptr).
  virtual void each(const std::string& sql, const std::vector<std::string>& params,
                    const std::function<void(const char* const*)>& row) = 0;
  /// Inserts rows by the fastest way into a table of its own; answers when they are durable.
  virtual void bulk(const std::string& table, int columns, std::int64_t rows,
                    const std::function<void(std::int64_t, std::vector<std::string>&)>& fill) = 0;
  /// The table as CSV text by the fastest way; answers the bytes.
  virtual std::int64_t csv(const std::string& select) = 0;
  virtual void run(const std::string& sql) = 0;

  /// By the URL of storage::TestDatabase.
  static std::unique_ptr<Raw> open(const std::string& url);
};

} // namespace onebudget::bench
