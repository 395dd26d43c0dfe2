#pragma once
// One entry into the plugin: who asks, until when, in which language, and everything that may be done on their behalf.

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/cpp/records.hpp"

namespace onebudget::plugin {

struct Caller {
  std::string kind; ///< person | token | service
  UserId user;      ///< none for a service
  std::string name, display_name;
};

/// Small state of the plugin's own. Not part of the unit of work: every call is its own transaction.
class Kv {
 public:
  Kv(const Host& host, ob_call call) : host_(host), table_(host.services().kv), call_(call) {}

  /// Nothing when absent.
  [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const {
    if (table_ == nullptr) return Host::absent(OB_SERVICE_KV);
    ob_buf buffer{0};
    const auto found = ask([&](ob_error* error) { return table_->get(call_, span(key), &buffer, error); });
    if (!found && found.fault().kind == FaultKind::not_found) return std::optional<std::string>();
    if (!found) return found.fault();
    OB_TRY(std::string value, host_.take(buffer));
    return std::optional<std::string>(std::move(value));
  }
  /// ttl_ms 0 = for ever.
  [[nodiscard]] Result<void> put(std::string_view key, std::string_view value, std::int64_t ttl_ms = 0) const {
    if (table_ == nullptr) return Host::absent(OB_SERVICE_KV);
    return ask([&](ob_error* error) { return table_->put(call_, span(key), byte_span(value), ttl_ms, error); });
  }
  /// Fault conflict when the value is not `expected` (empty = absent).
  [[nodiscard]] Result<void> cas(std::string_view key, std::string_view expected, std::string_view value) const {
    if (table_ == nullptr) return Host::absent(OB_SERVICE_KV);
    return ask(
        [&](ob_error* error) { return table_->cas(call_, span(key), byte_span(expected), byte_span(value), error); });
  }
  [[nodiscard]] Result<void> remove(std::string_view key) const {
    if (table_ == nullptr) return Host::absent(OB_SERVICE_KV);
    return ask([&](ob_error* error) { return table_->remove(call_, span(key), error); });
  }
  /// Keys with a prefix behind `after`, in order, at most 256.
  [[nodiscard]] Result<std::vector<std::string>> scan(std::string_view prefix, std::string_view after = {}) const {
    if (table_ == nullptr) return Host::absent(OB_SERVICE_KV);
    ob_buf buffer{0};
    OB_CHECK(ask([&](ob_error* error) { return table_->scan(call_, span(prefix), span(after), &buffer, error); }));
    OB_TRY(const std::string text, host_.take(buffer));
    OB_TRY(const Json keys, parse(text));
    std::vector<std::string> out;
    for (const Json& key : keys)
      if (key.is_string()) out.push_back(key.get<std::string>());
    return out;
  }
  /// The new value of a counter; atomic over all nodes, gaps are possible.
  [[nodiscard]] Result<std::int64_t> increment(std::string_view key, std::int64_t by = 1) const {
    if (table_ == nullptr) return Host::absent(OB_SERVICE_KV);
    std::int64_t value = 0;
    OB_CHECK(ask([&](ob_error* error) { return table_->increment(call_, span(key), by, &value, error); }));
    return value;
  }

 private:
  const Host& host_;
  const ob_kv_v1* table_;
  ob_call call_;
};

/// Valid until the handler returns; never keep it. One thread at a time.
class Call {
 public:
  Call(const Host& host, ob_call handle) : host_(host), handle_(handle) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  [[nodiscard]] const Host& host() const { return host_; }
  [[nodiscard]] ob_call handle() const { return handle_; }
  [[nodiscard]] Records records() const { return {host_, handle_}; }
  [[nodiscard]] Kv kv() const { return {host_, handle_}; }

