#pragma once
// The table of an entity: which columns it has and how a field is kept in one.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/records/entity.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::records {

class Hooks;

/// Columns that every table begins with, in this order.
enum SystemColumn : int {
  kId,
  kVersion,
  kCreatedAt,
  kCreatedBy,
  kUpdatedAt,
  kUpdatedBy,
  kOwnerPath,
  kGovLevel,
  kDepartment,
  kSubmittedBy,
  kFirstField
};

struct Column {
  std::string name;
  std::string quoted;           ///< "name" in double quotes
  bool integer = false;         ///< kept as a 64-bit integer, else as text
  const Field* field = nullptr; ///< null for the kernel's own
};

using Row = std::vector<storage::Value>; ///< one value per column of the table

/// One index of a table. Columns by name.
struct Index {
  std::vector<std::string> columns;
  bool unique = false;
};

/// A rollup's table. Columns are those of the entity's table.
struct RollupTable {
  std::string name;            ///< "demo.project.by_kind"
  std::string table;           ///< quoted
  std::vector<int> dimensions; ///< place, owner and state first
  std::vector<int> sums;
};

struct Projection;

/// An entity that is being served, with its table. Immutable once built, but for what is made on first use.
struct Served {
  explicit Served(Entity declared);
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  const Entity entity;
  const std::string name;   ///< "compilation.project"
  const std::string table;  ///< quoted
  std::string search_table; ///< of its full-text index; empty without one
  std::vector<Column> columns;
  std::vector<Index> indexes;
  std::vector<RollupTable> rollups;
  std::int64_t number = 0; ///< of the stored schema
  int owner_column = -1, parent_column = -1, state_column = -1;
  std::vector<int> encrypted;             ///< columns whose cells the table holds sealed
  mutable std::atomic<bool> plain{false}; ///< some of these may still be as they were before the field was encrypted
  mutable std::once_flag projected;
  mutable std::shared_ptr<const Projection> whole; ///< of whole_projection()
  std::shared_ptr<Hooks> hooks;
  bool hooked = false;

  [[nodiscard]] int column(std::string_view column_name) const; ///< -1 when there is none
  [[nodiscard]] std::string all_columns(const std::string& alias) const;
  /// Names of the table's columns, those of digests behind the others.
  [[nodiscard]] std::vector<std::string> stored_columns() const;
  [[nodiscard]] std::string encrypted_names() const; ///< "account,identity_no"
  /// The column that is compared with when a value is looked for: that of digests where the field is encrypted.
  [[nodiscard]] std::string found_by(const std::string& column_name) const;
  [[nodiscard]] std::vector<std::vector<int>> unique_keys() const; ///< columns of the natural key and of each unique

 private:
  std::unordered_map<std::string, int> by_name_;
  std::string columns_of_t_;
};

using ServedPtr = std::shared_ptr<const Served>;

bool stored_as_integer(FieldType type);
std::string digest_column(std::string_view field_name);
std::string quote_name(std::string_view name);

inline bool is_null(const storage::Value& value) { return value.index() == 0; }
inline std::int64_t integer_of(const storage::Value& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number == nullptr ? 0 : *number;
}
inline std::string_view text_of(const storage::Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

} // namespace onebudget::records
