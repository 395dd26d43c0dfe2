#include <algorithm>
#include <set>

#include "kernel/identity/password_rules.hpp"
#include "kernel/identity/state.hpp"
#include "kernel/storage/each.hpp"
#include "sdk/text/json_door.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::identity {

namespace {

constexpr std::size_t kMostUsername = 64;
constexpr std::size_t kMostDisplayName = 100;
constexpr std::size_t kMostPhone = 32;
constexpr std::size_t kMostAccountsAtOnce = 200'000;
constexpr int kMostPage = 1000;

const std::vector<std::string> kColumns = {
    "id",         "username", "username_key", "attempts_key",  "display_name",        "phone",
    "node_id",    "disabled", "must_change",  "password_hash", "password_changed_ms", "last_sign_in_ms",
    "created_ms", "version",  "directory_id"};

/// Letters of any script, digits, '.', '_', '-' and '@'; no white space, no ':' (kernel callers) and no '/'.
bool valid_username(std::string_view username) {
  if (username.empty() || !valid_utf8(username) || code_points(username) > kMostUsername ||
      has_hostile_controls(username, false))
    return false;
  if (username_key(username) == "system" || trimmed(username) != username) return false;
  return std::all_of(username.begin(), username.end(), [](char c) {
    const bool ascii = static_cast<unsigned char>(c) < 0x80;
    return !ascii || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-' || c == '@';
  });
}

bool valid_line(std::string_view text, std::size_t most) {
  return valid_utf8(text) && code_points(text) <= most && !has_hostile_controls(text, false);
}

void check_names(std::string_view display_name, std::string_view phone, std::vector<FieldFault>& faults) {
  if (trimmed(display_name).empty() || !valid_line(display_name, kMostDisplayName)) {
    faults.push_back({"/display_name",
                      "account.display_name",
                      {"姓名为空或过长", "the display name is empty or too long"},
                      {"请填写 1 至 100 个字", "use 1 to 100 characters"}});
  }
  const bool digits = std::all_of(phone.begin(), phone.end(),
                                  [](char c) { return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == ' '; });
  if (phone.size() > kMostPhone || !digits) {
    faults.push_back({"/phone",
                      "account.phone",
                      {"电话号码有误", "the phone number is malformed"},
                      {"只用数字、加号、连字符和空格", "use digits, plus, hyphens and spaces only"}});
  }
}

} // namespace

std::vector<FieldFault> Identity::State::faults(const NewAccount& account, bool password_needed) const {
  std::vector<FieldFault> result;
  if (!valid_username(account.username)) {
    result.push_back({"/username",
                      "account.username",
                      {"用户名不合规", "the user name is malformed"},
                      {"请用 1 至 64 个字母、数字、点、下划线、连字符或 @",
                       "use 1 to 64 letters, digits, dots, underscores, hyphens or @"}});
  }
  check_names(account.display_name, account.phone, result);
  if (password_needed || !account.password.empty()) {
    auto bad = password_faults(policy, account.password, {account.username, account.display_name, account.phone});
    std::move(bad.begin(), bad.end(), std::back_inserter(result));
  }
  return result;
}

Result<Stored> Identity::State::prepared(const Context& context, const NewAccount& account) {
  Stored stored;
  OB_TRY(stored.account.id.value, ids.next());
  stored.account.username = account.username;
  stored.account.display_name = trimmed(account.display_name);
  stored.account.phone = account.phone;
  stored.account.node = account.node;
  stored.account.must_change_password = account.must_change_password;
  stored.password_changed_ms = context.now_ms;
  if (!account.password.empty()) {
    OB_TRY(stored.password_hash, crypto::hash_password(account.password, policy.cost));
  }
  return stored;
}

Result<void> Identity::State::insert(storage::Session& session, const Context& context,
                                     const std::vector<Stored>& accounts) {
  std::vector<storage::Params> rows;
  rows.reserve(accounts.size());
  for (const Stored& stored : accounts) {
    const Account& account = stored.account;
    rows.push_back({account.id.value, account.username, username_key(account.username), attempts_key(account.username),
                    account.display_name, account.phone, account.node.value, std::int64_t{0},
                    std::int64_t{account.must_change_password ? 1 : 0}, stored.password_hash,
                    stored.password_changed_ms, std::int64_t{0}, context.now_ms, std::int64_t{1}, stored.directory_id});
  }
  OB_CHECK(session.bulk_insert("identity_accounts", kColumns, rows));
  for (const Stored& stored : accounts) {
    OB_CHECK(note(session, context, "identity.create", stored.account.id.str(), "ok", "",
                  Json{{"username", stored.account.username}}.dump()));
  }
  return {};
}

