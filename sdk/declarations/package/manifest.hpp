#pragma once
// plugin.json, read and checked. Nothing of a plugin's code has run when this is read.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/declarations/package/version.hpp"
#include "sdk/text/json_door.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::declarations {

inline constexpr int kManifestVersion = 1;
inline constexpr std::size_t kManifestBytes = 1 << 20;

struct PluginNeed {
  std::string id;
  std::string range_text;
  VersionRange range;
};

struct ProvidedService {
  std::string id;                   ///< "standards/1"
  std::vector<std::string> methods; ///< in the order of their names
};

struct DeclaredPermission {
  std::string code; ///< below the plugin: "project.submit"
  Text title;
  std::string risk = "medium";
};

/// Two permissions that one person may not hold (separation of duties). Full codes, at least one of the plugin's own.
struct DeclaredConflict {
  std::string first, second;
  Text title;
  std::string source; ///< of the rule
};

struct DeclaredJob {
  std::string name;
  Text title;
  std::string cron;            ///< empty = only when asked for
  std::string missed = "once"; ///< once, skip, all: see scheduler::Missed
  int attempts = 3;
  int timeout_minutes = 60;
};

struct Subscription {
  std::string topic;                 ///< exact, or ends in "*"
  std::vector<std::string> entities; ///< full names; empty = all
};

struct DeclaredRoute {
  std::string method, path, permission; ///< permission below the plugin
  Text title, description;
  int status = 200;                            ///< of success, 200 to 204
  std::string media_type = "application/json"; ///< of the answer of success
  Json request, reply; ///< JSON Schemas; of GET, `request` describes the query; null = any object
  Json query;          ///< of other methods than GET: an object whose properties are the query parameters; null = any
  Json errors = Json::array();         ///< refusals of the route's own: {status, code, when}
  std::vector<std::string> consumes;   ///< media types of a body that is not JSON
  std::shared_ptr<const Json> schemas; ///< those that the plugin names, by their whole $ref; null = none
};

/// A page of the web UI that the plugin brings along.
struct DeclaredPage {
  std::string name, module, permission; ///< module: a file of the folder ui/; permission below the plugin
  std::string place; ///< menu: a page; bar: a part of the top bar; record: a part of a record's page;
                     ///< home: a part of the first page
  Text title;
};

struct DeclaredSetting {
  std::string key;
  Text title;
  std::string type; ///< text | int | bool | number | json
  Json default_value;
  Text description{};
};

struct Manifest {
  std::string id, vendor, license;
  Version version;
  int abi_major = 0, abi_min_minor = 0;
  Text title, description;
  int order = 100;
  std::vector<std::string> services, optional_services; ///< "ob.records/1", "standards/1"
  std::vector<PluginNeed> plugins;
  std::vector<ProvidedService> provides;
  std::vector<DeclaredPermission> permissions;
  std::vector<DeclaredConflict> conflicts;
  std::vector<std::string> capabilities; ///< "records.read:standards.*"
  std::vector<DeclaredJob> jobs;
  std::vector<std::string> publishes;
  std::vector<Subscription> subscribes;
  std::vector<std::string> validated; ///< own entities whose writes call the plugin's validate
  std::vector<DeclaredRoute> routes;
  std::vector<DeclaredSetting> settings;
  std::vector<DeclaredPage> pages; ///< in the order of the menu
  int concurrency = 1;             ///< silence means one call at a time
  std::string isolation = "in_process_ok";
  std::string reload = "stateless";
  std::map<std::string, std::string> sha256; ///< file → hexadecimal digest, when the package was sealed
  std::map<std::string, std::string> sm3;    ///< the same by SM3
  std::vector<FieldFault> warnings;          ///< unknown keys: kept, not refused
};

/// Every mistake is one FieldFault whose field is a JSON pointer. Faults: host.manifest (rule) and those of parse_json.
Result<Manifest> parse_manifest(std::string_view text);

/// `standards` as the id of a plugin: ^[a-z][a-z0-9_]{1,31}$ and not a word of the kernel's own.
[[nodiscard]] bool valid_plugin_id(std::string_view id);

} // namespace onebudget::declarations
