#pragma once
// What a plugin's handlers get and answer: changes and verdicts, requests and answers, messages, events, jobs, health.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sdk/cpp/call.hpp"

namespace onebudget::plugin {

enum class Action : std::int32_t {
  create = OB_ACTION_CREATE,
  update = OB_ACTION_UPDATE,
  transition = OB_ACTION_TRANSITION,
  remove = OB_ACTION_REMOVE
};

/// The write that is about to happen.
struct Change {
  Action action = Action::create;
  std::string entity;     ///< full name
  RecordId id;            ///< none before a new row has one
  std::string transition; ///< name, for Action::transition
  Row before;             ///< none() on create
  Row after;              ///< none() on remove

  [[nodiscard]] bool changes(std::string_view field) const { return before.at(field) != after.at(field); }
};

/// A rule's answer. Any finding refuses the write with 422 and is shown at its field.
class Verdict {
 public:
  explicit Verdict(const Call& call) : call_(call) {}

  /// field: "/amount", or empty for the whole record. code: stable, begins with the plugin's id.
  void report(std::string_view field, std::string_view code, const Text& message, const Text& remedy) {
    report(field, code, message.in(call_.language()), remedy.in(call_.language()));
  }
  void report(const FieldFault& finding) { report(finding.field, finding.code, finding.message, finding.remedy); }
  /// All that a rule found.
  void report(const std::vector<FieldFault>& findings) {
    for (const FieldFault& finding : findings) report(finding);
  }
  /// Every field fault of a Fault, or the Fault itself when it names none.
  void report(const Fault& fault) {
    bool named = false;
    for (const FieldFault& field : fault.fields) {
      if (field.code == kHostDetail) continue;
      report(field);
      named = true;
    }
    if (!named) report("", fault.code, fault.message, Text{});
  }
  /// Texts that are in the caller's language already.
  void report(std::string_view field, std::string_view code, const std::string& message, const std::string& remedy) {
    const ob_hook_v1* table = call_.host().services().hook;
    if (table == nullptr) return keep(Host::absent(OB_SERVICE_HOOK));
    keep(ask([&](ob_error* error) {
      return table->report(call_.handle(), span(field), span(code), span(message), span(remedy), error);
    }));
    ++findings_;
  }
  /// Sets a field of the row being written, also a computed or readonly one; value in ABI form, see abi().
  void assign(std::string_view field, const Json& value) {
    const ob_hook_v1* table = call_.host().services().hook;
    if (table == nullptr) return keep(Host::absent(OB_SERVICE_HOOK));
    const std::string text = dump(value);
    keep(ask([&](ob_error* error) { return table->assign(call_.handle(), span(field), span(text), error); }));
  }

  [[nodiscard]] int findings() const { return findings_; }
  /// The first failure of the host to take a finding; the face returns it from the hook.
  [[nodiscard]] const Result<void>& delivered() const { return delivered_; }

 private:
  void keep(Result<void> result) {
    if (delivered_.ok() && !result.ok()) delivered_ = std::move(result);
  }

  const Call& call_;
  int findings_ = 0;
  Result<void> delivered_;
};

/// A request to a route of the manifest. The permission was checked before.
class Request {
 public:
  Request(const Call& call, std::string route) : call_(call), route_(std::move(route)) {}

  [[nodiscard]] const std::string& route() const { return route_; } ///< "POST /rule-pack/{id}/preview"
  /// A path or query parameter.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const {
    const ob_http_v1* table = call_.host().services().http;
    if (table == nullptr) return std::nullopt;
    auto value = ask_text([&](char* out, std::uint32_t cap, std::uint32_t* need, ob_error* error) {
      return table->parameter(call_.handle(), span(name), out, cap, need, error);
    });
    if (!value) return std::nullopt;
    return *std::move(value);
  }
  /// A parameter that is an id. Fault not_found for anything else, so that a bad id reads like an absent row.
  [[nodiscard]] Result<RecordId> id(std::string_view name = "id") const {
    const auto text = parameter(name);
    const auto id = text ? RecordId::parse(*text) : std::nullopt;
    if (id) return *id;
    return fault(FaultKind::not_found, "plugin.no_record",
                 {"没有这条记录，或您无权查看。", "There is no such record, or you may not see it."});
  }
  /// The version that the header If-Match names. Fault precondition (http.if_match, 428) when it is missing; the host
  /// refuses one that is no version before the plugin is called.
  [[nodiscard]] Result<std::int64_t> version() const {
    const auto text = parameter("if-match");
    const auto version = text ? RecordId::parse(*text) : std::nullopt;
    if (version) return version->value;
    return fault(FaultKind::precondition, "http.if_match",
                 {"缺少 If-Match。请先读取记录，带上它的版本再提交。",
                  "If-Match is missing. Read the record first and send its version."});
  }
  [[nodiscard]] Result<std::string> body() const {
    const ob_http_v1* table = call_.host().services().http;
    if (table == nullptr) return Host::absent(OB_SERVICE_HTTP);
    ob_buf buffer{0};
    OB_CHECK(ask([&](ob_error* error) { return table->body(call_.handle(), &buffer, error); }));
    return call_.host().take(buffer);
  }
  /// The body as a JSON object. Fault malformed for anything else.
  [[nodiscard]] Result<Json> json() const {
    OB_TRY(const std::string bytes, body());
    Json value = Json::parse(bytes, nullptr, false);
    if (value.is_object()) return value;
    return fault(FaultKind::malformed, "plugin.body",
                 {"请求体应为 JSON 对象。请检查格式。", "The body must be a JSON object. Check its form."});
  }

