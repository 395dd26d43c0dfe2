#pragma once
// The job that moves a node of the organisation tree with its rows.

#include <functional>

#include "kernel/access/move.hpp"
#include "kernel/scheduler/scheduler.hpp"

namespace onebudget::app {

/// Handles the kinds kernel.node_move, payload {"node": id, "parent": id}, and kernel.node_move_check, {"move": job}:
/// an hour after a move, for what was written meanwhile by work that had begun before it. Both may be killed anywhere
/// and go on where they were. `mend` makes the sums agree that are kept by place; called when rows have moved.
void handle_node_moves(scheduler::Scheduler& scheduler, const access::Moves& moves,
                       const std::function<Result<void>()>& mend);

} // namespace onebudget::app
