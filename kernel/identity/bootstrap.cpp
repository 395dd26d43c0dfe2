// The first accounts: nobody can sign in on a fresh installation until someone who can read a file of the server has
// used the secret in it, once.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <set>

#include "kernel/identity/state.hpp"

namespace onebudget::identity {

namespace {

Fault file_fault(const std::string& file, int error) {
  const std::string why = std::strerror(error);
  return fault(FaultKind::unavailable, "identity.bootstrap_file",
               {"无法写入初始化密码文件 " + file + "（" + why + "）。请检查目录权限。",
                "Cannot write the bootstrap secret to " + file + " (" + why + "). Check the directory's permissions."});
}

/// A new file that only the server's own account can read. One left by an earlier start is replaced.
Result<void> write_secret(const std::string& file, const std::string& secret) {
  if (::unlink(file.c_str()) != 0 && errno != ENOENT) return file_fault(file, errno);
  const int handle = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (handle < 0) return file_fault(file, errno);
  const std::string line = secret + "\n";
  const ssize_t written = ::write(handle, line.data(), line.size());
  const int write_error = written == static_cast<ssize_t>(line.size()) ? 0 : written < 0 ? errno : ENOSPC;
  const int sync_error = ::fsync(handle) == 0 ? 0 : errno;
  const int close_error = ::close(handle) == 0 ? 0 : errno;
  for (const int error : {write_error, sync_error, close_error}) {
    if (error != 0) return file_fault(file, error);
  }
  return {};
}

Result<bool> any_account(storage::Session& session) {
  OB_TRY(const std::optional<storage::Value> one, session.scalar("SELECT id FROM identity_accounts LIMIT 1"));
  return one.has_value();
}

Fault used_fault() {
  return fault(FaultKind::conflict, "identity.bootstrap_used",
               {"系统已初始化，密码不再有效。请用已有账号登录。",
                "The system was set up already; the secret is void. Sign in with an account."});
}

} // namespace

Result<bool> Identity::prepare_bootstrap(const std::string& file) {
  State& state = *state_;
  const Context context = Context::system(state.clock);
  const std::string secret = random_token("obb_");
  bool wanted = false;
  OB_CHECK(state.database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const bool any, any_account(session));
    wanted = !any;
    OB_CHECK(session.send("DELETE FROM identity_bootstrap"));
    if (!wanted) return {};
    return session.send("INSERT INTO identity_bootstrap (id, secret_digest) VALUES (1, ?)",
                        {digest_of("bootstrap", secret)});
  }));
  if (!wanted) return false;
  OB_CHECK(write_secret(file, secret));
  const std::lock_guard lock(state.mutex);
  state.bootstrap_file = file;
  return true;
}

Result<std::vector<Account>> Identity::bootstrap(const Context& context, std::string_view secret,
                                                 std::vector<NewAccount> accounts,
                                                 const std::function<Result<void>()>& prepare) {
  State& state = *state_;
  const std::string digest = digest_of("bootstrap", secret.substr(0, kMostPasswordBytes));
  bool right = false;
  OB_CHECK(state.database.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const bool any, any_account(session));
    if (any) return used_fault();
    OB_TRY(const auto rows, session.query("SELECT secret_digest FROM identity_bootstrap WHERE id = 1"));
    OB_TRY(const bool found, rows->next());
    right = found && crypto::equal_in_constant_time(rows->text(0), digest);
    return {};
  }));
  if (!right) {
    OB_CHECK(state.database.write(context, [&](storage::Session& session) -> Result<void> {
      return state.note(session, context, "identity.bootstrap", "", "failed", "identity.bootstrap_refused");
    }));
    return fault(FaultKind::unauthenticated, "identity.bootstrap_refused",
                 {"初始化密码不正确。请从服务器上的密码文件中复制。",
                  "The bootstrap secret is wrong. Copy it from the file on the server."});
  }
  std::vector<FieldFault> bad;
  std::set<std::string> names;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    accounts[i].must_change_password = false; // chosen by the very person
    auto faults = state.faults(accounts[i], true);
    if (!names.insert(username_key(accounts[i].username)).second)
      faults.push_back(taken_fault(accounts[i].username).fields.front());
    for (FieldFault& one : faults) {
      one.field = "/" + std::to_string(i) + one.field;
      bad.push_back(std::move(one));
    }
  }
  if (!bad.empty()) return invalid_fault(std::move(bad));
  std::vector<Stored> stored;
  for (const NewAccount& account : accounts) {
    OB_TRY(stored.emplace_back(), state.prepared(context, account));
  }
  OB_CHECK(prepare());
  OB_CHECK(state.database.write(context, [&](storage::Session& session) -> Result<void> {
    // Whoever removes the row is the one: used twice at the same time, the secret still works once.
    OB_TRY(const std::int64_t removed,
           session.execute("DELETE FROM identity_bootstrap WHERE secret_digest = ?", {digest}));
    OB_TRY(const bool any, any_account(session));
    if (removed == 0 || any) return used_fault();
    OB_CHECK(state.insert(session, context, stored));
    return state.note(session, context, "identity.bootstrap", stored.front().account.id.str());
  }));
  const std::lock_guard lock(state.mutex);
  // The secret is void already; its file is only litter, and one that cannot be removed does no harm.
  if (!state.bootstrap_file.empty()) ::unlink(state.bootstrap_file.c_str());
  state.bootstrap_file.clear();
  std::vector<Account> made;
  for (const Stored& one : stored) made.push_back(one.account);
  return made;
}

} // namespace onebudget::identity
