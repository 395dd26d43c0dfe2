// The table of handlers; no logic.
#include "sdk/cpp/plugin.hpp"

#include "plugins/compilation/service/service.hpp"

namespace onebudget::compilation {

class Compilation final : public plugin::Plugin {
 public:
  Compilation() {
    validate("project", validate_project);
    listen("workflow.case.returned", follow_return);
    route("GET /code-change", list_code_changes);
  }
};

} // namespace onebudget::compilation

ONEBUDGET_PLUGIN(onebudget::compilation::Compilation);
