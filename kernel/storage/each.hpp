#pragma once
// All rows of a statement, one after the other; the answer of a transaction.

#include <string_view>
#include <type_traits>

#include "kernel/storage/storage.hpp"

namespace onebudget::storage {

/// Calls `row(const Rows&)` for each; what it may answer is a Result<void>, whose fault ends the reading.
template <class Fn>
Result<void> each(Session& session, std::string_view sql, const Params& params, Fn row) {
  OB_TRY(const auto rows, session.query(sql, params));
  for (;;) {
    OB_TRY(const bool more, rows->next());
    if (!more) return {};
    if constexpr (std::is_void_v<std::invoke_result_t<Fn, const Rows&>>)
      row(*rows);
    else
      OB_CHECK(row(*rows));
  }
}

/// What `fn` answers of a transaction.
template <class T, class Fn>
Result<T> answer(Database& database, const Context& context, bool writing, Fn fn) {
  T value{};
  const auto keep = [&](Session& session) -> Result<void> {
    OB_TRY(value, fn(session));
    return {};
  };
  OB_CHECK(writing ? database.write(context, keep) : database.read(context, keep));
  return value;
}

} // namespace onebudget::storage
