#include "sdk/declarations/package/manifest.hpp"

#include <algorithm>
#include <set>

#include "sdk/declarations/cron.hpp"
#include "sdk/declarations/package/json_check.hpp"

namespace onebudget::declarations {
namespace {

constexpr std::string_view kReservedIds[] = {"api",     "events",  "host",    "kernel", "ob",
                                             "openapi", "records", "session", "system"};

bool snake(std::string_view word, std::size_t least, std::size_t most) {
  if (word.size() < least || word.size() > most || word.front() < 'a' || word.front() > 'z') return false;
  return std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

/// Words of snake_case joined by dots.
bool dotted(std::string_view text, std::size_t least_parts, std::size_t most_parts) {
  std::size_t parts = 0;
  for (;;) {
    const auto dot = text.find('.');
    const auto word = text.substr(0, dot);
    if (word.empty() || !snake(word, 1, 63)) return false;
    ++parts;
    if (dot == std::string_view::npos) return parts >= least_parts && parts <= most_parts;
    text.remove_prefix(dot + 1);
  }
}

/// "ob.records/1", "standards/1"
bool service_id(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || slash + 1 == text.size() || text.size() > 80) return false;
  const auto number = text.substr(slash + 1);
  return number.size() <= 3 && number.front() != '0' &&
         std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; }) &&
         dotted(text.substr(0, slash), 1, 3);
}

bool reverse_domain(std::string_view text) {
  std::size_t parts = 0;
  for (;;) {
    const auto dot = text.find('.');
    const auto word = text.substr(0, dot);
    if (word.empty() || word.size() > 63 || word.front() == '-' || word.back() == '-') return false;
    if (!std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }))
      return false;
    ++parts;
    if (dot == std::string_view::npos) return parts >= 2;
    text.remove_prefix(dot + 1);
  }
}

void format(JsonObject& object, std::string_view key, const std::string& value, bool ok, const Text& wanted) {
  if (value.empty() || ok) return;
  object.findings().mistake(
      object.at(key), "manifest.format",
      {"“" + value + "”格式不对，应为" + wanted.zh + "。", "\"" + value + "\" is not " + wanted.en + "."},
      {"请按示例改正。", "Correct it after the example."});
}

void check_services(JsonObject& object, std::string_view key, const std::vector<std::string>& ids) {
  for (const auto& id : ids)
    format(object, key, id, service_id(id), {"如 ob.records/1 的服务编号", "a service id such as ob.records/1"});
}

void read_head(JsonObject& root, Manifest& out) {
  out.id = root.text("id", true);
  format(root, "id", out.id, valid_plugin_id(out.id),
         {"2 到 32 个小写字母、数字、下划线，以字母开头，且不是保留字",
          "2 to 32 lower-case letters, digits and underscores, beginning with a letter, and not a reserved word"});
  out.vendor = root.text("vendor", true);
  format(root, "vendor", out.vendor, reverse_domain(out.vendor),
         {"反写域名，如 cn.onebudget", "a reverse domain such as cn.onebudget"});
  const auto version = root.text("version", true);
  const auto parsed = Version::parse(version);
  format(root, "version", version, parsed.has_value(), {"语义版本，如 0.1.0", "a semantic version such as 0.1.0"});
  if (parsed) out.version = *parsed;
  if (const Json* abi = root.member("abi"); abi != nullptr) {
    JsonObject object(*abi, root.at("abi"), root.findings());
    out.abi_major = object.integer("major", true, 0, 0, 1000);
    out.abi_min_minor = object.integer("min_minor", true, 0, 0, 10000);
    object.only({"major", "min_minor"});
  } else {
    static_cast<void>(root.integer("abi", true, 0, 0, 0));
  }
  out.title = root.title("title", true);
  out.description = root.title("description", false);
  out.order = root.integer("order", false, 100, 0, 100000);
  out.license = root.text("license", false);
  out.isolation = root.one_of("isolation", "in_process_ok", {"in_process_ok", "isolated_only"});
  out.reload = root.one_of("reload", "stateless", {"stateless", "state_transfer", "restart_only"});
}

