#pragma once
// identity: who is calling. Local accounts, sessions that expire kindly, API tokens, and accounts whose password
// a directory keeps. Knows nothing of permissions.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/audit/audit.hpp"
#include "kernel/base/context.hpp"
#include "kernel/crypto/crypto.hpp"
#include "kernel/identity/directory/directory.hpp"
#include "kernel/storage/storage.hpp"
#include "sdk/values/id.hpp"

namespace onebudget::identity {

struct Policy {
  int session_idle_minutes = 30;
  int session_absolute_hours = 12;
  int lockout_failures = 5;
  int lockout_minutes = 30;
  bool composition = true; ///< mlps3: 3 of 4 character classes, 90 days, history 5; false = asvs: length and block list
  int minimum_length = 10;
  int password_age_days = 90; ///< with composition: an older password must be changed; 0 = never
  int password_history = 5;  ///< with composition: this many newest passwords, the present one too, are not taken again
  crypto::PasswordCost cost; ///< of hashing; tests make it cheap
};

enum class AccountState { active, locked, disabled };

struct Account {
  UserId id;
  std::string username; ///< unique, compared without case (ASCII)
  std::string display_name;
  std::string phone;
  NodeId node; ///< home node in the organisation tree; none allowed
  AccountState state = AccountState::active;
  bool must_change_password = false;
  bool directory = false; ///< the directory keeps the password; never changes over an account's life
  std::int64_t last_sign_in_ms = 0;
  std::int64_t locked_until_ms = 0;
  std::int64_t version = 1;
};

struct NewAccount {
  std::string username, display_name, phone, password; ///< empty password: none can sign in until it is reset
  NodeId node;
  bool must_change_password = true;
};

struct SignIn {
  std::string token; ///< opaque, 256 bits; only its digest is stored
  std::string csrf;
  std::int64_t expires_at_ms = 0;
  Account account;
};

struct SessionCaller {
  Caller caller;
  std::int64_t expires_at_ms = 0;
};

struct Token {
  std::int64_t id = 0;
  std::string title;
  UserId owner;
  std::int64_t created_ms = 0, expires_at_ms = 0, last_used_ms = 0;
  bool revoked = false;
};

struct AccountQuery {
  std::string text;          ///< part of user name or display name
  std::int64_t after_id = 0; ///< keyset
  int limit = 50;
};

/// What sign-in by directory needs to know of the organisation and of rights, which this room does not.
struct DirectoryRights {
  std::function<Result<NodeId>(const Context& context, const std::string& code)> node; ///< none for an empty code
  /// Makes these the account's only rights that come from the directory.
  std::function<Result<void>(const Context& context, UserId user, NodeId node, const std::vector<GroupRole>& roles)>
      replace;
};

/// Thread-safe.
class Identity {
 public:
  Identity(storage::Database& database, storage::IdBlocks& ids, audit::Log& audit, const Clock& clock, Policy policy);
  ~Identity();
  static std::vector<storage::Migration> migrations();

  /// Before the first sign-in. Names without a local account are looked up in the directory from then on; the first
  /// sign-in makes the account, each one reads person and rights again.
  void use_directory(std::unique_ptr<Directory> directory, DirectoryRights rights);
  /// Writes a one-time secret to `file` (0600) if there is no account yet; answers whether it did.
  Result<bool> prepare_bootstrap(const std::string& file);
  /// Uses the one-time secret to create the first accounts, all or none. Faults: identity.bootstrap_used when one
  /// exists, identity.bootstrap_refused for a wrong secret; those of create(), fields under the account's position
  /// ("/2/password"). `prepare` makes what the accounts stand on once all is found right and before they are written:
  /// its fault, too, leaves the secret good. Deletes the file that prepare_bootstrap() wrote.
  Result<std::vector<Account>> bootstrap(const Context& context, std::string_view secret,
                                         std::vector<NewAccount> accounts,
                                         const std::function<Result<void>()>& prepare);

  /// Same answer and same work for an unknown name and a wrong password. Faults: identity.refused (401),
  /// identity.locked (429 with retry_after), identity.disabled (401, only after the right password);
  /// for a name that only the directory can know also those of Directory::verify, and identity.directory_no_role,
  /// identity.directory_no_node (403) after the right password.
  Result<SignIn> sign_in(const Context& context, std::string_view username, std::string_view password);
  static std::string csrf_of(std::string_view token);    ///< of a session: what an unsafe request by cookie has to show
  Result<SessionCaller> session(std::string_view token); ///< slides the idle limit; identity.expired when over
  Result<Caller> bearer(std::string_view token);         ///< an API token or a session token
  Result<void> sign_out(const Context& context);
  /// Needs the old password; ends all other sessions. A password that breaks the policy is identity.password (422) with
  /// one field fault per reason, here and wherever a password is given.
  Result<void> change_password(const Context& context, std::string_view old_password, std::string_view new_password);

  Result<Account> create(const Context& context, const NewAccount& account);
  Result<int> create_many(const Context& context, const std::vector<NewAccount>& accounts); ///< all or nothing
  Result<Account> find(UserId id);
  Result<std::optional<Account>> find(std::string_view username);
  Result<std::vector<Account>> list(const AccountQuery& query);
  /// Changes display name, phone, node, state by version; disabling ends all sessions and tokens.
  Result<Account> update(const Context& context, const Account& account);
  /// A one-time password that must be changed at the next sign-in; also unlocks.
  Result<std::string> reset_password(const Context& context, UserId id);

  struct NewToken {
    Token token;
    std::string secret; ///< shown once
  };
  /// Only for oneself, signed in in person (or the kernel for anybody); must expire within 366 days; at most 50 at a
  /// time.
  Result<NewToken> create_token(const Context& context, UserId owner, std::string title, std::int64_t expires_at_ms);
  Result<std::vector<Token>> tokens(UserId owner);
  Result<void> revoke_token(const Context& context, UserId owner, std::int64_t id);

  /// Deletes sessions that ended; called by the scheduler.
  Result<int> sweep();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace onebudget::identity
