#pragma once
// The C++ face of a plugin. Derive from Plugin, say in the constructor who handles what, name the class in
// ONEBUDGET_PLUGIN(Class) in one file. Nothing of C++ crosses the border: no exception, no string, no allocation.
//
//   class Hello final : public onebudget::plugin::Plugin {
//    public:
//     Hello() { route("GET /greeting", greet); }
//   };
//   ONEBUDGET_PLUGIN(Hello)

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "sdk/cpp/handlers.hpp"

namespace onebudget::plugin {

/// Handlers are set in the constructor and never change later: calls come on several threads at once, as many as
/// limits.concurrency of the manifest allows (silence means one).
class Plugin {
 public:
  using Validator = std::function<Result<void>(Call&, const Change&, Verdict&)>;
  using Route = std::function<Result<Answer>(Call&, const Request&)>;
  using Service = std::function<Result<Json>(Call&, const Message&)>;
  using Listener = std::function<Result<void>(Call&, const Event&)>;
  using Runner = std::function<Result<Json>(Call&, Job&)>;
  using Check = std::function<Health()>;

  Plugin() = default;
  virtual ~Plugin() = default;
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  /// Settings of the manifest as an object; services may be read, nothing is served yet. A fault keeps the plugin off.
  virtual Result<void> init(const Json& settings) {
    static_cast<void>(settings);
    return {};
  }
  virtual Result<void> activate() { return {}; }
  /// All calls have returned. The host removes routes, jobs and subscriptions itself.
  virtual Result<void> deactivate() { return {}; }

 protected:
  /// The rule of an entity that the manifest lists under hooks.validate: "project", or a full name.
  void validate(std::string entity, Validator handler) { validators_[std::move(entity)] = std::move(handler); }
  /// "POST /rule-pack/{id}/preview", as in the manifest.
  void route(std::string route, Route handler) { routes_[std::move(route)] = std::move(handler); }
  /// serve("standards/1", "resolve", …)
  void serve(const std::string& service, const std::string& method, Service handler) {
    services_[service + " " + method] = std::move(handler);
  }
  /// A topic, or a beginning that ends in "*".
  void listen(std::string topic, Listener handler) { listeners_[std::move(topic)] = std::move(handler); }
  void job(std::string name, Runner handler) { jobs_[std::move(name)] = std::move(handler); }
  void health(Check check) { check_ = std::move(check); }

  /// Valid from init on.
  [[nodiscard]] const Host& host() const { return *host_; }

 private:
  template <class Own>
  friend struct Edge;

  [[nodiscard]] const Listener* listener(const std::string& topic) const {
    for (const auto& [wanted, handler] : listeners_) {
      const bool prefix = !wanted.empty() && wanted.back() == '*';
      if (prefix ? topic.rfind(wanted.substr(0, wanted.size() - 1), 0) == 0 : wanted == topic) return &handler;
    }
    return nullptr;
  }

  const Host* host_ = nullptr;
  std::map<std::string, Validator> validators_;
  std::map<std::string, Route> routes_;
  std::map<std::string, Service> services_;
  std::map<std::string, Listener> listeners_;
  std::map<std::string, Runner> jobs_;
  Check check_;
};

} // namespace onebudget::plugin

#include "sdk/cpp/edge.hpp"
