#include "kernel/storage/sqlite/writer.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "kernel/storage/sqlite/session.hpp"

namespace onebudget::storage::sqlite {
namespace {

int count_frames(void* frames, sqlite3*, const char*, int in_log) {
  *static_cast<int*>(frames) = in_log;
  return SQLITE_OK;
}

bool lost_disk(int code) { return (code & 0xff) == SQLITE_IOERR; }

} // namespace

Writer::Writer(const std::string& file, const Clock& clock)
    : clock_(clock), pool_("SQLite", file, 1, [this](Poco::Data::Session& session) {
        return std::make_unique<Connection>(session, clock_, true);
      }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<void> Writer::open() {
  { OB_TRY(const auto lease, pool_.lease(clock_, 0)); }
  thread_ = std::thread([this] { loop(); });
  return {};
}

Statistics Writer::statistics() const {
  const std::lock_guard lock(mutex_);
  Statistics now = statistics_;
  now.queued = static_cast<std::int64_t>(queue_.size());
  now.broken = !broken_.empty();
  return now;
}

Result<void> Writer::write(const Context& context, const WriteFn& fn) {
  const auto unit = std::make_shared<Unit>();
  unit->fn = &fn;
  unit->deadline_ns = context.deadline_ns;
  std::unique_lock lock(mutex_);
  if (!broken_.empty()) return broken_fault(broken_);
  if (stopping_ || queue_.size() >= kLongestQueue) return busy_fault();
  queue_.push_back(unit);
  if (queue_.size() == 1) arrived_.notify_one();
  const auto is_answered = [&unit] { return unit->state == Unit::State::answered; };
  if (unit->deadline_ns != 0 && !unit->answered.wait_for(lock, patience(clock_, unit->deadline_ns), is_answered)) {
    const auto mine = std::find(queue_.begin(), queue_.end(), unit);
    if (mine != queue_.end()) {
      queue_.erase(mine);
      return deadline_fault();
    }
  }
  unit->answered.wait(lock, is_answered); // it runs: only the writer knows how it ends
  if (unit->fault) return *std::move(unit->fault);
  return {};
}

Writer::UnitPtr Writer::take() {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) return nullptr;
  UnitPtr unit = std::move(queue_.front());
  queue_.pop_front();
  unit->state = Unit::State::taken;
  return unit;
}

Writer::UnitPtr Writer::take_or_gather(std::size_t size, std::int64_t& patience_ns) {
  UnitPtr unit = take();
  if (unit || size >= writers_ || patience_ns <= 0) return unit;
  const std::int64_t began_ns = clock_.mono_ns();
  {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, std::chrono::nanoseconds(patience_ns), [this] { return stopping_ || !queue_.empty(); });
  }
  patience_ns -= clock_.mono_ns() - began_ns;
  return take();
}

void Writer::loop() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
    }
    UnitPtr first = take();
    if (!first) continue; // its waiter gave up in between
    auto lease = pool_.lease(clock_, 0);
    if (!lease || statistics().broken) {
      first->fault = lease ? broken_fault(broken_) : std::move(lease).fault();
      answer({first});
      continue;
    }
    Connection& connection = **lease;
    sqlite3_wal_hook(connection.db(), &count_frames, &frames_);
    run_group(connection, std::move(first));
    checkpoint(connection);
  }
}

void Writer::run_group(Connection& connection, UnitPtr first) {
  connection.set_deadline(0);
  if (auto begun = connection.run("BEGIN IMMEDIATE"); !begun) {
    first->fault = std::move(begun).fault();
    answer({first});
    return;
  }
  const std::int64_t began_ns = clock_.mono_ns();
  // Who was answered longer ago than a flush takes has other things to do.
  std::int64_t patience_ns = began_ns - ended_ns_ > flush_ns_ ? 0 : std::min(flush_ns_ / 4, kLongestGatherNs);
  std::vector<UnitPtr> group;
  for (UnitPtr unit = std::move(first); unit; unit = take_or_gather(group.size(), patience_ns)) {
    if (!run_unit(connection, *unit)) {
      after_loss(std::move(group), unit);
      return;
    }
    group.push_back(std::move(unit));
    if (group.size() >= kLargestGroup || clock_.mono_ns() - began_ns >= kGroupNs) break;
  }
  end_group(connection, group);
}

