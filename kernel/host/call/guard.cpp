// The guard: what stands around every entry into a plugin's code.

#include <chrono>
#include <exception>
#include <future>
#include <thread>
#include <utility>

#include "kernel/host/call/guest.hpp"
#include "kernel/host/call/registry.hpp"

namespace onebudget::host {
namespace {

Fault threw(const std::string& id, const char* what, const std::string& said) {
  return fault(FaultKind::internal, "host.throws",
               {"插件 " + id + " 在 " + what + " 中抛出异常（" + said + "）。请安装其他版本，并把日志交给插件供应方。",
                "The plugin " + id + " threw from " + what + " (" + said +
                    "). Install another version and give the log to its vendor."});
}
Fault closed(const std::string& id) {
  return fault(FaultKind::unavailable, "host.disabled",
               {"插件 " + id + " 已停用或正在停用。请联系系统管理员启用它。",
                "The plugin " + id + " is disabled or being disabled. Ask the system administrator to enable it."});
}
Fault busy(const std::string& id) {
  auto out = fault(FaultKind::unavailable, "host.busy",
                   {"插件 " + id + " 正忙。请稍后重试。", "The plugin " + id + " is busy. Try again in a moment."});
  out.retry_after_s = 1;
  return out;
}
Fault too_deep(const std::string& id) {
  return fault(FaultKind::internal, "host.too_deep",
               {"插件之间的调用层数过多（最后到 " + id + "）。请把日志交给插件供应方。",
                "Plugins call each other too deeply (last into " + id + "). Give the log to their vendors."});
}
Fault hangs(const std::string& id, const char* what) {
  return fault(FaultKind::unavailable, "host.hangs",
               {"插件 " + id + " 的 " + what + " 迟迟不结束，已放弃。请重启服务器后再启用，并把日志交给插件供应方。",
                "The plugin " + id + " does not come back from " + what +
                    " and was given up. Restart the server before enabling it again, and give "
                    "the log to its vendor."});
}

/// Holds a place in the gate.
class Place {
 public:
  Place(Gate& gate, bool nested) : gate_(gate), nested_(nested) {}
  ~Place() { gate_.leave(nested_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  Gate& gate_;
  bool nested_;
};

/// Ends the call's handle and everything that the plugin opened in it.
class Ticket {
 public:
  Ticket(Handles& handles, std::shared_ptr<Scope> scope)
      : handles_(handles), scope_(std::move(scope)), handle_(handles.add(scope_)) {}
  ~Ticket() {
    handles_.remove(handle_);
    for (const auto child : scope_->children) handles_.remove(child);
    scope_->children.clear();
  }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;
  [[nodiscard]] std::uint64_t handle() const { return handle_; }

 private:
  Handles& handles_;
  std::shared_ptr<Scope> scope_;
  std::uint64_t handle_;
};

struct Inside {
  explicit Inside(Guest* guest) : before(std::exchange(inside, guest)) {}
  ~Inside() { inside = before; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  Guest* const before;
};

} // namespace

Result<void> Guest::contained(const char* what, const std::function<Result<void>()>& entry) {
  try {
    return entry();
  } catch (const std::exception& error) {
    return threw(id(), what, error.what());
  } catch (...) {
    return threw(id(), what, "?");
  }
}

void Guest::note(const char* what, std::int64_t started_ns, const Result<void>& result) {
  ++calls_;
  const double seconds = static_cast<double>(kernel_.clock.mono_ns() - started_ns) / 1e9;
  // What a rule refuses is an answer, not a failure of the plugin.
  const bool failed = !result.ok() && result.fault().status() >= 500;
  if (failed) {
    ++failures_;
    kernel_.log(observe::Level::error, id(),
                std::string(what) + ": " + result.fault().code + ": " + result.fault().message.en);
  }
  if (kernel_.options.metrics == nullptr) return;
  const observe::Metrics::Labels labels = {{"plugin", id()}, {"call", what}};
  kernel_.options.metrics->observe_seconds("onebudget_plugin_call_seconds", "Time spent in calls of plugins", labels,
                                           seconds);
  if (failed) kernel_.options.metrics->count("onebudget_plugin_failures_total", "Calls of plugins that failed", labels);
}

Result<void> Guest::enter(const char* what, const std::shared_ptr<Scope>& scope, const Entry& entry) {
  auto& chain = *scope->chain();
  const Chain::Use use(chain);
  if (!use.granted() || chain.depth() >= kDeepest) return too_deep(id());
  const bool nested = chain.holds(this);
  auto wait = std::chrono::nanoseconds(kernel_.options.queue_ms * 1'000'000);
  if (scope->context().deadline_ns > 0) {
    const auto left =
        std::chrono::nanoseconds(std::max<std::int64_t>(0, scope->context().deadline_ns - kernel_.clock.mono_ns()));
    wait = std::min(wait, left);
  }
  switch (gate_.enter(wait, nested)) {
    case Gate::Answer::closed:
      return closed(id());
    case Gate::Answer::busy:
      return busy(id());
    case Gate::Answer::admitted:
      break;
  }
  const Place place(gate_, nested);
  const auto started = kernel_.clock.mono_ns();
  const Ticket ticket(handles_, scope);
  if (ticket.handle() == 0) return busy(id());
  chain.push(this);
  const Inside here(this);
  auto result = contained(what, [&] { return entry(ticket.handle()); });
  chain.pop();
  note(what, started, result);
  return result;
}

Result<void> Guest::step(const char* what, std::int64_t allowed_ms, std::function<Result<void>()> entry) {
  if (hangs_) return hangs(id(), what);
  auto promise = std::make_shared<std::promise<Result<void>>>();
  auto future = promise->get_future();
  const auto started = kernel_.clock.mono_ns();
  // A thread of its own, so that a plugin that never returns costs a thread and not the server.
  std::thread([this, alive = self_.lock(), promise, what, entry = std::move(entry)] {
    promise->set_value(contained(what, entry));
  }).detach();
  if (future.wait_for(std::chrono::milliseconds(kernel_.options.control_ms)) != std::future_status::ready) {
    hangs_ = true;
    auto result = Result<void>(hangs(id(), what));
    note(what, started, result);
    return result;
  }
  auto result = future.get();
  const auto took_ms = (kernel_.clock.mono_ns() - started) / 1'000'000;
  kernel_.log(took_ms > allowed_ms ? observe::Level::warning : observe::Level::info, id(), what,
              {{"took_ms", took_ms}, {"allowed_ms", allowed_ms}});
  note(what, started, result);
  // Whoever enables a plugin has to learn what is wrong with it; an internal fault would say nothing.
  if (!result && result.fault().kind == FaultKind::internal) result.fault().kind = FaultKind::rule;
  return result;
}

} // namespace onebudget::host
