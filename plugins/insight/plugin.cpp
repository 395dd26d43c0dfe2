// The table of handlers; no logic.
#include "sdk/cpp/plugin.hpp"

#include "plugins/insight/service/service.hpp"

namespace onebudget::insight {

class Insight final : public plugin::Plugin {
 public:
  Insight() {
    listen("records.changed", follow_change);
    listen("insight.rebuild.asked", follow_asked);
    job("rebuild", rebuild_job);
    job("fill", rebuild_job);
    route("POST /rebuild", start_rebuild);
    route("GET /rebuild", show_rebuild);
    route("POST /map", put_map);
    route("GET /map", show_map);
    route("DELETE /map", drop_map);
  }
};

} // namespace onebudget::insight

ONEBUDGET_PLUGIN(onebudget::insight::Insight);
