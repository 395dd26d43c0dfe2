#pragma once
// A province with one person at each width of scope, and as many projects as wanted.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/records/records.hpp"
#include "kernel/storage/testing.hpp"

namespace onebudget::bench {

class Province {
 public:
  /// `cities` and `counties` are the last two digits of those that there are, both ends included.
  struct Extent {
    int first_city = 1, last_city = 13, first_county = 1, last_county = 8;
  };
  Province(storage::Dialect dialect, std::int64_t rows, Extent extent);

  struct Viewer {
    std::string scope; ///< "unit", "department", "county", "city", "province"
    Context context;
    std::string low, high; ///< the range of paths that it holds
  };
  [[nodiscard]] const std::vector<Viewer>& viewers() const { return viewers_; }
  /// Somebody who may import and export everywhere.
  [[nodiscard]] const Context& keeper() const { return keeper_; }
  records::Records& records() { return *records_; }
  [[nodiscard]] const std::string& url() const { return database_.url(); }
  [[nodiscard]] std::int64_t rows() const { return rows_; }
  /// Cells of row i as the raw counterpart writes them, in the order of the table; fresh keys from `first_code`.
  void cells(std::int64_t i, std::vector<std::string>& out) const;
  [[nodiscard]] const std::vector<std::string>& unit_codes() const { return unit_codes_; }
  static constexpr std::int64_t kFirstId = 1'000'000'000'000;

 private:
  void build_tree(Extent extent);
  void build_county(const std::string& code, std::vector<access::NewNode>& nodes);
  void build_people();
  void fill();
  [[nodiscard]] std::int64_t amount(std::int64_t i) const { return (i * 7919 + 13) % 100'000'007 + 100; }
  [[nodiscard]] Context as(std::int64_t user) const;

  struct Unit {
    std::int64_t id = 0;
    std::string path, department;
    std::int64_t level = 0;
  };
  std::int64_t rows_;
  ManualClock clock_;
  storage::TestDatabase database_;
  Context system_, keeper_;
  std::unique_ptr<storage::IdBlocks> ids_;
  std::unique_ptr<audit::Log> log_;
  std::unique_ptr<events::Outbox> outbox_;
  std::unique_ptr<access::Access> access_;
  std::unique_ptr<records::Records> records_;
  std::vector<Unit> units_;
  std::vector<std::string> unit_codes_;
  std::vector<Viewer> viewers_;
};

/// Ends the process with the reason.
[[noreturn]] void give_up(const std::string& what);
template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.fault().code + " " + result.fault().message.en);
  return std::move(*result);
}
inline void must(const Result<void>& result) {
  if (!result) give_up(result.fault().code + " " + result.fault().message.en);
}

} // namespace onebudget::bench