void read_needs(JsonObject& root, Manifest& out) {
  if (const Json* found = root.member("requires"); found != nullptr) {
    JsonObject object(*found, root.at("requires"), root.findings());
    out.services = object.texts("services");
    check_services(object, "services", out.services);
    if (const Json* plugins = object.member("plugins"); plugins != nullptr) {
      JsonObject needs(*plugins, object.at("plugins"), root.findings());
      if (plugins->is_object()) {
        for (const auto& item : plugins->items()) {
          const auto text = needs.text(item.key(), true);
          const auto range = VersionRange::parse(text);
          format(needs, item.key(), text, range.has_value(),
                 {"版本范围，如 >=0.1.0 <1.0.0", "a version range such as >=0.1.0 <1.0.0"});
          format(needs, item.key(), item.key(), valid_plugin_id(item.key()) && item.key() != out.id,
                 {"另一插件的编号", "the id of another plugin"});
          if (range) out.plugins.push_back({item.key(), text, *range});
        }
      }
    }
    object.only({"services", "plugins"});
  }
  if (const Json* found = root.member("optional"); found != nullptr) {
    JsonObject object(*found, root.at("optional"), root.findings());
    out.optional_services = object.texts("services");
    check_services(object, "services", out.optional_services);
    object.only({"services"});
  }
}

void read_provides(JsonObject& root, Manifest& out) {
  const Json* found = root.member("provides");
  if (found == nullptr) return;
  JsonObject object(*found, root.at("provides"), root.findings());
  for (const auto& [item, pointer] : object.objects("services", 50)) {
    JsonObject service(*item, pointer, root.findings());
    ProvidedService provided;
    provided.id = service.text("id", true);
    const bool own = provided.id.starts_with(out.id + "/") || provided.id.starts_with(out.id + ".");
    format(service, "id", provided.id, service_id(provided.id) && own,
           {"以插件编号开头的服务编号，如 " + out.id + "/1",
            "a service id that begins with the plugin's id, such as " + out.id + "/1"});
    if (const Json* methods = service.member("methods"); methods != nullptr && methods->is_object()) {
      for (const auto& method : methods->items()) {
        format(service, "methods", method.key(), snake(method.key(), 1, 63),
               {"小写下划线的方法名", "a snake_case method name"});
        provided.methods.push_back(method.key());
      }
    }
    if (provided.methods.empty()) {
      root.findings().mistake(service.at("methods"), "manifest.required",
                              {"服务没有声明方法。", "The service declares no method."},
                              {"请至少声明一个方法。", "Declare at least one."});
    }
    service.only({"id", "methods", "title", "description"});
    out.provides.push_back(std::move(provided));
  }
  object.only({"services"});
}

void read_permissions(JsonObject& root, Manifest& out) {
  std::set<std::string> seen;
  for (const auto& [item, pointer] : root.objects("permissions", 500)) {
    JsonObject object(*item, pointer, root.findings());
    DeclaredPermission permission;
    permission.code = object.text("code", true);
    format(object, "code", permission.code, dotted(permission.code, 1, 3),
           {"如 project.submit 的权限码", "a code such as project.submit"});
    if (!permission.code.empty() && !seen.insert(permission.code).second) {
      root.findings().mistake(object.at("code"), "manifest.duplicate", {"权限码重复。", "The code is declared twice."},
                              {"请删去一个。", "Remove one."});
    }
    permission.title = object.title("title", true);
    permission.risk = object.one_of("risk", "medium", {"low", "medium", "high"});
    object.only({"code", "title", "risk", "description"});
    out.permissions.push_back(std::move(permission));
  }
  out.capabilities = root.texts("capabilities", 200);
  for (const auto& capability : out.capabilities) {
    const auto colon = capability.find(':');
    const auto verb = capability.substr(0, colon);
    const bool known = verb == "records.read" || verb == "records.write" || verb == "permission";
    auto subject = colon == std::string::npos ? std::string() : capability.substr(colon + 1);
    if (subject.ends_with(".*")) subject.resize(subject.size() - 2);
    format(root, "capabilities", capability, known && dotted(subject, 1, 4),
           {"records.read:<插件>.*、records.write:<插件>.<实体> 或 permission:<权限码>",
            "records.read:<plugin>.*, records.write:<plugin>.<entity> or permission:<code>"});
  }
}

