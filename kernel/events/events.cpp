#include "kernel/events/events.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "kernel/crypto/crypto.hpp"
#include "kernel/events/sinks.hpp"
#include "kernel/events/store.hpp"
#include "kernel/storage/each.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::events {
namespace {

constexpr std::size_t kLongestPayload = std::size_t{256} * 1024;
constexpr std::int64_t kLeaseMs = 30'000;
constexpr std::int64_t kRenewMs = 15'000;
constexpr int kMostAttempts = 8;
constexpr std::int64_t kLongestPauseMs = 300'000;
constexpr std::int64_t kStoreEvery = 1'000; ///< deliveries of foreign topics after which the position is stored anyway
constexpr std::size_t kLongestReason = 2'000;
constexpr int kMostListed = 1'000;
constexpr int kFull = 500; ///< a round of dispatch()
constexpr auto kLookEvery = std::chrono::milliseconds(200);
constexpr auto kGather = std::chrono::milliseconds(40); ///< after a round that had little: a busy server's go together

using SinkPtr = std::shared_ptr<LocalSink>;

std::int64_t pause_ms(int attempts) {
  return std::min(kLongestPauseMs, std::int64_t{1000} << std::min(attempts - 1, 20));
}

} // namespace

struct Outbox::State {
  State(storage::Database& the_database, const Clock& the_clock)
      : database(the_database), clock(the_clock), holder(to_hex(crypto::random_bytes(8))) {}

  [[nodiscard]] Context context() const { return Context::system(clock, "events"); }
  /// A transaction that answers a value.
  template <class T, class Fn>
  Result<T> in(bool writing, Fn fn) {
    return storage::answer<T>(database, context(), writing, std::move(fn));
  }

  /// A next try further ahead than any pause comes from a clock that has been set right since.
  [[nodiscard]] bool waits(std::int64_t retry_at_ms) const {
    return retry_at_ms > clock.now_ms() && retry_at_ms <= clock.now_ms() + kLongestPauseMs;
  }
  Result<void> introduce(LocalSink& sink);
  Result<int> number(int batch);
  /// What waits behind a position, read once a round: most receivers stand at the same place.
  Result<const std::vector<Event>*> waiting(std::int64_t position, int batch);
  Result<int> serve_watchers(int batch);
  Result<int> serve_durable(int batch);
  Result<int> serve(const SinkPtr& sink, SinkRow row, int batch);
  Result<bool> renew(SinkRow& row);
  Result<void> store(const SinkRow& row);
  Result<void> fail(SinkRow& row, const Event& event, const std::string& why);

  storage::Database& database;
  const Clock& clock;
  const std::string holder; ///< this process, in leases
  Sinks sinks;
  std::mutex dispatching; ///< one dispatch() at a time
  std::map<std::int64_t, std::vector<Event>> read;
  std::mutex waking;
  std::condition_variable woken;
  bool wake = false, stopping = false;
  std::thread thread;
};

Outbox::Outbox(storage::Database& database, const Clock& clock) : state_(std::make_unique<State>(database, clock)) {}

Outbox::~Outbox() { stop(); }

std::vector<storage::Migration> Outbox::migrations() { return outbox_migrations(); }

Result<void> Outbox::append(storage::Session& session, const Context& context, std::span<const Event> events) {
  const bool fine = std::ranges::all_of(
      events, [](const Event& event) { return !event.topic.empty() && event.payload.size() <= kLongestPayload; });
  if (!fine)
    return fault(FaultKind::too_large, "events.event",
                 {"事件缺少主题或内容过长。", "An event has no topic or too long a payload."});
  return insert_events(session, context.now_ms != 0 ? context.now_ms : state_->clock.now_ms(), events);
}

void Outbox::subscribe(const std::string& name, std::vector<std::string> topics, Sink sink) {
  LocalSink added{name, std::move(topics), std::move(sink), true, false, 0};
  (void)state_->introduce(added); // dispatch() tries again
  state_->sinks.add(std::move(added));
}

void Outbox::watch(const std::string& name, Sink sink) {
  LocalSink added{name, {}, std::move(sink), false, false, 0};
  (void)state_->introduce(added); // dispatch() tries again
  state_->sinks.add(std::move(added));
}

void Outbox::unsubscribe(const std::string& name) { state_->sinks.remove(name); }

Result<void> Outbox::State::introduce(LocalSink& sink) {
  if (sink.enrolled) return {};
  if (sink.durable) {
    OB_CHECK(database.write(context(),
                            [&](storage::Session& session) { return enrol(session, sink.name, clock.now_ms()); }));
  } else {
    OB_TRY(const std::int64_t now, in<std::int64_t>(false, [](storage::Session& session) { return head(session); }));
    sink.position = now;
  }
  sink.enrolled = true;
  return {};
}