  /// UTC milliseconds, taken once at the top of the request.
  [[nodiscard]] std::int64_t now_ms() const {
    std::int64_t utc_ms = 0;
    const ob_call_v1* table = host_.services().call;
    const bool known =
        table != nullptr && ask([&](ob_error* error) { return table->now(handle_, &utc_ms, error); }).ok();
    return known ? utc_ms : host_.now_ms();
  }
  /// Today in China (UTC+8), where budget years and deadlines are counted.
  [[nodiscard]] Day today() const {
    const std::int64_t ms = now_ms() + 8 * 3'600'000LL;
    const std::int64_t day = ms / 86'400'000 - (ms % 86'400'000 < 0 ? 1 : 0);
    return Day::from_number(static_cast<std::int32_t>(day));
  }
  /// Milliseconds until the deadline; the largest number without one, negative when it passed.
  [[nodiscard]] std::int64_t remaining_ms() const {
    std::int64_t ms = std::numeric_limits<std::int64_t>::max();
    const ob_call_v1* table = host_.services().call;
    if (table != nullptr)
      static_cast<void>(ask([&](ob_error* error) { return table->remaining(handle_, &ms, error); }));
    return ms;
  }
  /// "zh" or "en".
  [[nodiscard]] const std::string& language() const {
    if (!language_.empty()) return language_;
    const ob_call_v1* table = host_.services().call;
    if (table != nullptr) {
      auto answer = ask_text([&](char* out, std::uint32_t cap, std::uint32_t* need, ob_error* error) {
        return table->language(handle_, out, cap, need, error);
      });
      if (answer) language_ = *std::move(answer);
    }
    if (language_.empty()) language_ = "zh";
    return language_;
  }
  /// Tells the host every field of a fault before it is answered; false when it does not take them, or when the fault
  /// is the host's own.
  [[nodiscard]] bool tell(const Fault& fault) const {
    const ob_call_v1* table = host_.services().call;
    if (table == nullptr || !OB_HAS(ob_call_v1, table, fault_field)) return false;
    for (const FieldFault& one : fault.fields)
      if (one.code == kHostDetail) return false;
    for (const FieldFault& one : fault.fields) {
      const auto told = ask([&](ob_error* error) {
        return table->fault_field(handle_, span(one.field), span(one.code), span(one.message.zh), span(one.message.en),
                                  span(one.remedy.zh), span(one.remedy.en), error);
      });
      if (!told) break; // there are more than the host takes
    }
    return !fault.fields.empty();
  }
  [[nodiscard]] std::string request_id() const {
    const ob_call_v1* table = host_.services().call;
    if (table == nullptr) return {};
    auto answer = ask_text([&](char* out, std::uint32_t cap, std::uint32_t* need, ob_error* error) {
      return table->request_id(handle_, out, cap, need, error);
    });
    return answer ? *std::move(answer) : std::string();
  }

  [[nodiscard]] Result<Caller> caller() const {
    const ob_identity_v1* table = host_.services().identity;
    if (table == nullptr) return Host::absent(OB_SERVICE_IDENTITY);
    OB_TRY(const std::string text, ask_text([&](char* out, std::uint32_t cap, std::uint32_t* need, ob_error* error) {
             return table->caller(handle_, out, cap, need, error);
           }));
    OB_TRY(Json json, parse(text));
    const Row row(std::move(json));
    return Caller{row.text("kind"), UserId{row.ref("user").value}, row.text("name"), row.text("display_name")};
  }
  /// True when some grant in force holds the permission (full code), anywhere.
  [[nodiscard]] Result<bool> may(std::string_view permission) const {
    const ob_permission_v1* table = host_.services().permission;
    if (table == nullptr) return Host::absent(OB_SERVICE_PERMISSION);
    std::int32_t allowed = 0;
    OB_CHECK(ask([&](ob_error* error) { return table->check(handle_, span(permission), &allowed, error); }));
    return allowed != 0;
  }
  /// One answer for each permission, in order.
  [[nodiscard]] Result<std::vector<bool>> may_all(const std::vector<std::string>& permissions) const {
    const ob_permission_v1* table = host_.services().permission;
    if (table == nullptr) return Host::absent(OB_SERVICE_PERMISSION);
    const std::string asked = dump(Json(permissions));
    OB_TRY(const std::string text, ask_text([&](char* out, std::uint32_t cap, std::uint32_t* need, ob_error* error) {
             return table->check_many(handle_, span(asked), out, cap, need, error);
           }));
    OB_TRY(const Json answers, parse(text));
    std::vector<bool> out;
    for (const Json& answer : answers) out.push_back(answer.is_boolean() && answer.get<bool>());
    out.resize(permissions.size(), false);
    return out;
  }

