#include "kernel/host/life/prepare.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "kernel/host/life/store.hpp"
#include "sdk/declarations/package/file.hpp"
#include "sdk/include/onebudget/core.h"
#include "sdk/inspection/note.hpp"

namespace onebudget::host {
namespace {

class Preparer {
 public:
  Preparer(const Context& context, storage::Database& database, records::Records& records, const World& world,
           const std::string& id)
      : context_(context), database_(database), records_(records), world_(world) {
    out_.plan.id = id;
  }

  Result<Prepared> run(const Trust& trust) {
    if (!choose()) return std::move(out_);
    const auto& bundle = *out_.bundle;
    out_.plan.version = bundle.manifest.version.str();
    out_.plan.permissions = permissions_of(bundle);
    abi(bundle.manifest);
    services(bundle.manifest);
    if (world_.running.contains(bundle.manifest.id) && bundle.manifest.reload == "restart_only") {
      refuse("/reload", "host.restart_only",
             {"该插件声明不能在运行中更换版本。", "The plugin says that its version cannot change while it runs."},
             {"请先停用，再启用所需版本。", "Disable it, then enable the wanted version."});
    }
    library(bundle, trust);
    OB_CHECK(tables(bundle));
    work(bundle.manifest);
    return std::move(out_);
  }

 private:
  void refuse(std::string field, std::string code, Text message, Text remedy) {
    out_.plan.refusals.push_back({std::move(field), std::move(code), std::move(message), std::move(remedy)});
  }
  void act(const std::string& zh, const std::string& en) { out_.plan.actions.push_back(context_.english() ? en : zh); }

  /// The version to run, or why there is none.
  bool choose() {
    const auto& id = out_.plan.id;
    std::map<std::string, Version> running;
    for (const auto& [name, bundle] : world_.running) {
      if (name != id) running[name] = bundle->manifest.version;
    }
    const auto solution = solve(candidates(world_), {id}, running);
    for (const auto& candidate : solution.order) {
      if (candidate.id != id) continue;
      for (const auto& found : world_.found) {
        if (found.bundle && found.id == id && found.bundle->manifest.version == candidate.version)
          out_.bundle = found.bundle;
      }
    }
    if (out_.bundle) return true;
    // A folder that could not be read says more than "there is none".
    for (const auto& found : world_.found) {
      if (found.id != id || found.bundle) continue;
      out_.plan.version = found.version;
      if (found.fault.fields.empty()) refuse(found.directory, found.fault.code, found.fault.message, kRepair);
      for (const auto& field : found.fault.fields) out_.plan.refusals.push_back(field);
    }
    if (const auto refused = solution.refused.find(id);
        refused != solution.refused.end() && out_.plan.refusals.empty()) {
      out_.plan.refusals = refused->second;
      for (auto& refusal : out_.plan.refusals) broken_need(refusal);
    }
    return false;
  }

  /// A needed plugin that is there and cannot be read is not "missing".
  void broken_need(FieldFault& refusal) const {
    if (refusal.code != "host.dependency_missing") return;
    for (const auto& found : world_.found) {
      if (found.bundle || refusal.field != "/requires/plugins/" + found.id) continue;
      refusal.code = "host.dependency_broken";
      refusal.message = {"所需插件 " + found.id + " 不可用：" + found.fault.message.zh,
                         "The required plugin " + found.id + " cannot be used: " + found.fault.message.en};
      refusal.remedy = {"请先修复或重新安装插件 " + found.id + "。",
                        "Repair or install the plugin " + found.id + " again first."};
      return;
    }
  }

  void abi(const Manifest& manifest) {
    const auto speaks = std::to_string(OB_ABI_MAJOR) + "." + std::to_string(OB_ABI_MINOR);
    const auto wants = std::to_string(manifest.abi_major) + "." + std::to_string(manifest.abi_min_minor);
    const bool major = manifest.abi_major == static_cast<int>(OB_ABI_MAJOR);
    if (major && manifest.abi_min_minor <= static_cast<int>(OB_ABI_MINOR)) return;
    refuse("/abi", "host.abi",
           {"插件为接口版本 " + wants + " 构建，本服务器为 " + speaks + "。",
            "The plugin is built for ABI " + wants + "; this server speaks " + speaks + "."},
           major ? Text{"请升级服务器，或安装较旧的插件版本。",
                        "Upgrade the server, or install an older version of the plugin."}
                 : Text{"请安装为本服务器构建的插件版本。", "Install a version of the plugin built for this server."});
  }