Result<int> Outbox::State::number(int batch) {
  OB_TRY(const bool any, in<bool>(false, [](storage::Session& session) { return unnumbered(session); }));
  if (!any) return 0;
  return in<int>(true, [batch](storage::Session& session) { return number_events(session, batch); });
}

Result<const std::vector<Event>*> Outbox::State::waiting(std::int64_t position, int batch) {
  const auto [found, fresh] = read.try_emplace(position);
  if (fresh) {
    OB_TRY(found->second, in<std::vector<Event>>(false, [&](storage::Session& session) {
             return events_after(session, position, batch);
           }));
  }
  return &found->second;
}

Result<int> Outbox::State::serve_watchers(int batch) {
  int most = 0;
  for (const SinkPtr& sink : sinks.all()) {
    if (sink->durable) continue;
    OB_CHECK(introduce(*sink));
    OB_TRY(const auto* events, waiting(sink->position, batch));
    for (const Event& event : *events) {
      std::string why; // a watcher that fails misses the event: it resumes by since()
      if (sinks.call(sink, event, why) == Sinks::Outcome::removed) break;
      sink->position = event.delivery;
    }
    most = std::max(most, static_cast<int>(events->size()));
  }
  return most;
}

Result<int> Outbox::State::serve_durable(int batch) {
  std::map<std::string, SinkRow> rows;
  std::int64_t newest = 0;
  OB_CHECK(database.read(context(), [&](storage::Session& session) -> Result<void> {
    OB_TRY(const std::int64_t now, head(session));
    newest = now;
    OB_TRY(const auto known, events::sinks(session));
    rows.clear();
    for (const SinkRow& row : known) rows[row.name] = row;
    return {};
  }));
  int most = 0;
  for (const SinkPtr& sink : sinks.all()) {
    if (!sink->durable) continue;
    OB_CHECK(introduce(*sink));
    const auto row = rows.find(sink->name);
    if (row == rows.end() || newest <= std::max(row->second.position, sink->position)) continue;
    if (waits(row->second.retry_at_ms)) continue;
    const std::int64_t left_ms = row->second.held_until_ms - clock.now_ms();
    if (row->second.holder != holder && left_ms >= 0 && left_ms <= kNoLeaseMs) continue;
    OB_TRY(const int served, serve(sink, row->second, batch));
    most = std::max(most, served);
  }
  return most;
}

Result<bool> Outbox::State::renew(SinkRow& row) {
  const std::int64_t now = clock.now_ms();
  return in<bool>(true, [&](storage::Session& session) {
    SinkRow fresh = row;
    auto held = hold(session, fresh, holder, now, now + kLeaseMs);
    if (held && *held) row = fresh;
    return held;
  });
}

Result<void> Outbox::State::store(const SinkRow& row) {
  return database.write(context(), [&](storage::Session& session) { return store_progress(session, row, holder); });
}

Result<int> Outbox::State::serve(const SinkPtr& sink, SinkRow row, int batch) {
  const std::int64_t from = std::max(row.position, sink->position);
  OB_TRY(const auto* events, waiting(from, batch));
  const bool wanted = std::ranges::any_of(*events, [&](const Event& event) { return sink->wants(event.topic); });
  if (!wanted && !events->empty() && events->back().delivery - row.position < kStoreEvery) {
    sink->position = events->back().delivery; // nothing for it: not worth a write
    return static_cast<int>(events->size());
  }
  OB_TRY(const bool held, renew(row));
  if (!held || waits(row.retry_at_ms)) return 0;
  int count = 0;
  for (const Event& event : *events) {
    if (event.delivery <= row.position) continue; // another node was there in between
    if (sink->wants(event.topic)) {
      if (row.held_until_ms - clock.now_ms() < kRenewMs) {
        // The position goes first: a renewal reads it back.
        OB_CHECK(store(row));
        OB_TRY(const bool still, renew(row));
        if (!still) return count;
      }
      std::string why;
      const Sinks::Outcome outcome = sinks.call(sink, event, why);
      if (outcome == Sinks::Outcome::removed) break;
      if (outcome == Sinks::Outcome::failed) {
        OB_CHECK(fail(row, event, why));
        sink->position = row.position;
        return count + (row.position == event.delivery ? 1 : 0);
      }
    }
    row.position = event.delivery;
    row.attempts = 0;
    row.retry_at_ms = 0;
    ++count;
  }
  OB_CHECK(store(row));
  sink->position = row.position;
  return count;
}

