/* A plugin in C99 against the headers alone: answers the body of a request. */
#include "onebudget/onebudget.h"

#include <stdlib.h>
#include <string.h>

OB_PLUGIN_NOTE(ONEBUDGET_PLUGIN_ID, ONEBUDGET_PLUGIN_VERSION, ONEBUDGET_PLUGIN_ABI);

typedef struct instance {
  const ob_core_v0* core;
  ob_host host;
  const ob_http_v1* http;
} instance;

static ob_str text(const char* p) {
  ob_str span;
  span.p = p;
  span.n = (uint32_t)strlen(p);
  span.reserved = 0;
  return span;
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

static int32_t init(void* self, ob_str settings, ob_error* error) {
  instance* own = (instance*)self;
  const void* table = NULL;
  int32_t status = own->core->get_service(own->host, text(OB_SERVICE_HTTP), sizeof(ob_http_v1), &table);
  (void)settings;
  (void)error;
  own->http = (const ob_http_v1*)table;
  return status;
}

static int32_t activate(void* self, ob_error* error) {
  (void)self;
  (void)error;
  return OB_OK;
}

static void destroy(void* self) { free(self); }

static int32_t handle(void* self, ob_call call, ob_error* error) {
  instance* own = (instance*)self;
  ob_buf buffer;
  ob_bytes body;
  uint8_t* data = NULL;
  uint32_t size = 0;
  int32_t status = own->http->body(call, &buffer, error);
  if (status < 0) return status;
  status = own->core->buf_map(own->host, buffer, &data, &size);
  if (status < 0) return status;
  body.p = data;
  body.n = size;
  body.reserved = 0;
  status = own->http->respond(call, 200, text("text/plain"), body, error);
  own->core->buf_release(own->host, buffer);
  return status;
}

static const ob_handle_v1 routes = {sizeof(ob_handle_v1), 0, handle};

static int32_t get_handlers(void* self, ob_str id, const void** table) {
  (void)self;
  if (id.n != strlen(OB_SERVICE_HTTP) || memcmp(id.p, OB_SERVICE_HTTP, id.n) != 0) return OB_E_UNSUPPORTED;
  *table = &routes;
  return OB_OK;
}

static const ob_plugin_v0 plugin = {sizeof(ob_plugin_v0),
                                    0,
                                    OB_ABI_MAJOR,
                                    ONEBUDGET_PLUGIN_ABI_MINOR,
                                    {ONEBUDGET_PLUGIN_ID, sizeof(ONEBUDGET_PLUGIN_ID) - 1, 0},
                                    {ONEBUDGET_PLUGIN_VERSION, sizeof(ONEBUDGET_PLUGIN_VERSION) - 1, 0},
                                    create,
                                    init,
                                    activate,
                                    activate,
                                    destroy,
                                    get_handlers};

OB_EXPORT const ob_plugin_v0* ob_plugin_entry_v0(const ob_host_offer* offer) {
  return offer->abi_major == OB_ABI_MAJOR && offer->abi_minor >= ONEBUDGET_PLUGIN_ABI_MINOR ? &plugin : NULL;
}
