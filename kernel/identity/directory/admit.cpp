// From a person of the directory to an account of this system: the shadow account keeps no password.

#include "kernel/identity/state.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::identity {

namespace {

Fault no_role_fault() {
  return fault(FaultKind::forbidden, "identity.directory_no_role",
               {"您在目录服务中不属于任何已授权的组。请联系系统管理员。",
                "You are in none of the directory's groups that may use this system. Ask the system administrator."});
}

Fault other_person_fault() {
  return fault(FaultKind::forbidden, "identity.directory_other_person",
               {"该用户名在目录服务中已换人，原账号不能沿用。请联系系统管理员。",
                "In the directory this user name now belongs to somebody else, who may not take over the account. Ask "
                "the system administrator."});
}

} // namespace

Result<Stored> Identity::State::from_directory(const Context& context, std::string_view username,
                                               std::string_view password) {
  const auto person = directory->verify(username, password);
  if (person) return admit(context, *person);
  if (person.fault().kind == FaultKind::unavailable) OB_CHECK(return_attempt(context, username));
  return person.fault();
}

Result<Stored> Identity::State::admit(const Context& context, const DirectoryPerson& person) {
  std::optional<Stored> stored;
  OB_CHECK(database.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(stored, load(session, "username_key", username_key(person.username)));
    return {};
  }));
  if (stored && stored->directory_id != person.id) return other_person_fault();
  Context own = Context::system(clock, context.request_id);
  own.now_ms = context.now_ms;
  own.client_ip = context.client_ip;
  const bool no_role = !directory->options().roles.empty() && person.roles.empty();
  if (person.disabled || no_role) {
    if (stored) {
      OB_CHECK(directory_rights.replace(own, stored->account.id, {}, {}));
      OB_CHECK(end_access(own, *stored, person.disabled));
    }
    return person.disabled ? disabled_fault() : no_role_fault();
  }
  OB_TRY(const NodeId node, directory_rights.node(own, person.node_code));
  NewAccount wanted{person.username, person.display_name, person.phone, "", node, false};
  if (!faults(wanted, false).empty()) wanted.phone.clear(); // a number in an odd form keeps nobody out
  if (auto bad = faults(wanted, false); !bad.empty()) return invalid_fault(std::move(bad));
  if (!stored) {
    OB_TRY(stored, prepared(own, wanted));
    stored->directory_id = person.id;
    stored->account.directory = true;
    OB_CHECK(database.write(own, [&](storage::Session& session) { return insert(session, own, {*stored}); }));
  } else if (stored->account.state != AccountState::disabled) {
    OB_CHECK(bring_up_to_date(own, *stored, wanted));
  }
  if (stored->account.state != AccountState::disabled)
    OB_CHECK(directory_rights.replace(own, stored->account.id, node, person.roles));
  return *std::move(stored);
}

Result<void> Identity::State::bring_up_to_date(const Context& context, Stored& stored, const NewAccount& wanted) {
  Account& account = stored.account;
  const std::string name = trimmed(wanted.display_name);
  if (account.display_name == name && account.phone == wanted.phone && account.node == wanted.node) return {};
  account.display_name = name;
  account.phone = wanted.phone;
  account.node = wanted.node;
  return database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_CHECK(
        session.send("UPDATE identity_accounts SET display_name = ?, phone = ?, node_id = ?, version = version + "
                     "1 WHERE id = ?",
                     {name, wanted.phone, wanted.node.value, account.id.value}));
    return note(session, context, "identity.update", account.id.str(), "ok", "directory");
  });
}

Result<void> Identity::State::end_access(const Context& context, const Stored& stored, bool disabled) {
  return database.write(context, [&](storage::Session& session) -> Result<void> {
    OB_CHECK(session.send("DELETE FROM identity_sessions WHERE account_id = ?", {stored.account.id.value}));
    OB_CHECK(session.send("UPDATE identity_tokens SET revoked_ms = ? WHERE owner_id = ? AND revoked_ms = 0",
                          {context.now_ms, stored.account.id.value}));
    return note(session, context, "identity.directory_withdrawn", stored.account.id.str(), "ok",
                disabled ? "disabled" : "no_role");
  });
}

} // namespace onebudget::identity
