// The C entry and the tables of handlers; no logic.
#include "onebudget/plugin.hpp"
#include "plugins/standards/service/service.hpp"

namespace onebudget::standards {

class Standards final : public plugin::Plugin {
 public:
  using Plugin::Plugin;

  Result<void> validate(Change& change) override { return standards::validate(change); }

  Result<void> handle(Exchange& exchange) override {
    OB_TRY(const std::string route, exchange.route());
    return route == "POST /rule-pack/{id}/preview" ? preview_rule_pack(exchange) : revise(exchange);
  }

  Result<Json> serve(Call& call, std::string_view service, std::string_view method, const Json& request) override {
    if (method == "compose_code") return compose_code(call, request);
    if (method == "check_code") return check_code_request(call, request);
    if (method == "check_postable") return check_postable_request(call, request);
    if (method == "successions") return successions(call, request);
    return Plugin::serve(call, service, method, request);
  }
};

} // namespace onebudget::standards

ONEBUDGET_PLUGIN(onebudget::standards::Standards)
