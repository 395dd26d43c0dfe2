// Terms of workdays for other plugins.

#include "plugins/workflow/service/desk/desk.hpp"

namespace onebudget::workflow {

Result<Json> due(Call& call, const Message& message) {
  const Row request(message.request);
  const auto from = request.day("from");
  if (!from) return wrong("from");
  OB_TRY(const Calendar calendar, calendar_of(call));
  OB_TRY(const DueDay last, calendar.after(*from, static_cast<int>(request.number("workdays"))));
  return Json{{"day", last.day.str()}, {"assumed", last.assumed}};
}

} // namespace onebudget::workflow
