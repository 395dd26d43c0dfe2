#pragma once
// A case on the desk: its row, its definition and its tasks, and the moves that every verb is made of. Queries see the
// state before the unit of work, so a case is put on the desk once per unit and kept up to date here.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plugins/workflow/domain/course.hpp"
#include "plugins/workflow/domain/hands.hpp"
#include "plugins/workflow/domain/lateness.hpp"
#include "plugins/workflow/domain/office.hpp"
#include "plugins/workflow/service/service.hpp"

namespace onebudget::workflow {

inline constexpr const char* kCase = "workflow.case";
inline constexpr const char* kStep = "workflow.step";

/// A task as it stands after the moves made so far; `row` is as it was read or written.
struct DeskTask {
  Task task;
  Row row;
  std::int64_t version = 1;
};

class Desk {
 public:
  /// Puts a case on the desk. Fault plugin.no_record when it is absent or invisible.
  static Result<Desk> open(const Call& call, RecordId id);
  /// The case of a task, checked against the version that was read (0 = any). Faults version, workflow.task_closed.
  static Result<Desk> of_task(const Call& call, RecordId task, std::int64_t version);

  [[nodiscard]] const Row& row() const { return row_; }
  [[nodiscard]] RecordId id() const { return row_.id(); }
  [[nodiscard]] const Definition& definition() const { return definition_; }
  [[nodiscard]] std::vector<DeskTask>& tasks() { return tasks_; }
  [[nodiscard]] const std::vector<std::vector<std::string>>& way() const { return way_; }
  [[nodiscard]] DeskTask& task(RecordId id);
  [[nodiscard]] bool running() const { return row_.text("state") == "running"; }
  [[nodiscard]] std::vector<PersonId> makers() const;
  [[nodiscard]] std::vector<Hand> hands() const;
  [[nodiscard]] std::vector<Task> round_tasks() const;
  [[nodiscard]] Owner owner() const { return owner_; }

  /// Who would act on a task, and for whom; all rules about hands are asked. Faults workflow.not_yours, workflow.own,
  /// workflow.same_hand.
  [[nodiscard]] Result<Turn> turn_of(PersonId actor, DeskTask& task) const;
  /// Rules about hands for a person who is to get a task. Faults as above, and workflow.left when they hold no post.
  [[nodiscard]] Result<void> may_get(PersonId person, const DeskTask& task, std::string& name) const;

  /// Opens the steps of a rank of the way, or only one of them.
  Result<void> open_rank(int rank, const std::string& only = "");
  /// Writes a task. `holder` 0 = the office's pool.
  struct NewTask {
    const Step* step = nullptr;
    Office office;
    PersonId holder = 0;
    TaskState state = TaskState::open;
    bool added = false;
    PersonId added_by = 0;
    std::int64_t behind = 0;
    std::string note, opinion;
  };
  Result<RecordId> add_task(const NewTask& wanted);
  /// A waiting task opens: its deadline begins to run.
  Result<void> open_waiting(DeskTask& task);
  /// Ends a task; `more` are fields besides the state. Waiting times and the event come by themselves.
  Result<void> close_task(DeskTask& task, TaskState state, Json more = Json::object());
  Result<void> update_task(DeskTask& task, const Json& changes);
  /// Cancels all that is open or waiting in the round.
  Result<void> cancel_open();
  Result<void> update_case(Json changes);
  /// The next transition of the subject carries what was filled in at this task.
  void fill_by(RecordId task) { filling_ = task; }
  /// What no transition carried reaches the subject by "amend_<state>", which leaves it in its state.
  Result<void> fill_in_place(const std::string& comment);
  /// Makes a transition of the subject, known to permits(). Nothing for an empty name.
  Result<void> move_subject(const std::string& transition, const std::string& comment);
  /// After the last task of a rank: transitions, then the next rank or the end.
  Result<void> advance(const std::string& opinion);
  /// Back to the rank (−1 = the maker) with the opinion as the reason. `by_deadline`: the subject follows by event.
  Result<void> send_back(int rank, const std::string& step, const std::string& opinion, bool by_deadline = false);
  /// The way of the case from its facts, from the first step on, in a new round.
  Result<void> begin_round();
  Result<void> publish(const std::string& topic, Json payload) const;

  [[nodiscard]] const Calendar& calendar() const { return calendar_; }

 private:
  explicit Desk(const Call& call) : call_(&call) {}
  friend Result<Json> start(Call& call, const Message& message);
  Result<void> load(RecordId id);
  Result<void> finish(const std::string& opinion);
  /// `moves`: the subject is then in another state, for which the transition is not made again.
  Result<void> make(const std::string& transition, const std::string& comment, bool moves);
  [[nodiscard]] Result<Office> office_for(const Step& step, const std::string& role) const;
  [[nodiscard]] Result<void> deadline(const Step& step, Json& values) const;

  const Call* call_;
  Row row_;
  std::int64_t version_ = 1;
  Definition definition_;
  std::vector<std::vector<std::string>> way_;
  std::vector<DeskTask> tasks_;
  Owner owner_;
  Calendar calendar_;
  RecordId filling_; ///< the task whose values the subject has not taken yet
  DeskTask none_;    ///< what task() answers for an id that is not the case's
};

/// All rows that the filter holds for.
inline plugin::Query where(std::string filter) {
  plugin::Query query;
  query.filter = std::move(filter);
  return query;
}
/// The caller's account; a plugin's own work has none.
Result<PersonId> person_of(const Call& call);
/// Posts in force: of one person, or of one role that reaches a node.
Result<std::vector<Post>> posts_of_person(const Call& call, PersonId person);
Result<std::vector<Post>> posts_of_role(const Call& call, const std::string& role, RecordId node);
/// People who delegated to this person today.
Result<std::vector<PersonId>> principals_of(const Call& call, PersonId deputy);
/// The published days off around today; weekends only where nothing was published.
Result<Calendar> calendar_of(const Call& call);
/// What routes answer after a move.
Json moved_json(Desk& desk, RecordId task);
/// What a task keeps of the rights of its step.
Json rights_json(const std::vector<FieldRight>& rights);
std::vector<FieldRight> rights_of(const Row& task);
/// Fault workflow.fields_not_taken for each value that did not reach the subject.
Result<void> check_taken(const Json& given, const Row& before, const Row& after);
std::string day_of_ms(std::int64_t utc_ms); ///< in China

const char* name_of(TaskState state);
const char* name_of(Mode mode);
const char* name_of(Overdue overdue);

} // namespace onebudget::workflow
