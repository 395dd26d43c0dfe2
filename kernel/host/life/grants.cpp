#include "kernel/host/life/grants.hpp"

#include <algorithm>

namespace onebudget::host {
namespace {

void read_verbs(const records::Entity& entity, std::vector<std::string>& out) {
  out.push_back(entity.permission("read"));
}

void write_verbs(const records::Entity& entity, std::vector<std::string>& out) {
  for (const auto* verb : {"read", "create", "update", "delete", "import"}) out.push_back(entity.permission(verb));
  for (const auto& transition : entity.transitions) {
    if (!transition.permission.empty()) out.push_back(entity.permission(transition.permission));
  }
}

} // namespace

bool fits(const DeclaredSetting& setting, const Json& value) {
  if (setting.type == "text") return value.is_string();
  if (setting.type == "int") return value.is_number_integer();
  if (setting.type == "bool") return value.is_boolean();
  if (setting.type == "number") return value.is_number();
  return true;
}

std::vector<std::string> service_permissions(const Bundle& bundle, const World& world) {
  std::vector<std::string> out;
  const auto each = [&](const std::string& subject, const auto& verbs) {
    const bool all = subject.ends_with(".*");
    const auto scan = [&](const Bundle& other) {
      for (const auto& entity : other.entities) {
        if (all ? entity.plugin + ".*" == subject : entity.full_name() == subject) verbs(entity, out);
      }
    };
    scan(bundle);
    for (const auto& [id, other] : world.running) {
      if (id != bundle.manifest.id) scan(*other);
    }
  };
  for (const auto& capability : bundle.manifest.capabilities) {
    const auto colon = capability.find(':');
    const auto verb = capability.substr(0, colon);
    const auto subject = capability.substr(colon + 1);
    if (verb == "records.read") each(subject, read_verbs);
    if (verb == "records.write") each(subject, write_verbs);
    if (verb == "permission") out.push_back(subject);
  }
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Result<std::string> settings_json(const Manifest& manifest, const std::map<std::string, std::string>& configured) {
  Json out = Json::object();
  for (const auto& setting : manifest.settings) {
    out[setting.key] = setting.default_value;
    const auto key = manifest.id + "." + setting.key;
    const auto found = configured.find(key);
    if (found == configured.end()) continue;
    auto value = parse_json(found->second, {1U << 16U, 16});
    if (!value || !fits(setting, *value)) {
      return fault(
          FaultKind::rule, "host.setting",
          {"设置 " + key + " 的值不是 " + setting.type + "。请改正配置 plugins.settings。",
           "The value of the setting " + key + " is not of type " + setting.type + ". Correct plugins.settings."});
    }
    out[setting.key] = std::move(*value);
  }
  return out.dump();
}

} // namespace onebudget::host
