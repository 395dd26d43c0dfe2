#pragma once
// One encrypted connection to a directory, with a deadline for all of its work. Only included by this folder.

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/identity/directory/directory.hpp"

struct ldap;

namespace onebudget::identity {

struct DirectoryEntry {
  std::string dn;
  std::map<std::string, std::vector<std::string>> values; ///< by the name that was asked for
  [[nodiscard]] std::string first(const std::string& attribute) const;
};

class DirectoryConnection {
 public:
  explicit DirectoryConnection(const DirectoryOptions& options);
  ~DirectoryConnection();
  DirectoryConnection(const DirectoryConnection&) = delete;
  DirectoryConnection& operator=(const DirectoryConnection&) = delete;

  /// Connects and verifies the certificate.
  Result<void> open();
  /// False: the directory refuses the password. An empty DN or password never reaches the directory.
  Result<bool> bind(const std::string& dn, std::string_view password);
  /// At most `most` entries; more are identity.directory_too_many, a referral is identity.directory_referral.
  Result<std::vector<DirectoryEntry>> search(const std::string& base, bool base_only, const std::string& filter,
                                             const std::vector<std::string>& attributes, int most);

 private:
  Result<void> arm(); ///< what is left of the deadline becomes the limit of the next call
  [[nodiscard]] Fault failed(const char* step, int code) const;

  const DirectoryOptions& options_;
  std::chrono::steady_clock::time_point deadline_;
  ldap* handle_ = nullptr;
};

/// For people: sign-in by directory is impossible at present. `why` is for the log and the administrator.
Fault directory_fault(std::string code, const std::string& why);

} // namespace onebudget::identity