  /// Grants in force of accounts that are not disabled: of one {"user": id}, or of one {"role": code, "node": id} that
  /// reach the node. Rows with user, name, display_name, role, node, kind, gov_level, path, reach, departments.
  [[nodiscard]] Result<std::vector<Row>> holders(const Json& query) const {
    const ob_permission_v1* table = host_.services().permission;
    if (table == nullptr) return Host::absent(OB_SERVICE_PERMISSION);
    const std::string asked = dump(query);
    ob_buf buffer{0};
    OB_CHECK(ask([&](ob_error* error) { return table->holders(handle_, span(asked), &buffer, error); }));
    OB_TRY(const std::string text, host_.take(buffer));
    OB_TRY(Json list, parse(text));
    std::vector<Row> out;
    for (Json& item : list) out.emplace_back(std::move(item));
    return out;
  }

  /// A node of the organisation tree: id, code, name, kind, gov_level, department_code, path, region_code.
  [[nodiscard]] Result<Row> node(RecordId id) const {
    const ob_tree_v1* table = host_.services().tree;
    if (table == nullptr) return Host::absent(OB_SERVICE_TREE);
    ob_buf buffer{0};
    OB_CHECK(ask([&](ob_error* error) { return table->node(handle_, id.value, &buffer, error); }));
    OB_TRY(const std::string text, host_.take(buffer));
    OB_TRY(Json json, parse(text));
    return Row(std::move(json));
  }

  /// A message to a service that another plugin provides ("standards/1"); runs in this unit of work.
  [[nodiscard]] Result<Json> send(std::string_view service, std::string_view method, const Json& request) const {
    const ob_service_v1* table = host_.services().service;
    if (table == nullptr) return Host::absent(OB_SERVICE_SERVICE);
    const std::string text = dump(request);
    ob_buf reply{0};
    OB_CHECK(ask(
        [&](ob_error* error) { return table->call(handle_, span(service), span(method), span(text), &reply, error); }));
    OB_TRY(const std::string bytes, host_.take(reply));
    return parse(bytes);
  }
  /// Goes out when the unit of work is committed. `topic` is declared in events.publishes; events of one key keep their
  /// order.
  [[nodiscard]] Result<void> publish(std::string_view topic, std::string_view key, const Json& payload) const {
    const ob_event_v1* table = host_.services().event;
    if (table == nullptr) return Host::absent(OB_SERVICE_EVENT);
    const std::string text = dump(payload);
    return ask([&](ob_error* error) { return table->publish(handle_, span(topic), span(key), span(text), error); });
  }
  /// An audit line of the plugin's own; record writes are audited by the kernel anyway. Never put secrets into
  /// `detail`.
  [[nodiscard]] Result<void> audit(std::string_view action, std::string_view subject, std::string_view subject_id,
                                   const Json& detail = nullptr) const {
    const ob_audit_v1* table = host_.services().audit;
    if (table == nullptr) return Host::absent(OB_SERVICE_AUDIT);
    const std::string text = detail.is_null() ? std::string() : dump(detail);
    return ask([&](ob_error* error) {
      return table->record(handle_, span(action), span(subject), span(subject_id), span(text), error);
    });
  }
  /// Starts a job of the manifest behind the request.
  [[nodiscard]] Result<JobId> submit(std::string_view job, const Json& payload) const {
    const ob_job_v1* table = host_.services().job;
    if (table == nullptr) return Host::absent(OB_SERVICE_JOB);
    const std::string text = dump(payload);
    JobId id;
    OB_CHECK(ask([&](ob_error* error) { return table->submit(handle_, span(job), span(text), &id.value, error); }));
    return id;
  }
  /// A text of the locales folder in the call's language; {0}, {1} … are replaced. A key that is missing is answered as
  /// itself.
  [[nodiscard]] std::string text(std::string_view key, const std::vector<std::string>& args = {}) const {
    const ob_i18n_v1* table = host_.services().i18n;
    if (table == nullptr) return std::string(key);
    const std::string list = args.empty() ? std::string() : dump(Json(args));
    auto answer = ask_text([&](char* out, std::uint32_t cap, std::uint32_t* need, ob_error* error) {
      return table->text(handle_, span(key), span(list), out, cap, need, error);
    });
    return answer ? *std::move(answer) : std::string(key);
  }

 private:
  const Host& host_;
  ob_call handle_;
  mutable std::string language_;
};

} // namespace onebudget::plugin
