#include "kernel/identity/directory/connection.hpp"

#include <fmt/format.h>
#include <ldap.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <memory>

namespace onebudget::identity {

namespace {

timeval time_of(std::chrono::microseconds left) {
  return {static_cast<time_t>(left.count() / 1'000'000), static_cast<suseconds_t>(left.count() % 1'000'000)};
}

std::string text_of(const berval& value) { return {value.bv_val, value.bv_len}; }

DirectoryEntry entry_of(LDAP* handle, LDAPMessage* message, const std::vector<std::string>& attributes) {
  DirectoryEntry entry;
  const std::unique_ptr<char, decltype(&ldap_memfree)> dn(ldap_get_dn(handle, message), &ldap_memfree);
  if (dn) entry.dn = dn.get();
  for (const std::string& attribute : attributes) {
    const std::unique_ptr<berval*, decltype(&ldap_value_free_len)> values(
        ldap_get_values_len(handle, message, attribute.c_str()), &ldap_value_free_len);
    for (int i = 0; values && values.get()[i] != nullptr; ++i)
      entry.values[attribute].push_back(text_of(*values.get()[i]));
  }
  return entry;
}

} // namespace

std::string DirectoryEntry::first(const std::string& attribute) const {
  const auto found = values.find(attribute);
  return found == values.end() || found->second.empty() ? std::string() : found->second.front();
}

Fault directory_fault(std::string code, const std::string& why) {
  Fault result = fault(FaultKind::unavailable, std::move(code),
                       {"目录服务暂不可用，无法用目录账号登录（" + why + "）。请稍后重试或联系系统管理员。",
                        "The directory cannot be used to sign in at present (" + why +
                            "). Try again later or ask the system administrator."});
  result.retry_after_s = 5;
  return result;
}

DirectoryConnection::DirectoryConnection(const DirectoryOptions& options)
    : options_(options), deadline_(std::chrono::steady_clock::now() + std::chrono::seconds(options.timeout_seconds)) {}

DirectoryConnection::~DirectoryConnection() {
  if (handle_ != nullptr) ldap_unbind_ext(handle_, nullptr, nullptr);
}

Fault DirectoryConnection::failed(const char* step, int code) const {
  char* more = nullptr;
  if (handle_ != nullptr) ldap_get_option(handle_, LDAP_OPT_DIAGNOSTIC_MESSAGE, &more);
  const std::unique_ptr<char, decltype(&ldap_memfree)> kept(more, &ldap_memfree);
  std::string why = fmt::format("{}: {}", step, ldap_err2string(code));
  if (more != nullptr && *more != '\0') why += fmt::format("; {}", more);
  return directory_fault(code == LDAP_REFERRAL ? "identity.directory_referral" : "identity.directory_unavailable", why);
}

Result<void> DirectoryConnection::arm() {
  const auto left = std::chrono::duration_cast<std::chrono::microseconds>(deadline_ - std::chrono::steady_clock::now());
  if (left.count() <= 0) return directory_fault("identity.directory_unavailable", "timeout");
  const timeval limit = time_of(left);
  ldap_set_option(handle_, LDAP_OPT_TIMEOUT, &limit);
  ldap_set_option(handle_, LDAP_OPT_NETWORK_TIMEOUT, &limit);
  int descriptor = -1;
  // Half an answer must not hold the reader either: the library reads a started message without a limit of its own.
  if (ldap_get_option(handle_, LDAP_OPT_DESC, &descriptor) == LDAP_OPT_SUCCESS && descriptor >= 0) {
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
  return {};
}

Result<void> DirectoryConnection::open() {
  if (const int code = ldap_initialize(&handle_, options_.url.c_str()); code != LDAP_SUCCESS)
    return failed("initialize", code);
  const int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND, tls12 = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
  const int client_side = 0, never = LDAP_DEREF_NEVER;
  // Per handle, and the context last: it takes over what was set before it.
  const bool set = ldap_set_option(handle_, LDAP_OPT_PROTOCOL_VERSION, &version) == LDAP_OPT_SUCCESS &&
                   ldap_set_option(handle_, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == LDAP_OPT_SUCCESS &&
                   ldap_set_option(handle_, LDAP_OPT_DEREF, &never) == LDAP_OPT_SUCCESS &&
                   ldap_set_option(handle_, LDAP_OPT_X_TLS_CACERTFILE, options_.ca_file.c_str()) == LDAP_OPT_SUCCESS &&
                   ldap_set_option(handle_, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) == LDAP_OPT_SUCCESS &&
                   ldap_set_option(handle_, LDAP_OPT_X_TLS_PROTOCOL_MIN, &tls12) == LDAP_OPT_SUCCESS &&
                   ldap_set_option(handle_, LDAP_OPT_X_TLS_NEWCTX, &client_side) == LDAP_OPT_SUCCESS;
  if (!set) return directory_fault("identity.directory_unavailable", "directory.ca_file cannot be used");
  OB_CHECK(arm());
  if (const int code = ldap_connect(handle_); code != LDAP_SUCCESS) return failed("connect", code);
  if (options_.url.rfind("ldaps://", 0) == 0) return {};
  OB_CHECK(arm());
  const int code = ldap_start_tls_s(handle_, nullptr, nullptr);
  return code == LDAP_SUCCESS ? Result<void>() : Result<void>(failed("StartTLS", code));
}

Result<bool> DirectoryConnection::bind(const std::string& dn, std::string_view password) {
  // With either of them empty a directory may answer "success" and mean "anonymous".
  if (dn.empty() || password.find_first_not_of(" \t\r\n") == std::string_view::npos) return false;
  OB_CHECK(arm());
  std::string secret(password);
  berval credentials{secret.size(), secret.data()};
  const int code = ldap_sasl_bind_s(handle_, dn.c_str(), LDAP_SASL_SIMPLE, &credentials, nullptr, nullptr, nullptr);
  if (code == LDAP_INVALID_CREDENTIALS || code == LDAP_NO_SUCH_OBJECT || code == LDAP_INVALID_DN_SYNTAX ||
      code == LDAP_INAPPROPRIATE_AUTH || code == LDAP_UNWILLING_TO_PERFORM)
    return false;
  if (code != LDAP_SUCCESS) return failed("bind", code);
  OB_CHECK(arm());
  berval* identity = nullptr;
  const int asked = ldap_whoami_s(handle_, &identity, nullptr, nullptr);
  const std::unique_ptr<berval, decltype(&ber_bvfree)> kept(identity, &ber_bvfree);
  if (asked != LDAP_SUCCESS) return failed("who am I", asked);
  return identity != nullptr && identity->bv_len > 0;
}

Result<std::vector<DirectoryEntry>> DirectoryConnection::search(const std::string& base, bool base_only,
                                                                const std::string& filter,
                                                                const std::vector<std::string>& attributes, int most) {
  OB_CHECK(arm());
  std::vector<char*> wanted;
  for (const std::string& name : attributes)
    if (!name.empty()) wanted.push_back(const_cast<char*>(name.c_str())); // the library does not write to it
  if (wanted.empty()) wanted.push_back(const_cast<char*>(LDAP_NO_ATTRS));
  wanted.push_back(nullptr);
  LDAPMessage* answer = nullptr;
  const int code = ldap_search_ext_s(handle_, base.c_str(), base_only ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE,
                                     filter.c_str(), wanted.data(), 0, nullptr, nullptr, nullptr, most + 1, &answer);
  const std::unique_ptr<LDAPMessage, decltype(&ldap_msgfree)> kept(answer, &ldap_msgfree);
  const bool too_many =
      code == LDAP_SIZELIMIT_EXCEEDED || (code == LDAP_SUCCESS && ldap_count_entries(handle_, answer) > most);
  if (too_many)
    return directory_fault("identity.directory_too_many", fmt::format("more than {} entries match {}", most, filter));
  if (code != LDAP_SUCCESS) return failed("search", code);
  if (ldap_count_references(handle_, answer) > 0)
    return directory_fault("identity.directory_referral", "the search was answered with a referral");
  std::vector<DirectoryEntry> entries;
  for (LDAPMessage* one = ldap_first_entry(handle_, answer); one != nullptr; one = ldap_next_entry(handle_, one))
    entries.push_back(entry_of(handle_, one, attributes));
  return entries;
}

} // namespace onebudget::identity
