// The C entry and the tables of handlers; no logic.
#include "onebudget/plugin.hpp"
#include "plugins/compilation/service/service.hpp"

namespace onebudget::compilation {

class Compilation final : public plugin::Plugin {
 public:
  using Plugin::Plugin;
  Result<void> validate(Change& change) override { return validate_project(change); }
  Result<void> handle(Exchange& exchange) override { return list_code_changes(exchange); }
};

} // namespace onebudget::compilation

ONEBUDGET_PLUGIN(onebudget::compilation::Compilation)
