/*
 * A plugin that touches the tables plugins live on: routes, records, a rule,
 * events and its own counters. Built once for each generation of the ABI
 * (build.sh) and kept as a binary, which every later host has to serve as the
 * first one did.
 */
#include "onebudget/onebudget.h"

#include <stdlib.h>
#include <string.h>

OB_PLUGIN_NOTE(WITNESS_ID, "1.0.0", WITNESS_ABI);

typedef struct instance {
  const ob_core_v0* core;
  ob_host host;
  const ob_http_v1* http;
  const ob_records_v1* records;
  const ob_hook_v1* hook;
  const ob_event_v1* event;
  const ob_kv_v1* kv;
} instance;

/* The validate hook and the events get the instance as `self`; the text of an
 * answer is put together here. */
typedef struct answer {
  char text[4096];
  uint32_t n;
} answer;

static ob_str span(const char* p, size_t n) {
  ob_str s;
  s.p = p;
  s.n = (uint32_t)n;
  s.reserved = 0;
  return s;
}

static ob_str text(const char* p) { return span(p, strlen(p)); }

static int same(ob_str a, const char* b) { return a.n == strlen(b) && memcmp(a.p, b, a.n) == 0; }

static void add(answer* to, ob_str part) {
  if (part.n > sizeof to->text - to->n) return;
  memcpy(to->text + to->n, part.p, part.n);
  to->n += part.n;
}

