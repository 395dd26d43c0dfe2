#pragma once
// A directory of people (LDAP): who somebody is, whether the password is theirs, and in which groups they stand. Every
// connection is encrypted and the server's certificate verified; a directory without TLS cannot be used.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/config/config.hpp"
#include "kernel/observe/observe.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::identity {

/// One line of directory.roles: members of `group` hold `role` at their node.
struct GroupRole {
  std::string group, role, reach; ///< reach: self | level | subtree
};

struct DirectoryOptions {
  std::string url;     ///< ldaps://host[:port], or ldap://host[:port] with StartTLS; empty = no directory
  std::string ca_file; ///< PEM
  std::string bind_dn, bind_password;
  std::string user_base, user_filter, user_attribute, id_attribute, name_attribute, phone_attribute, node_attribute;
  std::string disabled_filter;
  std::string group_base, group_filter, group_attribute;
  std::vector<GroupRole> roles;
  int timeout_seconds = 3; ///< of a whole sign-in

  /// Reads directory.*. Every key that does not fit the others is one FieldFault of config.invalid.
  static Result<DirectoryOptions> of(const config::Config& config);
};

struct DirectoryPerson {
  std::string dn, id, username, display_name, phone, node_code;
  std::vector<std::string> groups;
  std::vector<GroupRole> roles; ///< of directory.roles, those whose group the person is in
  bool disabled = false;
};

/// What was asked and what came back, for an administrator.
struct DirectoryStep {
  std::string step, answer;
};

/// Thread-safe. Each call has a connection and a deadline of its own; while the directory is known to be down, one call
/// at a time tries it and the others fail at once, so that it cannot hold every worker.
class Directory {
 public:
  /// `log` may be null; gets one line when the directory stops answering and one when it answers again.
  Directory(DirectoryOptions options, const observe::Log* log);
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  /// Faults: identity.refused for a name or password that does not fit, identity.directory_unavailable (503) when the
  /// directory is down, slow, not to be trusted or answers with a referral.
  Result<DirectoryPerson> verify(std::string_view username, std::string_view password);
  /// The same questions without the password, or for no name only whether the directory answers; `steps` also holds
  /// what was learned before a fault.
  Result<DirectoryPerson> look(std::string_view username, std::vector<DirectoryStep>& steps);
  [[nodiscard]] bool down() const;
  [[nodiscard]] const DirectoryOptions& options() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// RFC 4515: text as the value of an assertion in a filter.
std::string escape_filter(std::string_view text);
/// RFC 4514: text as the value of an attribute in a distinguished name.
std::string escape_dn(std::string_view text);

} // namespace onebudget::identity