void read_conflicts(JsonObject& root, Manifest& out) {
  for (const auto& [item, pointer] : root.objects("conflicts", 100)) {
    JsonObject object(*item, pointer, root.findings());
    DeclaredConflict conflict;
    const auto pair = object.texts("permissions", 2);
    const auto own = [&](const std::string& code) { return code.starts_with(out.id + "."); };
    const bool fine = pair.size() == 2 && pair[0] != pair[1] && (own(pair[0]) || own(pair[1])) &&
                      std::ranges::all_of(pair, [](const auto& code) { return dotted(code, 2, 4); });
    if (fine) {
      conflict.first = pair[0];
      conflict.second = pair[1];
    } else {
      root.findings().mistake(object.at("permissions"), "manifest.conflict",
                              {"应为两个不同的完整权限码，其中至少一个属于本插件。",
                               "These must be two different full codes, at least one of this plugin's own."},
                              {"例如 [\"" + out.id + ".bill.submit\", \"" + out.id + ".bill.approve\"]。",
                               "For example [\"" + out.id + ".bill.submit\", \"" + out.id + ".bill.approve\"]."});
    }
    conflict.title = object.title("title", true);
    conflict.source = object.text("source", true);
    object.only({"permissions", "title", "source"});
    out.conflicts.push_back(std::move(conflict));
  }
}

void read_work(JsonObject& root, Manifest& out) {
  std::set<std::string> seen;
  for (const auto& [item, pointer] : root.objects("jobs", 100)) {
    JsonObject object(*item, pointer, root.findings());
    DeclaredJob job;
    job.name = object.text("name", true);
    format(object, "name", job.name, snake(job.name, 1, 63) && seen.insert(job.name).second,
           {"小写下划线且不重复的名称", "a snake_case name used once"});
    job.title = object.title("title", true);
    job.cron = object.text("cron", false);
    if (const auto due = next_due(job.cron, "UTC", 0); !job.cron.empty() && !due)
      root.findings().mistake(object.at("cron"), due.fault().code, due.fault().message,
                              {"请改正 cron 表达式。", "Correct the cron expression."});
    if (const std::string missed = object.text("missed", false); !missed.empty()) job.missed = missed;
    format(object, "missed", job.missed, job.missed == "once" || job.missed == "skip" || job.missed == "all",
           {"once、skip 或 all", "once, skip or all"});
    job.attempts = object.integer("attempts", false, 3, 1, 20);
    job.timeout_minutes = object.integer("timeout_minutes", false, 60, 1, 1440);
    object.only({"name", "title", "cron", "missed", "attempts", "timeout_minutes", "description"});
    out.jobs.push_back(std::move(job));
  }
  if (const Json* found = root.member("events"); found != nullptr) {
    JsonObject object(*found, root.at("events"), root.findings());
    out.publishes = object.texts("publishes");
    for (const auto& topic : out.publishes) {
      format(object, "publishes", topic, dotted(topic, 2, 5) && topic.starts_with(out.id + "."),
             {"以插件编号开头的主题", "a topic that begins with the plugin's id"});
    }
    for (const auto& [item, pointer] : object.objects("subscribes", 100)) {
      JsonObject subscribed(*item, pointer, root.findings());
      Subscription subscription;
      subscription.topic = subscribed.text("topic", true);
      auto bare = subscription.topic;
      if (bare.ends_with(".*")) bare.resize(bare.size() - 2);
      format(subscribed, "topic", subscription.topic, dotted(bare, 1, 5),
             {"如 records.changed 的主题", "a topic such as records.changed"});
      subscription.entities = subscribed.texts("entities");
      subscribed.only({"topic", "entities"});
      out.subscribes.push_back(std::move(subscription));
    }
    object.only({"publishes", "subscribes"});
  }
  if (const Json* found = root.member("hooks"); found != nullptr) {
    JsonObject object(*found, root.at("hooks"), root.findings());
    out.validated = object.texts("validate");
    object.only({"validate"});
  }
}

/// A file inside the package: no way up, no absolute path.
bool inner_path(std::string_view path) {
  return !path.empty() && path.size() <= 200 && path.front() != '/' && path.find("..") == std::string_view::npos &&
         path.find('\\') == std::string_view::npos;
}