 private:
  const Call& call_;
  std::string route_;
};

/// 2xx commits the unit of work; anything else drops it.
struct Answer {
  int status = 200;
  std::string media_type = "application/json";
  std::string body;

  static Answer json(const Json& value, int status = 200) { return {status, "application/json", dump(value)}; }
  static Answer none() { return {204, "application/json", ""}; }
};

/// A message to a service that this plugin provides.
struct Message {
  std::string service, method; ///< "standards/1", "resolve"
  Json request;
};

/// A fact that was committed; may come more than once with the same delivery number.
struct Event {
  std::int64_t delivery = 0, at_ms = 0;
  std::string topic, key;
  Json payload;
};

/// A job that runs. Valid until run returns.
class Job {
 public:
  Job(const Call& call, std::string name) : call_(call), name_(std::move(name)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Result<Json> payload() const {
    OB_TRY(const std::string text, buffer([&](const ob_job_v1& table, ob_buf* out, ob_error* error) {
             return table.payload(call_.handle(), out, error);
           }));
    if (text.empty()) return Json(Json::object());
    return parse(text);
  }
  [[nodiscard]] Result<void> progress(std::int64_t done, std::int64_t total, std::string_view message = {}) const {
    return with([&](const ob_job_v1& table, ob_error* error) {
      return table.progress(call_.handle(), done, total, span(message), error);
    });
  }
  /// True when somebody asked to stop; end soon then.
  [[nodiscard]] bool cancelled() const {
    std::int32_t asked = 0;
    const auto known =
        with([&](const ob_job_v1& table, ob_error* error) { return table.cancelled(call_.handle(), &asked, error); });
    return known.ok() && asked != 0;
  }
  /// Commits the unit so far with this state and goes on in a fresh one.
  [[nodiscard]] Result<void> checkpoint(const Json& state) const {
    const std::string text = dump(state);
    return with(
        [&](const ob_job_v1& table, ob_error* error) { return table.checkpoint(call_.handle(), span(text), error); });
  }
  /// The state of the last checkpoint of an earlier attempt, or null.
  [[nodiscard]] Result<Json> last_checkpoint() const {
    OB_TRY(const std::string text, buffer([&](const ob_job_v1& table, ob_buf* out, ob_error* error) {
             return table.last_checkpoint(call_.handle(), out, error);
           }));
    if (text.empty()) return Json(nullptr);
    return parse(text);
  }

 private:
  template <class Fn>
  [[nodiscard]] Result<void> with(Fn&& fn) const {
    const ob_job_v1* table = call_.host().services().job;
    if (table == nullptr) return Host::absent(OB_SERVICE_JOB);
    return ask([&](ob_error* error) { return fn(*table, error); });
  }
  template <class Fn>
  [[nodiscard]] Result<std::string> buffer(Fn&& fn) const {
    ob_buf out{0};
    OB_CHECK(with([&](const ob_job_v1& table, ob_error* error) { return fn(table, &out, error); }));
    if (out.v == 0) return std::string();
    return call_.host().take(out);
  }

  const Call& call_;
  std::string name_;
};

struct Health {
  enum class State : std::int32_t { ready = 0, degraded = 1, failed = 2 } state = State::ready;
  std::string reason; ///< in the host's default language
};

} // namespace onebudget::plugin
