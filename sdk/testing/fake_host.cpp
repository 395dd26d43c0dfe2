#include "sdk/testing/fake_host.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <filesystem>

#include "sdk/declarations/package/bundle.hpp"
#include "sdk/declarations/package/file.hpp"
#include "sdk/declarations/package/route_check.hpp"
#include "sdk/declarations/schema.hpp"
#include "sdk/testing/fake/state.hpp"

namespace onebudget::testing {
namespace {

namespace fs = std::filesystem;

Fault trouble(const std::string& code, const std::string& what) {
  return fault(FaultKind::internal, "testing." + code, {what, what});
}

/// The first mistake with its place; empty when there is none.
std::string sentence(const std::vector<FieldFault>& mistakes) {
  return mistakes.empty() ? std::string() : mistakes.front().field + " " + mistakes.front().message.en;
}

std::int64_t number_of(const Json& row) { return std::stoll(row.at("id").get<std::string>()); }

} // namespace

FakeHost::FakeHost(std::string package) : state_(std::make_unique<State>()) {
  state_->package = std::move(package);
  enroll(*state_);
}
FakeHost::~FakeHost() {
  if (state_->self != nullptr) static_cast<void>(stop());
  if (state_->library != nullptr) dlclose(state_->library);
  withdraw(*state_);
}

void FakeHost::set_now(std::int64_t utc_ms) { state_->now_ms = utc_ms; }
void FakeHost::set_language(std::string language) { state_->language = std::move(language); }
void FakeHost::set_caller(std::string name, UserId user) {
  state_->caller = {
      {"kind", user.none() ? "service" : "person"}, {"user", nullptr}, {"name", name}, {"display_name", name}};
  if (!user.none()) state_->caller["user"] = user.str();
}
void FakeHost::set_setting(const std::string& key, Json value) { state_->settings[key] = std::move(value); }
void FakeHost::grant(const std::string& permission) { state_->granted.insert(permission); }
void FakeHost::provide(const std::string& service, Provider provider) {
  state_->providers[service] = std::move(provider);
}
void FakeHost::declare(const std::string& plugin, const Json& entity) {
  auto read = FakeEntity::read(plugin, entity);
  if (read) state_->store.declare(*std::move(read));
}
void FakeHost::add_holder(Json grant, const std::vector<RecordId>& over) {
  grant["over"] = Json::array();
  for (const RecordId node : over) grant["over"].push_back(node.str());
  state_->holders.push_back(std::move(grant));
}
void FakeHost::drop_holder(UserId user) {
  std::erase_if(state_->holders, [&](const Json& grant) { return grant.value("user", "") == user.str(); });
}
void FakeHost::rule(const std::string& entity, Rule rule) { state_->rules[entity] = std::move(rule); }
void FakeHost::add_node(RecordId id, Json node) {
  node["id"] = id.str();
  state_->nodes[id.value] = std::move(node);
}
void FakeHost::cancel_jobs() { state_->jobs_cancelled = true; }
void FakeHost::set_checkpoint(Json state) { state_->checkpoint = std::move(state); }
void FakeHost::offer(std::uint32_t abi_major, std::uint32_t abi_minor) {
  state_->abi_major = abi_major;
  state_->abi_minor = abi_minor;
}
void FakeHost::withhold(const std::string& service) { state_->withheld.insert(service); }

Result<void> FakeHost::State::read_package() {
  OB_TRY(const auto bundle, declarations::read_bundle(package, "sqlite"));
  OB_TRY(const std::string text, declarations::read_file(package + "/plugin.json", declarations::kManifestBytes));
  OB_TRY(manifest, parse_json(text));
  id = bundle->manifest.id;
  version = bundle->manifest.version.str();
  for (const auto& setting : bundle->manifest.settings)
    if (!settings.contains(setting.key)) settings[setting.key] = setting.default_value;
  routes = bundle->manifest.routes;
  for (const auto& entity : bundle->entities) store.declare(FakeEntity::of(entity));
  for (const auto& [key, both] : bundle->texts) {
    texts["zh"][key] = both.zh;
    texts["en"][key] = both.en;
  }
  return {};
}

Json FakeHost::State::declared_method(const std::string& service, const std::string& method) const {
  for (const Json& provided : manifest.value("provides", Json::object()).value("services", Json::array()))
    if (provided.value("id", "") == service)
      return provided.value("methods", Json::object()).value(method, Json::object());
  return Json::object();
}

const declarations::DeclaredRoute* FakeHost::State::declared_route(const std::string& route) const {
  const auto found =
      std::ranges::find_if(routes, [&](const auto& own) { return own.method + " " + own.path == route; });
  return found == routes.end() ? nullptr : &*found;
}

bool FakeHost::State::undeclared(const declarations::DeclaredRoute* route, const Fault& refusal) const {
  if (route == nullptr || route->reply.is_null() || !refusal.code.starts_with(id + ".")) return false;
  return std::ranges::none_of(route->errors, [&](const Json& known) { return known["code"] == refusal.code; });
}

Result<void> FakeHost::State::live(std::int32_t status, const ob_error& error) const {
  if (status >= 0) return {};
  return plugin::fault_of(status, error);
}

Result<void> FakeHost::State::run(ob_plugin_entry_fn entry) {
  char reason[512] = "";
  const std::string host_version = "testing";
  const ob_host_offer offer{sizeof(ob_host_offer),      abi_major, abi_minor, sizeof reason,
                            plugin::span(host_version), reason};
  plugin = entry(&offer);
  if (plugin == nullptr) return trouble("refused", std::string("the plugin refused the host: ") + reason);
  if (plugin::view(plugin->id) != id || plugin::view(plugin->version) != version)
    return trouble("load", "id or version differ from plugin.json");
  ob_error error = plugin::new_error();
  OB_CHECK(live(plugin->create(fake_core(), {handle(0)}, &self, &error), error));
  const std::string json = plugin::dump(settings);
  Result<void> ready = live(plugin->init(self, plugin::span(json), &error), error);
  if (ready) ready = live(plugin->activate(self, &error), error);
  if (ready) return {};
  plugin->destroy(self);
  self = nullptr;
  return ready.fault();
}

Result<void> FakeHost::start() {
  OB_CHECK(state_->read_package());
  const std::string path = (fs::path(state_->package) / ("lib" + state_->id + ".so")).string();
  if (state_->library == nullptr) state_->library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (state_->library == nullptr) return trouble("load", dlerror());
  void* symbol = dlsym(state_->library, "ob_plugin_entry_v0");
  if (symbol == nullptr) return trouble("load", "ob_plugin_entry_v0 is not exported");
  return state_->run(reinterpret_cast<ob_plugin_entry_fn>(symbol));
}
Result<void> FakeHost::start(ob_plugin_entry_fn entry) {
  OB_CHECK(state_->read_package());
  return state_->run(entry);
}

Result<void> FakeHost::stop() {
  if (state_->self == nullptr) return {};
  ob_error error = plugin::new_error();
  Result<void> ended = state_->live(state_->plugin->deactivate(state_->self, &error), error);
  state_->plugin->destroy(state_->self);
  state_->self = nullptr;
  if (ended && !(state_->buffers.empty() && state_->cursors.empty())) {
    ended = trouble("leak", std::to_string(state_->buffers.size()) + " buffers and " +
                                std::to_string(state_->cursors.size()) + " cursors were left over");
  }
  return ended;
}

bool FakeHost::State::may_use(const std::string& service) const {
  if (withheld.contains(service)) return false;
  for (const char* list : {"requires", "optional"})
    for (const Json& named : manifest.value(list, Json::object()).value("services", Json::array()))
      if (named == service) return true;
  const auto has = [&](const char* key) { return manifest.contains(key) && !manifest[key].empty(); };
  return service == OB_SERVICE_LOG || service == OB_SERVICE_CALL || service == OB_SERVICE_TREE ||
         (service == OB_SERVICE_CONFIG && has("settings")) || (service == OB_SERVICE_HTTP && has("routes")) ||
         (service == OB_SERVICE_JOB && has("jobs")) ||
         (service == OB_SERVICE_HOOK &&
          !manifest.value("hooks", Json::object()).value("validate", Json::array()).empty()) ||
         (service == OB_SERVICE_EVENT &&
          !manifest.value("events", Json::object()).value("publishes", Json::array()).empty());
}

void FakeHost::State::keep(FakeUnit& unit) {
  store = unit.store;
  for (auto& event : unit.events) events.push_back(std::move(event));
  for (auto& audit : unit.audits) audits.push_back(std::move(audit));
  unit.events.clear();
  unit.audits.clear();
}

Result<void> FakeHost::State::enter(Frame& frame, const std::function<std::int32_t(ob_call, ob_error*)>& fn) {
  const std::uint64_t call = new_handle();
  calls[call] = &frame;
  ob_error error = plugin::new_error();
  const std::int32_t status = fn({call}, &error);
  calls.erase(call);
  const auto its_own = [call](const auto& item) { return item.second.call == call; };
  std::erase_if(cursors, its_own);
  std::erase_if(buffers, its_own);
  auto ended = live(status, error);
  if (ended || frame.told.empty()) return ended;
  Fault whole = std::move(ended).fault();
  whole.fields = std::move(frame.told);
  for (FieldFault& one : whole.fields)
    if (one.code.empty()) one.code = whole.code;
  return whole;
}

Result<std::string> FakeHost::State::take_buffer(ob_buf buffer) {
  const auto found = buffers.find(buffer.v);
  if (found == buffers.end()) return trouble("answer", "the plugin answered without a buffer");
  std::string bytes = std::move(found->second.bytes);
  buffers.erase(found);
  return bytes;
}

Result<void> FakeHost::State::judge(const std::shared_ptr<FakeUnit>& unit, int depth, std::int32_t action,
                                    const std::string& entity, const Json& before, Json& after,
                                    const std::string& transition) {
  if (const auto rule = rules.find(entity); rule != rules.end()) {
    OB_TRY(const Json assigned, rule->second(before, after, transition, [&](const auto&... message) {
      return serve(unit, depth + 1, message...);
    }));
    if (after.is_object()) after.update(assigned);
    return {};
  }
  const Json hooked = manifest.value("hooks", Json::object()).value("validate", Json::array());
  bool wanted = false;
  for (const Json& name : hooked) wanted = wanted || (name.is_string() && id + "." + name.get<std::string>() == entity);
  if (!wanted || self == nullptr) return {};
  if (depth > 8) return trouble("depth", "rules write into each other more than 8 deep");
  OB_TRY(const auto* table, handlers<ob_validate_v1>(OB_SERVICE_VALIDATE));
  Frame frame;
  frame.unit = unit;
  frame.depth = depth + 1;
  frame.validates = true;
  const std::string old_text = before.is_null() ? "" : plugin::dump(before),
                    new_text = after.is_null() ? "" : plugin::dump(after);
  const std::int64_t row = action == OB_ACTION_CREATE ? 0 : number_of(before);
  const ob_change change{
      sizeof(ob_change),     action, row, plugin::span(entity), plugin::span(transition), plugin::span(old_text),
      plugin::span(new_text)};
  OB_CHECK(enter(frame, [&](ob_call call, ob_error* error) { return table->validate(self, call, &change, error); }));
  if (!frame.findings.empty())
    return fault(FaultKind::rule, "records.rule",
                 {"未通过校验，请逐项改正。", "Rules refuse this; correct each point."}, frame.findings);
  if (after.is_object()) after.update(frame.assigned);
  return {};
}

Result<std::int64_t> FakeHost::State::write(const std::shared_ptr<FakeUnit>& unit, int depth, std::int32_t action,
                                            const std::string& entity, Json before, Json after,
                                            const std::string& transition) {
  OB_CHECK(judge(unit, depth, action, entity, before, after, transition));
  const std::int64_t row = number_of(action == OB_ACTION_CREATE ? after : before);
  if (action == OB_ACTION_REMOVE) {
    unit->store.erase(entity, row);
    return row;
  }
  if (action == OB_ACTION_CREATE) after["created_by"] = caller.value("user", Json());
  after["updated_by"] = caller.value("user", Json());
  OB_CHECK(unit->store.put(entity, std::move(after), now_ms));
  return row;
}

Result<RecordId> FakeHost::insert(const std::string& entity, const Json& values) {
  const auto unit = state_->new_unit();
  OB_TRY(Json row, unit->store.drafted(entity, values, state_->now_ms));
  OB_TRY(const std::int64_t id, state_->write(unit, 0, OB_ACTION_CREATE, entity, nullptr, std::move(row), ""));
  state_->keep(*unit);
  return RecordId{id};
}
Result<void> FakeHost::update(const std::string& entity, RecordId id, const Json& changes) {
  const auto unit = state_->new_unit();
  OB_TRY(Json before, unit->store.get(entity, id.value));
  OB_TRY(Json after, unit->store.changed(entity, id.value, before["version"], changes));
  OB_CHECK(state_->write(unit, 0, OB_ACTION_UPDATE, entity, std::move(before), std::move(after), ""));
  state_->keep(*unit);
  return {};
}
Result<void> FakeHost::transition(const std::string& entity, RecordId id, const std::string& name,
                                  const std::string& comment) {
  static_cast<void>(comment);
  const auto unit = state_->new_unit();
  OB_TRY(Json before, unit->store.get(entity, id.value));
  OB_TRY(Json after, unit->store.moved(entity, id.value, before["version"], name));
  OB_CHECK(state_->write(unit, 0, OB_ACTION_TRANSITION, entity, std::move(before), std::move(after), name));
  state_->keep(*unit);
  return {};
}
Result<void> FakeHost::remove(const std::string& entity, RecordId id) {
  const auto unit = state_->new_unit();
  OB_TRY(Json before, unit->store.get(entity, id.value));
  OB_CHECK(state_->write(unit, 0, OB_ACTION_REMOVE, entity, std::move(before), nullptr, ""));
  state_->keep(*unit);
  return {};
}
RecordId FakeHost::plant(const std::string& entity, const Json& values) {
  auto row = state_->store.drafted(entity, values, state_->now_ms);
  if (!row) return {};
  row->update(values);
  const std::int64_t id = number_of(*row);
  return state_->store.put(entity, *std::move(row), state_->now_ms) ? RecordId{id} : RecordId{};
}
plugin::Row FakeHost::row(const std::string& entity, RecordId id) const {
  auto found = state_->store.get(entity, id.value);
  return found ? plugin::Row(*std::move(found)) : plugin::Row();
}
std::vector<plugin::Row> FakeHost::rows(const std::string& entity, const std::string& filter) const {
  std::vector<plugin::Row> out;
  auto found = state_->store.query(entity, {{"filter", filter}});
  if (found)
    for (Json& row : *found) out.emplace_back(std::move(row));
  return out;
}

Result<plugin::Answer> FakeHost::request(const std::string& route, const std::map<std::string, std::string>& parameters,
                                         const std::string& body) {
  OB_TRY(const auto* table, state_->handlers<ob_handle_v1>(OB_SERVICE_HTTP));
  Frame frame;
  frame.unit = state_->new_unit();
  frame.route = route;
  frame.body = body;
  frame.parameters = parameters;
  const declarations::DeclaredRoute* declared = state_->declared_route(route);
  if (declared != nullptr)
    OB_CHECK(declarations::check_request(*declared, {parameters.begin(), parameters.end()}, body));
  const auto handled =
      state_->enter(frame, [&](ob_call call, ob_error* error) { return table->handle(state_->self, call, error); });
  if (!handled)
    return state_->undeclared(declared, handled.fault()) ? trouble("undeclared", route + ": " + handled.fault().code)
                                                         : handled.fault();
  if (frame.answer.status == 0) return trouble("answer", "the plugin did not respond");
  if (declared != nullptr && frame.answer.status < 300) {
    const auto mistakes =
        declarations::reply_mistakes(*declared, frame.answer.status, frame.answer.media_type, frame.answer.body);
    if (const std::string mistake = sentence(mistakes); !mistake.empty())
      return trouble("reply", route + ": " + mistake);
  }
  if (frame.answer.status < 300) state_->keep(*frame.unit);
  return frame.answer;
}

Result<Json> FakeHost::State::serve(const std::shared_ptr<FakeUnit>& unit, int depth, const std::string& service,
                                    const std::string& method, const Json& request) {
  OB_TRY(const auto* table, handlers<ob_serve_v1>(OB_SERVICE_SERVICE));
  const Json declared = declared_method(service, method);
  const auto mistake_of = [&](const Json& value, const char* part) {
    return sentence(declarations::schema_mistakes(value, declared.value(part, Json::object())));
  };
  if (const std::string mistake = mistake_of(request, "request"); !mistake.empty())
    return trouble("request", service + " " + method + ": " + mistake);
  Frame frame;
  frame.unit = unit;
  frame.depth = depth;
  const std::string text = plugin::dump(request);
  ob_buf reply{0};
  OB_CHECK(enter(frame, [&](ob_call call, ob_error* error) {
    return table->serve(self, call, plugin::span(service), plugin::span(method), plugin::span(text), &reply, error);
  }));
  OB_TRY(const std::string bytes, take_buffer(reply));
  OB_TRY(Json answer, plugin::parse(bytes));
  if (const std::string mistake = mistake_of(answer, "reply"); !mistake.empty())
    return trouble("reply", service + " " + method + ": " + mistake);
  return answer;
}

Result<Json> FakeHost::send(const std::string& service, const std::string& method, const Json& request) {
  const auto unit = state_->new_unit();
  OB_TRY(Json answer, state_->serve(unit, 1, service, method, request));
  state_->keep(*unit);
  return answer;
}

Result<void> FakeHost::deliver(const std::string& topic, const std::string& key, const Json& payload) {
  OB_TRY(const auto* table, state_->handlers<ob_on_event_v1>(OB_SERVICE_EVENT));
  Frame frame;
  frame.unit = state_->new_unit();
  const std::string text = plugin::dump(payload);
  const ob_event event{sizeof(ob_event),
                       0,
                       static_cast<std::int64_t>(state_->next_serial),
                       state_->now_ms,
                       plugin::span(topic),
                       plugin::span(key),
                       plugin::span(text)};
  OB_CHECK(state_->enter(
      frame, [&](ob_call call, ob_error* error) { return table->on_event(state_->self, call, &event, error); }));
  state_->keep(*frame.unit);
  return {};
}

Result<JobOutcome> FakeHost::run_job(const std::string& job, const Json& payload) {
  OB_TRY(const auto* table, state_->handlers<ob_run_job_v1>(OB_SERVICE_JOB));
  Frame frame;
  frame.unit = state_->new_unit();
  frame.payload = plugin::dump(payload);
  ob_buf result{0};
  OB_CHECK(state_->enter(frame, [&](ob_call call, ob_error* error) {
    return table->run(state_->self, call, plugin::span(job), &result, error);
  }));
  if (result.v != 0) {
    OB_TRY(const std::string bytes, state_->take_buffer(result));
    OB_TRY(frame.job.result, plugin::parse(bytes));
  }
  state_->keep(*frame.unit);
  return frame.job;
}

Result<plugin::Health> FakeHost::health() {
  OB_TRY(const auto* table, state_->handlers<ob_health_v1>(OB_SERVICE_HEALTH));
  std::int32_t state = 0;
  char reason[512];
  std::uint32_t need = 0;
  const std::int32_t status = table->check(state_->self, &state, reason, sizeof reason, &need);
  if (status < 0) return plugin::fault_of(status, plugin::new_error());
  return plugin::Health{static_cast<plugin::Health::State>(state), std::string(reason, need)};
}

const std::vector<LogLine>& FakeHost::logs() const { return state_->logs; }
const std::vector<Published>& FakeHost::events() const { return state_->events; }
const std::vector<Audited>& FakeHost::audits() const { return state_->audits; }
const std::vector<std::pair<std::string, Json>>& FakeHost::submitted() const { return state_->submitted; }
std::size_t FakeHost::record_reads() const { return state_->record_reads; }
bool FakeHost::healthy() const { return state_->is_healthy; }

} // namespace onebudget::testing
