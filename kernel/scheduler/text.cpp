#include "kernel/scheduler/text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "kernel/scheduler/store.hpp"

namespace onebudget::scheduler {

namespace {

void read_caller(const nlohmann::json& stored, Context& context) {
  Caller& caller = context.caller;
  const int kind = stored.value("kind", 0);
  if (kind >= 0 && kind <= static_cast<int>(CallerKind::service)) caller.kind = static_cast<CallerKind>(kind);
  caller.user = UserId{stored.value("user", std::int64_t{0})};
  caller.name = stored.value("name", "");
  caller.display_name = stored.value("display_name", "");
  caller.session_id = stored.value("session_id", std::int64_t{0});
  caller.token_id = stored.value("token_id", std::int64_t{0});
  context.language = stored.value("language", "zh");
  context.client_ip = stored.value("client_ip", "");
}

} // namespace

std::string caller_text(const Context& context) {
  const Caller& caller = context.caller;
  return nlohmann::json{
      {"kind", static_cast<int>(caller.kind)}, {"user", caller.user.value},       {"name", caller.name},
      {"display_name", caller.display_name},   {"session_id", caller.session_id}, {"token_id", caller.token_id},
      {"language", context.language},          {"client_ip", context.client_ip}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Context caller_context(const std::string& text, const Job& job, std::int64_t now_ms) {
  Context context;
  context.request_id = fmt::format("{:016x}", static_cast<std::uint64_t>(job.id.value));
  context.now_ms = now_ms;
  const auto stored = nlohmann::json::parse(text, nullptr, false);
  try {
    read_caller(stored, context);
  } catch (const nlohmann::json::exception&) {
    context.caller = Caller(); // nobody: such a caller may do nothing
  }
  return context;
}

Context service_context(const std::string& kind, const Clock& clock) {
  Context context = Context::system(clock, "schedule");
  const std::string plugin = kind.substr(0, kind.find('.'));
  if (plugin != "kernel") context.caller.name = "service:" + plugin;
  return context;
}

std::string progress_text(const Job& job) {
  return nlohmann::json{{"id", job.id.str()},
                        {"kind", job.kind},
                        {"state", state_name(job.state)},
                        {"progress", job.progress},
                        {"message", job.message},
                        {"owner", job.owner.none() ? nlohmann::json() : nlohmann::json(job.owner.str())}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace onebudget::scheduler
