#pragma once
// Rows straight from the wire, one result a row, or one for a whole page. Inside storage only.

#include <deque>

#include "kernel/storage/postgresql/session.hpp"

namespace onebudget::storage::postgresql {

class PostgresRows final : public Rows {
 public:
  /// The query was sent, in single-row mode or not; begin() waits for its first answer.
  PostgresRows(PostgresSession& session, Connection& connection) : session_(session), connection_(connection) {}
  ~PostgresRows() override;
  PostgresRows(const PostgresRows&) = delete;
  PostgresRows& operator=(const PostgresRows&) = delete;

  Result<void> begin();
  /// Takes what is left into memory, so that the connection is free. Fault storage.too_many_rows past kMostBuffered.
  Result<void> buffer_rest();

  Result<bool> next() override;
  [[nodiscard]] int columns() const override { return PQnfields(shape_.get()); }
  [[nodiscard]] bool null(int column) const override { return PQgetisnull(row_.get(), at_, column) != 0; }
  [[nodiscard]] std::int64_t integer(int column) const override;
  [[nodiscard]] double real(int column) const override;
  [[nodiscard]] std::string_view text(int column) const override;
  [[nodiscard]] Value value(int column) const override;

 private:
  /// The next answer from the wire; ends the stream behind the last row.
  Result<Answer> fetch();
  void end_stream();
  [[nodiscard]] std::string_view raw(int column) const;

  static constexpr std::size_t kMostBuffered = 100'000;
  static constexpr int kMostDrained = 1'000;
  PostgresSession& session_;
  Connection& connection_;
  Answer row_;   ///< the current row, or all of them
  int at_ = 0;   ///< the current one in it
  Answer shape_; ///< an answer without rows that knows the columns
  std::deque<Answer> waiting_;
  bool streaming_ = true;
  mutable std::vector<std::string> decoded_; ///< bytea cells of the current row
};

} // namespace onebudget::storage::postgresql
