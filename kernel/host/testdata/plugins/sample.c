/* A whole plugin in plain C: every kind of handler and every service, driven by the tests through its routes. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

typedef struct Sample {
  const ob_core_v0* core;
  ob_host host;
  const ob_http_v1* http;
  const ob_records_v1* records;
  const ob_kv_v1* kv;
  const ob_service_v1* service;
  const ob_hook_v1* hook;
  const ob_job_v1* job;
  const ob_event_v1* event;
  const ob_identity_v1* identity;
  const ob_permission_v1* permission;
  const ob_i18n_v1* i18n;
  const ob_config_v1* config;
  const ob_crypto_v1* crypto;
  const ob_audit_v1* audit;
  const ob_call_v1* call;
  const ob_tree_v1* tree;
  ob_call old_call; /* kept on purpose, to be used when it is over */
  char settings[512];
} Sample;

static int32_t get(Sample* me, const char* id, const void** table) {
  return me->core->get_service(me->host, text_of(id), 0, table);
}

static int32_t respond(Sample* me, ob_call call, int32_t status, const char* body, ob_error* error) {
  ob_bytes bytes = {(const uint8_t*)body, (uint32_t)strlen(body), 0};
  return me->http->respond(call, status, TEXT("application/json"), bytes, error);
}

static int32_t number(Sample* me, ob_call call, const char* name, long long value, ob_error* error) {
  char body[160];
  snprintf(body, sizeof body, "{\"%s\":%lld}", name, value);
  return respond(me, call, 200, body, error);
}

static int32_t parameter(Sample* me, ob_call call, const char* name, char* out, uint32_t cap, ob_error* error) {
  uint32_t need = 0;
  int32_t status = me->http->parameter(call, text_of(name), out, cap - 1, &need, error);
  if (status == OB_OK) out[need] = '\0';
  return status;
}

static int32_t insert(Sample* me, ob_call call, ob_error* error, int64_t* id) {
  ob_buf body;
  uint8_t* data = NULL;
  uint32_t size = 0;
  int32_t status = me->http->body(call, &body, error);
  if (status < 0) return status;
  status = me->core->buf_map(me->host, body, &data, &size);
  if (status < 0) return status;
  return me->records->insert(call, TEXT(FIXTURE_ID ".guest"), (ob_str){(const char*)data, size, 0}, id, error);
}

static int32_t list(Sample* me, ob_call call, ob_error* error) {
  ob_cursor cursor;
  long long rows = 0, batches = 0;
  int32_t status = me->records->query(call, TEXT(FIXTURE_ID ".guest"), TEXT("{\"sort\":\"name\"}"), &cursor, error);
  while (status == OB_OK) {
    ob_buf buf;
    uint32_t count = 0;
    status = me->records->next_batch(call, cursor, &buf, &count, error);
    if (status < 0) return status;
    rows += count;
    if (status == OB_OK) ++batches;
    me->core->buf_release(me->host, buf);
  }
  if (status < 0) return status;
  char body[96];
  snprintf(body, sizeof body, "{\"rows\":%lld,\"batches\":%lld}", rows, batches);
  return respond(me, call, 200, body, error);
}

/* Blocks until the test writes a byte into the pipe whose numbers are given, after telling that it is inside. */
static int32_t wait_for_test(Sample* me, ob_call call, ob_error* error) {
  char in[16], out[16], byte = 'x';
  if (parameter(me, call, "in", in, sizeof in, error) < 0 || parameter(me, call, "out", out, sizeof out, error) < 0)
    return OB_E_ARGUMENT;
  if (write(atoi(out), &byte, 1) != 1 || read(atoi(in), &byte, 1) != 1) return OB_E_INTERNAL;
  return respond(me, call, 200, "{\"waited\":true}", error);
}

static int32_t enabled_here(ob_host host, int32_t level) { return host.v != 0 && level > OB_LOG_DEBUG; }

