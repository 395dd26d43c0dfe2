#pragma once
// Session and Rows on PostgreSQL. Inside storage only.

#include <optional>

#include "kernel/storage/postgresql/connection.hpp"

namespace onebudget::storage::postgresql {

class PostgresRows;

class PostgresSession final : public Session {
 public:
  explicit PostgresSession(Connection& connection) : connection_(connection) {}

  [[nodiscard]] Dialect dialect() const override { return Dialect::postgresql; }
  Result<std::unique_ptr<Rows>> query(std::string_view sql, const Params& params) override;
  Result<std::int64_t> execute(std::string_view sql, const Params& params) override;
  Result<void> send(std::string_view sql, const Params& params) override;
  Result<void> ask(std::string_view sql) override;
  Result<std::int64_t> asked() override;
  Result<void> script(std::string_view sql) override;
  Result<std::int64_t> bulk_insert(std::string_view table, const std::vector<std::string>& columns,
                                   std::span<const Params> rows) override;

  [[nodiscard]] const std::optional<Fault>& doom() const { return doom_; }
  Fault doomed(Fault fault);
  void stream_ended(const PostgresRows* rows) {
    if (open_ == rows) open_ = nullptr;
  }

 private:
  /// Nothing failed before, and no stream holds the connection.
  Result<void> ready();
  Result<std::string> prepared(std::string_view sql, const Params& params, Packed& packed);
  Result<void> queue(std::string_view sql, const Params& params, Connection::Owed owed);
  Result<std::int64_t> copy_rows(const std::string& opening, std::span<const Params> rows, std::size_t width);

  Connection& connection_;
  PostgresRows* open_ = nullptr; ///< the stream that holds the connection
  std::optional<Fault> doom_;
};

} // namespace onebudget::storage::postgresql
