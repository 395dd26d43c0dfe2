// Changing and resetting passwords.

#include "kernel/identity/password_rules.hpp"
#include "kernel/identity/state.hpp"
#include "kernel/storage/each.hpp"

namespace onebudget::identity {

namespace {

/// The present password and those before it, newest first, as many as the policy remembers.
Result<std::vector<std::string>> remembered(storage::Session& session, const Stored& stored, int history) {
  std::vector<std::string> hashes;
  if (!stored.password_hash.empty()) hashes.push_back(stored.password_hash);
  OB_CHECK(storage::each(
      session,
      "SELECT password_hash FROM identity_password_history WHERE account_id = ? ORDER BY replaced_ms DESC LIMIT ?",
      {stored.account.id.value, std::int64_t{history > 1 ? history - 1 : 0}},
      [&](const storage::Rows& rows) { hashes.emplace_back(rows.text(0)); }));
  return hashes;
}

} // namespace

Result<void> Identity::State::replace_password(storage::Session& session, const Stored& before, const std::string& hash,
                                               bool must_change_next, std::int64_t now_ms) const {
  OB_TRY(const std::int64_t changed, session.execute("UPDATE identity_accounts SET password_hash = ?, "
                                                     "password_changed_ms = ?, must_change = ?, version = version + 1 "
                                                     "WHERE id = ? AND password_hash = ?",
                                                     {hash, now_ms, std::int64_t{must_change_next ? 1 : 0},
                                                      before.account.id.value, before.password_hash}));
  if (changed == 0) return version_fault();
  if (before.password_hash.empty()) return {};
  // Two changes within one millisecond still have an order.
  OB_TRY(const std::int64_t newest,
         session.integer("SELECT MAX(replaced_ms) FROM identity_password_history WHERE account_id = ?",
                         {before.account.id.value}));
  OB_TRY(
      [[maybe_unused]] const auto kept,
      session.execute("INSERT INTO identity_password_history (account_id, replaced_ms, password_hash) VALUES (?, ?, ?)",
                      {before.account.id.value, std::max(now_ms, newest + 1), before.password_hash}));
  return session.send(
      "DELETE FROM identity_password_history WHERE account_id = ? AND replaced_ms NOT IN (SELECT h.replaced_ms "
      "FROM "
      "identity_password_history h WHERE h.account_id = ? ORDER BY h.replaced_ms DESC LIMIT ?)",
      {before.account.id.value, before.account.id.value, std::int64_t{std::max(policy.password_history, 0)}});
}

Result<void> Identity::change_password(const Context& context, std::string_view old_password,
                                       std::string_view new_password) {
  State& state = *state_;
  if (context.caller.kind != CallerKind::person || context.caller.user.none()) return expired_fault();
  if (old_password.size() > kMostPasswordBytes || new_password.size() > kMostPasswordBytes) return refused_fault();
  std::optional<Stored> stored;
  std::vector<std::string> hashes;
  OB_CHECK(state.database.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(stored, state.load(session, "id", context.caller.user.value));
    if (!stored || stored->account.state == AccountState::disabled) return expired_fault();
    OB_TRY(hashes, remembered(session, *stored, state.policy.password_history));
    return {};
  }));
  // A stolen session must not become a way to guess the password: attempts count here too.
  OB_CHECK(state.take_attempt(context, stored->account.username));
  const std::string id = stored->account.id.str();
  if (stored->password_hash.empty() || !crypto::verify_password(old_password, stored->password_hash)) {
    OB_CHECK(state.database.write(context, [&](storage::Session& session) -> Result<void> {
      return state.note(session, context, "identity.change_password", id, "failed", "identity.refused");
    }));
    // Not 401: the session is good, only the old password is not.
    return fault(FaultKind::rule, "identity.old_password",
                 {"原密码不正确。请重新输入。", "The old password is wrong. Enter it again."},
                 {{"/old_password",
                   "password.wrong",
                   {"原密码不正确", "the old password is wrong"},
                   {"请重新输入", "enter it again"}}});
  }
  std::vector<FieldFault> faults = password_faults(
      state.policy, new_password, {stored->account.username, stored->account.display_name, stored->account.phone});
  bool used = old_password == new_password;
  for (const std::string& hash : hashes) {
    if (used || !state.policy.composition || state.policy.password_history <= 0) break;
    used = crypto::verify_password(new_password, hash);
  }
  if (used) {
    faults.push_back({"/password",
                      "password.used",
                      {"近期用过这个密码", "the password was used recently"},
                      {"请换一个新密码", "choose a new one"}});
  }
  for (FieldFault& one : faults) one.field = "/new_password";
  std::string hash;
  if (faults.empty()) {
    OB_TRY(hash, crypto::hash_password(new_password, state.policy.cost));
  }
  OB_CHECK(state.database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_CHECK(state.clear_attempts(session, stored->account.username)); // the old password was right
    if (!faults.empty()) return {};
    OB_CHECK(state.replace_password(session, *stored, hash, false, context.now_ms));
    OB_CHECK(session.send("DELETE FROM identity_sessions WHERE account_id = ? AND id <> ?",
                          {stored->account.id.value, context.caller.session_id}));
    return state.note(session, context, "identity.change_password", id);
  }));
  if (!faults.empty()) return invalid_fault(std::move(faults));
  return {};
}

Result<std::string> Identity::reset_password(const Context& context, UserId id) {
  State& state = *state_;
  const std::string password = one_time_password();
  OB_TRY(const std::string hash, crypto::hash_password(password, state.policy.cost));
  OB_CHECK(state.database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const std::optional<Stored> stored, state.load(session, "id", id.value));
    if (!stored) return unknown_account_fault();
    if (stored->account.directory) return directory_password_fault();
    OB_CHECK(state.replace_password(session, *stored, hash, true, context.now_ms));
    OB_CHECK(state.clear_attempts(session, stored->account.username));
    OB_CHECK(session.send("DELETE FROM identity_sessions WHERE account_id = ?", {id.value}));
    return state.note(session, context, "identity.reset_password", id.str());
  }));
  return password;
}

} // namespace onebudget::identity
