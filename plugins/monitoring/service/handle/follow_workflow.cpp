// What a missed deadline sends back.

#include "plugins/monitoring/service/handle/approval.hpp"

namespace onebudget::monitoring {

Result<void> follow_return(Call& call, const Event& event) {
  return plugin::follow_return(call, event,
                               {{kContract, {"submitted"}, "return"}, {kAlert, {"rectified"}, "return_rectification"}});
}

} // namespace onebudget::monitoring
