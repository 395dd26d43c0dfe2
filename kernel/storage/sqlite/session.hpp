#pragma once
// Session and Rows on SQLite. Inside storage only.

#include <optional>

#include "kernel/storage/sqlite/connection.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::storage::sqlite {

class SqliteSession final : public Session {
 public:
  explicit SqliteSession(Connection& connection, bool dooms) : connection_(connection), dooms_(dooms) {}

  [[nodiscard]] Dialect dialect() const override { return Dialect::sqlite; }
  Result<std::unique_ptr<Rows>> query(std::string_view sql, const Params& params) override;
  Result<std::int64_t> execute(std::string_view sql, const Params& params) override;
  Result<void> ask(std::string_view sql) override {
    question_ = sql;
    return {};
  }
  Result<std::int64_t> asked() override;
  Result<void> script(std::string_view sql) override;
  Result<std::int64_t> bulk_insert(std::string_view table, const std::vector<std::string>& columns,
                                   std::span<const Params> rows) override;

  /// The first fault of a statement, which the unit cannot commit over.
  [[nodiscard]] const std::optional<Fault>& doom() const { return doom_; }
  /// Notes a fault and passes it on.
  Fault doomed(Fault fault);

 private:
  Result<std::int64_t> execute_bound(const Loan& loan);
  Result<void> ready() const;

  Connection& connection_;
  bool dooms_;
  std::string_view question_;
  std::optional<Fault> doom_;
};

} // namespace onebudget::storage::sqlite
