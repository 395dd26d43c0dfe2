#pragma once
// Encrypted fields. Rows in memory are plain; on their way into a table, the history or a spool their encrypted cells
// are sealed, on their way out opened. Beside each such column a table has one of keyed digests, by which a whole value
// is found and kept unique.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/crypto/crypto.hpp"
#include "kernel/records/schema/table.hpp"

namespace onebudget::records {

/// A sealed text as a column or the history holds it: U+0001, which no value can hold, the key's id, the blob in
/// base64url, a blank, and its place "<plugin>.<entity>.<field>/<id>", which the seal vouches for.
[[nodiscard]] bool is_sealed(std::string_view text);

/// The keys of the encrypted fields. Thread-safe; borrows the ring.
class Vault {
 public:
  /// Told of every value that does not open.
  using Broken = std::function<void(const std::string& place)>;
  Vault() = default;
  Vault(const crypto::KeyRing* keys, Broken broken) : keys_(keys), broken_(std::move(broken)) {}

  [[nodiscard]] const crypto::KeyRing* keys() const { return keys_; }
  /// A stored text that no key, or an older one, has sealed.
  [[nodiscard]] bool stale(std::string_view stored) const;
  [[nodiscard]] std::string digest(const Served& served, int column, std::string_view text) const;
  /// Under every key of the ring, for finding what an older one made.
  [[nodiscard]] std::vector<std::string> digests(const Served& served, int column, std::string_view text) const;

  /// The cell of a row as the table holds it; NULL stays NULL, and a field that is not encrypted as it is.
  Result<storage::Value> seal(const Served& served, int column, std::int64_t id, const storage::Value& value) const;
  /// The other way. What was stored before the field was encrypted is plain and stays so. Faults: records.sealed.
  Result<void> open(const Served& served, int column, std::int64_t id, storage::Value& value) const;
  /// All encrypted cells of a row with all columns.
  Result<void> open_row(const Served& served, Row& row) const;
  /// A row as the table holds it: one value per column of Served::stored_columns().
  Result<storage::Params> stored(const Served& served, Row cells) const;

 private:
  const crypto::KeyRing* keys_ = nullptr;
  Broken broken_;
};

/// Inside enable(): whether values of the entity may still be plain (Served::plain), and whether work is left to do.
Result<bool> prepare_sealed(storage::Session& session, const Vault& vault, const Served& served, std::int64_t number);

/// Every value of the entity is sealed by the current key.
Result<void> note_sealed(storage::Session& session, const Vault& vault, const Served& served);

/// The keys that the database has met, each with a proof that a ring has the same. Faults: records.key_lost. Takes note
/// of new ones.
Result<void> check_keys(storage::Session& session, const crypto::KeyRing& keys);

storage::Migration sealed_migration();

} // namespace onebudget::records
