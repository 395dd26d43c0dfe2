#include "kernel/records/import/keys.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <span>

#include "kernel/records/query/compile.hpp"
#include "kernel/storage/each.hpp"

namespace onebudget::records {

namespace {

constexpr std::array<std::size_t, 3> kPieces{1, 16, 200};

/// The same for the keys of these rows, when a part is encrypted.
Predicate sealed_condition(const Snapshot& snapshot, const Served& served, const std::vector<int>& key,
                           std::span<const Row* const> rows) {
  Predicate any{"(", {}};
  for (const Row* row : rows) {
    any.sql += any.sql.size() > 1 ? " OR (1=1" : "(1=1";
    for (const int column : key) {
      any.sql += " AND ";
      append(any, equals(snapshot, served, column, "t", (*row)[static_cast<std::size_t>(column)]));
    }
    any.sql += ")";
  }
  any.sql += ")";
  return any;
}

/// (a = ? AND b = ?) OR … for `count` keys.
std::string condition(const Served& served, const std::vector<int>& key, std::size_t count) {
  std::string out;
  if (key.size() == 1) {
    for (std::size_t i = 0; i < count; ++i) out += i == 0 ? "?" : ",?";
    return fmt::format("t.{} IN ({})", served.columns[static_cast<std::size_t>(key[0])].quoted, out);
  }
  std::string one;
  for (const int column : key)
    one +=
        fmt::format("{}t.{} = ?", one.empty() ? "" : " AND ", served.columns[static_cast<std::size_t>(column)].quoted);
  for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "(" : " OR (") + one + ")";
  return "(" + out + ")";
}

} // namespace

std::string key_text(const Row& row, const std::vector<int>& key) {
  std::string out;
  for (const int column : key) {
    const storage::Value& value = row[static_cast<std::size_t>(column)];
    if (is_null(value)) return {};
    if (const auto* number = std::get_if<std::int64_t>(&value))
      out += std::to_string(*number);
    else
      out += text_of(value);
    out.push_back('\x1f'); // cannot occur in a stored value
  }
  return out;
}

Result<void> rows_by_key(const Snapshot& snapshot, const Served& served, const std::vector<int>& key,
                         const std::vector<const Row*>& wanted, bool whole,
                         std::unordered_map<std::string, KeyedRow>& out) {
  OB_TRY(const Predicate visible, readable(snapshot, served, "t"));
  std::string select = "SELECT CASE WHEN " + visible.sql + " THEN 1 ELSE 0 END, ";
  if (whole) {
    select += served.all_columns("t");
  } else {
    select += "t.id";
    for (const int column : key) select += ", t." + served.columns[static_cast<std::size_t>(column)].quoted;
  }
  select += fmt::format(" FROM {} t WHERE ", served.table);
  const bool sealed = std::ranges::any_of(
      key, [&](int column) { return std::ranges::find(served.encrypted, column) != served.encrypted.end(); });
  for (std::size_t done = 0; done < wanted.size();) {
    std::size_t size = kPieces.back();
    for (const std::size_t piece : kPieces)
      if (wanted.size() - done <= piece) {
        size = piece;
        break;
      }
    storage::Params params = visible.params;
    Predicate where{"", {}};
    if (sealed) {
      where = sealed_condition(snapshot, served, key,
                               std::span(wanted).subspan(done, std::min(size, wanted.size() - done)));
      params.insert(params.end(), where.params.begin(), where.params.end());
    }
    for (std::size_t i = 0; i < size && !sealed; ++i)
      for (const int column : key)
        params.push_back((*wanted[std::min(done + i, wanted.size() - 1)])[static_cast<std::size_t>(column)]);
    done += size;
    OB_CHECK(storage::each(snapshot.session, select + (sealed ? where.sql : condition(served, key, size)), params,
                           [&](const storage::Rows& rows) -> Result<void> {
                             KeyedRow found;
                             found.visible = rows.integer(0) != 0;
                             found.id = rows.integer(1);
                             Row cells;
                             for (int i = 1; i < rows.columns(); ++i) cells.push_back(rows.value(i));
                             if (whole) OB_CHECK(snapshot.core.vault.open_row(served, cells));
                             for (std::size_t i = 0; sealed && !whole && i < key.size(); ++i)
                               OB_CHECK(snapshot.core.vault.open(served, key[i], found.id, cells[i + 1]));
                             std::vector<int> at = key;
                             if (!whole)
                               for (std::size_t i = 0; i < at.size(); ++i) at[i] = static_cast<int>(i) + 1;
                             std::string text = key_text(cells, at);
                             if (whole) found.row = std::move(cells);
                             out.emplace(std::move(text), std::move(found));
                             return {};
                           }));
  }
  return {};
}

} // namespace onebudget::records
