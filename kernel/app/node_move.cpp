#include "kernel/app/node_move.hpp"

#include <fmt/format.h>

#include "sdk/text/json_door.hpp"

namespace onebudget::app {

namespace {

constexpr std::int64_t kCheckAfterMs = 3'600'000;

Result<std::int64_t> member(const scheduler::Run& run, const char* name) {
  OB_TRY(const Json payload, parse_json(run.job().payload));
  const auto id = RecordId::parse(payload.value(name, ""));
  if (id) return id->value;
  return fault(FaultKind::malformed, "app.job_payload", {"任务内容有误。", "The job's payload is malformed."});
}

Result<std::string> carry_rows(scheduler::Run& run, const access::Moves& moves, JobId move) {
  const bool english = run.context().english();
  OB_TRY(const std::int64_t rows, moves.finish(run.context(), move, [&](std::int64_t done) {
    run.progress(0.5, english ? fmt::format("{} records moved", done) : fmt::format("已移动 {} 条记录", done));
    return !run.cancelled();
  }));
  if (rows >= 0) return Json{{"rows", rows}}.dump();
  return fault(FaultKind::unavailable, "app.job_stopped",
               {"任务中止，移动尚未完成。请重试该任务。", "The job stopped before the move was complete. Retry it."});
}

} // namespace

void handle_node_moves(scheduler::Scheduler& scheduler, const access::Moves& moves,
                       const std::function<Result<void>()>& mend) {
  constexpr int kAttempts = 100;
  scheduler.handle(
      "kernel.node_move", {{"移动组织节点", "Move a node"}, kAttempts, 24 * 60},
      [&scheduler, moves, mend](scheduler::Run& run) -> Result<std::string> {
        OB_TRY(const std::int64_t node, member(run, "node"));
        OB_TRY(const std::int64_t parent, member(run, "parent"));
        const JobId move = run.job().id;
        OB_CHECK(moves.begin(run.context(), move, NodeId{node}, NodeId{parent}));
        OB_TRY(const std::string done, carry_rows(run, moves, move));
        OB_CHECK(mend());
        OB_CHECK(scheduler.submit(run.context(), "kernel.node_move_check", Json{{"move", move.str()}}.dump(),
                                  run.context().now_ms + kCheckAfterMs));
        return done;
      });
  scheduler.handle("kernel.node_move_check", {{"复查移动后的节点", "Look again after a move"}, kAttempts, 24 * 60},
                   [moves, mend](scheduler::Run& run) -> Result<std::string> {
                     OB_TRY(const std::int64_t move, member(run, "move"));
                     OB_TRY(const std::string done, carry_rows(run, moves, JobId{move}));
                     OB_CHECK(mend());
                     return done;
                   });
}

} // namespace onebudget::app