void read_digests(JsonObject& root, Manifest& out) {
  const Json* found = root.member("digest");
  if (found == nullptr) return;
  JsonObject files(*found, root.at("digest"), root.findings());
  if (!found->is_object()) return;
  for (const auto& item : found->items()) {
    JsonObject file(item.value(), files.at(item.key()), root.findings());
    for (const auto* kind : {"sha256", "sm3"}) {
      const bool sha256 = std::string_view(kind) == "sha256";
      const auto digest = file.text(kind, sha256);
      if (!sha256 && digest.empty()) continue;
      const bool hex = digest.size() == 64 && std::ranges::all_of(digest, [](char c) {
                         return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                       });
      format(file, kind, digest, hex && inner_path(item.key()),
             {"包内文件的 64 位小写十六进制摘要", "a lower-case hexadecimal digest of a file in the package"});
      (sha256 ? out.sha256 : out.sm3)[item.key()] = digest;
    }
  }
}

bool route_path(std::string_view path) {
  if (path.size() < 2 || path.size() > 200 || path.front() != '/' || path.back() == '/') return false;
  path.remove_prefix(1);
  for (;;) {
    const auto slash = path.find('/');
    auto segment = path.substr(0, slash);
    if (segment.starts_with('{') && segment.ends_with('}') && segment.size() > 2) {
      if (!snake(segment.substr(1, segment.size() - 2), 1, 63)) return false;
    } else if (segment.empty() || !std::ranges::all_of(segment, [](char c) {
                 return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
               })) {
      return false;
    }
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

void read_routes(JsonObject& root, Manifest& out) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& [item, pointer] : root.objects("routes", 200)) {
    JsonObject object(*item, pointer, root.findings());
    DeclaredRoute route;
    route.method = object.one_of("method", "GET", {"GET", "POST", "PUT", "PATCH", "DELETE"});
    route.path = object.text("path", true);
    format(object, "path", route.path, route_path(route.path),
           {"如 /rule-pack/{id}/preview 的路径", "a path such as /rule-pack/{id}/preview"});
    if (!route.path.empty() && !seen.emplace(route.method, route.path).second) {
      root.findings().mistake(object.at("path"), "manifest.duplicate",
                              {"同一路由声明了两次。", "The route is declared twice."},
                              {"请删去一个。", "Remove one."});
    }
    route.permission = object.text("permission", true);
    format(object, "permission", route.permission, dotted(route.permission, 1, 3),
           {"如 project.read 的权限码", "a code such as project.read"});
    route.title = object.title("title", true);
    if (object.has("description")) route.description = object.title("description", false);
    route.status = object.integer("status", false, 200, 200, 204);
    if (object.has("media_type")) route.media_type = object.text("media_type", false);
    if (const Json* schema = object.member("request")) route.request = *schema;
    if (const Json* schema = object.member("reply")) route.reply = *schema;
    if (const Json* schema = object.member("query")) route.query = *schema;
    route.consumes = object.texts("consumes", 10);
    for (const auto& [own, place] : object.objects("errors", 100)) {
      JsonObject error(*own, place, root.findings());
      const int status = error.integer("status", true, 422, 400, 503);
      route.errors.push_back({{"status", status}, {"code", error.text("code", true)}});
      const Text when = error.title("when", true);
      route.errors.back()["when"] = {{"zh", when.zh}, {"en", when.en}};
      error.only({"status", "code", "when"});
    }
    object.only({"method", "path", "permission", "title", "description", "status", "media_type", "consumes", "query",
                 "request", "reply", "errors"});
    out.routes.push_back(std::move(route));
  }
}

void read_pages(JsonObject& root, Manifest& out) {
  const Json* found = root.member("ui");
  if (found == nullptr) return;
  JsonObject ui(*found, root.at("ui"), root.findings());
  for (const auto& [item, pointer] : ui.objects("pages", 100)) {
    JsonObject object(*item, pointer, root.findings());
    DeclaredPage page;
    page.name = object.text("name", true);
    format(object, "name", page.name, snake(page.name, 1, 63), {"小写下划线的名称", "a snake_case name"});
    page.module = object.text("module", true);
    page.permission = object.text("permission", true);
    page.title = object.title("title", true);
    page.place = object.one_of("place", "menu", {"menu", "bar", "record", "home"});
    object.only({"name", "module", "permission", "title", "place"});
    out.pages.push_back(std::move(page));
  }
  ui.only({"pages"});
}

