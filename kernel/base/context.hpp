#pragma once
// Context: who asks, in which language, until when. Every call that reads or writes for somebody takes one, explicitly;
// nothing about the caller ever lives in a thread-local.

#include <cstdint>
#include <string>

#include "kernel/base/clock.hpp"
#include "sdk/values/id.hpp"

namespace onebudget {

enum class CallerKind { anonymous, person, token, service };

/// The authenticated caller. Filled by identity; never by a plugin and never from a request's body or query.
struct Caller {
  CallerKind kind = CallerKind::anonymous;
  UserId user;      ///< the person, or the owner of the token; none for services
  std::string name; ///< user name, "service:<plugin>" for a plugin's own work, "system" for the kernel's own
  std::string display_name;
  std::int64_t session_id = 0;       ///< session or token row, for audit and sign-out
  std::int64_t token_id = 0;         ///< > 0 when an API token's own grants apply instead of the person's
  UserId limited_by;                 ///< set: a preview; only as far as this person (with this token) may as well
  std::int64_t limited_by_token = 0; ///< 0 = the person's own grants
  bool must_change_password = false; ///< only session and password routes may be used until changed
};

struct Context {
  std::string request_id;      ///< 16 hex digits; also the trace id
  std::string language = "zh"; ///< "zh" or "en"
  Caller caller;
  std::string client_ip;
  std::int64_t deadline_ns = 0; ///< monotonic; 0 = no deadline
  std::int64_t now_ms = 0;      ///< UTC milliseconds, taken once at the top

  [[nodiscard]] bool english() const { return language.rfind("en", 0) == 0; }

  /// A context for the kernel's own work (start, migrations, sealing): caller kind `service`, name "system".
  static Context system(const Clock& clock, std::string request_id = "system") {
    Context context;
    context.request_id = std::move(request_id);
    context.caller.kind = CallerKind::service;
    context.caller.name = "system";
    context.now_ms = clock.now_ms();
    return context;
  }
};

} // namespace onebudget