/* Picoseconds of processor time that a call takes: through the host's table, or of a function of its own. */
static int32_t cost(Sample* me, int into_host) {
  enum { kCalls = 2000000 };
  const ob_log_v1* table = NULL;
  struct timespec start, end;
  if (get(me, "ob.log/1", (const void**)&table) < 0) return OB_E_INTERNAL;
  int32_t (*volatile direct)(ob_host, int32_t) = enabled_here;
  volatile int32_t sum = 0;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
  for (int i = 0; i < kCalls; ++i)
    sum += into_host ? table->enabled(me->host, OB_LOG_DEBUG) : direct(me->host, OB_LOG_DEBUG);
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
  return (int32_t)(((end.tv_sec - start.tv_sec) * 1000000000 + end.tv_nsec - start.tv_nsec) * 1000 / kCalls);
}

static int32_t probe_host(Sample* me, const char* what) {
  const void* table = NULL;
  uint8_t* data = NULL;
  uint32_t size = 0;
  ob_buf buf = {0};
  if (strcmp(what, "undeclared") == 0) return get(me, "ob.crypto/1", &table);
  if (strcmp(what, "unknown-service") == 0) return get(me, "ob.blob/1", &table);
  if (strcmp(what, "too-small") == 0) return me->core->get_service(me->host, TEXT("ob.records/1"), 100000, &table);
  if (strcmp(what, "forged-buffer") == 0) return me->core->buf_map(me->host, (ob_buf){12345}, &data, &size);
  if (strcmp(what, "call-as-buffer") == 0) return me->core->buf_map(me->host, (ob_buf){me->old_call.v}, &data, &size);
  if (strcmp(what, "forged-host") == 0) return me->core->buf_new((ob_host){77}, 1, &buf);
  if (strcmp(what, "huge-buffer") == 0) return me->core->buf_new(me->host, 0xffffffffu, &buf);
  if (strcmp(what, "released-twice") == 0) {
    if (me->core->buf_new(me->host, 8, &buf) < 0 || me->core->buf_release(me->host, buf) < 0) return OB_E_INTERNAL;
    return me->core->buf_release(me->host, buf);
  }
  if (strcmp(what, "bad-utf8") == 0) return me->core->log(me->host, OB_LOG_INFO, TEXT("\xff\xfe"));
  if (strcmp(what, "host-call") == 0) return cost(me, 1);
  if (strcmp(what, "direct-call") == 0) return cost(me, 0);
  if (strcmp(what, "null-span") == 0) return me->core->log(me->host, OB_LOG_INFO, (ob_str){NULL, 5, 0});
  return OB_OK;
}

static int32_t probe(Sample* me, ob_call call, ob_error* error) {
  char what[64], out[2] = "";
  uint32_t need = 0;
  int64_t now = 0;
  ob_error mine = {sizeof mine, 0, 0, 0, "", "", ""};
  ob_buf buf = {0};
  int32_t status = parameter(me, call, "what", what, sizeof what, error);
  if (status < 0) return status;
  if (strcmp(what, "stale-call") == 0)
    status = me->call->now(me->old_call, &now, &mine);
  else if (strcmp(what, "forged-call") == 0)
    status = me->call->now((ob_call){call.v + 1}, &now, &mine);
  else if (strcmp(what, "space") == 0)
    status = me->call->request_id(call, out, 0, &need, &mine);
  else if (strcmp(what, "wrong-kind") == 0)
    status = me->job->progress(call, 1, 2, TEXT(""), &mine);
  else if (strcmp(what, "undeclared-topic") == 0)
    status = me->event->publish(call, TEXT("other.topic"), TEXT(""), TEXT("{}"), &mine);
  else if (strcmp(what, "undeclared-call") == 0)
    status = me->service->call(call, TEXT("ghost/1"), TEXT("x"), TEXT("{}"), &buf, &mine);
  else if (strcmp(what, "bad-spec") == 0) {
    ob_cursor cursor;
    status = me->records->query(call, TEXT(FIXTURE_ID ".guest"), TEXT("{\"fliter\":\"\"}"), &cursor, &mine);
  } else if (strcmp(what, "missing-row") == 0)
    status = me->records->get(call, TEXT(FIXTURE_ID ".guest"), 999999, &buf, &mine);
  else
    status = probe_host(me, what);
  me->old_call = call;
  return number(me, call, "status", status, error);
}

