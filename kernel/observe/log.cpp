#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "kernel/base/clock.hpp"
#include "kernel/observe/observe.hpp"

namespace onebudget::observe {

namespace {

bool secret(std::string_view name) {
  for (const std::string_view word : {"password", "token", "secret", "authorization", "cookie", "csrf"})
    if (name.find(word) != std::string_view::npos) return true;
  return false;
}

std::string time_text() {
  const std::int64_t now = SystemClock().now_ms();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(now / 1000)), now % 1000);
}

/// JSON escapes line ends and control characters, so no text can begin a line of its own; what else moves a terminal
/// or a reader (line separators, C1 controls) is not left to luck either.
std::string json_text(std::string_view text) {
  std::string out = nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  return out;
}

std::string shown(const LogField& field) {
  if (secret(field.name)) return "\"***\"";
  if (const auto* text = std::get_if<std::string>(&field.value)) return json_text(*text);
  if (const auto* number = std::get_if<std::int64_t>(&field.value)) return std::to_string(*number);
  if (const auto* real = std::get_if<double>(&field.value)) return fmt::format("{:.6g}", *real);
  return std::get<bool>(field.value) ? "true" : "false";
}

} // namespace

Log::Log(Level level, Format format, Sink sink) : level_(level), format_(format), sink_(std::move(sink)) {
  if (sink_) return;
  sink_ = [](const std::string& line) {
    // One write per line: lines of several threads do not mix.
    const auto written = ::write(STDERR_FILENO, line.data(), line.size());
    (void)written; // nowhere is left to report that the log cannot be written
  };
}

void Log::write(Level level, std::string_view event, std::string_view message,
                const std::vector<LogField>& fields) const {
  if (!enabled(level)) return;
  std::string line;
  if (format_ == Format::json) {
    line = fmt::format("{{\"at\":\"{}\",\"level\":\"{}\",\"event\":{},\"message\":{}", time_text(),
                       name_in(kLevels, level), json_text(event), json_text(message));
    for (const LogField& field : fields) line += fmt::format(",{}:{}", json_text(field.name), shown(field));
    line += "}\n";
  } else {
    line = fmt::format("{} {:7} {} {}", time_text(), name_in(kLevels, level), event, json_text(message));
    for (const LogField& field : fields) line += fmt::format(" {}={}", field.name, shown(field));
    line += "\n";
  }
  sink_(line);
}

} // namespace onebudget::observe
