// A wide control counts its indicators in parts, each a unit of work of its own, and controls when all are counted; a
// wide one that is withdrawn stops at once and leaves in parts. A part that is repeated counts nothing twice.

#include "plugins/ledger/service/control/counting.hpp"

namespace onebudget::ledger {

namespace {

constexpr std::size_t kPart = 500;

struct Progress {
  std::string after;
  std::int64_t counted = 0;
};

Progress progress_of(const Json& checkpoint) {
  const Row row(checkpoint);
  return {row.text("after"), row.number("counted")};
}

/// The last part: from here on the control controls, and older editions do not.
Result<void> begin(const Call& call, Row control) {
  OB_CHECK(let_wait(call, control.id(), false));
  OB_CHECK(call.records().update(kControl, control.id(), control.version(), {{"counting", false}}));
  return supersede(call, control);
}

} // namespace

Result<void> follow_control(Call& call, const Event& event) {
  const auto job = call.submit("count", event.payload);
  return job ? Result<void>() : Result<void>(job.fault());
}

Result<Json> count_control(Call& call, Job& job) {
  OB_TRY(const Json payload, job.payload());
  OB_TRY(const Json checkpoint, job.last_checkpoint());
  Progress progress = progress_of(checkpoint);
  const RecordId id = Row(payload).ref("control");
  for (bool more = true; more && !job.cancelled();) {
    OB_TRY(const Row control, call.records().get(kControl, id));
    const bool in = control.text("status") == "in_force";
    if (in && !control.flag("counting")) break; // counted already
    OB_TRY(const Counting part, counting(call, control_of(control), progress.after, kPart));
    if (in) {
      OB_CHECK(count_in(call, control, part.rows));
    } else {
      OB_TRY(const auto pools, pools_of(call, id));
      OB_CHECK(count_out(call, part.rows, pools));
    }
    more = part.more;
    if (!part.last.empty()) progress.after = part.last;
    progress.counted += static_cast<std::int64_t>(part.rows.size());
    OB_CHECK(job.checkpoint({{"after", progress.after}, {"counted", progress.counted}}));
    if (more || !in) continue;
    OB_TRY(const Row whole, call.records().get(kControl, id));
    OB_CHECK(begin(call, whole));
    OB_CHECK(job.checkpoint({{"after", progress.after}, {"counted", progress.counted}}));
    OB_CHECK(let_wait(call, id, false)); // pools of indicators that were made in the meantime
  }
  return Json{{"control", id.str()}, {"counted", progress.counted}};
}

} // namespace onebudget::ledger