  void services(const Manifest& manifest) {
    if (manifest.isolation == "isolated_only") {
      refuse("/isolation", "host.isolation",
             {"该插件要求在独立进程中运行，本服务器尚未提供。",
              "The plugin asks for a process of its own, which this server does not offer."},
             {"请使用允许进程内运行的构建。", "Use a build that may run in process."});
    }
    for (const auto& service : manifest.services) {
      if (offered_services().contains(service) || provider(service)) continue;
      const bool kernel = service.starts_with("ob.");
      refuse("/requires/services", "host.service_missing",
             {"没有所需的服务 " + service + "。", "The required service " + service + " is not there."},
             kernel ? Text{"请升级服务器，或改用不需要它的插件版本。",
                           "Upgrade the server, or use a version of the plugin that does not need it."}
                    : Text{"请先启用提供该服务的插件。", "Enable the plugin that provides it first."});
    }
    for (const auto& service : manifest.provides) {
      if (provider(service.id)) {
        refuse(
            "/provides/services", "host.service_taken",
            {"服务 " + service.id + " 已由另一插件提供。", "Another plugin provides the service " + service.id + "."},
            {"请先停用那个插件。", "Disable that plugin first."});
      }
    }
  }

  [[nodiscard]] bool provider(const std::string& service) const {
    return std::ranges::any_of(world_.running, [&](const auto& item) {
      return item.first != out_.plan.id &&
             std::ranges::any_of(item.second->manifest.provides, [&](const auto& own) { return own.id == service; });
    });
  }

  void library(const Bundle& bundle, const Trust& trust) {
    auto bytes = declarations::read_file(bundle.library, inspection::kLibraryBytes);
    if (!bytes) {
      refuse(bundle.library, bytes.fault().code, bytes.fault().message, kRepair);
      return;
    }
    const auto facts = inspection::read_elf(*bytes);
    if (!facts) {
      refuse("lib" + bundle.manifest.id + ".so", facts.fault().code, facts.fault().message, kRepair);
      return;
    }
    auto inspection = inspection::inspect(*facts);
    inspection::check_note(*facts, bundle.manifest, inspection);
    for (auto& refusal : inspection.refusals) out_.plan.refusals.push_back(std::move(refusal));
    act("装入 lib" + bundle.manifest.id + ".so（SHA-256 " + sha256_hex(*bytes) + "）",
        "load lib" + bundle.manifest.id + ".so (SHA-256 " + sha256_hex(*bytes) + ")");
    auto signature = check_signature(bundle, *bytes, trust.keys, trust.unsigned_allowed);
    for (auto& refusal : signature.refusals) out_.plan.refusals.push_back(std::move(refusal));
    if (signature.state == "signed")
      act("签名密钥 " + signature.key + "（" + signature.algorithm + "）",
          "signed by " + signature.key + " (" + signature.algorithm + ")");
    out_.library = std::move(*bytes);
  }

  Result<void> tables(const Bundle& bundle) {
    storage::Migrations migrations(database_);
    auto pending = migrations.pending(migrations_of(bundle));
    if (!pending) {
      if (pending.fault().kind == FaultKind::internal || pending.fault().kind == FaultKind::unavailable)
        return pending.fault();
      refuse("migrations", pending.fault().code, pending.fault().message, kRepair);
      return {};
    }
    for (const auto& migration : *pending) {
      auto number = std::to_string(migration.number);
      number.insert(0, number.size() < 4 ? 4 - number.size() : 0, '0');
      out_.plan.migrations.push_back(number + "-" + migration.name);
    }
    const auto running = world_.running.find(bundle.manifest.id);
    if (running != world_.running.end()) {
      out_.older = bundle.manifest.version < running->second->manifest.version;
      for (const auto& migration : *pending) expand_only(migration);
    }
    OB_TRY(auto schema, records_.plan(bundle.manifest.id, bundle.entities, out_.older));
    for (auto& action : schema.actions) out_.plan.actions.push_back(std::move(action));
    for (auto& refusal : schema.refusals) {
      // A pending migration that names the field as its matter brings the change.
      const bool brought =
          std::ranges::any_of(*pending, [&](const auto& migration) { return declares(migration.sql, refusal.field); });
      if (!brought) out_.plan.refusals.push_back(std::move(refusal));
    }
    return {};
  }

