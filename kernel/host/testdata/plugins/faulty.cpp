// A plugin that fails in one way, chosen by the build: FAULT is the number below. Written without the kit's wrappers,
// so what it throws crosses the boundary.
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <stdexcept>

#include "fixture.h"

#define NONE 0
#define THROW_IN_CREATE 1
#define THROW_IN_INIT 2
#define FAIL_INIT 3
#define FAIL_ACTIVATE 4
#define HANG_IN_INIT 5
#define HANG_IN_DEACTIVATE 6
#define THROW_IN_HANDLE 7
#define THROW_IN_HOOK 8
#define REFUSE_ENTRY 9
#define OTHER_ID 10
#define NO_HANDLERS 11
#define NEWER_MINOR 12
#define MISSING_SLOT 13
#define THROW_IN_DEACTIVATE 14
#define SHORT_TABLE 15

namespace {

int instance;

[[noreturn]] void hang() {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  for (;;) never.wait(lock);
}

std::int32_t say(ob_error* error, const char* code, const char* message, std::int32_t status) {
  std::memcpy(error->code, code, std::strlen(code) + 1);
  std::memcpy(error->message, message, std::strlen(message) + 1);
  return status;
}

std::int32_t create(const ob_core_v0*, ob_host, void** self, ob_error*) {
  if (FAULT == THROW_IN_CREATE) throw std::runtime_error("create");
  *self = &instance;
  return OB_OK;
}
std::int32_t init(void*, ob_str, ob_error* error) {
  if (FAULT == THROW_IN_INIT) throw std::runtime_error("no database of my own");
  if (FAULT == FAIL_INIT) return say(error, "faulty.licence", "The licence file is missing.", OB_E_STATE);
  if (FAULT == HANG_IN_INIT) hang();
  return OB_OK;
}
std::int32_t activate(void*, ob_error* error) {
  return FAULT == FAIL_ACTIVATE ? say(error, "faulty.busy", "The port is taken.", OB_E_UNAVAILABLE) : OB_OK;
}
std::int32_t deactivate(void*, ob_error*) {
  if (FAULT == HANG_IN_DEACTIVATE) hang();
  if (FAULT == THROW_IN_DEACTIVATE) throw 5;
  return OB_OK;
}
void destroy(void*) {}

std::int32_t handle(void*, ob_call, ob_error*) {
  if (FAULT == THROW_IN_HANDLE) throw std::runtime_error("handle");
  return OB_OK;
}
std::int32_t validate(void*, ob_call, const ob_change*, ob_error*) {
  if (FAULT == THROW_IN_HOOK) throw 42;
  return OB_OK;
}
const ob_handle_v1 kHandle = {sizeof(ob_handle_v1), 0, handle};
const ob_validate_v1 kValidate = {sizeof(ob_validate_v1), 0, validate};

std::int32_t get_handlers(void*, ob_str id, const void** table) {
  if (FAULT == NO_HANDLERS) return OB_E_UNSUPPORTED;
  *table = same(id, OB_SERVICE_HTTP)       ? static_cast<const void*>(&kHandle)
           : same(id, OB_SERVICE_VALIDATE) ? static_cast<const void*>(&kValidate)
                                           : nullptr;
  return *table != nullptr ? OB_OK : OB_E_UNSUPPORTED;
}

constexpr ob_str span(const char* text, std::size_t size) { return {text, static_cast<std::uint32_t>(size), 0}; }

const ob_plugin_v0 kPlugin = {FAULT == SHORT_TABLE ? 16 : sizeof(ob_plugin_v0),
                              0,
                              OB_ABI_MAJOR,
                              FAULT == NEWER_MINOR ? OB_ABI_MINOR + 7 : OB_ABI_MINOR,
                              FAULT == OTHER_ID ? span("somebody", 8) : span(FIXTURE_ID, sizeof(FIXTURE_ID) - 1),
                              span(FIXTURE_VERSION, sizeof(FIXTURE_VERSION) - 1),
                              create,
                              init,
                              FAULT == MISSING_SLOT ? nullptr : activate,
                              deactivate,
                              destroy,
                              get_handlers};

} // namespace

extern "C" const ob_plugin_v0* ob_plugin_entry_v0(const ob_host_offer* offer) {
  if (FAULT != REFUSE_ENTRY) return &kPlugin;
  const char reason[] = "this build needs a newer server";
  if (offer->reason_cap >= sizeof reason) std::memcpy(offer->reason, reason, sizeof reason);
  return nullptr;
}
