// /system/plugin, /system/job, /system/schedule, /system/audit, /system/file, /health, /metrics.

#include "kernel/crypto/crypto.hpp"
#include "kernel/http/system/plugin_json.hpp"
#include "sdk/text/utf8.hpp"
#include "sdk/values/words.hpp"

namespace onebudget::http {

namespace {

constexpr RouteOptions kBody{BodyPolicy::memory, 16 * 1024, false, 120};

constexpr Word<host::PluginState> kPluginStates[] = {{"failed", host::PluginState::failed},
                                                     {"available", host::PluginState::available},
                                                     {"enabled", host::PluginState::enabled},
                                                     {"disabled", host::PluginState::disabled}};

Json permissions_json(const std::vector<access::Permission>& permissions) {
  Json items = Json::array();
  for (const access::Permission& permission : permissions)
    items.push_back({{"code", permission.code}, {"title", text_json(permission.title)}, {"risk", permission.risk}});
  return items;
}

} // namespace

Json plugin_json(const host::PluginInfo& plugin) {
  Json needs = Json::array();
  for (const auto& list : {plugin.requires_services, plugin.requires_plugins})
    for (const std::string& item : list) needs.push_back(item);
  return {
      {"id", plugin.id},
      {"version", plugin.version},
      {"versions", plugin.versions},
      {"previous_version", plugin.previous.empty() ? Json() : Json(plugin.previous)},
      {"vendor", plugin.vendor},
      {"title", text_json(plugin.title)},
      {"description", text_json(plugin.description)},
      {"signature", {{"state", plugin.signature}, {"key", plugin.signed_by.empty() ? Json() : Json(plugin.signed_by)}}},
      {"state", name_in(kPluginStates, plugin.state)},
      {"reason", plugin.reason ? text_json(plugin.reason->message) : Json()},
      {"remedy", plugin.reason ? text_json(plugin.reason->remedy) : Json()},
      {"entities", plugin.entities},
      {"permissions", permissions_json(plugin.permissions)},
      {"requires", needs},
      {"conflicts", plugin.conflicts},
      {"enabled_at", time_json(plugin.enabled_at_ms)},
      {"calls", plugin.calls},
      {"failures", plugin.failures}};
}

namespace {

Result<Response> list_plugins(Services& services, Request& request) {
  OB_CHECK(require(services, request, kPluginManage));
  Json items = Json::array();
  for (const host::PluginInfo& plugin : services.host.plugins()) items.push_back(plugin_json(plugin));
  return json_answer(
      200, Json{{"items", items}, {"next_cursor", nullptr}, {"unsigned_allowed", services.host.unsigned_allowed()}});
}

Result<Response> show_plugin(Services& services, Request& request) {
  OB_CHECK(require(services, request, kPluginManage));
  const auto plugin = services.host.plugin(request.param("id"));
  if (!plugin) return not_found();
  return json_answer(200, plugin_json(*plugin));
}

Result<Response> plan_plugin(Services& services, Request& request) {
  OB_CHECK(require(services, request, kPluginManage));
  OB_TRY(const Parameters parameters, Parameters::of(request, {"to"}));
  OB_TRY(const host::EnablePlan plan, services.host.plan(request.context, request.param("id"), parameters.text("to")));
  Json refusals = Json::array();
  for (const FieldFault& refusal : plan.refusals) refusals.push_back(field_json(refusal, request.context.language));
  return json_answer(200, Json{{"id", plan.id},
                               {"version", plan.version},
                               {"actions", plan.actions},
                               {"migrations", plan.migrations},
                               {"permissions", permissions_json(plan.permissions)},
                               {"conflicts", plan.conflicts},
                               {"refusals", refusals}});
}

Result<Response> switch_plugin(Services& services, Request& request, bool on) {
  OB_CHECK(require(services, request, kPluginManage));
  const std::string id = request.param("id");
  auto changed = on ? services.host.enable(request.context, id) : services.host.disable(request.context, id);
  if (!changed) return std::move(changed).fault();
  services.log.write(observe::Level::info, on ? "host.plugin_enabled" : "host.plugin_disabled", id,
                     {{"by", request.context.caller.name}});
  return json_answer(200, plugin_json(*changed));
}

Json job_json(const scheduler::Job& job, const std::string& language) {
  constexpr const char* kStates[] = {"waiting", "running", "done", "failed", "cancelled"};
  const auto parsed = [](const std::string& text) {
    auto value = parse_json(text, {std::size_t{4} << 20, 64});
    return value ? *value : Json();
  };
  return {{"id", job.id.str()},
          {"kind", job.kind},
          {"title", job.title.in(language)},
          {"state", kStates[static_cast<int>(job.state)]},
          {"progress", job.progress},
          {"message", job.message},
          {"result", job.result.empty() ? Json() : parsed(job.result)},
          {"error", job.error.empty() ? Json() : Json(job.error)},
          {"created_at", time_json(job.created_ms)},
          {"started_at", time_json(job.started_ms)},
          {"finished_at", time_json(job.finished_ms)},
          {"attempt", job.attempt},
          {"owner", job.owner_name}};
}

/// Own jobs are everybody's to see; all jobs the administrator's.
Result<bool> manages_jobs(Services& services, const Request& request) {
  OB_TRY(const auto rights, services.access.rights(request.context));
  return rights->may("system.job.manage");
}

Result<Response> list_jobs(Services& services, Request& request) {
  OB_TRY(const Parameters parameters, Parameters::of(request, {"limit", "cursor"}));
  OB_TRY(const bool all, manages_jobs(services, request));
  scheduler::Scheduler::JobQuery query;
  if (!all) query.owner = request.context.caller.user;
  OB_TRY(query.limit, parameters.limit(50, 1000));
  OB_TRY(query.before_id, parameters.number("cursor"));
  Json items = Json::array();
  bool full = false;
  std::string last;
  if (all || !query.owner.none()) {
    OB_TRY(const auto jobs, services.scheduler.jobs(query));
    for (const scheduler::Job& job : jobs) items.push_back(job_json(job, request.context.language));
    full = static_cast<int>(jobs.size()) == query.limit;
    if (!jobs.empty()) last = jobs.back().id.str();
  }
  return json_answer(200, Json{{"items", items}, {"next_cursor", full ? Json(last) : Json()}});
}

Result<scheduler::Job> visible_job(Services& services, const Request& request) {
  OB_TRY(const JobId id, id_of<JobTag>(request.param("id")));
  OB_TRY(scheduler::Job job, services.scheduler.job(id));
  OB_TRY(const bool all, manages_jobs(services, request));
  if (!all && (job.owner.none() || job.owner != request.context.caller.user)) return not_found();
  return job;
}

Result<Response> show_job(Services& services, Request& request) {
  OB_TRY(const scheduler::Job job, visible_job(services, request));
  return json_answer(200, job_json(job, request.context.language));
}

Result<Response> change_job(Services& services, Request& request, bool cancel) {
  OB_TRY(const scheduler::Job job, visible_job(services, request));
  auto changed =
      cancel ? services.scheduler.cancel(request.context, job.id) : services.scheduler.retry(request.context, job.id);
  if (!changed) return std::move(changed).fault();
  return json_answer(200, job_json(*changed, request.context.language));
}

Result<Response> list_schedules(Services& services, Request& request) {
  OB_CHECK(require(services, request, "system.job.manage"));
  OB_TRY(const auto schedules, services.scheduler.schedules());
  Json items = Json::array();
  for (const scheduler::Schedule& schedule : schedules)
    items.push_back({{"id", schedule.id},
                     {"title", schedule.title.in(request.context.language)},
                     {"cron", schedule.cron},
                     {"job", schedule.kind},
                     {"next_run", time_json(schedule.next_ms)},
                     {"enabled", schedule.enabled}});
  return json_answer(200, Json{{"items", items}, {"next_cursor", nullptr}});
}

/// What could not be delivered, without its content: who runs the system need not see the business.
Result<Response> list_dead_letters(Services& services, Request& request) {
  OB_CHECK(require(services, request, "system.job.manage"));
  OB_TRY(const Parameters parameters, Parameters::of(request, {"limit", "cursor"}));
  OB_TRY(const int limit, parameters.limit(50, 1000));
  OB_TRY(const std::int64_t before, parameters.number("cursor"));
  OB_TRY(const auto letters, services.outbox.dead_letters(limit, before));
  Json items = Json::array();
  for (const events::DeadLetter& letter : letters)
    items.push_back({{"id", std::to_string(letter.id)},
                     {"receiver", letter.sink},
                     {"topic", letter.event.topic},
                     {"key", letter.event.key},
                     {"at", time_json(letter.event.at_ms)},
                     {"reason", letter.reason},
                     {"attempts", letter.attempts}});
  const bool full = static_cast<int>(letters.size()) == limit;
  return json_answer(200,
                     Json{{"items", items}, {"next_cursor", full ? Json(std::to_string(letters.back().id)) : Json()}});
}

Result<Response> replay_dead_letter(Services& services, Request& request) {
  OB_CHECK(require(services, request, "system.job.manage"));
  OB_TRY(const RecordId id, id_of<RecordTag>(request.param("id")));
  const auto done = services.outbox.replay(request.context, id.value);
  audit::Entry entry;
  entry.action = "event.replay";
  entry.subject = "event.dead_letter";
  entry.subject_id = id.str();
  entry.outcome = done ? "ok" : "failed";
  entry.reason = done ? "" : done.fault().code;
  OB_CHECK(services.database.write(request.context, [&](storage::Session& session) {
    return services.audit.append(session, request.context, entry);
  }));
  if (!done) return done.fault();
  return Response(204);
}

Result<Response> list_audit(Services& services, Request& request) {
  OB_CHECK(require(services, request, "system.audit.read"));
  OB_TRY(const Parameters parameters, Parameters::of(request, {"actor", "action", "subject", "subject_id", "outcome",
                                                               "from", "to", "limit", "cursor"}));
  audit::Query query;
  query.actor_name = parameters.text("actor");
  query.action = parameters.text("action");
  query.subject = parameters.text("subject");
  query.subject_id = parameters.text("subject_id");
  query.outcome = parameters.text("outcome");
  OB_TRY(query.from_ms, time_ms(parameters.text("from"), "from"));
  OB_TRY(query.to_ms, time_ms(parameters.text("to"), "to"));
  OB_TRY(query.limit, parameters.limit(50, 1000));
  OB_TRY(query.before_id, parameters.number("cursor"));
  OB_TRY(const auto lines, services.audit.list(request.context, query));
  Json items = Json::array();
  for (const audit::Line& line : lines)
    items.push_back({{"id", std::to_string(line.id)},
                     {"seq", line.seq},
                     {"at", time_json(line.at_ms)},
                     {"actor", std::to_string(line.actor)},
                     {"actor_name", line.actor_name},
                     {"action", line.entry.action},
                     {"subject", line.entry.subject},
                     {"subject_id", line.entry.subject_id},
                     {"outcome", line.entry.outcome},
                     {"reason", line.entry.reason},
                     {"detail", line.entry.detail},
                     {"ip", line.ip},
                     {"request_id", line.request_id},
                     {"hash", line.hash}});
  const bool full = static_cast<int>(lines.size()) == query.limit;
  return json_answer(200,
                     Json{{"items", items}, {"next_cursor", full ? Json(std::to_string(lines.back().id)) : Json()}});
}

Result<Response> verify_audit(Services& services, Request& request) {
  OB_CHECK(require(services, request, "system.audit.read"));
  OB_TRY(const audit::Verdict verdict, services.audit.verify());
  return json_answer(200, Json{{"ok", verdict.ok},
                               {"entries", verdict.entries},
                               {"sealed", verdict.sealed},
                               {"unsealed", verdict.unsealed},
                               {"head", verdict.head},
                               {"first_bad", verdict.first_bad == 0 ? Json() : Json(verdict.first_bad)}});
}

Response metrics(Services& services, Request& request) {
  const std::string_view given = request.header("authorization");
  const bool by_token =
      !services.metrics_token.empty() && crypto::equal_in_constant_time(given, "Bearer " + services.metrics_token);
  if (!by_token && !(services.metrics_token.empty() && request.loopback))
    return Response(404, "text/plain; charset=utf-8", "not found\n");
  services.metrics.gauge("onebudget_sse_listeners", "open event streams", {},
                         static_cast<double>(services.hub.listeners()));
  return Response(200, "text/plain; version=0.0.4; charset=utf-8", services.metrics.text());
}

/// Details are for those who run the system; anybody may know whether it is ready.
Response ready(Services& services, Request& request) {
  const auto reports = services.health.ask();
  const observe::HealthState worst = observe::Health::worst(reports);
  constexpr const char* kStates[] = {"ready", "degraded", "failed"};
  Json body = {{"state", kStates[static_cast<int>(worst)]}};
  if (request.loopback) {
    for (const observe::HealthReport& report : reports)
      body["checks"][report.name] = {{"state", kStates[static_cast<int>(report.state)]},
                                     {"reason", text_json(report.reason)}};
  }
  return json_answer(worst == observe::HealthState::failed ? 503 : 200, body);
}

} // namespace

void add_plugin_routes(Router& router, Services& services) {
  add_api(router, services, "GET", "/system/plugin", Entry::caller, {}, list_plugins);
  add_api(router, services, "GET", "/system/plugin/{id}", Entry::caller, {}, show_plugin);
  add_api(router, services, "GET", "/system/plugin/{id}/plan", Entry::caller, {}, plan_plugin);
  add_api(router, services, "POST", "/system/plugin/{id}/enable", Entry::caller, kBody,
          [](Services& s, Request& r) { return switch_plugin(s, r, true); });
  add_api(router, services, "POST", "/system/plugin/{id}/disable", Entry::caller, kBody,
          [](Services& s, Request& r) { return switch_plugin(s, r, false); });
}

void add_job_routes(Router& router, Services& services) {
  add_api(router, services, "GET", "/system/job", Entry::caller, {}, list_jobs);
  add_api(router, services, "GET", "/system/job/{id}", Entry::caller, {}, show_job);
  add_api(router, services, "POST", "/system/job/{id}/cancel", Entry::caller, kBody,
          [](Services& s, Request& r) { return change_job(s, r, true); });
  add_api(router, services, "POST", "/system/job/{id}/retry", Entry::caller, kBody,
          [](Services& s, Request& r) { return change_job(s, r, false); });
  add_api(router, services, "GET", "/system/schedule", Entry::caller, {}, list_schedules);
}

void add_dead_letter_routes(Router& router, Services& services) {
  add_api(router, services, "GET", "/system/event/dead-letter", Entry::caller, {}, list_dead_letters);
  add_api(router, services, "POST", "/system/event/dead-letter/{id}/replay", Entry::caller, kBody, replay_dead_letter);
}

void add_audit_routes(Router& router, Services& services) {
  add_api(router, services, "GET", "/system/audit", Entry::caller, {}, list_audit);
  add_api(router, services, "GET", "/system/audit/verify", Entry::caller, {BodyPolicy::none, 0, false, 900},
          verify_audit);
  add_api(router, services, "POST", "/system/audit/verify", Entry::caller, {BodyPolicy::memory, 1024, false, 900},
          verify_audit);
}

void add_observe_routes(Router& router, Services& services) {
  router.add("GET", "/health/live", {BodyPolicy::none, 0, true, 5},
             [](Request&) { return Response(200, "application/json", R"({"state":"live"})"); });
  router.add("GET", "/health/ready", {}, [&services](Request& request) { return ready(services, request); });
  router.add("GET", "/metrics", {}, [&services](Request& request) { return metrics(services, request); });
}

} // namespace onebudget::http