static void add_number(answer* to, int64_t value) {
  char digits[24];
  uint32_t at = sizeof digits;
  uint64_t rest = value < 0 ? 0u - (uint64_t)value : (uint64_t)value;
  do digits[--at] = (char)('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (value < 0) digits[--at] = '-';
  add(to, span(digits + at, sizeof digits - at));
}

static int32_t create(const ob_core_v0* core, ob_host host, void** self, ob_error* error) {
  instance* own = (instance*)calloc(1, sizeof *own);
  (void)error;
  if (own == NULL) return OB_E_LIMIT;
  own->core = core;
  own->host = host;
  *self = own;
  return OB_OK;
}

static int32_t ask(instance* own, const char* id, uint32_t size, const void** table) {
  return own->core->get_service(own->host, text(id), size, table);
}

static int32_t init(void* self, ob_str settings, ob_error* error) {
  instance* own = (instance*)self;
  int32_t status;
  (void)settings;
  (void)error;
  if ((status = ask(own, OB_SERVICE_HTTP, sizeof(ob_http_v1), (const void**)&own->http)) < 0) return status;
  if ((status = ask(own, OB_SERVICE_RECORDS, sizeof(ob_records_v1), (const void**)&own->records)) < 0) return status;
  if ((status = ask(own, OB_SERVICE_HOOK, sizeof(ob_hook_v1), (const void**)&own->hook)) < 0) return status;
  if ((status = ask(own, OB_SERVICE_EVENT, sizeof(ob_event_v1), (const void**)&own->event)) < 0) return status;
  return ask(own, OB_SERVICE_KV, sizeof(ob_kv_v1), (const void**)&own->kv);
}

static int32_t nothing(void* self, ob_error* error) {
  (void)self;
  (void)error;
  return OB_OK;
}

static void destroy(void* self) { free(self); }

/* Adds the content of a host buffer and ends it. */
static int32_t add_buffer(instance* own, answer* to, ob_buf buffer) {
  uint8_t* data = NULL;
  uint32_t size = 0;
  int32_t status = own->core->buf_map(own->host, buffer, &data, &size);
  if (status >= 0) add(to, span((const char*)data, size));
  own->core->buf_release(own->host, buffer);
  return status;
}

static int32_t respond(instance* own, ob_call call, const answer* said, ob_error* error) {
  ob_bytes body;
  body.p = (const uint8_t*)said->text;
  body.n = said->n;
  body.reserved = 0;
  return own->http->respond(call, 200, text("application/json"), body, error);
}

/* POST /take: the body becomes a row, is read back, counted and told. */
static int32_t take_note(instance* own, ob_call call, ob_error* error) {
  answer asked = {{0}, 0}, said = {{0}, 0};
  ob_buf buffer;
  int64_t id = 0, notes = 0;
  int32_t status = own->http->body(call, &buffer, error);
  if (status < 0 || (status = add_buffer(own, &asked, buffer)) < 0) return status;
  status = own->records->insert(call, text(WITNESS_ID ".note"), span(asked.text, asked.n), &id, error);
  if (status < 0) return status;
  if ((status = own->kv->increment(call, text("notes"), 1, &notes, error)) < 0) return status;
  status =
      own->event->publish(call, text(WITNESS_ID ".noted"), text("note"), text("{\"by\":\"" WITNESS_ID "\"}"), error);
  if (status < 0) return status;
  if ((status = own->records->get(call, text(WITNESS_ID ".note"), id, &buffer, error)) < 0) return status;
  add(&said, text("{\"id\":\""));
  add_number(&said, id);
  add(&said, text("\",\"notes\":"));
  add_number(&said, notes);
  add(&said, text(",\"row\":"));
  if ((status = add_buffer(own, &said, buffer)) < 0) return status;
  add(&said, text("}"));
  return respond(own, call, &said, error);
}

/* GET /heard: the rows by one aggregate and one query, and how many of the
 * plugin's own events came. */
static int32_t tell_heard(instance* own, ob_call call, ob_error* error) {
  answer said = {{0}, 0};
  ob_buf buffer;
  ob_cursor cursor;
  uint32_t count = 0;
  int64_t heard = 0;
  int32_t status = own->kv->increment(call, text("heard"), 0, &heard, error);
  if (status < 0) return status;
  add(&said, text("{\"heard\":"));
  add_number(&said, heard);
  add(&said, text(",\"sum\":"));
  status = own->records->aggregate(call, text(WITNESS_ID ".note"), text("{\"aggregates\":[\"count\",\"sum:amount\"]}"),
                                   &buffer, error);
  if (status < 0 || (status = add_buffer(own, &said, buffer)) < 0) return status;
  add(&said, text(",\"rows\":"));
  status = own->records->query(call, text(WITNESS_ID ".note"), text("{\"sort\":\"-id\",\"limit\":2}"), &cursor, error);
  if (status < 0) return status;
  if ((status = own->records->next_batch(call, cursor, &buffer, &count, error)) < 0) return status;
  if ((status = add_buffer(own, &said, buffer)) < 0) return status;
  own->records->close(call, cursor, error);
  add(&said, text("}"));
  return respond(own, call, &said, error);
}

static int32_t handle(void* self, ob_call call, ob_error* error) {
  instance* own = (instance*)self;
  char route[64];
  uint32_t need = 0;
  int32_t status = own->http->route(call, route, sizeof route, &need, error);
  if (status < 0) return status;
  return same(span(route, need), "POST /take") ? take_note(own, call, error) : tell_heard(own, call, error);
}

/* A note that says "nothing" is refused. */
static int32_t validate(void* self, ob_call call, const ob_change* change, ob_error* error) {
  static const char nothing_said[] = "\"text\":\"nothing\"";
  instance* own = (instance*)self;
  uint32_t at;
  for (at = 0; at + sizeof nothing_said - 1 <= change->after.n; ++at)
    if (memcmp(change->after.p + at, nothing_said, sizeof nothing_said - 1) == 0)
      return own->hook->report(call, text("/text"), text(WITNESS_ID ".empty"), text("nothing is said"),
                               text("say something"), error);
  return OB_OK;
}

static int32_t on_event(void* self, ob_call call, const ob_event* event, ob_error* error) {
  instance* own = (instance*)self;
  int64_t heard = 0;
  return same(event->topic, WITNESS_ID ".noted") ? own->kv->increment(call, text("heard"), 1, &heard, error) : OB_OK;
}

static const ob_handle_v1 routes = {sizeof(ob_handle_v1), 0, handle};
static const ob_validate_v1 rule = {sizeof(ob_validate_v1), 0, validate};
static const ob_on_event_v1 ear = {sizeof(ob_on_event_v1), 0, on_event};

static int32_t get_handlers(void* self, ob_str id, const void** table) {
  (void)self;
  if (same(id, OB_SERVICE_HTTP))
    *table = &routes;
  else if (same(id, OB_SERVICE_VALIDATE))
    *table = &rule;
  else if (same(id, OB_SERVICE_EVENT))
    *table = &ear;
  else
    return OB_E_UNSUPPORTED;
  return OB_OK;
}

static const ob_plugin_v0 plugin = {sizeof(ob_plugin_v0),
                                    0,
                                    OB_ABI_MAJOR,
                                    OB_ABI_MINOR,
                                    {WITNESS_ID, sizeof(WITNESS_ID) - 1, 0},
                                    {"1.0.0", 5, 0},
                                    create,
                                    init,
                                    nothing,
                                    nothing,
                                    destroy,
                                    get_handlers};

OB_EXPORT const ob_plugin_v0* ob_plugin_entry_v0(const ob_host_offer* offer) {
  return offer->abi_major == OB_ABI_MAJOR && offer->abi_minor >= OB_ABI_MINOR ? &plugin : NULL;
}
