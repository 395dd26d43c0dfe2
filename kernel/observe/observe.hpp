#pragma once
// observe: what operators see. One structured line per event, metrics with closed label sets, named health checks.
// Thread-safe throughout.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sdk/values/result.hpp"
#include "sdk/values/words.hpp"

namespace onebudget::observe {

enum class Level { debug, info, warning, error };
inline constexpr Word<Level> kLevels[] = {
    {"error", Level::error}, {"debug", Level::debug}, {"info", Level::info}, {"warning", Level::warning}};
enum class Format { json, text };

/// A field of a log line. Names that speak of secrets (password, token, secret, authorization, cookie) are written as
/// "***".
struct LogField {
  std::string name;
  std::variant<std::string, std::int64_t, double, bool> value;
};

/// Writes one line per event to standard error (or to a sink of a test). Text from outside cannot break a line.
class Log {
 public:
  using Sink = std::function<void(const std::string& line)>;
  Log(Level level, Format format, Sink sink = {});
  [[nodiscard]] bool enabled(Level level) const { return level >= level_; }
  /// `event` is stable ("http.request", "host.plugin_failed"); `message` is a sentence for people.
  void write(Level level, std::string_view event, std::string_view message,
             const std::vector<LogField>& fields = {}) const;

 private:
  Level level_;
  Format format_;
  Sink sink_;
};

/// Counters, gauges and histograms. A family has a fixed set of label names; values come from closed sets, never from
/// requests. Beyond 200 series of a family everything is counted under "other".
class Metrics {
 public:
  Metrics();
  ~Metrics();
  using Labels = std::vector<std::pair<std::string, std::string>>;
  void count(const std::string& family, const std::string& help, const Labels& labels = {}, double by = 1);
  void gauge(const std::string& family, const std::string& help, const Labels& labels, double value);
  /// Seconds into buckets from 1 ms to 30 s.
  void observe_seconds(const std::string& family, const std::string& help, const Labels& labels, double seconds);
  /// The Prometheus text form.
  [[nodiscard]] std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

enum class HealthState { ready, degraded, failed };
struct HealthReport {
  std::string name;
  HealthState state = HealthState::ready;
  Text reason; ///< empty when ready
};

/// Named checks, asked together. A check must answer within a second.
class Health {
 public:
  using Check = std::function<HealthReport()>;
  Health();
  ~Health();
  void add(const std::string& name, Check check);
  void remove(const std::string& name);
  [[nodiscard]] std::vector<HealthReport> ask() const;
  /// failed if any failed, else degraded if any is, else ready.
  [[nodiscard]] static HealthState worst(const std::vector<HealthReport>& reports);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace onebudget::observe
