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
  Joined(const Database& whose, const char* asked) : database(&whose), first(asked), outer(innermost) {
    innermost = this;
  }
  ~Joined() { innermost = outer; }
  Joined(const Joined&) = delete;
  Joined& operator=(const Joined&) = delete;

  static Joined* of(const Database& database) {
    for (Joined* at = innermost; at != nullptr; at = at->outer)
      if (at->database == &database) return at;
    return nullptr;
  }

  /// Unless a read is at it right now.
  void end() {
    if (reads > 0) return;
    open.reset();
    kept.reset();
  }

  const Database* database;
  const char* first;
  Joined* outer;
  std::unique_ptr<Database::OpenRead> open; ///< null before the first read and after a write
  std::optional<std::int64_t> kept;
  int reads = 0; ///< inside each other
  static thread_local Joined* innermost;
};

thread_local Joined* Joined::innermost = nullptr;

} // namespace

Result<void> Database::read(const Context& context, const WriteFn& fn) {
  Joined* joined = Joined::of(*this);
  if (joined == nullptr) {
    OB_TRY(const auto alone, open_read(context));
    return guarded(fn, alone->session());
  }
  if (!joined->open) {
    OB_TRY(joined->open, open_read(context));
    if (joined->first != nullptr) {
      joined->open->session().kept = &joined->kept;
      if (auto asked = joined->open->session().ask(joined->first); !asked) {
        joined->end();
        return asked;
      }
    }
  }
  ++joined->reads;
  auto done = guarded(fn, joined->open->session());
  --joined->reads;
  // After a failed statement a transaction may be good for nothing more.
  if (!done && done.fault().code.starts_with("storage.")) joined->end();
  return done;
}

Result<void> Database::write(const Context& context, const WriteFn& fn) {
  if (Joined* joined = Joined::of(*this)) joined->end();
  return write_alone(context, fn);
}

void Database::together(const std::function<void()>& fn, const char* first) {
  if (Joined::of(*this) != nullptr) return fn();
  const Joined joined(*this, first);
  fn();
}

Result<void> Database::guarded(const WriteFn& fn, Session& session) {
  try {
    return fn(session);
  } catch (const std::exception& error) {
    return exception_fault(error.what());
  } catch (...) {
    return exception_fault("not a std::exception");
  }
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

Value array_of(const Params& items) {
  std::string list;
  for (const Value& item : items) {
    list += list.empty() ? '{' : ',';
    if (const auto* number = std::get_if<std::int64_t>(&item)) {
      list += std::to_string(*number);
    } else if (const auto* text = std::get_if<std::string>(&item)) {
      list += '"';
      for (const char c : *text) list += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
      list += '"';
    } else {
      list += "null";
    }
  }
  return (list.empty() ? "{" : list) + "}";
}

Result<void> Session::send(std::string_view sql, const Params& params) {
  OB_CHECK(execute(sql, params));
  return {};
}

Result<void> Session::ask(std::string_view sql) {
  OB_TRY(asked_, integer(sql));
  return {};
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
