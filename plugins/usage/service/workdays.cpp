// Working days by the one calendar there is, that of the workflow: it answers the last day of a term.

#include "plugins/usage/service/service.hpp"

namespace onebudget::usage {

namespace {

constexpr int kLongest = 1000;

} // namespace

Result<std::optional<int>> workdays_between(const Call& call, Day from, Day to) {
  if (!(from < to)) return std::optional<int>(0);
  // The largest term that ends by then.
  int least = 0, most = kLongest + 1;
  while (most - least > 1) {
    const int middle = least + (most - least) / 2;
    const auto due = call.send("workflow/1", "due", {{"from", from.str()}, {"workdays", middle}});
    if (!due && due.fault().code == "host.no_service") return std::optional<int>();
    if (!due) return due.fault();
    const auto day = Day::parse(Row(*due).text("day"));
    (day && !(to < *day) ? least : most) = middle;
  }
  if (least == kLongest) return std::optional<int>();
  return std::optional<int>(least);
}

} // namespace onebudget::usage