Result<Account> Identity::create(const Context& context, const NewAccount& account) {
  State& state = *state_;
  if (auto faults = state.faults(account, false); !faults.empty()) return invalid_fault(std::move(faults));
  OB_TRY(const Stored stored, state.prepared(context, account));
  const auto written = state.database.write(
      context, [&](storage::Session& session) -> Result<void> { return state.insert(session, context, {stored}); });
  if (!written) return written.fault().code == "storage.unique" ? taken_fault(account.username) : written.fault();
  return stored.account;
}

Result<int> Identity::create_many(const Context& context, const std::vector<NewAccount>& accounts) {
  State& state = *state_;
  if (accounts.size() > kMostAccountsAtOnce) {
    return fault(
        FaultKind::too_large, "identity.too_many",
        {"一次至多导入 200000 个账号。请分批导入。", "At most 200000 accounts at once. Import them in parts."});
  }
  if (accounts.empty()) return 0;
  std::vector<FieldFault> bad;
  std::set<std::string> keys, taken;
  for (const NewAccount& account : accounts) keys.insert(username_key(account.username));
  OB_CHECK(state.database.read(context, [&](storage::Session& session) -> Result<void> {
    taken.clear();
    for (const std::string& key : keys) {
      OB_TRY(const auto found, session.scalar("SELECT id FROM identity_accounts WHERE username_key = ?", {key}));
      if (found) taken.insert(key);
    }
    return {};
  }));
  std::set<std::string> seen;
  for (std::size_t row = 0; row < accounts.size(); ++row) {
    std::vector<FieldFault> faults = state.faults(accounts[row], false);
    const std::string key = username_key(accounts[row].username);
    if (!seen.insert(key).second || taken.count(key) > 0)
      faults.push_back(taken_fault(accounts[row].username).fields.front());
    for (FieldFault& one : faults) {
      one.field = "line " + std::to_string(row + 1) + ", column " + one.field.substr(1);
      bad.push_back(std::move(one));
    }
  }
  if (!bad.empty()) {
    const std::string count = std::to_string(bad.size());
    return fault(FaultKind::rule, "identity.accounts_refused",
                 {"账号有 " + count + " 处错误，未写入任何账号。请按提示更正。",
                  "The accounts have " + count + " errors; nothing was written. Correct them as told."},
                 std::move(bad));
  }
  std::vector<Stored> stored;
  stored.reserve(accounts.size());
  for (const NewAccount& account : accounts) {
    OB_TRY(Stored one, state.prepared(context, account));
    stored.push_back(std::move(one));
  }
  const auto written = state.database.write(
      context, [&](storage::Session& session) -> Result<void> { return state.insert(session, context, stored); });
  if (!written && written.fault().code == "storage.unique") {
    return fault(FaultKind::conflict, "identity.username_taken",
                 {"有用户名刚被占用。请重试。", "A user name was just taken. Try again."});
  }
  if (!written) return written.fault();
  return static_cast<int>(stored.size());
}

Result<Account> Identity::find(UserId id) {
  std::optional<Stored> stored;
  OB_CHECK(state_->database.read(Context::system(state_->clock), [&](storage::Session& session) -> Result<void> {
    OB_TRY(stored, state_->load(session, "id", id.value));
    return {};
  }));
  if (!stored) return unknown_account_fault();
  return std::move(stored->account);
}

Result<std::optional<Account>> Identity::find(std::string_view username) {
  std::optional<Stored> stored;
  OB_CHECK(state_->database.read(Context::system(state_->clock), [&](storage::Session& session) -> Result<void> {
    OB_TRY(stored, state_->load(session, "username_key", username_key(username)));
    return {};
  }));
  if (!stored) return std::optional<Account>();
  return std::optional<Account>(std::move(stored->account));
}

