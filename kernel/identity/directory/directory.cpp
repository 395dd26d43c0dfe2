#include "kernel/identity/directory/directory.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <cstdlib>
#include <mutex>

#include "kernel/crypto/crypto.hpp"
#include "kernel/identity/directory/connection.hpp"
#include "kernel/identity/state.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::identity {

namespace {

constexpr int kMostGroups = 1000;
using Steps = std::vector<DirectoryStep>;

std::string replaced(std::string text, std::string_view mark, const std::string& value) {
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
    text.replace(at, mark.size(), value);
  return text;
}

/// A binary identifier (objectGUID) in hex, any other as it is.
std::string identifier(const std::string& raw) {
  return valid_utf8(raw) && !has_hostile_controls(raw, false) ? raw : to_hex(raw);
}

void tell(Steps* steps, const char* step, std::string answer) {
  if (steps != nullptr) steps->push_back({step, std::move(answer)});
}

/// One conversation with the directory about one name.
class Inquiry {
 public:
  Inquiry(const DirectoryOptions& options, std::string_view username, Steps* steps)
      : options_(options), username_(username), steps_(steps), connection_(options) {}

  /// `password` null: do not ask whether it fits.
  Result<DirectoryPerson> run(const std::string_view* password) {
    OB_CHECK(connection_.open());
    tell(steps_, "connect", options_.url + ", TLS, certificate verified");
    OB_CHECK(service_bind());
    if (username_.empty()) return std::move(person_);
    OB_TRY(const bool found, find());
    if (password != nullptr) {
      // A name that is not there costs a bind too, so that the time does not tell.
      const std::string nobody = options_.user_attribute + "=" + escape_dn(username_) + "," + options_.user_base;
      OB_TRY(const bool fits, connection_.bind(found ? person_.dn : nobody, *password));
      if (!found || !fits) return refused_fault();
      OB_CHECK(service_bind());
    }
    if (!found) return refused_fault();
    OB_CHECK(ask_disabled());
    OB_CHECK(ask_groups());
    return std::move(person_);
  }

 private:
  Result<void> service_bind() {
    OB_TRY(const bool bound, connection_.bind(options_.bind_dn, options_.bind_password));
    if (!bound) return directory_fault("identity.directory_unavailable", "directory.bind_dn was refused");
    tell(steps_, "bind", options_.bind_dn);
    return {};
  }

  Result<bool> find() {
    const std::string filter = replaced(options_.user_filter, "{user}", escape_filter(username_));
    auto entries = connection_.search(options_.user_base, false, filter,
                                      {options_.user_attribute, options_.id_attribute, options_.name_attribute,
                                       options_.phone_attribute, options_.node_attribute},
                                      1);
    if (!entries && entries.fault().code == "identity.directory_too_many") {
      tell(steps_, "search", filter + ": several entries, none is taken");
      return false;
    }
    if (!entries) return std::move(entries).fault();
    tell(steps_, "search", fmt::format("{}: {}", filter, entries->empty() ? "nobody" : entries->front().dn));
    if (entries->empty()) return false;
    const DirectoryEntry& entry = entries->front();
    // A directory compares names more generously than accounts do; only the very same name is that account.
    const auto names = entry.values.find(options_.user_attribute);
    if (names == entry.values.end()) return false;
    for (const std::string& name : names->second)
      if (username_key(name) == username_key(username_)) person_.username = name;
    person_.dn = entry.dn;
    person_.id = identifier(entry.first(options_.id_attribute));
    person_.display_name = entry.first(options_.name_attribute);
    if (trimmed(person_.display_name).empty()) person_.display_name = person_.username;
    person_.phone = entry.first(options_.phone_attribute);
    person_.node_code = entry.first(options_.node_attribute);
    tell(steps_, "person",
         fmt::format("username={} id={} name={} unit={}", person_.username, person_.id, person_.display_name,
                     person_.node_code));
    return !person_.username.empty() && !person_.id.empty();
  }

  Result<void> ask_disabled() {
    if (options_.disabled_filter.empty()) return {};
    OB_TRY(const auto entries, connection_.search(person_.dn, true, options_.disabled_filter, {}, 1));
    person_.disabled = !entries.empty();
    tell(steps_, "disabled", person_.disabled ? "yes" : "no");
    return {};
  }

  Result<void> ask_groups() {
    if (options_.group_base.empty()) return {};
    const std::string filter = replaced(replaced(options_.group_filter, "{dn}", escape_filter(person_.dn)), "{user}",
                                        escape_filter(person_.username));
    OB_TRY(const auto entries,
           connection_.search(options_.group_base, false, filter, {options_.group_attribute}, kMostGroups));
    for (const DirectoryEntry& entry : entries) person_.groups.push_back(entry.first(options_.group_attribute));
    std::sort(person_.groups.begin(), person_.groups.end());
    tell(steps_, "groups", fmt::format("{}: {}", filter, fmt::join(person_.groups, ", ")));
    std::vector<std::string> held;
    for (const GroupRole& role : options_.roles)
      if (std::binary_search(person_.groups.begin(), person_.groups.end(), role.group)) {
        person_.roles.push_back(role);
        held.push_back(role.role + ":" + role.reach);
      }
    tell(steps_, "roles", fmt::format("{}", fmt::join(held, ", ")));
    return {};
  }

  const DirectoryOptions& options_;
  const std::string username_;
  Steps* steps_;
  DirectoryConnection connection_;
  DirectoryPerson person_;
};

} // namespace

struct Directory::State {
  DirectoryOptions options;
  const observe::Log* log;
  mutable std::mutex mutex;
  bool down = false, trying = false; ///< guarded by mutex

  Result<DirectoryPerson> ask(std::string_view username, const std::string_view* password, Steps* steps) {
    {
      const std::lock_guard guard(mutex);
      if (down && trying) return directory_fault("identity.directory_unavailable", "no answer so far");
      trying = down;
    }
    auto person = Inquiry(options, username, steps).run(password);
    const bool failed = !person && person.fault().kind == FaultKind::unavailable;
    const std::lock_guard guard(mutex);
    trying = false;
    if (failed != down && log != nullptr)
      log->write(failed ? observe::Level::error : observe::Level::info,
                 failed ? "identity.directory_down" : "identity.directory_up",
                 failed ? person.fault().message.en : "the directory answers again", {{"url", options.url}});
    down = failed;
    if (!failed) return person;
    tell(steps, "fault", person.fault().message.en);
    // What exactly is wrong is for the administrator, not for whoever tries to sign in.
    if (steps == nullptr) return directory_fault(person.fault().code, "directory");
    return person;
  }
};

Directory::Directory(DirectoryOptions options, const observe::Log* log) : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
  state_->log = log;
  // Neither a file in somebody's home nor a variable of the environment may weaken what is set here.
  static std::once_flag once;
  std::call_once(once, [] { ::setenv("LDAPNOINIT", "1", 1); });
}

Directory::~Directory() = default;

Result<DirectoryPerson> Directory::verify(std::string_view username, std::string_view password) {
  if (username.empty() || password.find_first_not_of(" \t\r\n") == std::string_view::npos) return refused_fault();
  return state_->ask(username, &password, nullptr);
}

Result<DirectoryPerson> Directory::look(std::string_view username, std::vector<DirectoryStep>& steps) {
  return state_->ask(username, nullptr, &steps);
}

bool Directory::down() const {
  const std::lock_guard guard(state_->mutex);
  return state_->down;
}

const DirectoryOptions& Directory::options() const { return state_->options; }

} // namespace onebudget::identity
