// Sessions: opaque tokens of which only a digest is stored. A session ends by itself when idle or old.

#include <algorithm>

#include "kernel/identity/state.hpp"

namespace onebudget::identity {

namespace {

constexpr std::int64_t kSlideEveryMs = kMinuteMs; ///< a busy session writes at most this often
constexpr std::int64_t kSkewMs = 5 * kMinuteMs;   ///< by which the clocks of nodes may differ

} // namespace

Caller caller_of(const Account& account, std::int64_t session_id) {
  Caller caller;
  caller.kind = CallerKind::person;
  caller.user = account.id;
  caller.name = account.username;
  caller.display_name = account.display_name;
  caller.session_id = session_id;
  caller.must_change_password = account.must_change_password;
  return caller;
}

std::string Identity::csrf_of(std::string_view token) { return digest_of("csrf", token); }

Result<SessionCaller> Identity::session(std::string_view token) {
  State& state = *state_;
  if (token.substr(0, 4) != "obs_" || token.size() > 100) return expired_fault();
  const Context context = Context::system(state.clock);
  const std::int64_t now = context.now_ms;
  SessionCaller result;
  std::int64_t id = 0, created = 0, seen = 0;
  bool found = false;
  OB_CHECK(state.database.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(
        const auto rows,
        session.query("SELECT s.id, s.created_ms, s.seen_ms, a.id, a.username, a.display_name, a.must_change, "
                      "a.password_changed_ms FROM identity_sessions s JOIN identity_accounts a ON a.id = s.account_id "
                      "WHERE s.token_digest = ? AND a.disabled = 0",
                      {digest_of("token", token)}));
    OB_TRY(found, rows->next());
    if (!found) return {};
    id = rows->integer(0);
    created = rows->integer(1);
    seen = rows->integer(2);
    Account account;
    account.id = UserId{rows->integer(3)};
    account.username = rows->text(4);
    account.display_name = rows->text(5);
    account.must_change_password = state.must_change(rows->integer(6) != 0, rows->integer(7));
    result.caller = caller_of(account, id);
    return {};
  }));
  const std::int64_t idle = state.policy.session_idle_minutes * kMinuteMs;
  const std::int64_t last = created + state.policy.session_absolute_hours * kHourMs;
  // One seen in the future was made by a clock that has been set right since, and would outlive its limits.
  if (!found || now >= std::min(seen + idle, last) || seen > now + kSkewMs) return expired_fault();
  if (now - seen >= kSlideEveryMs) {
    const auto slid = state.database.write(context, [&](storage::Session& session) -> Result<void> {
      return session.send("UPDATE identity_sessions SET seen_ms = ? WHERE id = ? AND seen_ms < ?", {now, id, now});
    });
    // A database that cannot be written may still be read: the session then simply does not slide.
    if (slid) seen = now;
  }
  result.expires_at_ms = std::min(seen + idle, last);
  return result;
}

Result<void> Identity::sign_out(const Context& context) {
  if (context.caller.kind != CallerKind::person || context.caller.session_id == 0) return expired_fault();
  return state_->database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const std::int64_t ended, session.execute("DELETE FROM identity_sessions WHERE id = ? AND account_id = ?",
                                                     {context.caller.session_id, context.caller.user.value}));
    if (ended == 0) return {};
    return state_->note(session, context, "identity.sign_out", context.caller.user.str());
  });
}

Result<int> Identity::sweep() {
  State& state = *state_;
  const Context context = Context::system(state.clock);
  std::int64_t ended = 0;
  OB_CHECK(state.database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(ended, session.execute("DELETE FROM identity_sessions WHERE seen_ms <= ? OR created_ms <= ?",
                                  {context.now_ms - state.policy.session_idle_minutes * kMinuteMs,
                                   context.now_ms - state.policy.session_absolute_hours * kHourMs}));
    return session.send("DELETE FROM identity_attempts WHERE last_ms <= ? AND locked_until_ms <= ?",
                        {context.now_ms - state.policy.lockout_minutes * kMinuteMs, context.now_ms});
  }));
  return static_cast<int>(ended);
}

} // namespace onebudget::identity
