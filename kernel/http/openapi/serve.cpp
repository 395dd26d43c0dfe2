// GET /openapi.json: what the server can do at this moment.

#include "kernel/http/api/toolbox.hpp"
#include "kernel/http/openapi/document.hpp"

namespace onebudget::http {

void add_openapi_route(Router& router, Services& services) {
  add_api(router, services, "GET", "/openapi.json", Entry::session, {},
          [](Services& s, Request& request) -> Result<Response> {
            return json_answer(200,
                               openapi_document(s.records.entities(), s.host, request.context.language, s.version));
          });
}

} // namespace onebudget::http
