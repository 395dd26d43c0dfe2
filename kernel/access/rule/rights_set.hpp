#pragma once
// The compiled rights of one caller. Pure: made from rows that were read elsewhere.

#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/access/access.hpp"
#include "kernel/access/rule/patterns.hpp"

namespace onebudget::access {

/// A grant as far as it is effective: what it holds, and where.
struct Effective {
  std::shared_ptr<const Patterns> patterns;
  /// A delegated grant or a token's: the patterns of every grant it depends on must hold the permission too.
  std::vector<std::shared_ptr<const Patterns>> limits;
  Scope scope;

  [[nodiscard]] bool hold(std::string_view permission) const;
};

/// `inner` as far as `outer` reaches; empty when they do not meet.
std::optional<Effective> limited(const Effective& inner, const Effective& outer);

/// A node's way to another parent, while rows below it still carry the old path.
struct Moving {
  std::string from, to; ///< paths
  bool alike = false;   ///< the government level stays the same
};
/// Takes the old path out of every scope that does not hold both places alike, so that a row which is not there yet
/// shows to nobody who loses it or sees it by another rule.
void set_aside(std::vector<Effective>& effective, const Moving& moving);

using PermissionList = std::shared_ptr<const std::vector<Permission>>;

class RightsSet final : public Rights {
 public:
  RightsSet(std::vector<Effective> effective, PermissionList declared, std::int64_t version)
      : effective_(std::move(effective)), declared_(std::move(declared)), version_(version) {}

  [[nodiscard]] bool may(std::string_view permission) const override;
  [[nodiscard]] const std::vector<Scope>& scopes(std::string_view permission) const override;
  [[nodiscard]] std::vector<std::string> permissions() const override;
  [[nodiscard]] bool unlimited() const override { return false; }
  [[nodiscard]] std::int64_t version() const override { return version_; }

 private:
  [[nodiscard]] std::vector<Scope> compiled(std::string_view permission) const;

  std::vector<Effective> effective_;
  PermissionList declared_;
  std::int64_t version_;
  mutable std::shared_mutex mutex_;
  mutable std::unordered_map<std::string, std::vector<Scope>, ByText, std::equal_to<>> known_;
};

/// The kernel's own work: everything, everywhere.
class UnlimitedRights final : public Rights {
 public:
  explicit UnlimitedRights(PermissionList declared);
  [[nodiscard]] bool may(std::string_view) const override { return true; }
  [[nodiscard]] const std::vector<Scope>& scopes(std::string_view) const override { return everywhere_; }
  [[nodiscard]] std::vector<std::string> permissions() const override;
  [[nodiscard]] bool unlimited() const override { return true; }
  [[nodiscard]] std::int64_t version() const override { return 0; }

 private:
  PermissionList declared_;
  std::vector<Scope> everywhere_;
};

} // namespace onebudget::access
