// Counting attempts: in the database, so that a restart does not forget them and all nodes share them; by name and not
// by account, so that an unknown name locks exactly like a known one.

#include "kernel/identity/state.hpp"

namespace onebudget::identity {

Result<void> Identity::State::take_attempt(const Context& context, std::string_view username) {
  const std::string key = attempts_key(username);
  const std::int64_t now = context.now_ms;
  const std::int64_t window = policy.lockout_minutes * kMinuteMs;
  std::int64_t locked_until = 0;
  OB_CHECK(database.write(context, [&](storage::Session& session) -> Result<void> {
    locked_until = 0;
    OB_CHECK(session.send(
        "INSERT INTO identity_attempts (name_digest, failures, last_ms, locked_until_ms) VALUES (?, 0, 0, 0) "
        "ON CONFLICT (name_digest) DO NOTHING",
        {key}));
    // Attempts of one name come one after the other: the row is locked until commit.
    OB_CHECK(session.send("UPDATE identity_attempts SET failures = failures WHERE name_digest = ?", {key}));
    std::int64_t failures = 0;
    {
      OB_TRY(const auto rows,
             session.query("SELECT failures, last_ms, locked_until_ms FROM identity_attempts WHERE name_digest = ?",
                           {key}));
      OB_TRY(const bool found, rows->next());
      if (!found)
        return fault(FaultKind::unavailable, "identity.busy",
                     {"系统繁忙。请稍后重试。", "The system is busy. Try again."});
      if (rows->integer(2) > now) {
        locked_until = rows->integer(2);
        return {};
      }
      const bool fresh = rows->integer(2) != 0 || now - rows->integer(1) >= window;
      failures = fresh ? 1 : rows->integer(0) + 1;
    }
    // The attempt counts as failed until it has succeeded, so that parallel guesses never exceed the limit.
    const std::int64_t lock = failures >= policy.lockout_failures ? now + window : 0;
    return session.send(
        "UPDATE identity_attempts SET failures = ?, last_ms = ?, locked_until_ms = ? WHERE name_digest = ?",
        {failures, now, lock, key});
  }));
  if (locked_until == 0) return {};
  Fault locked = fault(
      FaultKind::limited, "identity.locked",
      {"失败次数过多，暂时锁定。请稍后再试，或请系统管理员重置密码。",
       "Too many failures; locked for a while. Try later, or ask the system administrator to reset the password."});
  locked.retry_after_s = static_cast<int>((locked_until - now + 999) / 1000);
  return locked;
}

Result<void> Identity::State::return_attempt(const Context& context, std::string_view username) {
  return database.write(context, [&](storage::Session& session) -> Result<void> {
    return session.send(
        "UPDATE identity_attempts SET failures = failures - 1, locked_until_ms = 0 "
        "WHERE name_digest = ? AND failures > 0",
        {attempts_key(username)});
  });
}

Result<void> Identity::State::clear_attempts(storage::Session& session, std::string_view username) {
  return session.send("DELETE FROM identity_attempts WHERE name_digest = ?", {attempts_key(username)});
}

} // namespace onebudget::identity
