#pragma once
// Session and Rows on ODBC. Inside storage only.

#include <memory>
#include <optional>

#include "kernel/storage/odbc/connection.hpp"

namespace onebudget::storage::odbc {

class OdbcSession final : public Session {
 public:
  explicit OdbcSession(Connection& connection) : connection_(connection) {}

  [[nodiscard]] Dialect dialect() const override { return Dialect::postgresql; }
  Result<std::unique_ptr<Rows>> query(std::string_view sql, const Params& params) override;
  Result<std::int64_t> execute(std::string_view sql, const Params& params) override;
  Result<void> script(std::string_view sql) override;
  Result<std::int64_t> bulk_insert(std::string_view table, const std::vector<std::string>& columns,
                                   std::span<const Params> rows) override;

  [[nodiscard]] const std::optional<Fault>& doom() const { return doom_; }
  Fault doomed(Fault fault);
  /// Fault of a statement, noted.
  Fault failed(SQLHANDLE statement) { return doomed(connection_.fault_of(SQL_HANDLE_STMT, statement)); }

 private:
  /// Prepares, binds and runs.
  Result<std::unique_ptr<Handle>> run(std::string_view sql, const Params& params);

  Connection& connection_;
  std::optional<Fault> doom_;
  bool touched_none_ = false; ///< what ran last
};

} // namespace onebudget::storage::odbc
