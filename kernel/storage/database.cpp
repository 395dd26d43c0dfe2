#include <Poco/Exception.h>

#include <charconv>
#include <exception>

#include "kernel/storage/faults.hpp"
#include "kernel/storage/odbc/database.hpp"
#include "kernel/storage/postgresql/database.hpp"
#include "kernel/storage/sqlite/database.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::storage {

namespace {

/// The snapshot that reads of this thread join; a stack, as there may be several databases.
struct Joined {
  Joined(const Database& whose, Session& open) : database(&whose), session(&open), outer(innermost) {
    innermost = this;
  }
  ~Joined() { innermost = outer; }
  Joined(const Joined&) = delete;
  Joined& operator=(const Joined&) = delete;

  static Session* of(const Database& database) {
    for (const Joined* at = innermost; at != nullptr; at = at->outer)
      if (at->database == &database) return at->session;
    return nullptr;
  }

  const Database* database;
  Session* session;
  const Joined* outer;
  static thread_local const Joined* innermost;
};

thread_local const Joined* Joined::innermost = nullptr;

} // namespace

Result<void> Database::read(const Context& context, const WriteFn& fn) {
  if (Session* open = Joined::of(*this)) return fn(*open);
  return read_alone(context, fn);
}

Result<void> Database::together(const Context& context, const std::function<void()>& fn) {
  return read(context, [&](Session& session) -> Result<void> {
    const Joined joined(*this, session);
    fn();
    return {};
  });
}

Result<std::optional<Value>> Session::scalar(std::string_view sql, const Params& params) {
  OB_TRY(const auto rows, query(sql, params));
  OB_TRY(const bool found, rows->next());
  if (!found) return std::optional<Value>();
  return std::optional<Value>(rows->value(0));
}

Result<std::int64_t> Session::integer(std::string_view sql, const Params& params) {
  OB_TRY(const auto rows, query(sql, params));
  OB_TRY(const bool found, rows->next());
  return found ? rows->integer(0) : 0;
}

Result<std::unique_ptr<Database>> Database::open(const DatabaseConfig& config) {
  static const SystemClock system_clock;
  const Clock& clock = config.clock != nullptr ? *config.clock : system_clock;
  try {
    if (config.url.starts_with("sqlite:") && config.url.size() > 7) {
      return sqlite::open_database(config.url.substr(7), config, clock);
    }
    if (config.url.starts_with("postgresql://") || config.url.starts_with("postgres://")) {
      return postgresql::open_database(config, clock);
    }
    if (config.url.starts_with("odbc:") && config.url.size() > 5) {
      return odbc::open_database(config.url.substr(5), config, clock);
    }
    return url_fault(config.url.substr(0, config.url.find(':')));
  } catch (const Poco::Exception& error) {
    return connection_fault(error.displayText());
  } catch (const std::exception& error) {
    return exception_fault(error.what());
  }
}

} // namespace onebudget::storage