bool Writer::run_unit(Connection& connection, Unit& unit) {
  unit.fault.reset();
  if (unit.deadline_ns != 0 && clock_.mono_ns() >= unit.deadline_ns) {
    unit.fault = deadline_fault();
    return true;
  }
  if (auto set = connection.run("SAVEPOINT unit"); !set) {
    unit.fault = std::move(set).fault();
    return connection.in_transaction();
  }
  ++unit.runs;
  connection.set_deadline(unit.deadline_ns);
  connection.set_guest(true);
  call(connection, unit);
  connection.set_guest(false);
  connection.set_deadline(0);
  // An interrupted or failed write can end the whole transaction, not only the savepoint.
  if (!connection.in_transaction()) {
    if (!unit.fault) unit.fault = aborted_fault();
    return false;
  }
  if (unit.fault) {
    if (auto undone = connection.run("ROLLBACK TO unit"); !undone) {
      unit.fault = std::move(undone).fault();
      (void)connection.run("ROLLBACK"); // the group is lost either way; after_loss() decides about it
      return false;
    }
  }
  if (auto released = connection.run("RELEASE unit"); !released) {
    unit.fault = std::move(released).fault();
    (void)connection.run("ROLLBACK");
    return false;
  }
  return true;
}

void Writer::call(Connection& connection, Unit& unit) {
  SqliteSession session(connection, true);
  try {
    auto done = (*unit.fn)(session);
    if (!done) {
      unit.fault = std::move(done).fault();
    } else if (session.doom()) {
      unit.fault = session.doom();
    }
  } catch (const std::exception& error) {
    unit.fault = exception_fault(error.what());
  } catch (...) {
    unit.fault = exception_fault("not a std::exception");
  }
}

void Writer::end_group(Connection& connection, const std::vector<UnitPtr>& group) {
  const auto good = std::count_if(group.begin(), group.end(), [](const UnitPtr& unit) { return !unit->fault; });
  const char* end = good > 0 ? "COMMIT" : "ROLLBACK";
  auto loan = connection.prepare(end);
  const std::int64_t began_ns = clock_.mono_ns();
  const int code = loan ? sqlite3_step(loan->get()) : SQLITE_NOMEM;
  flush_ns_ = clock_.mono_ns() - began_ns;
  if (code != SQLITE_DONE) {
    const Fault why = connection.fault_of(code);
    {
      // After a failed flush the kernel may have dropped the pages: a second flush would "succeed" without them.
      const std::lock_guard lock(mutex_);
      if (lost_disk(code)) broken_ = why.message.en;
    }
    if (loan) sqlite3_reset(loan->get());
    if (connection.in_transaction()) (void)connection.run("ROLLBACK");
    for (const UnitPtr& unit : group) {
      if (!unit->fault) unit->fault = why;
    }
  } else {
    const std::lock_guard lock(mutex_);
    statistics_.units += good;
    if (good > 0) ++statistics_.commits;
    writers_ = group.size() + queue_.size();
  }
  ended_ns_ = clock_.mono_ns();
  answer(group);
}

void Writer::after_loss(std::vector<UnitPtr> earlier, const UnitPtr& culprit) {
  // A time limit hit only its own unit: the earlier ones run again. A failing disk fails them all.
  const bool innocent = culprit->fault && culprit->fault->kind == FaultKind::deadline;
  std::vector<UnitPtr> done{culprit};
  {
    const std::lock_guard lock(mutex_);
    for (auto at = earlier.rbegin(); at != earlier.rend(); ++at) {
      if ((*at)->fault) {
        done.push_back(*at);
      } else if (innocent && (*at)->runs < kMostRuns) {
        (*at)->state = Unit::State::queued;
        queue_.push_front(*at);
        ++statistics_.retries;
      } else {
        (*at)->fault = innocent ? busy_fault() : *culprit->fault;
        done.push_back(*at);
      }
    }
  }
  answer(done);
}

void Writer::answer(const std::vector<UnitPtr>& units) {
  const std::lock_guard lock(mutex_);
  for (const UnitPtr& unit : units) {
    unit->state = Unit::State::answered;
    unit->answered.notify_one();
  }
}

void Writer::checkpoint(Connection& connection) {
  if (frames_ < kCheckpointFrames) return;
  frames_ = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection.db(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (lost_disk(code)) {
    const std::lock_guard lock(mutex_);
    broken_ = connection.fault_of(code).message.en;
  }
}

} // namespace onebudget::storage::sqlite