static int32_t relay(Sample* me, ob_call call, ob_error* error) {
  char service[64], method[64];
  ob_buf reply;
  uint8_t* data = NULL;
  uint32_t size = 0;
  if (parameter(me, call, "service", service, sizeof service, error) < 0 ||
      parameter(me, call, "method", method, sizeof method, error) < 0)
    return OB_E_ARGUMENT;
  int32_t status =
      me->service->call(call, text_of(service), text_of(method), TEXT("{\"name\":\"from afar\"}"), &reply, error);
  if (status < 0) return status;
  status = me->core->buf_map(me->host, reply, &data, &size);
  if (status < 0) return status;
  return me->http->respond(call, 200, TEXT("application/json"), (ob_bytes){data, size, 0}, error);
}

static int32_t about(Sample* me, ob_call call, ob_error* error) {
  char caller[256] = "", text[256] = "", setting[64] = "", language[8] = "", body[1200];
  uint32_t need = 0;
  int32_t allowed = 0;
  uint8_t digest[32];
  me->identity->caller(call, caller, sizeof caller, &need, error);
  me->i18n->text(call, TEXT("greeting"), TEXT("[\"Li\"]"), text, sizeof text, &need, error);
  me->config->get(me->host, TEXT("limit"), setting, sizeof setting, &need, error);
  me->call->language(call, language, sizeof language, &need, error);
  me->permission->check(call, TEXT(FIXTURE_ID ".use"), &allowed, error);
  if (me->crypto != NULL &&
      me->crypto->digest(me->host, TEXT("sm3"), (ob_bytes){(const uint8_t*)"abc", 3, 0}, digest, error) < 0)
    return OB_E_INTERNAL;
  snprintf(body, sizeof body,
           "{\"caller\":%s,\"text\":\"%s\",\"limit\":%s,\"language\":\"%s\",\"allowed\":%d,\"settings\":%s}", caller,
           text, setting, language, (int)allowed, me->settings);
  return respond(me, call, 200, body, error);
}

static int32_t node(Sample* me, ob_call call, ob_error* error) {
  char id[32];
  ob_buf found;
  uint8_t* data = NULL;
  uint32_t size = 0;
  int32_t status = parameter(me, call, "id", id, sizeof id, error);
  if (status < 0) return status;
  status = me->tree->node(call, atoll(id), &found, error);
  if (status < 0) return status;
  status = me->core->buf_map(me->host, found, &data, &size);
  return status < 0 ? status : me->http->respond(call, 200, TEXT("application/json"), (ob_bytes){data, size, 0}, error);
}

static int32_t handle(void* self, ob_call call, ob_error* error) {
  Sample* me = self;
  char route[200];
  uint32_t need = 0;
  int64_t id = 0;
  int32_t status = me->http->route(call, route, sizeof route, &need, error);
  if (status < 0) return status;
  if (strcmp(route, "GET /ping") == 0) return respond(me, call, 200, "{\"ok\":true}", error);
  if (strcmp(route, "GET /wait") == 0) return wait_for_test(me, call, error);
  if (strcmp(route, "GET /list") == 0) return list(me, call, error);
  if (strcmp(route, "GET /about") == 0) return about(me, call, error);
  if (strcmp(route, "GET /node") == 0) return node(me, call, error);
  if (strcmp(route, "GET /probe/{what}") == 0) return probe(me, call, error);
  if (strcmp(route, "POST /relay") == 0) return relay(me, call, error);
  if (strcmp(route, "POST /guest") == 0 || strcmp(route, "POST /guest-refused") == 0) {
    status = insert(me, call, error, &id);
    if (status < 0) return status;
    if (strcmp(route, "POST /guest-refused") == 0) return respond(me, call, 422, "{}", error);
    me->audit->record(call, TEXT("greet"), TEXT("guest"), TEXT("1"), TEXT("{}"), error);
    me->event->publish(call, TEXT(FIXTURE_ID ".greeted"), TEXT("guest"), TEXT("{\"n\":1}"), error);
    return number(me, call, "id", id, error);
  }
  if (strcmp(route, "POST /job") == 0) {
    status = me->job->submit(call, TEXT("count"), TEXT("{\"rows\":3}"), &id, error);
    return status < 0 ? status : number(me, call, "id", id, error);
  }
  if (strcmp(route, "POST /error") == 0) {
    memcpy(error->code, FIXTURE_ID ".full", sizeof(FIXTURE_ID ".full"));
    memcpy(error->field, "/name", 6);
    memcpy(error->message, "The house is full.", 19);
    return OB_E_RULE;
  }
  if (strcmp(route, "POST /garbage") == 0)
    return me->http->respond(call, 200, TEXT("application/json"), (ob_bytes){(const uint8_t*)"\xff\xff", 2, 0}, error);
  return OB_E_NOT_FOUND;
}

