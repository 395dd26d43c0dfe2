#pragma once
// One entry into the plugin: the faces of the services that belong to it. Valid until the plugin returns. [worker]

#include "onebudget/host.hpp"

namespace onebudget::plugin {

/// Reads a text that must be JSON; a host that sends anything else is broken.
inline Result<Json> json_of(const std::string& text) {
  Json value = Json::parse(text, nullptr, false);
  if (!value.is_discarded()) return value;
  return fault(FaultKind::internal, "plugin.json", {"宿主返回的内容不是 JSON。", "The host's answer is not JSON."});
}

class Call {
 public:
  Call(const Host& host, ob_call handle) : host_(host), handle_(handle) {}
  [[nodiscard]] const Host& host() const { return host_; }
  [[nodiscard]] ob_call handle() const { return handle_; }

  // ob.call/1
  Result<std::string> language() const {
    OB_TRY(const auto* table, host_.service<ob_call_v1>(OB_SERVICE_CALL));
    return host_.text([&](char* out, uint32_t cap, uint32_t* need, ob_error* error) { return table->language(handle_, out, cap, need, error); });
  }
  Result<int64_t> now_ms() const {
    OB_TRY(const auto* table, host_.service<ob_call_v1>(OB_SERVICE_CALL));
    int64_t now = 0;
    ob_error error = fresh_error();
    const int32_t status = table->now(handle_, &now, &error);
    if (status < 0) return fault_of(status, error);
    return now;
  }

  // ob.tree/1
  Result<Json> node(int64_t id) const {
    OB_TRY(const auto* table, host_.service<ob_tree_v1>(OB_SERVICE_TREE));
    OB_TRY(const std::string text, host_.buffer([&](ob_buf* out, ob_error* error) { return table->node(handle_, id, out, error); }));
    return json_of(text);
  }

  // ob.records/1: documents in ABI form (fen, UTC ms, ids as strings)
  Result<Json> get(std::string_view entity, int64_t id) const {
    OB_TRY(const auto* table, records());
    OB_TRY(const std::string text, host_.buffer([&](ob_buf* out, ob_error* error) { return table->get(handle_, span(entity), id, out, error); }));
    return json_of(text);
  }
  /// All rows of a query, in batches; `take` answers false to stop.
  Result<void> query(std::string_view entity, const Json& spec, const std::function<bool(const Json& row)>& take) const {
    OB_TRY(const auto* table, records());
    const std::string text = spec.dump();
    ob_cursor cursor{0};
    ob_error error = fresh_error();
    int32_t status = table->query(handle_, span(entity), span(text), &cursor, &error);
    if (status < 0) return fault_of(status, error);
    bool more = true;
    while (more) {
      uint32_t count = 0;
      OB_TRY(const std::string batch, host_.buffer([&](ob_buf* out, ob_error* e) { return status = table->next_batch(handle_, cursor, out, &count, e); }));
      more = status != OB_END;
      if (batch.empty()) continue;
      OB_TRY(const Json rows, json_of(batch));
      for (const Json& row : rows)
        if (!take(row)) more = false;
    }
    table->close(handle_, cursor, &error);
    return {};
  }
  Result<std::vector<Json>> rows(std::string_view entity, const Json& spec) const {
    std::vector<Json> all;
    OB_CHECK(query(entity, spec, [&](const Json& row) {
      all.push_back(row);
      return true;
    }));
    return all;
  }
  Result<Json> aggregate(std::string_view entity, const Json& spec) const {
    OB_TRY(const auto* table, records());
    const std::string text = spec.dump();
    OB_TRY(const std::string out, host_.buffer([&](ob_buf* buf, ob_error* error) { return table->aggregate(handle_, span(entity), span(text), buf, error); }));
    return json_of(out);
  }
  Result<int64_t> insert(std::string_view entity, const Json& document) const {
    OB_TRY(const auto* table, records());
    const std::string text = document.dump();
    int64_t id = 0;
    ob_error error = fresh_error();
    const int32_t status = table->insert(handle_, span(entity), span(text), &id, &error);
    if (status < 0) return fault_of(status, error);
    return id;
  }
  Result<void> update(std::string_view entity, int64_t id, int64_t version, const Json& changes) const {
    OB_TRY(const auto* table, records());
    const std::string text = changes.dump();
    return done([&](ob_error* error) { return table->update(handle_, span(entity), id, version, span(text), error); });
  }
  Result<void> transition(std::string_view entity, int64_t id, int64_t version, std::string_view name, std::string_view comment = {}) const {
    OB_TRY(const auto* table, records());
    return done([&](ob_error* error) { return table->transition(handle_, span(entity), id, version, span(name), span(comment), error); });
  }

  // ob.service/1
  Result<Json> call_service(std::string_view service, std::string_view method, const Json& request) const {
    OB_TRY(const auto* table, host_.service<ob_service_v1>(OB_SERVICE_SERVICE));
    const std::string text = request.dump();
    OB_TRY(const std::string reply, host_.buffer([&](ob_buf* out, ob_error* error) { return table->call(handle_, span(service), span(method), span(text), out, error); }));
    return json_of(reply);
  }

  // ob.event/1, ob.audit/1
  Result<void> publish(std::string_view topic, std::string_view key, const Json& payload) const {
    OB_TRY(const auto* table, host_.service<ob_event_v1>(OB_SERVICE_EVENT));
    const std::string text = payload.dump();
    return done([&](ob_error* error) { return table->publish(handle_, span(topic), span(key), span(text), error); });
  }
  Result<void> audit(std::string_view action, std::string_view subject, std::string_view subject_id, const Json& detail) const {
    OB_TRY(const auto* table, host_.service<ob_audit_v1>(OB_SERVICE_AUDIT));
    const std::string text = detail.dump();
    return done([&](ob_error* error) { return table->record(handle_, span(action), span(subject), span(subject_id), span(text), error); });
  }

