#include "plugins/workflow/domain/course.hpp"

#include <algorithm>

namespace onebudget::workflow {

namespace {

constexpr std::int64_t kMinute = 60'000;

bool pending(const Task& task) { return task.state == TaskState::open || task.state == TaskState::waiting; }

} // namespace

Settled settle(const std::vector<Task>& tasks, std::int64_t approved) {
  Settled out;
  const auto own = std::find_if(tasks.begin(), tasks.end(), [&](const Task& task) { return task.id == approved; });
  if (own == tasks.end()) return out;
  const auto cancelled = [&](std::int64_t id) {
    return std::find(out.cancel.begin(), out.cancel.end(), id) != out.cancel.end();
  };
  const auto replaced = [&](const Task& task) {
    return own->mode == Mode::any && !own->added && task.step == own->step && !task.added;
  };
  for (const Task& task : tasks)
    if (task.id != approved && pending(task) && replaced(task)) out.cancel.push_back(task.id);
  bool left = false;
  for (const Task& task : tasks) {
    if (task.id == approved || !pending(task) || cancelled(task.id)) continue;
    // Who was to sign after somebody that is no longer asked is not asked either.
    if (task.state == TaskState::waiting && cancelled(task.behind)) {
      out.cancel.push_back(task.id);
      continue;
    }
    if (task.state == TaskState::waiting && task.behind == approved) out.open.push_back(task.id);
    left = true;
  }
  out.rank_done = !left;
  return out;
}

Result<int> return_rank(const std::vector<std::vector<std::string>>& ranks, int now, const std::string& target) {
  if (target.empty()) return -1;
  for (int rank = 0; rank < now && rank < static_cast<int>(ranks.size()); ++rank) {
    const auto& steps = ranks[static_cast<std::size_t>(rank)];
    if (std::find(steps.begin(), steps.end(), target) != steps.end()) return rank;
  }
  return fault(FaultKind::rule, "workflow.return_target",
               {"只能退回经办人或此前已办过的环节。请重新选择。",
                "A case goes back to its maker or to a step before this one. Choose again."},
               {{"/to_step",
                 "workflow.return_target",
                 {"不是此前的环节。", "This is no earlier step."},
                 {"请从已办环节中选择，或留空退回经办人。", "Choose one of the earlier steps, or leave it empty."}}});
}

Result<void> may_recall(std::int64_t given_ms, std::int64_t now_ms, std::int64_t minutes, bool next_acted) {
  if (next_acted)
    return fault(FaultKind::conflict, "workflow.recall_acted",
                 {"下一环节已经办理，不能再撤回。请联系办理人退回。",
                  "The next handler has acted; it cannot be recalled. Ask them to return it."});
  if (now_ms - given_ms > minutes * kMinute)
    return fault(FaultKind::conflict, "workflow.recall_late",
                 {"已超过 " + std::to_string(minutes) + " 分钟，不能再撤回。请联系办理人退回。",
                  "More than " + std::to_string(minutes) + " minutes have passed. Ask the handler to return it."});
  return {};
}

} // namespace onebudget::workflow