static int32_t serve(void* self, ob_call call, ob_str service, ob_str method, ob_str request, ob_buf* reply,
                     ob_error* error) {
  Sample* me = self;
  uint8_t* data = NULL;
  uint32_t size = 0;
  int64_t id = 0;
  (void)service;
  if (same(method, "greet")) {
    int32_t status = me->records->insert(call, TEXT(FIXTURE_ID ".guest"), request, &id, error);
    if (status < 0) return status;
  }
  if (same(method, "again"))
    return me->service->call(call, TEXT(FIXTURE_ID "/1"), TEXT("again"), request, reply, error);
  if (same(method, "silent")) return OB_OK;
  if (me->core->buf_new(me->host, 11, reply) < 0 || me->core->buf_map(me->host, *reply, &data, &size) < 0)
    return OB_E_INTERNAL;
  memcpy(data, "{\"ok\":true}", 11);
  return OB_OK;
}

static int holds(ob_str text, const char* part) {
  const size_t n = strlen(part);
  for (size_t i = 0; i + n <= text.n; ++i) {
    if (memcmp(text.p + i, part, n) == 0) return 1;
  }
  return 0;
}

static int32_t validate(void* self, ob_call call, const ob_change* change, ob_error* error) {
  Sample* me = self;
  int64_t serial = 0;
  char value[32];
  if (change->action == OB_ACTION_REMOVE) return OB_OK;
  if (holds(change->after, "\"nobody\"")) {
    return me->hook->report(call, TEXT("/name"), TEXT("guest.nobody"), TEXT("Nobody is no guest."),
                            TEXT("Give a name."), error);
  }
  if (holds(change->after, "\"broken\"")) return OB_E_INTERNAL;
  if (change->action != OB_ACTION_CREATE) return OB_OK;
  int32_t status = me->kv->increment(call, TEXT("serial"), 1, &serial, error);
  if (status < 0) return status;
  snprintf(value, sizeof value, "\"G%03lld\"", (long long)serial);
  return me->hook->assign(call, TEXT("code"), text_of(value), error);
}

static int32_t on_event(void* self, ob_call call, const ob_event* event, ob_error* error) {
  Sample* me = self;
  int64_t count = 0;
  (void)event;
  return me->kv->increment(call, TEXT("events"), 1, &count, error);
}

static int32_t run(void* self, ob_call call, ob_str job, ob_buf* result, ob_error* error) {
  Sample* me = self;
  uint8_t* data = NULL;
  uint32_t size = 0;
  int64_t id = 0;
  int32_t asked = 0;
  if (!same(job, "count")) return OB_E_NOT_FOUND;
  for (int i = 0; i < 3; ++i) {
    int32_t status = me->job->cancelled(call, &asked, error);
    if (status < 0 || asked != 0) return status < 0 ? status : OB_E_CANCELLED;
    status = me->records->insert(call, TEXT(FIXTURE_ID ".guest"), TEXT("{\"name\":\"by a job\"}"), &id, error);
    if (status >= 0) status = me->job->progress(call, i + 1, 3, TEXT("counting"), error);
    if (status >= 0) status = me->job->checkpoint(call, TEXT("{\"at\":1}"), error);
    if (status < 0) return status;
  }
  if (me->core->buf_new(me->host, 10, result) < 0 || me->core->buf_map(me->host, *result, &data, &size) < 0)
    return OB_E_INTERNAL;
  memcpy(data, "{\"rows\":3}", 10);
  return OB_OK;
}