  // ob.kv/1
  Result<int64_t> increment(std::string_view key, int64_t by = 1) const {
    OB_TRY(const auto* table, host_.service<ob_kv_v1>(OB_SERVICE_KV));
    int64_t value = 0;
    ob_error error = fresh_error();
    const int32_t status = table->increment(handle_, span(key), by, &value, &error);
    if (status < 0) return fault_of(status, error);
    return value;
  }

  /// A text of the locales folder in the caller's language.
  std::string text(std::string_view key, const std::vector<std::string>& args = {}) const {
    const auto table = host_.service<ob_i18n_v1>(OB_SERVICE_I18N);
    if (!table) return std::string(key);
    const std::string list = Json(args).dump();
    auto found = host_.text([&](char* out, uint32_t cap, uint32_t* need, ob_error* error) { return (*table)->text(handle_, span(key), span(list), out, cap, need, error); });
    return found ? *found : std::string(key);
  }

 protected:
  template <class F>
  static Result<void> done(const F& run) {
    ob_error error = fresh_error();
    const int32_t status = run(&error);
    if (status < 0) return fault_of(status, error);
    return {};
  }
  Result<const ob_records_v1*> records() const { return host_.service<ob_records_v1>(OB_SERVICE_RECORDS); }

  const Host& host_;
  ob_call handle_;
};

/// A write that is about to happen, and the answers a rule may give.
class Change : public Call {
 public:
  Change(const Host& host, ob_call handle, const ob_change& change) : Call(host, handle), change_(change) {
    if (change.before.n > 0) before_ = Json::parse(view(change.before), nullptr, false);
    if (change.after.n > 0) after_ = Json::parse(view(change.after), nullptr, false);
  }
  [[nodiscard]] int32_t action() const { return change_.action; }
  [[nodiscard]] int64_t id() const { return change_.id; }
  [[nodiscard]] std::string_view entity() const { return view(change_.entity); }
  [[nodiscard]] std::string_view transition_name() const { return view(change_.transition); }
  [[nodiscard]] const Json& before() const { return before_; } ///< null on create
  [[nodiscard]] const Json& after() const { return after_; }   ///< null on remove

  Result<void> report(const FieldFault& finding) const {
    OB_TRY(const auto* table, host().service<ob_hook_v1>(OB_SERVICE_HOOK));
    OB_TRY(const std::string tongue, language());
    const std::string message = finding.message.in(tongue), remedy = finding.remedy.in(tongue);
    return done([&](ob_error* error) { return table->report(handle(), span(finding.field), span(finding.code), span(message), span(remedy), error); });
  }
  Result<void> report(const std::vector<FieldFault>& findings) const {
    for (const FieldFault& finding : findings) OB_CHECK(report(finding));
    return {};
  }
  Result<void> assign(std::string_view field, const Json& value) const {
    OB_TRY(const auto* table, host().service<ob_hook_v1>(OB_SERVICE_HOOK));
    const std::string text = value.dump();
    return done([&](ob_error* error) { return table->assign(handle(), span(field), span(text), error); });
  }

 private:
  const ob_change& change_;
  Json before_, after_;
};

/// A request to one of the manifest's routes.
class Exchange : public Call {
 public:
  using Call::Call;
  Result<std::string> route() const {
    OB_TRY(const auto* table, http());
    return host().text([&](char* out, uint32_t cap, uint32_t* need, ob_error* error) { return table->route(handle(), out, cap, need, error); });
  }
  Result<std::string> parameter(std::string_view name) const {
    OB_TRY(const auto* table, http());
    return host().text([&](char* out, uint32_t cap, uint32_t* need, ob_error* error) { return table->parameter(handle(), span(name), out, cap, need, error); });
  }
  Result<std::string> body() const {
    OB_TRY(const auto* table, http());
    return host().buffer([&](ob_buf* out, ob_error* error) { return table->body(handle(), out, error); });
  }
  Result<void> respond(int32_t status, const Json& body) const {
    OB_TRY(const auto* table, http());
    const std::string text = body.dump();
    return done([&](ob_error* error) { return table->respond(handle(), status, span("application/json"), bytes(text), error); });
  }

 private:
  Result<const ob_http_v1*> http() const { return host().service<ob_http_v1>(OB_SERVICE_HTTP); }
};

/// A job at work.
class Run : public Call {
 public:
  using Call::Call;
  Result<Json> payload() const {
    OB_TRY(const auto* table, job());
    OB_TRY(const std::string text, host().buffer([&](ob_buf* out, ob_error* error) { return table->payload(handle(), out, error); }));
    return text.empty() ? Result<Json>(Json()) : json_of(text);
  }
  Result<void> progress(int64_t finished, int64_t total, std::string_view message) const {
    OB_TRY(const auto* table, job());
    return done([&](ob_error* error) { return table->progress(handle(), finished, total, span(message), error); });
  }
  [[nodiscard]] bool cancelled() const {
    const auto table = job();
    int32_t asked = 0;
    ob_error error = fresh_error();
    return table.ok() && (*table)->cancelled(handle(), &asked, &error) >= 0 && asked != 0;
  }
  Result<void> checkpoint(const Json& state) const {
    OB_TRY(const auto* table, job());
    const std::string text = state.dump();
    return done([&](ob_error* error) { return table->checkpoint(handle(), span(text), error); });
  }

 private:
  Result<const ob_job_v1*> job() const { return host().service<ob_job_v1>(OB_SERVICE_JOB); }
};

} // namespace onebudget::plugin