void read_settings(JsonObject& root, Manifest& out) {
  for (const auto& [item, pointer] : root.objects("settings", 200)) {
    JsonObject object(*item, pointer, root.findings());
    DeclaredSetting setting;
    setting.key = object.text("key", true);
    format(object, "key", setting.key, dotted(setting.key, 1, 4),
           {"小写下划线、以点分隔的键", "snake_case words joined by dots"});
    setting.title = object.title("title", true);
    setting.description = object.title("description", false);
    setting.type = object.one_of("type", "text", {"text", "int", "bool", "number", "json"});
    if (const Json* value = object.member("default"); value != nullptr) setting.default_value = *value;
    const auto& value = setting.default_value;
    const bool fits = value.is_null() || setting.type == "json" || (setting.type == "text" && value.is_string()) ||
                      (setting.type == "int" && value.is_number_integer()) ||
                      (setting.type == "bool" && value.is_boolean()) || (setting.type == "number" && value.is_number());
    if (!fits) {
      root.findings().mistake(object.at("default"), "manifest.type",
                              {"默认值与类型不符。", "The default does not fit the type."},
                              {"请改默认值或类型。", "Change the default or the type."});
    }
    object.only({"key", "title", "type", "default", "description"});
    out.settings.push_back(std::move(setting));
  }
  if (const Json* found = root.member("limits"); found != nullptr) {
    JsonObject object(*found, root.at("limits"), root.findings());
    out.concurrency = object.integer("concurrency", false, 1, 1, 256);
    object.only({"concurrency", "memory_mib", "threads", "call_budget_ms"});
  }
}

} // namespace

bool valid_plugin_id(std::string_view id) {
  return snake(id, 2, 32) && std::ranges::find(kReservedIds, id) == std::end(kReservedIds);
}

Result<Manifest> parse_manifest(std::string_view text) {
  OB_TRY(const Json document, parse_json(text, {kManifestBytes, 32}));
  Findings findings;
  Manifest out;
  JsonObject root(document, "", findings);
  const int format_version = root.integer("manifest_version", true, kManifestVersion, 1, INT32_MAX);
  if (format_version > kManifestVersion) {
    const auto number = std::to_string(format_version);
    return fault(
        FaultKind::rule, "host.manifest_version",
        {"plugin.json 的格式版本 " + number + " 比本服务器认识的新。请升级服务器，或安装为本版服务器构建的插件。",
         "plugin.json has format version " + number +
             ", newer than this server knows. Upgrade the server, or install a build of "
             "the plugin for this one."},
        {{"/manifest_version",
          "manifest.version",
          {"格式版本过高。", "The format version is too high."},
          {"请升级服务器。", "Upgrade the server."}}});
  }
  read_head(root, out);
  read_needs(root, out);
  read_provides(root, out);
  read_permissions(root, out);
  read_conflicts(root, out);
  read_work(root, out);
  read_routes(root, out);
  read_settings(root, out);
  read_pages(root, out);
  read_digests(root, out);
  root.only({"manifest_version", "id",           "vendor",      "version", "abi",      "sdk",         "platform",
             "digest",           "title",        "description", "order",   "requires", "optional",    "provides",
             "permissions",      "capabilities", "jobs",        "events",  "hooks",    "routes",      "settings",
             "limits",           "isolation",    "reload",      "license", "ui",       "alert_rules", "texts",
             "conflicts",        "migrations",   "entities",    "views",   "$schema"});
  if (!findings.mistakes.empty()) {
    const auto count = std::to_string(findings.mistakes.size());
    const auto& first = findings.mistakes.front();
    Text message{"plugin.json 有 " + count + " 处错误：" + first.field + " " + first.message.zh,
                 "plugin.json has " + count + " mistakes: " + first.field + " " + first.message.en};
    return fault(FaultKind::rule, "host.manifest", std::move(message), std::move(findings.mistakes));
  }
  out.warnings = std::move(findings.warnings);
  return out;
}

} // namespace onebudget::declarations