Result<void> Outbox::State::fail(SinkRow& row, const Event& event, const std::string& why) {
  ++row.attempts;
  const std::int64_t now = clock.now_ms();
  if (row.attempts < kMostAttempts) {
    row.retry_at_ms = now + pause_ms(row.attempts);
    return store(row);
  }
  const int attempts = row.attempts;
  row.position = event.delivery;
  row.attempts = 0;
  row.retry_at_ms = 0;
  return database.write(context(), [&](storage::Session& session) -> Result<void> {
    OB_CHECK(bury(session, row.name, event, why.substr(0, kLongestReason), attempts, now));
    return store_progress(session, row, holder);
  });
}

Result<int> Outbox::dispatch(int batch) {
  const std::lock_guard lock(state_->dispatching);
  state_->read.clear();
  OB_TRY(const int numbered, state_->number(batch));
  OB_TRY(const int watched, state_->serve_watchers(batch));
  OB_TRY(const int served, state_->serve_durable(batch));
  return std::max({numbered, watched, served});
}

void Outbox::start() {
  if (state_->thread.joinable()) return;
  state_->stopping = false;
  state_->thread = std::thread([this] {
    std::unique_lock lock(state_->waking);
    while (!state_->stopping) {
      state_->wake = false;
      lock.unlock();
      const auto done = dispatch(); // a fault here is the database's; the next look tries again
      lock.lock();
      const int some = done.ok() ? *done : 0;
      if (some >= kFull) continue;
      state_->woken.wait_for(lock, some > 0 ? kGather : kLookEvery,
                             [&] { return state_->stopping || (some == 0 && state_->wake); });
    }
  });
}

void Outbox::stop() {
  {
    const std::lock_guard lock(state_->waking);
    state_->stopping = true;
  }
  state_->woken.notify_all();
  if (state_->thread.joinable()) state_->thread.join();
  const bool durable = [&] {
    const auto all = state_->sinks.all();
    return std::any_of(all.begin(), all.end(), [](const SinkPtr& sink) { return sink->durable; });
  }();
  if (durable) {
    // Another node need not wait for the leases to run out; if this fails, it waits.
    (void)state_->database.write(state_->context(),
                                 [this](storage::Session& session) { return release(session, state_->holder); });
  }
}

void Outbox::wake() {
  {
    const std::lock_guard lock(state_->waking);
    state_->wake = true;
  }
  state_->woken.notify_one();
}

Result<std::vector<Event>> Outbox::since(std::int64_t delivery, int limit) {
  const int most = std::clamp(limit, 1, kMostListed);
  return state_->in<std::vector<Event>>(
      false, [&](storage::Session& session) { return events_after(session, delivery, most); });
}

Result<std::vector<DeadLetter>> Outbox::dead_letters(int limit, std::int64_t before_id) {
  const int most = std::clamp(limit, 1, kMostListed);
  return state_->in<std::vector<DeadLetter>>(
      false, [&](storage::Session& session) { return buried(session, 0, before_id, most); });
}

Result<void> Outbox::replay(const Context& context, std::int64_t dead_letter) {
  OB_TRY(const auto found, state_->in<std::vector<DeadLetter>>(false, [&](storage::Session& session) {
    return buried(session, std::max<std::int64_t>(dead_letter, 1), 0, 1);
  }));
  const SinkPtr sink = found.empty() ? nullptr : state_->sinks.find(found.front().sink);
  if (!sink) {
    return fault(FaultKind::not_found, "events.dead_letter",
                 {"没有此死信,或其接收方未启用。", "There is no such dead letter, or its receiver is not enabled."});
  }
  std::string why;
  if (state_->sinks.call(sink, found.front().event, why) == Sinks::Outcome::taken) {
    return state_->database.write(context, [&](storage::Session& session) { return dig_up(session, dead_letter); });
  }
  OB_CHECK(state_->database.write(context, [&](storage::Session& session) {
    return note_failure(session, dead_letter, why.substr(0, kLongestReason));
  }));
  return fault(FaultKind::conflict, "events.replay",
               {"接收方再次拒绝了事件:" + why, "The receiver refused the event again: " + why});
}

Result<int> Outbox::sweep(std::int64_t older_than_ms) {
  const std::int64_t before = state_->clock.now_ms() - older_than_ms;
  OB_TRY(const std::int64_t gone,
         state_->in<std::int64_t>(true, [&](storage::Session& session) { return forget(session, before); }));
  return static_cast<int>(gone);
}

} // namespace onebudget::events
