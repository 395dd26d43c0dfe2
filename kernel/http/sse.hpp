#pragma once
// Server-sent events: the hub hands committed facts to the connections that may see them. A listener is a buffer; one
// that does not keep up is dropped and resumes by Last-Event-ID.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/context.hpp"

namespace onebudget::http {

struct SseEvent {
  std::int64_t id = 0; ///< delivery number; 0 = without
  std::string name;    ///< "job", "changed"
  std::string data;    ///< one line of JSON
};

/// One connection that listens. Handed from a handler to the server inside a Response.
class SseListener {
 public:
  explicit SseListener(Context context) : context_(std::move(context)) {}
  [[nodiscard]] const Context& context() const { return context_; }

 private:
  friend class SseHub;
  Context context_;
  std::uint64_t number_ = 0;
  std::string pending_;        // rendered, not yet taken by the loop
  std::vector<SseEvent> held_; // published between open() and begin()
  std::int64_t last_id_ = 0;
  bool begun_ = false, overflowed_ = false, dirty_ = false;
};

/// Thread-safe.
class SseHub {
 public:
  explicit SseHub(std::size_t buffer_limit = 64 * 1024) : limit_(buffer_limit) {}

  /// A new listener: what is published from now on is held for it until begin().
  std::shared_ptr<SseListener> open(const Context& context);
  /// Sends what it missed (ids rising), then what was held, without repeating an id.
  void begin(const std::shared_ptr<SseListener>& listener, const std::vector<SseEvent>& missed);
  /// Hands `event` to the listeners for which `filter` says yes, asked once for all of them; it runs without a lock
  /// held and may wait.
  using Filter = std::function<std::vector<bool>(const std::vector<const Context*>&)>;
  void publish(const Filter& filter, const SseEvent& event);
  [[nodiscard]] std::size_t listeners() const;

  // For the server's loop:
  void attach(std::function<void()> wake);
  /// Listeners that have something to say since the last call.
  std::vector<std::shared_ptr<SseListener>> take_dirty();
  /// Moves the listener's rendered bytes behind `out`; false when it overflowed and must go.
  bool take(SseListener& listener, std::string& out);

 private:
  void add(SseListener& listener, const SseEvent& event);
  void mark(const std::shared_ptr<SseListener>& listener);

  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::weak_ptr<SseListener>> listeners_;
  std::vector<std::shared_ptr<SseListener>> dirty_;
  std::function<void()> wake_;
  std::uint64_t numbers_ = 0;
};

} // namespace onebudget::http
