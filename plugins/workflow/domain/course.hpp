#pragma once
// The course of a case: its tasks, what opens when one is approved, where it may go back to, and when it may be
// recalled.

#include <cstdint>
#include <string>
#include <vector>

#include "plugins/workflow/domain/definition.hpp"

namespace onebudget::workflow {

/// moved: handed to another person, whose task follows it.
enum class TaskState { waiting, open, approved, returned, moved, cancelled };

struct Task {
  std::int64_t id = 0;
  std::string step;
  int rank = 1, round = 1;
  Mode mode = Mode::single;
  TaskState state = TaskState::open;
  bool added = false;      ///< by 加签: always needed, whatever the mode says
  std::int64_t behind = 0; ///< a waiting task opens when this one was approved
};

/// What an approval brings about, by task ids.
struct Settled {
  std::vector<std::int64_t> open, cancel;
  bool rank_done = false; ///< nothing of the round is open or waiting any more
};

/// Rule workflow.settle: waiting tasks behind the approved one open; one approval of 或签 cancels the others of its
/// step save the added signers. `tasks` are those of the running round, the approved one still open among them.
Settled settle(const std::vector<Task>& tasks, std::int64_t approved);

/// Rule workflow.return: the id of an earlier step of the way that was approved, or empty for the maker. Fault
/// workflow.return_target. `ranks` is the way as step ids.
Result<int> return_rank(const std::vector<std::vector<std::string>>& ranks, int now, const std::string& target);

/// Rule workflow.recall: within `minutes` of the submission or one's own approval, and only until the next handler
/// acted. Faults workflow.recall_late, workflow.recall_acted.
Result<void> may_recall(std::int64_t given_ms, std::int64_t now_ms, std::int64_t minutes, bool next_acted);

} // namespace onebudget::workflow
