#pragma once
// Declared entities and their rows in memory, in ABI form. Knows required and unknown fields, defaults, natural keys,
// versions, states and transitions; scope, masking and history belong to the kernel's own tests.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/declarations/entity.hpp"
#include "sdk/testing/fake/filter.hpp"

namespace onebudget::testing {

struct FakeEntity {
  std::string name; ///< full
  Json declaration;
  FieldTypes types;

  /// One that was read and checked as the server does it.
  static FakeEntity of(const declarations::Entity& entity);
  /// As much of a declaration as a test needs of another plugin: names and types of fields. Fault entity.malformed.
  static Result<FakeEntity> read(const std::string& plugin, Json declaration);
};

/// Copied at the begin of every call: the copy is the unit of work.
class FakeStore {
 public:
  void declare(FakeEntity entity);
  [[nodiscard]] const FakeEntity* entity(std::string_view name) const;

  [[nodiscard]] Result<Json> get(std::string_view entity, std::int64_t id) const;
  /// spec as in ob.records/1.
  [[nodiscard]] Result<std::vector<Json>> query(std::string_view entity, const Json& spec) const;
  [[nodiscard]] Result<Json> aggregate(std::string_view entity, const Json& spec) const;

  /// The row as it would be: defaults filled in, checked; nothing is stored yet.
  [[nodiscard]] Result<Json> drafted(std::string_view entity, const Json& values, std::int64_t now_ms);
  [[nodiscard]] Result<Json> changed(std::string_view entity, std::int64_t id, std::int64_t version,
                                     const Json& changes) const;
  [[nodiscard]] Result<Json> moved(std::string_view entity, std::int64_t id, std::int64_t version,
                                   std::string_view transition) const;
  /// The row after a guarded change; bounds are those of the declaration. Fault records.guard.
  [[nodiscard]] Result<Json> adjusted(std::string_view entity, std::int64_t id, const Json& change) const;
  [[nodiscard]] Result<void> removable(std::string_view entity, std::int64_t id, std::int64_t version) const;
  /// Stores a row that was drafted, changed or moved: required fields and the natural key are checked, the version
  /// rises.
  Result<void> put(std::string_view entity, Json row, std::int64_t now_ms);
  void erase(std::string_view entity, std::int64_t id);
  /// The row with the same natural key, or null.
  [[nodiscard]] Json twin(const FakeEntity& entity, const Json& row) const;

 private:
  [[nodiscard]] Result<const FakeEntity*> served(std::string_view name) const;
  [[nodiscard]] Result<Json> at_version(std::string_view entity, std::int64_t id, std::int64_t version) const;

  std::map<std::string, FakeEntity, std::less<>> entities_;
  std::map<std::string, std::map<std::int64_t, Json>, std::less<>> rows_;
  std::map<std::string, std::map<std::string, std::int64_t>, std::less<>> keys_; ///< ids by natural key
  std::int64_t next_id_ = 1;
};

} // namespace onebudget::testing
