#pragma once
// What one entry into a plugin carries: on whose behalf, in which unit of work, and the matter of the call itself.
// A plugin knows it as one opaque handle, which ends when the plugin returns.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "kernel/host/call/handles.hpp"
#include "kernel/host/host.hpp"

namespace onebudget::host {

inline constexpr int kDeepest = 8; ///< calls of plugins inside calls of plugins

/// One line of calls through plugins that share a unit of work. The unit is not thread-safe, so a second thread that
/// comes in with the same call is sent away instead of waiting: waiting here could wait for itself.
class Chain {
 public:
  /// `unit` may be null when the call has none; it must outlive the chain.
  explicit Chain(records::Unit* unit) : unit_(unit) {}

  class Use {
   public:
    explicit Use(Chain& chain);
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    [[nodiscard]] bool granted() const { return granted_; }

   private:
    Chain& chain_;
    bool granted_ = false;
    bool outermost_ = false;
  };

  [[nodiscard]] records::Unit* unit() const { return unit_; }
  /// A long job goes on in a fresh unit after each checkpoint.
  void change_unit(records::Unit* unit) { unit_ = unit; }

  [[nodiscard]] int depth() const { return static_cast<int>(inside_.size()); }
  /// True when the plugin is already in this line of calls.
  [[nodiscard]] bool holds(const void* instance) const;
  /// The plugin that runs now; a call may only be used by it.
  [[nodiscard]] const void* innermost() const { return inside_.empty() ? nullptr : inside_.back(); }
  void push(const void* instance) { inside_.push_back(instance); }
  void pop() { inside_.pop_back(); }

 private:
  records::Unit* unit_;
  std::atomic<std::thread::id> user_{};
  std::vector<const void*> inside_;
};

struct Request {
  std::string method, pattern, body;
  std::vector<std::pair<std::string, std::string>> parameters;
};
struct Response {
  int status = 200;
  std::string media_type = "application/json";
  std::string body;
};

class Scope : public Handled {
 public:
  enum class Kind { route, service, validate, job, event };

  Scope(Kind kind, std::shared_ptr<Chain> chain, Context context)
      : kind_(kind), chain_(std::move(chain)), context_(std::move(context)) {}

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] const Context& context() const { return context_; }
  [[nodiscard]] const std::shared_ptr<Chain>& chain() const { return chain_; }

  // The matter of the call, by kind; null or empty for the others.
  const Request* request = nullptr;
  Response* response = nullptr;
  const records::Change* change = nullptr;
  records::Verdict* verdict = nullptr;
  const std::string* payload = nullptr; ///< service request, event payload or job payload
  std::string* reply = nullptr;         ///< of a service or a job
  const events::Event* event = nullptr;
  scheduler::Run* run = nullptr;
  std::function<Result<void>()> next_unit;      ///< jobs: commits what was done and goes on in a fresh unit
  std::shared_ptr<const access::Rights> rights; ///< resolved once when first asked for

  /// Faults that host functions answered in this call; ob_error.detail is the place in this list, from 1. A plugin that
  /// passes one on gets it to its caller as it was, with all its fields. At most kFaults; later ones have no detail.
  std::vector<Fault> faults;
  static constexpr std::size_t kFaults = 64;

  /// Handles that end with the call.
  std::vector<std::uint64_t> children;

  /// Fields that the plugin says are wrong, before it answers its fault; at most kTold.
  std::vector<FieldFault> told;
  static constexpr std::size_t kTold = 1000;

 private:
  Kind kind_;
  std::shared_ptr<Chain> chain_;
  Context context_;
};

/// Bytes of the host's that a plugin refers to.
class Buffer : public Handled {
 public:
  explicit Buffer(std::string data) : bytes(std::move(data)) {}
  std::string bytes;
};

inline constexpr std::int64_t kBatch = 256;

/// A query in progress; pages are fetched when the plugin asks for the next batch.
class Cursor : public Handled {
 public:
  /// `rows` 0 = all.
  Cursor(std::weak_ptr<Scope> scope, std::string entity, records::Query query, std::int64_t rows)
      : scope_(std::move(scope)),
        entity_(std::move(entity)),
        query_(std::move(query)),
        left_(rows == 0 ? INT64_MAX : rows) {}
  /// The next page of at most 256 rows; nothing at the end.
  Result<std::optional<records::Page>> next();
  [[nodiscard]] bool belongs_to(const std::shared_ptr<Scope>& scope) const { return scope_.lock() == scope; }

 private:
  std::weak_ptr<Scope> scope_; ///< the call holds the cursor, not the other way round
  std::string entity_;
  records::Query query_;
  std::int64_t left_;
  bool ended_ = false;
};

} // namespace onebudget::host
