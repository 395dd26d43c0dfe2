// The table of routes and the OpenAPI document are the same set.

#include <set>

#include "kernel/http/api/services.hpp"
#include "kernel/http/openapi/document.hpp"
#include "kernel/storage/testing.hpp"
#include "sdk/declarations/testing.hpp"

namespace onebudget::http {
namespace {

using Names = std::set<std::string>;
constexpr std::string_view kBase = "/api/v1";

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.fault().message.en);
  return *std::move(result);
}

/// A server that listens nowhere, with one entity and no plugin.
struct Rooms {
  SystemClock clock;
  storage::TestDatabase database{storage::Dialect::sqlite};
  Context system = Context::system(clock);
  int migrated = must(storage::Migrations(*database).apply(system, all_migrations()));
  storage::IdBlocks ids{*database};
  audit::Log audit{*database, clock};
  identity::Identity identity{*database, ids, audit, clock, {}};
  access::Access access{*database, ids, audit, clock};
  events::Outbox outbox{*database, clock};
  scheduler::Scheduler scheduler{*database, ids, audit, outbox, clock, {}};
  records::Records records{*database, ids, access, audit, outbox, clock};
  observe::Log log{observe::Level::error, observe::Format::json};
  observe::Metrics metrics;
  observe::Health health;
  host::Host host{*database, access, audit, outbox, scheduler, records, clock, {}};
  SseHub hub;
  config::Config config = must(config::Config::load({}));
  Services services{*database, audit,  identity, access, outbox, scheduler, records, host, hub, log,
                    metrics,   health, clock,    config, "/tmp", 0,         "",      "0",  ""};
  Router router;

  Rooms() {
    using namespace declarations::testing;
    std::vector<records::Entity> entities;
    for (const Json& one : {kind_declaration(), project_declaration()})
      entities.push_back(must(records::parse_entity("demo", one)));
    const auto enabled = records.enable(system, "demo", entities, nullptr, {});
    if (!enabled) throw std::runtime_error(enabled.fault().message.en);
    register_routes(router, services);
  }

  [[nodiscard]] Json described() const { return openapi_document(records.entities(), host, "en", "0")["paths"]; }
};

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// "/system/node/{id}" as somebody asks for it.
std::string asked(const std::string& path) {
  std::string out;
  for (std::size_t at = 0; at < path.size(); ++at) {
    if (path[at] != '{') {
      out.push_back(path[at]);
      continue;
    }
    out += "1";
    at = path.find('}', at);
  }
  return out;
}

/// Those of the document as the router names them, and those that the router does not have.
std::pair<Names, Names> reached(const Rooms& rooms) {
  Names there, missing;
  const Json paths = rooms.described();
  for (const auto& [path, methods] : paths.items()) {
    for (const auto& [method, operation] : methods.items()) {
      const auto match = rooms.router.find(upper(method), std::string(kBase) + asked(path));
      if (match.route == nullptr)
        missing.insert(upper(method) + " " + path);
      else
        there.insert(match.route->method + " " + match.route->pattern);
    }
  }
  return {there, missing};
}

TEST(OpenApiRoutes, every_route_is_described_and_every_description_has_its_route) {
  const Rooms rooms;
  const auto [there, missing] = reached(rooms);
  EXPECT_EQ(missing, Names{});
  Names undescribed;
  // What a plugin does with the rest is described in its manifest, and goes into the document from there.
  const std::string plugins = std::string(kBase) + "/{plugin}/{rest*}";
  for (const Route* route : rooms.router.routes()) {
    const bool interface =
        route->pattern.starts_with(kBase); // /health and /metrics are for operators, in kernel/README.md
    if (interface && route->pattern != plugins && !there.contains(route->method + " " + route->pattern))
      undescribed.insert(route->method + " " + route->pattern);
  }
  EXPECT_EQ(undescribed, Names{});
  EXPECT_GT(there.size(), 60U);
}

} // namespace
} // namespace onebudget::http
