// The table of handlers; no logic.
#include "sdk/cpp/plugin.hpp"

#include "plugins/workflow/service/service.hpp"

namespace onebudget::workflow {

class Workflow final : public plugin::Plugin {
 public:
  Workflow() { route("POST /preview", preview); }
};

} // namespace onebudget::workflow

ONEBUDGET_PLUGIN(onebudget::workflow::Workflow);
