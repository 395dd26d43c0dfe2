#pragma once
// What the parts of the room share. Only included by the .cpp files of this room.

#include <mutex>
#include <string>
#include <string_view>

#include "kernel/identity/identity.hpp"

namespace onebudget::identity {

inline constexpr std::int64_t kMinuteMs = 60'000;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;
inline constexpr std::size_t kMostPasswordBytes = 1024; ///< longer ones are refused before any work

/// An account with what only this room may know.
struct Stored {
  Account account;
  std::string password_hash; ///< empty: nobody can sign in by it
  std::string directory_id;  ///< of the person in the directory; empty for local accounts
  std::int64_t password_changed_ms = 0;
};

struct Identity::State {
  State(storage::Database& database_in, storage::IdBlocks& ids_in, audit::Log& audit_in, const Clock& clock_in,
        Policy policy_in);

  storage::Database& database;
  storage::IdBlocks& ids;
  audit::Log& audit;
  const Clock& clock;
  const Policy policy;
  std::string dummy_hash; ///< of a random password: an unknown name costs the same work
  std::mutex mutex;
  std::string bootstrap_file;           ///< guarded by mutex
  std::unique_ptr<Directory> directory; ///< null: none; set before the first sign-in
  DirectoryRights directory_rights;

  Result<void> note(storage::Session& session, const Context& context, const char* action,
                    const std::string& account_id, const char* outcome = "ok", std::string reason = {},
                    std::string detail = {});
  Result<std::optional<Stored>> load(storage::Session& session, std::string_view column, storage::Value value) const;
  [[nodiscard]] bool must_change(bool flag, std::int64_t password_changed_ms) const;

  /// Takes one attempt for a name, known or not. Fault identity.locked when there is none left.
  Result<void> take_attempt(const Context& context, std::string_view username);
  /// Gives back an attempt that was not put to anybody.
  Result<void> return_attempt(const Context& context, std::string_view username);
  Result<Stored> from_directory(const Context& context, std::string_view username, std::string_view password);
  /// The account of a person whose password the directory took, made or brought up to date, with its rights.
  Result<Stored> admit(const Context& context, const DirectoryPerson& person);
  Result<void> bring_up_to_date(const Context& context, Stored& stored, const NewAccount& wanted);
  Result<void> end_access(const Context& context, const Stored& stored, bool disabled); ///< sessions and tokens
  Result<void> clear_attempts(storage::Session& session, std::string_view username);

  /// Faults of every part of a new account; empty when it may be created.
  [[nodiscard]] std::vector<FieldFault> faults(const NewAccount& account, bool password_needed) const;
  /// Inserts accounts that were checked; ids and hashes are already made.
  Result<void> insert(storage::Session& session, const Context& context, const std::vector<Stored>& accounts);
  /// Gives an id and a hash to a checked account.
  Result<Stored> prepared(const Context& context, const NewAccount& account);
  /// Sets a new password inside a transaction, keeping the old one in the history.
  Result<void> replace_password(storage::Session& session, const Stored& before, const std::string& hash,
                                bool must_change, std::int64_t now_ms) const;
};

/// Hex of SM3: what is stored instead of a token, and the key of a name in the table of attempts.
std::string digest_of(std::string_view purpose, std::string_view secret);
/// The key under which names are compared: without case (ASCII).
std::string username_key(std::string_view username);
std::string attempts_key(std::string_view username);
/// 256 random bits, base64url, behind a prefix that says what it is.
std::string random_token(const char* prefix);

/// The person of a session.
Caller caller_of(const Account& account, std::int64_t session_id);

Fault refused_fault();
Fault expired_fault();
Fault unknown_account_fault();
Fault version_fault();
Fault disabled_fault();
Fault directory_password_fault();
Fault taken_fault(const std::string& username);
Fault invalid_fault(std::vector<FieldFault> fields);

} // namespace onebudget::identity
