#pragma once
// What the REST handlers stand on: the rooms, by reference. Built by app; outlives the server.

#include <functional>
#include <memory>
#include <string>

#include "kernel/access/access.hpp"
#include "kernel/audit/audit.hpp"
#include "kernel/config/config.hpp"
#include "kernel/crypto/crypto.hpp"
#include "kernel/events/events.hpp"
#include "kernel/host/host.hpp"
#include "kernel/http/http.hpp"
#include "kernel/http/sse.hpp"
#include "kernel/identity/identity.hpp"
#include "kernel/observe/observe.hpp"
#include "kernel/records/records.hpp"
#include "kernel/scheduler/scheduler.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::http {

struct Services {
  storage::Database& database;
  audit::Log& audit;
  identity::Identity& identity;
  access::Access& access;
  events::Outbox& outbox;
  scheduler::Scheduler& scheduler;
  records::Records& records;
  host::Host& host;
  SseHub& hub;
  observe::Log& log;
  observe::Metrics& metrics;
  observe::Health& health;
  const Clock& clock;
  const config::Config& config;
  std::string data_dir; ///< uploads live below it
  std::uint64_t upload_limit = std::uint64_t{2} << 30;
  std::string metrics_token;             ///< empty: /metrics answers this machine only
  std::string version;                   ///< of the product
  std::string file_scanner;              ///< program that is given the path of an upload; empty: none
  const crypto::KeyRing* keys = nullptr; ///< seal answers that are kept for Idempotency-Key; null: kept as they are
};

/// Who may call a route before its handler runs.
enum class Entry {
  open,    ///< anybody
  session, ///< a signed-in person, also one who must change the password
  caller,  ///< anybody signed in: person with a settled password, or token
  record   ///< as caller; who calls, what they may and what they get are read from one snapshot, until they write
};

using ApiHandler = std::function<Result<Response>(Services&, Request&)>;

/// Adds a route whose handler answers a Result; puts the caller in the context, checks CSRF, renders faults as
/// problems, audits refusals of signed-in callers and counts.
void add_api(Router& router, Services& services, const std::string& method, const std::string& pattern, Entry entry,
             RouteOptions options, ApiHandler handler);

void add_session_routes(Router& router, Services& services);
void add_record_routes(Router& router, Services& services);
void add_exchange_routes(Router& router, Services& services);
void add_event_routes(Router& router, Services& services);
/// system/
void add_node_routes(Router& router, Services& services);
void add_user_routes(Router& router, Services& services);
void add_role_routes(Router& router, Services& services);
void add_grant_routes(Router& router, Services& services);
void add_plugin_routes(Router& router, Services& services);
void add_package_routes(Router& router, Services& services);
void add_setting_routes(Router& router, Services& services);
void add_view_routes(Router& router, Services& services);
void add_backup_routes(Router& router, Services& services);
void add_job_routes(Router& router, Services& services);
void add_dead_letter_routes(Router& router, Services& services);
void add_audit_routes(Router& router, Services& services);
void add_file_routes(Router& router, Services& services);
void add_openapi_route(Router& router, Services& services);  ///< openapi/
void add_observe_routes(Router& router, Services& services); ///< /health/*, /metrics

/// All of them.
void register_routes(Router& router, Services& services);

/// Storage that the handlers themselves need (idempotency keys, uploaded files, saved views).
std::vector<storage::Migration> migrations();
/// Those of every room, in the order in which they run. Plugins bring theirs when they are enabled.
std::vector<storage::Migration> all_migrations();

} // namespace onebudget::http
