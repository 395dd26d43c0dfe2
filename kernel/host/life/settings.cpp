// What administrators set for plugins while the server runs.

#include <algorithm>

#include "kernel/host/life/grants.hpp"
#include "kernel/host/life/state.hpp"
#include "kernel/storage/each.hpp"

namespace onebudget::host {
namespace {

constexpr std::size_t kMostBytes = 1U << 16U; ///< of one value

/// The newest good declaration of every plugin, or the one that runs.
std::map<std::string, std::shared_ptr<const Bundle>> declared(const World& world) {
  auto out = world.running;
  for (const auto& found : world.found) {
    if (!found.bundle || world.running.contains(found.id)) continue;
    auto& best = out[found.id];
    if (!best || best->manifest.version < found.bundle->manifest.version) best = found.bundle;
  }
  return out;
}

} // namespace

Result<Host::State::StoredSettings> Host::State::stored_settings(storage::Session& session) {
  StoredSettings out;
  OB_CHECK(storage::each(
      session, "SELECT plugin, name, value, version FROM host_setting", {}, [&](const storage::Rows& rows) {
        out[std::string(rows.text(0)) + "." + std::string(rows.text(1))] = {std::string(rows.text(2)), rows.integer(3)};
      }));
  return out;
}

Result<std::string> Host::State::settings_of(const Context& context, const Manifest& manifest) {
  auto values = options.settings;
  OB_CHECK(kernel.database.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const auto stored, stored_settings(session));
    for (const auto& [name, setting] : stored) values[name] = setting.value;
    return {};
  }));
  // What was stored for an older version of the plugin and no longer fits gives way to the default.
  for (const auto& setting : manifest.settings) {
    const auto name = manifest.id + "." + setting.key;
    const auto kept = values.find(name);
    if (kept == values.end() || options.settings.contains(name)) continue;
    const auto value = parse_json(kept->second, {kMostBytes, 16});
    if (!value || !fits(setting, *value)) values.erase(kept);
  }
  return settings_json(manifest, values);
}

Result<std::vector<SettingInfo>> Host::settings(const Context& context) {
  State::StoredSettings stored;
  OB_CHECK(state_->kernel.database.read(context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(stored, State::stored_settings(session));
    return {};
  }));
  std::vector<SettingInfo> out;
  for (const auto& [id, bundle] : declared(state_->world())) {
    OB_TRY(const auto text, state_->settings_of(context, bundle->manifest));
    OB_TRY(const auto values, parse_json(text, {std::size_t{16} << 20, 20}));
    for (const auto& setting : bundle->manifest.settings) {
      const auto found = stored.find(id + "." + setting.key);
      out.push_back({id, setting.key, setting.title, setting.type, values[setting.key], setting.default_value,
                     found == stored.end() ? 1 : found->second.version, setting.description});
    }
  }
  return out;
}

Result<SettingInfo> Host::set_setting(const Context& context, const std::string& plugin, const std::string& key,
                                      const Json& value, std::int64_t version) {
  const std::lock_guard control(state_->control);
  const auto name = plugin + "." + key;
  OB_TRY(const auto known, settings(context));
  const auto found =
      std::ranges::find_if(known, [&](const auto& setting) { return setting.plugin == plugin && setting.key == key; });
  if (found == known.end()) {
    return fault(FaultKind::not_found, "host.no_setting",
                 {"没有设置 " + name + "。", "There is no setting " + name + "."});
  }
  const auto text = value.dump();
  if (!fits({key, {}, found->type, {}}, value) || text.size() > kMostBytes) {
    return fault(
        FaultKind::rule, "host.setting",
        {"设置 " + name + " 的值应为 " + found->type + "，且不超过 64 KiB。",
         "The value of the setting " + name + " must be of type " + found->type + ", at most 64 KiB."},
        {{"/value", "field.type", {"类型不符。", "It is of another type."}, {"请改正取值。", "Correct the value."}}});
  }
  SettingInfo changed = *found;
  changed.value = value;
  changed.version = version + 1;
  OB_CHECK(state_->kernel.database.write(context, [&](storage::Session& session) -> Result<void> {
    const auto written = version == 1 ? session.execute(
                                            "INSERT INTO host_setting (plugin, name, value, version, changed_ms) "
                                            "VALUES (?, ?, ?, 2, ?) ON CONFLICT (plugin, name) DO NOTHING",
                                            {plugin, key, text, context.now_ms})
                                      : session.execute(
                                            "UPDATE host_setting SET value = ?, version = version + 1, changed_ms = ? "
                                            "WHERE plugin = ? AND name = ? AND version = ?",
                                            {text, context.now_ms, plugin, key, version});
    if (!written) return written.fault();
    if (*written != 1)
      return fault(FaultKind::version, "host.setting_version",
                   {"该设置已被他人修改，请刷新后重试。", "Somebody else changed the setting; read it again."});
    OB_CHECK(state_->kernel.audit.append(
        session, context, plugin_entry("setting.update", name, "ok", "", {{"from", found->value}, {"to", value}})));
    events::Event event;
    event.topic = "setting.changed";
    event.key = name;
    event.payload = Json{{"plugin", plugin}, {"key", key}}.dump();
    return state_->kernel.outbox.append(session, context, event);
  }));
  state_->kernel.outbox.wake();
  if (const auto guest = state_->guest(plugin)) {
    OB_TRY(auto fresh, state_->settings_of(context, guest->bundle().manifest));
    guest->set_settings(std::move(fresh));
  }
  return changed;
}

} // namespace onebudget::host
