#pragma once
// The inside of FakeHost: what handles point to.

#include <memory>
#include <set>

#include "sdk/declarations/package/manifest.hpp"
#include "sdk/testing/fake/store.hpp"
#include "sdk/testing/fake_host.hpp"

namespace onebudget::testing {

/// What a chain of calls does together; kept or dropped as one.
struct FakeUnit {
  FakeStore store;
  std::vector<Published> events;
  std::vector<Audited> audits;
};

/// One entry into the plugin.
struct Frame {
  std::shared_ptr<FakeUnit> unit;
  int depth = 1;
  // of a validate hook
  bool validates = false;
  std::vector<FieldFault> findings;
  Json assigned = Json::object();
  std::vector<FieldFault> told; ///< of the fault that the plugin is about to answer
  // of a route
  std::string route, body;
  std::map<std::string, std::string> parameters;
  plugin::Answer answer{0, "", ""};
  // of a job
  std::string payload;
  JobOutcome job;
};

struct OpenBuffer {
  std::string bytes;
  std::uint64_t call = 0; ///< ends with it; 0 for one that the plugin made
};

struct OpenCursor {
  std::uint64_t call = 0;
  std::vector<Json> rows;
  std::size_t at = 0;
};

struct FakeHost::State {
  std::string package, id, version;
  Json manifest;
  std::vector<declarations::DeclaredRoute> routes;
  std::map<std::string, std::map<std::string, std::string>> texts; ///< language → key → text
  FakeStore store;
  std::int64_t now_ms = 1'767'225'600'000; ///< 2026-01-01T00:00:00Z
  std::size_t record_reads = 0;
  std::string language = "zh";
  Json caller = {{"kind", "person"}, {"user", "1"}, {"name", "tester"}, {"display_name", "Tester"}};
  Json settings = Json::object();
  std::set<std::string> granted, withheld;
  std::map<std::string, Provider> providers;
  std::map<std::string, Rule> rules;                              ///< of entities of other plugins
  std::map<std::int64_t, Json> nodes;                             ///< of the organisation tree
  std::vector<Json> holders;                                      ///< as ob.permission/1 answers them, with "over"
  std::map<std::string, std::pair<std::string, std::int64_t>> kv; ///< value, end (0 = never)
  bool jobs_cancelled = false, is_healthy = true;
  Json checkpoint;

  std::uint32_t abi_major = OB_ABI_MAJOR, abi_minor = OB_ABI_MINOR;
  void* library = nullptr;
  const ob_plugin_v0* plugin = nullptr;
  void* self = nullptr;

  std::uint64_t number = 0;      ///< of this host among all that live
  std::uint64_t next_serial = 1; ///< 0 stands for the host itself
  std::map<std::uint64_t, Frame*> calls;
  std::map<std::uint64_t, OpenBuffer> buffers;
  std::map<std::uint64_t, OpenCursor> cursors;

  std::vector<LogLine> logs;
  std::vector<Published> events;
  std::vector<Audited> audits;
  std::vector<std::pair<std::string, Json>> submitted;

  [[nodiscard]] std::uint64_t handle(std::uint64_t serial) const { return (number << 40U) | serial; }
  std::uint64_t new_handle() { return handle(next_serial++); }
  [[nodiscard]] std::shared_ptr<FakeUnit> new_unit() const {
    return std::make_shared<FakeUnit>(FakeUnit{store, {}, {}});
  }
  void keep(FakeUnit& unit);

  Result<void> read_package();
  /// {request, reply} of a method as the manifest says; an empty object for one that it does not name.
  [[nodiscard]] Json declared_method(const std::string& service, const std::string& method) const;
  /// Null for a route that the manifest does not name.
  [[nodiscard]] const declarations::DeclaredRoute* declared_route(const std::string& route) const;
  /// Whether a described route refuses with a code of the plugin's own that its manifest leaves out.
  [[nodiscard]] bool undeclared(const declarations::DeclaredRoute* route, const Fault& refusal) const;
  Result<void> run(ob_plugin_entry_fn entry);
  Result<void> live(std::int32_t status, const ob_error& error) const;
  [[nodiscard]] bool may_use(const std::string& service) const;

  /// A message to the plugin, in a unit that somebody else keeps.
  Result<Json> serve(const std::shared_ptr<FakeUnit>& unit, int depth, const std::string& service,
                     const std::string& method, const Json& request);
  /// Calls fn with the handle of a frame; the handle ends with it, and what the call was given.
  Result<void> enter(Frame& frame, const std::function<std::int32_t(ob_call call, ob_error* error)>& fn);
  template <class Table>
  Result<const Table*> handlers(const char* kind) const {
    const void* found = nullptr;
    if (self == nullptr)
      return fault(FaultKind::internal, "testing.state", {"插件没有启动。", "The plugin is not started."});
    if (plugin->get_handlers(self, plugin::span(kind), &found) < 0 || found == nullptr)
      return fault(FaultKind::internal, "testing.handlers",
                   {std::string("插件没有 ") + kind, std::string("The plugin has no ") + kind});
    return static_cast<const Table*>(found);
  }
  Result<std::string> take_buffer(ob_buf buffer);

  // Writes inside a unit, with the plugin's rules.
  Result<std::int64_t> write(const std::shared_ptr<FakeUnit>& unit, int depth, std::int32_t action,
                             const std::string& entity, Json before, Json after, const std::string& transition);
  Result<void> judge(const std::shared_ptr<FakeUnit>& unit, int depth, std::int32_t action, const std::string& entity,
                     const Json& before, Json& after, const std::string& transition);
};

/// The host behind a handle, or null. The registry is the one global thing here: C functions have no `this`.
FakeHost::State* host_behind(std::uint64_t handle);
void enroll(FakeHost::State& state);
void withdraw(FakeHost::State& state);

const ob_core_v0* fake_core();
/// Null for a service that the fake host does not play.
const void* fake_table(std::string_view service, std::uint32_t& size);

} // namespace onebudget::testing
