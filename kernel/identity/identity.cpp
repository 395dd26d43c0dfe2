#include "kernel/identity/identity.hpp"

#include "identity_schema.hpp"
#include "kernel/identity/password_rules.hpp"
#include "kernel/identity/state.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::identity {

Identity::State::State(storage::Database& database_in, storage::IdBlocks& ids_in, audit::Log& audit_in,
                       const Clock& clock_in, Policy policy_in)
    : database(database_in), ids(ids_in), audit(audit_in), clock(clock_in), policy(policy_in) {
  const auto dummy = crypto::hash_password(one_time_password(), policy.cost);
  if (dummy) dummy_hash = *dummy;
}

Identity::Identity(storage::Database& database, storage::IdBlocks& ids, audit::Log& audit, const Clock& clock,
                   Policy policy)
    : state_(std::make_unique<State>(database, ids, audit, clock, policy)) {}

Identity::~Identity() = default;

std::vector<storage::Migration> Identity::migrations() {
  return {{"kernel.identity", 1, "accounts", kAccountsSchema}, {"kernel.identity", 2, "directory", kDirectorySchema}};
}

void Identity::use_directory(std::unique_ptr<Directory> directory, DirectoryRights rights) {
  state_->directory = std::move(directory);
  state_->directory_rights = std::move(rights);
}

Result<void> Identity::State::note(storage::Session& session, const Context& context, const char* action,
                                   const std::string& account_id, const char* outcome, std::string reason,
                                   std::string detail) {
  audit::Entry entry;
  entry.action = action;
  entry.subject = "account";
  entry.subject_id = account_id;
  entry.outcome = outcome;
  entry.reason = std::move(reason);
  entry.detail = std::move(detail);
  return audit.append(session, context, entry);
}

bool Identity::State::must_change(bool flag, std::int64_t password_changed_ms) const {
  const bool old = policy.composition && policy.password_age_days > 0 &&
                   clock.now_ms() >= password_changed_ms + policy.password_age_days * kDayMs;
  return flag || old;
}

Result<std::optional<Stored>> Identity::State::load(storage::Session& session, std::string_view column,
                                                    storage::Value value) const {
  const std::string sql =
      "SELECT a.id, a.username, a.display_name, a.phone, a.node_id, a.disabled, a.must_change, a.last_sign_in_ms, "
      "a.version, "
      "a.password_hash, a.password_changed_ms, t.locked_until_ms, a.directory_id FROM identity_accounts a "
      "LEFT JOIN identity_attempts t ON t.name_digest = a.attempts_key WHERE a." +
      std::string(column) + " = ?";
  OB_TRY(const auto rows, session.query(sql, {std::move(value)}));
  OB_TRY(const bool found, rows->next());
  if (!found) return std::optional<Stored>();
  Stored stored;
  stored.account.id = UserId{rows->integer(0)};
  stored.account.username = rows->text(1);
  stored.account.display_name = rows->text(2);
  stored.account.phone = rows->text(3);
  stored.account.node = NodeId{rows->integer(4)};
  stored.account.last_sign_in_ms = rows->integer(7);
  stored.account.version = rows->integer(8);
  stored.password_hash = rows->text(9);
  stored.password_changed_ms = rows->integer(10);
  stored.directory_id = rows->text(12);
  stored.account.directory = !stored.directory_id.empty();
  stored.account.must_change_password =
      !stored.account.directory && must_change(rows->integer(6) != 0, stored.password_changed_ms);
  stored.account.locked_until_ms = rows->integer(11);
  if (rows->integer(5) != 0)
    stored.account.state = AccountState::disabled;
  else if (stored.account.locked_until_ms > clock.now_ms())
    stored.account.state = AccountState::locked;
  return std::optional<Stored>(std::move(stored));
}

std::string digest_of(std::string_view purpose, std::string_view secret) {
  return to_hex(crypto::sm3(std::string(purpose) + ":" + std::string(secret)));
}

std::string username_key(std::string_view username) { return lowered(trimmed(username)); }

std::string attempts_key(std::string_view username) { return digest_of("name", username_key(username)); }

std::string random_token(const char* prefix) { return prefix + base64url(crypto::random_bytes(32)); }

Fault refused_fault() {
  return fault(FaultKind::unauthenticated, "identity.refused",
               {"用户名或密码不正确。请检查后重试，连续输错会锁定。",
                "The user name or password is wrong. Check both and try again; repeated failures lock the account."});
}

Fault disabled_fault() {
  return fault(FaultKind::unauthenticated, "identity.disabled",
               {"账号已停用。请联系系统管理员。", "The account is disabled. Ask the system administrator."});
}

Fault directory_password_fault() {
  return fault(FaultKind::conflict, "identity.directory_password",
               {"该账号的密码由目录服务管理。请在目录服务中修改。",
                "The directory keeps the password of this account. Change it there."});
}

Fault expired_fault() {
  return fault(FaultKind::unauthenticated, "identity.expired",
               {"登录已失效。请重新登录。", "The session has ended. Sign in again."});
}

Fault unknown_account_fault() {
  return fault(FaultKind::not_found, "identity.account_unknown", {"没有这个账号。", "There is no such account."});
}

Fault version_fault() {
  return fault(FaultKind::version, "identity.version",
               {"账号已被他人修改。请刷新后再改。", "Somebody else changed the account. Refresh and change it again."});
}

Fault taken_fault(const std::string& username) {
  return fault(
      FaultKind::conflict, "identity.username_taken",
      {"用户名 " + username + " 已被使用。请换一个用户名。", "User name " + username + " is taken. Choose another."},
      {{"/username",
        "account.taken",
        {"用户名已被使用", "the user name is taken"},
        {"请换一个用户名", "choose another"}}});
}

Fault invalid_fault(std::vector<FieldFault> fields) {
  bool password_only = true;
  for (const FieldFault& field : fields) password_only = password_only && field.code.rfind("password.", 0) == 0;
  if (password_only) {
    return fault(FaultKind::rule, "identity.password",
                 {"密码不符合要求。请按提示更换。", "The password does not meet the policy. Choose another as told."},
                 std::move(fields));
  }
  return fault(FaultKind::rule, "identity.invalid",
               {"账号未保存。请更正所列字段。", "The account was not saved. Correct the fields listed."},
               std::move(fields));
}

} // namespace onebudget::identity
