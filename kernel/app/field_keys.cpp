#include "kernel/app/field_keys.hpp"

#include <fmt/format.h>

#include "sdk/text/json_door.hpp"

namespace onebudget::app {

namespace {

constexpr const char* kJob = "kernel.seal_fields";

Result<std::string> seal_fields(scheduler::Run& run, records::Records& records) {
  const bool english = run.context().english();
  OB_TRY(const std::int64_t sealed, records.seal_stored(run.context(), [&](std::int64_t done) {
    run.progress(0.5, english ? fmt::format("{} values sealed", done) : fmt::format("已加密 {} 个值", done));
    return !run.cancelled();
  }));
  if (sealed >= 0) return Json{{"sealed", sealed}}.dump();
  return fault(
      FaultKind::unavailable, "app.job_stopped",
      {"任务中止，还有值没有加密。请重试该任务。", "The job stopped before every value was sealed. Retry it."});
}

} // namespace

Result<std::unique_ptr<crypto::KeyRing>> use_field_keys(const Context& context, const config::Config& config,
                                                        records::Records& records, scheduler::Scheduler& scheduler,
                                                        const observe::Log& log) {
  constexpr int kAttempts = 100;
  OB_TRY(const bool known, records.knows_keys());
  OB_TRY(auto keys, crypto::KeyRing::open(config::field_key_file(config), !known));
  scheduler.handle(kJob, {{"加密字段的存量数据", "Seal what encrypted fields hold"}, kAttempts, 24 * 60},
                   [&records](scheduler::Run& run) { return seal_fields(run, records); });
  records::Records::Sealing sealing;
  sealing.keys = keys.get();
  sealing.broken = [&log](const std::string& place) {
    log.write(observe::Level::error, "records.sealed", "a sealed value does not open", {{"place", place}});
  };
  sealing.wanted = [&scheduler, &log, context] {
    const auto job = scheduler.submit(context, kJob, "{}");
    if (!job)
      log.write(observe::Level::error, "records.seal_fields", job.fault().message.en, {{"code", job.fault().code}});
  };
  OB_CHECK(records.use_keys(context, std::move(sealing)));
  return keys;
}

} // namespace onebudget::app
