#pragma once
// A host for tests: loads a plugin's package through its C entry, keeps records in memory, has a clock that is set by
// hand, and collects what the plugin says. Everything goes over the real C tables, so a test sees what the server would
// see.
//
//   FakeHost host(ONEBUDGET_PLUGIN_PACKAGE);
//   ASSERT_TRUE(host.start().ok());
//   const auto refused = host.insert("guestbook.entry", {{"words", ""}});
//   EXPECT_EQ(refused.fault().fields.at(0).code, "guestbook.no_words");
//
// One thread at a time. Scopes, masking, history and isolation are the kernel's and not played here.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/cpp/handlers.hpp"

namespace onebudget::testing {

using plugin::Json;

struct LogLine {
  std::int32_t level = 0;
  std::string message;
  Json fields;
};
struct Published {
  std::string topic, key;
  Json payload;
};
struct Audited {
  std::string action, subject, subject_id;
  Json detail;
};
struct JobOutcome {
  Json result;
  std::vector<Json> checkpoints;
  std::vector<std::string> progress; ///< "3/10 sentence"
};

class FakeHost {
 public:
  using Provider = std::function<Result<Json>(const std::string& method, const Json& request)>;

  /// `package`: the folder with plugin.json, the library, entities and locales.
  explicit FakeHost(std::string package);
  ~FakeHost(); ///< stops the plugin when it runs
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  // The world around the plugin; set before or between calls.
  void set_now(std::int64_t utc_ms);
  void set_language(std::string language); ///< "zh" (at first) or "en"
  void set_caller(std::string name, UserId user = UserId{1});
  void set_setting(const std::string& key, Json value);
  void grant(const std::string& permission);                   ///< for ob.permission/1; nothing is granted at first
  void provide(const std::string& service, Provider provider); ///< a service of another plugin
  void declare(const std::string& plugin, const Json& entity); ///< an entity of another plugin
  /// The rule of another plugin's entity: asked before each write, in its unit of work; answers the fields that it
  /// assigns, or refuses. `ask` sends a message to the plugin in the same unit.
  using Ask = std::function<Result<Json>(const std::string& service, const std::string& method, const Json& request)>;
  using Rule =
      std::function<Result<Json>(const Json& before, const Json& after, const std::string& transition, const Ask& ask)>;
  void rule(const std::string& entity, Rule rule);
  void add_node(RecordId id, Json node); ///< a node of the organisation tree
  /// A grant for ob.permission/1 holders: user, name, display_name, role, node, kind, path, departments …; it reaches
  /// the nodes `over`.
  void add_holder(Json grant, const std::vector<RecordId>& over);
  void drop_holder(UserId user);             ///< the account was disabled
  void cancel_jobs();                        ///< every job that runs from now on is asked to stop
  void set_checkpoint(Json state);           ///< what the next job finds as the state of an earlier attempt
  void withhold(const std::string& service); ///< get_service answers OB_E_UNSUPPORTED for it
  void offer(std::uint32_t abi_major,
             std::uint32_t abi_minor); ///< what the next start offers; at first what the kit is

  /// entry → create → init → activate; again after stop(). Faults: host.* for a package that the server
  /// would not take, testing.load, testing.refused, and
  /// what the plugin answers.
  Result<void> start();
  Result<void> start(ob_plugin_entry_fn entry); ///< a plugin that is linked into the test
  /// deactivate → destroy. Fault testing.leak when buffers or cursors are left over.
  Result<void> stop();

  // A user at work: writes go through the plugin's rules as in the kernel. Refused ones carry the findings as field
  // faults.
  Result<RecordId> insert(const std::string& entity, const Json& values);
  Result<void> update(const std::string& entity, RecordId id, const Json& changes); ///< against the newest version
  Result<void> transition(const std::string& entity, RecordId id, const std::string& name,
                          const std::string& comment = {});
  Result<void> remove(const std::string& entity, RecordId id);
  /// A row put there as if it had always been: no rules, no checks.
  RecordId plant(const std::string& entity, const Json& values);
  [[nodiscard]] plugin::Row row(const std::string& entity, RecordId id) const; ///< none() when absent
  [[nodiscard]] std::vector<plugin::Row> rows(const std::string& entity, const std::string& filter = {}) const;

  // Calls into the plugin. Writes are kept when the plugin answers well, else dropped. A message and its answer are
  // checked against the schemas of the manifest: faults testing.request and testing.reply. So is a request, which is
  // refused as the server would (http.body, http.parameter); a route with a declared reply refuses with codes of the
  // plugin's own that it declares, or the fault is testing.undeclared.
  Result<plugin::Answer> request(const std::string& route, const std::map<std::string, std::string>& parameters = {},
                                 const std::string& body = {});
  Result<Json> send(const std::string& service, const std::string& method, const Json& request);
  Result<void> deliver(const std::string& topic, const std::string& key, const Json& payload);
  Result<JobOutcome> run_job(const std::string& job, const Json& payload = Json::object());
  Result<plugin::Health> health();

  // What was collected.
  [[nodiscard]] const std::vector<LogLine>& logs() const;
  [[nodiscard]] const std::vector<Published>& events() const;
  [[nodiscard]] const std::vector<Audited>& audits() const;
  [[nodiscard]] const std::vector<std::pair<std::string, Json>>& submitted() const; ///< jobs that the plugin started
  [[nodiscard]] std::size_t record_reads() const; ///< gets, queries and aggregates that the plugin asked for so far
  [[nodiscard]] bool healthy() const;             ///< as the plugin said through core.request

  struct State;

 private:
  std::unique_ptr<State> state_;
};

} // namespace onebudget::testing