  /// While the version before still serves, and may come back, nothing that it knows may go.
  void expand_only(const storage::Migration& migration) {
    std::string upper = migration.sql;
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    for (const char* word : {"DROP ", "RENAME ", "DELETE ", "TRUNCATE ", "ALTER COLUMN", "-- CHANGES:"}) {
      if (upper.find(word) == std::string::npos) continue;
      refuse("migrations", "host.contracting",
             {"迁移 " + migration.name + " 会去掉旧版本所依赖的内容，不能在运行中升级。",
              "The migration " + migration.name +
                  " takes away what the running version needs; it cannot be applied "
                  "while that serves."},
             {"请先备份，停用插件，再启用新版本。", "Make a backup, disable the plugin, then enable the new version."});
      return;
    }
  }

  /// True when the migration has a line "-- changes: <field>" for the refused field.
  static bool declares(const std::string& sql, const std::string& field) {
    return !field.empty() && (sql + "\n").find("-- changes: " + field + "\n") != std::string::npos;
  }

  void work(const Manifest& manifest) {
    for (const auto& route : manifest.routes) {
      const auto text = route.method + " /api/v1/" + manifest.id + route.path;
      act("提供接口 " + text, "serve " + text);
    }
    for (const auto& entity : manifest.validated)
      act("写入 " + manifest.id + "." + entity + " 前由插件校验",
          "ask the plugin before each write of " + manifest.id + "." + entity);
    for (const auto& job : manifest.jobs) {
      const auto name = manifest.id + "." + job.name;
      if (job.cron.empty())
        act("登记作业 " + name, "register the job " + name);
      else
        act("按计划 " + job.cron + " 运行作业 " + name, "run the job " + name + " at " + job.cron);
    }
    for (const auto& subscription : manifest.subscribes)
      act("接收事件 " + subscription.topic, "receive the events " + subscription.topic);
    for (const auto& capability : manifest.capabilities) {
      act("授予后台身份 service:" + manifest.id + " 能力 " + capability,
          "grant service:" + manifest.id + " the capability " + capability);
    }
    for (const auto& service : manifest.provides) act("提供服务 " + service.id, "provide the service " + service.id);
  }

  const Text kRepair{"请修复或重新安装该插件，然后刷新。", "Repair or install the plugin again, then refresh."};
  const Context& context_;
  storage::Database& database_;
  records::Records& records_;
  const World& world_;
  Prepared out_;
};

} // namespace

std::vector<storage::Migration> migrations_of(const Bundle& bundle) {
  std::vector<storage::Migration> out;
  for (const auto& file : bundle.migrations)
    out.push_back({"plugin." + bundle.manifest.id, file.number, file.name, file.sql});
  return out;
}

std::vector<access::Permission> permissions_of(const Bundle& bundle) {
  std::vector<access::Permission> out;
  for (const auto& declared : bundle.permissions) out.push_back({declared.code, declared.title, declared.risk});
  return out;
}

std::vector<access::Conflict> conflicts_of(const Bundle& bundle) {
  std::vector<access::Conflict> out;
  for (const auto& declared : bundle.manifest.conflicts)
    out.push_back({declared.first, declared.second, declared.title});
  return out;
}

std::vector<Candidate> candidates(const World& world) {
  std::vector<Candidate> out;
  const auto good = [&](const std::string& id, const std::string& version) {
    return std::ranges::any_of(
        world.found, [&](const auto& found) { return found.bundle && found.id == id && found.version == version; });
  };
  for (const auto& found : world.found) {
    const auto pin = world.pinned.find(found.id);
    const bool passed = pin != world.pinned.end() && pin->second != found.version && good(found.id, pin->second);
    if (found.bundle && !passed)
      out.push_back({found.bundle->manifest.id, found.bundle->manifest.version, found.bundle->manifest.plugins});
  }
  return out;
}

Result<Prepared> prepare(const Context& context, storage::Database& database, records::Records& records,
                         const World& world, const std::string& id, const Trust& trust) {
  return Preparer(context, database, records, world, id).run(trust);
}

} // namespace onebudget::host