Result<std::vector<Account>> Identity::list(const AccountQuery& query) {
  const Context context = Context::system(state_->clock);
  std::string sql =
      "SELECT a.id, a.username, a.display_name, a.phone, a.node_id, a.disabled, a.must_change, a.password_changed_ms, "
      "a.last_sign_in_ms, "
      "a.version, t.locked_until_ms, a.directory_id FROM identity_accounts a LEFT JOIN identity_attempts t ON "
      "t.name_digest = "
      "a.attempts_key WHERE a.id > ?";
  storage::Params params{query.after_id};
  if (!query.text.empty()) {
    const std::string position = state_->database.dialect() == storage::Dialect::sqlite ? "instr" : "strpos";
    sql += " AND (" + position + "(a.username_key, ?) > 0 OR " + position + "(a.display_name, ?) > 0)";
    params.emplace_back(username_key(query.text));
    params.emplace_back(query.text);
  }
  sql += " ORDER BY a.id LIMIT ?";
  params.emplace_back(std::int64_t{std::clamp(query.limit, 1, kMostPage)});
  std::vector<Account> result;
  OB_CHECK(state_->database.read(context, [&](storage::Session& session) -> Result<void> {
    result.clear();
    return storage::each(session, sql, params, [&](const storage::Rows& rows) {
      Account account;
      account.id = UserId{rows.integer(0)};
      account.username = rows.text(1);
      account.display_name = rows.text(2);
      account.phone = rows.text(3);
      account.node = NodeId{rows.integer(4)};
      account.directory = !rows.text(11).empty();
      account.must_change_password = !account.directory && state_->must_change(rows.integer(6) != 0, rows.integer(7));
      account.last_sign_in_ms = rows.integer(8);
      account.version = rows.integer(9);
      account.locked_until_ms = rows.integer(10);
      if (rows.integer(5) != 0)
        account.state = AccountState::disabled;
      else if (account.locked_until_ms > context.now_ms)
        account.state = AccountState::locked;
      result.push_back(std::move(account));
    });
  }));
  return result;
}

Result<Account> Identity::update(const Context& context, const Account& account) {
  State& state = *state_;
  std::vector<FieldFault> faults;
  check_names(account.display_name, account.phone, faults);
  if (!faults.empty()) return invalid_fault(std::move(faults));
  const bool disabled = account.state == AccountState::disabled;
  std::optional<Stored> after;
  OB_CHECK(state.database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const std::optional<Stored> before, state.load(session, "id", account.id.value));
    if (!before) return unknown_account_fault();
    OB_TRY(const std::int64_t changed,
           session.execute("UPDATE identity_accounts SET display_name = ?, phone = ?, node_id = ?, disabled = ?, "
                           "version = version + 1 "
                           "WHERE id = ? AND version = ?",
                           {trimmed(account.display_name), account.phone, account.node.value,
                            std::int64_t{disabled ? 1 : 0}, account.id.value, account.version}));
    if (changed == 0) return version_fault();
    const bool was_disabled = before->account.state == AccountState::disabled;
    if (disabled) {
      OB_CHECK(session.send("DELETE FROM identity_sessions WHERE account_id = ?", {account.id.value}));
      OB_CHECK(session.send("UPDATE identity_tokens SET revoked_ms = ? WHERE owner_id = ? AND revoked_ms = 0",
                            {context.now_ms, account.id.value}));
    }
    const bool unlocked = account.state == AccountState::active && before->account.state == AccountState::locked;
    if (unlocked) OB_CHECK(state.clear_attempts(session, before->account.username));
    Json fields = Json::array(); // names only: a phone number does not belong in the log
    if (before->account.display_name != trimmed(account.display_name)) fields.push_back("display_name");
    if (before->account.phone != account.phone) fields.push_back("phone");
    if (before->account.node != account.node) fields.push_back("node");
    const char* const action = disabled && !was_disabled   ? "identity.disable"
                               : !disabled && was_disabled ? "identity.enable"
                               : unlocked                  ? "identity.unlock"
                                                           : "identity.update";
    OB_CHECK(
        state.note(session, context, action, account.id.str(), "ok", "", Json{{"fields", std::move(fields)}}.dump()));
    OB_TRY(after, state.load(session, "id", account.id.value));
    return {};
  }));
  return std::move(after->account);
}

} // namespace onebudget::identity
