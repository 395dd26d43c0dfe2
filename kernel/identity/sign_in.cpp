#include <algorithm>

#include "kernel/identity/state.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::identity {

namespace {

constexpr std::size_t kMostUsernameBytes = 256;

} // namespace

Result<SignIn> Identity::sign_in(const Context& context, std::string_view username, std::string_view password) {
  State& state = *state_;
  // What no account and no password can look like costs nothing and tells nothing.
  const bool possible =
      username.size() <= kMostUsernameBytes && valid_utf8(username) && !has_hostile_controls(username, false);
  if (!possible || password.size() > kMostPasswordBytes) return refused_fault();
  const auto denied = [&](const std::string& account, const char* outcome, const Fault& why) -> Fault {
    const auto noted = state.database.write(context, [&](storage::Session& session) -> Result<void> {
      return state.note(session, context, "identity.sign_in", account, outcome, why.code);
    });
    return noted ? why : noted.fault(); // no answer without its audit line
  };
  const auto attempt = state.take_attempt(context, username);
  std::optional<Stored> stored;
  OB_CHECK(state.database.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(stored, state.load(session, "username_key", username_key(username)));
    return {};
  }));
  std::string account_id = stored ? stored->account.id.str() : std::string();
  if (!attempt)
    return attempt.fault().code == "identity.locked" ? denied(account_id, "denied", attempt.fault()) : attempt.fault();
  const bool has_password = stored && !stored->password_hash.empty();
  const bool fits = crypto::verify_password(password, has_password ? stored->password_hash : state.dummy_hash);
  // A local account is never looked up in the directory: whoever can add a name there cannot take it over.
  const bool ask_directory = state.directory && (!stored || stored->account.directory);
  if (!ask_directory && (!has_password || !fits)) return denied(account_id, "failed", refused_fault());
  if (ask_directory) {
    auto admitted = state.from_directory(context, username, password);
    if (!admitted)
      return denied(account_id, admitted.fault().kind == FaultKind::forbidden ? "denied" : "failed", admitted.fault());
    stored = *std::move(admitted);
    account_id = stored->account.id.str();
  }
  if (stored->account.state == AccountState::disabled) return denied(account_id, "denied", disabled_fault());

  std::string hash = stored->password_hash;
  if (!stored->account.directory && crypto::needs_rehash(hash, state.policy.cost)) {
    OB_TRY(hash, crypto::hash_password(password, state.policy.cost));
  }
  SignIn result;
  result.token = random_token("obs_");
  result.csrf = csrf_of(result.token);
  result.expires_at_ms = context.now_ms + std::min(state.policy.session_idle_minutes * kMinuteMs,
                                                   state.policy.session_absolute_hours * kHourMs);
  OB_TRY(const std::int64_t session_id, state.ids.next());
  bool moved = false;
  OB_CHECK(state.database.write(context, [&](storage::Session& session) -> Result<void> {
    // Disabled or reset since it was read: then this sign-in comes too late.
    OB_TRY(const std::int64_t changed,
           session.execute("UPDATE identity_accounts SET last_sign_in_ms = ?, password_hash = ? WHERE id = ? AND "
                           "disabled = 0 AND password_hash = ?",
                           {context.now_ms, hash, stored->account.id.value, stored->password_hash}));
    moved = changed == 0;
    if (moved) return {};
    OB_CHECK(state.clear_attempts(session, username));
    OB_CHECK(
        session.send("INSERT INTO identity_sessions (id, token_digest, account_id, created_ms, seen_ms, ip) "
                     "VALUES (?, ?, ?, ?, ?, ?)",
                     {session_id, digest_of("token", result.token), stored->account.id.value, context.now_ms,
                      context.now_ms, context.client_ip}));
    Context signed_in = context;
    signed_in.caller = caller_of(stored->account, session_id);
    return state.note(session, signed_in, "identity.sign_in", account_id);
  }));
  if (moved) return denied(account_id, "failed", refused_fault());
  result.account = std::move(stored->account);
  result.account.state = AccountState::active;
  result.account.locked_until_ms = 0;
  result.account.last_sign_in_ms = context.now_ms;
  return result;
}

} // namespace onebudget::identity