static int32_t check(void* self, int32_t* state, char* reason, uint32_t reason_cap, uint32_t* need) {
  (void)self, (void)reason, (void)reason_cap, (void)need;
  *state = 0;
  return OB_OK;
}

static int32_t create(const ob_core_v0* core, ob_host host, void** self, ob_error* error) {
  Sample* me = calloc(1, sizeof *me);
  (void)error;
  if (me == NULL) return OB_E_LIMIT;
  me->core = core;
  me->host = host;
  *self = me;
  return core->log(host, OB_LOG_INFO, TEXT("created"));
}

static int32_t init(void* self, ob_str settings, ob_error* error) {
  Sample* me = self;
  (void)error;
  if (settings.n < sizeof me->settings) memcpy(me->settings, settings.p, settings.n);
  const struct {
    const char* id;
    const void** table;
  } wanted[] = {{"ob.http/1", (const void**)&me->http},
                {"ob.records/1", (const void**)&me->records},
                {"ob.kv/1", (const void**)&me->kv},
                {"ob.service/1", (const void**)&me->service},
                {"ob.hook/1", (const void**)&me->hook},
                {"ob.job/1", (const void**)&me->job},
                {"ob.event/1", (const void**)&me->event},
                {"ob.identity/1", (const void**)&me->identity},
                {"ob.permission/1", (const void**)&me->permission},
                {"ob.i18n/1", (const void**)&me->i18n},
                {"ob.config/1", (const void**)&me->config},
                {"ob.audit/1", (const void**)&me->audit},
                {"ob.call/1", (const void**)&me->call},
                {"ob.tree/1", (const void**)&me->tree}};
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; ++i) {
    const int32_t status = get(me, wanted[i].id, wanted[i].table);
    if (status < 0) return status;
  }
  return OB_OK;
}

static int32_t activate(void* self, ob_error* error) { return (void)self, (void)error, OB_OK; }
static int32_t deactivate(void* self, ob_error* error) { return (void)self, (void)error, OB_OK; }
static void destroy(void* self) { free(self); }

static const ob_validate_v1 kValidate = {sizeof kValidate, 0, validate};
static const ob_handle_v1 kHandle = {sizeof kHandle, 0, handle};
static const ob_serve_v1 kServe = {sizeof kServe, 0, serve};
static const ob_on_event_v1 kOnEvent = {sizeof kOnEvent, 0, on_event};
static const ob_run_job_v1 kRun = {sizeof kRun, 0, run};
static const ob_health_v1 kHealth = {sizeof kHealth, 0, check};

static int32_t get_handlers(void* self, ob_str id, const void** table) {
  (void)self;
  *table = same(id, OB_SERVICE_VALIDATE)  ? (const void*)&kValidate
           : same(id, OB_SERVICE_HTTP)    ? (const void*)&kHandle
           : same(id, OB_SERVICE_SERVICE) ? (const void*)&kServe
           : same(id, OB_SERVICE_EVENT)   ? (const void*)&kOnEvent
           : same(id, OB_SERVICE_JOB)     ? (const void*)&kRun
           : same(id, OB_SERVICE_HEALTH)  ? (const void*)&kHealth
                                          : NULL;
  return *table != NULL ? OB_OK : OB_E_UNSUPPORTED;
}

static const ob_plugin_v0 kPlugin = {sizeof kPlugin,
                                     0,
                                     OB_ABI_MAJOR,
                                     OB_ABI_MINOR,
                                     {FIXTURE_ID, sizeof(FIXTURE_ID) - 1, 0},
                                     {FIXTURE_VERSION, sizeof(FIXTURE_VERSION) - 1, 0},
                                     create,
                                     init,
                                     activate,
                                     deactivate,
                                     destroy,
                                     get_handlers};

const ob_plugin_v0* ob_plugin_entry_v0(const ob_host_offer* offer) {
  return offer->abi_major == OB_ABI_MAJOR ? &kPlugin : NULL;
}
