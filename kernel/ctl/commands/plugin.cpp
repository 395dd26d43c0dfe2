#include "kernel/ctl/commands/commands.hpp"

#include <fmt/format.h>
#include <cstdint>
#include <fstream>

namespace onebudget::ctl {

void add_status(CLI::App& app, Tool& tool) {
  verb(app, tool, "status", "is the server ready, and which plugins run / 服务是否就绪、插件状态",
       [](Tool& t) -> Result<void> {
         OB_TRY(Client client, t.client());
         OB_TRY(const Json plugins, all_pages(client, "/system/plugin"));
         OB_TRY(const Json session, client.json("GET", "/session"));
         if (t.json) {
           t.output->object({{"url", t.url},
                             {"ready", true},
                             {"user", session.value("user", Json())},
                             {"plugins", plugins["items"]}});
           return {};
         }
         fmt::print("{}  ready\n", t.url);
         t.output->table(plugins, {{"plugin", "id"}, {"version", "version"}, {"state", "state"}, {"title", "title"}});
         return {};
       });
}

namespace {

void say_version(Tool& tool, const Json& plugin) {
  const std::string id = plugin.value("id", std::string()), version = plugin.value("version", std::string());
  tool.output->done({fmt::format("{}：{}", id, version), fmt::format("{}: {}", id, version)}, plugin);
}

/// install, upgrade, rollback, log.
void add_versions(CLI::App& noun, Tool& tool) {
  auto id = std::make_shared<std::string>();
  auto to = std::make_shared<std::string>();
  auto path = std::make_shared<std::string>();
  verb(noun, tool, "install", "upload a package of obsdk pack / 上传插件包",
       [path](Tool& t) -> Result<void> {
         OB_TRY(Client client, t.client());
         std::ifstream file(*path, std::ios::binary);
         if (!file)
           return fault(FaultKind::not_found, "ctl.file",
                        {fmt::format("无法读取文件 {}。", *path), fmt::format("The file {} cannot be read.", *path)});
         OB_TRY(const Reply reply,
                client.upload("/system/plugin", "application/gzip", [&](char* buffer, std::size_t size) {
                  file.read(buffer, static_cast<std::streamsize>(size));
                  return static_cast<std::size_t>(file.gcount());
                }));
         if (!reply.good()) return problem_of(reply);
         OB_TRY(const Json plugin, parse_json(reply.body, {std::size_t{4} << 20, 64}));
         const std::string name = plugin.value("id", std::string());
         t.output->done({fmt::format("{} 已安装，尚未启用。", name), fmt::format("{} is installed.", name)}, plugin);
         return {};
       })
      ->add_option("file", *path, "package (.obp)")
      ->required();
  CLI::App* upgrade =
      verb(noun, tool, "upgrade", "another version while serving / 不停机升级", [id, to](Tool& t) -> Result<void> {
        OB_TRY(Client client, t.client());
        OB_TRY(const Json plugin, client.json("POST", "/system/plugin/" + encoded(*id) + "/upgrade",
                                              to->empty() ? Json::object() : Json{{"to", *to}}));
        say_version(t, plugin);
        return {};
      });
  upgrade->add_option("id", *id, "plugin id")->required();
  upgrade->add_option("--to", *to, "version; the newest without it / 版本");
  verb(noun, tool, "rollback", "back to the version before / 回退到上一版本",
       [id](Tool& t) -> Result<void> {
         OB_TRY(Client client, t.client());
         OB_TRY(const Json plugin, client.json("POST", "/system/plugin/" + encoded(*id) + "/rollback", Json::object()));
         say_version(t, plugin);
         return {};
       })
      ->add_option("id", *id, "plugin id")
      ->required();
  verb(noun, tool, "log", "what was done to a plugin (audit administrators) / 插件变更记录",
       [id](Tool& t) -> Result<void> {
         OB_TRY(Client client, t.client());
         OB_TRY(const Json lines,
                client.json("GET", "/system/audit?limit=100&action=plugin.&subject_id=" + encoded(*id)));
         t.output->table(lines, {{"at", "at"},
                                 {"actor", "actor_name"},
                                 {"action", "action"},
                                 {"outcome", "outcome"},
                                 {"reason", "reason"},
                                 {"detail", "detail"}});
         return {};
       })
      ->add_option("id", *id, "plugin id")
      ->required();
}

} // namespace

void add_plugin(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("plugin", "plugins / 插件")->require_subcommand(1)->fallthrough();
  auto id = std::make_shared<std::string>();
  verb(*noun, tool, "list", "all plugins with their states / 列出插件", [](Tool& t) -> Result<void> {
    OB_TRY(Client client, t.client());
    OB_TRY(const Json plugins, all_pages(client, "/system/plugin"));
    t.output->table(
        plugins, {{"id", "id"}, {"version", "version"}, {"state", "state"}, {"title", "title"}, {"reason", "reason"}});
    return {};
  });
  auto to = std::make_shared<std::string>();
  CLI::App* plan =
      verb(*noun, tool, "plan", "what enabling or going to a version would change / 预览变更",
           [id, to](Tool& t) -> Result<void> {
             OB_TRY(Client client, t.client());
             const std::string version = to->empty() ? "" : "?to=" + encoded(*to);
             OB_TRY(const Json answer, client.json("GET", "/system/plugin/" + encoded(*id) + "/plan" + version));
             t.output->object(answer);
             return {};
           });
  plan->add_option("id", *id, "plugin id")->required();
  plan->add_option("--to", *to, "version / 版本");
  add_versions(*noun, tool);
  for (const std::string action : {"enable", "disable"}) {
    verb(*noun, tool, action, action + " a plugin while serving / 不停机" + (action == "enable" ? "启用" : "停用"),
         [id, action](Tool& t) -> Result<void> {
           OB_TRY(Client client, t.client());
           OB_TRY(const Json plugin,
                  client.json("POST", "/system/plugin/" + encoded(*id) + "/" + action, Json::object()));
           const std::string state = plugin.value("state", std::string());
           t.output->done({fmt::format("{}：{}", *id, state), fmt::format("{}: {}", *id, state)}, plugin);
           return {};
         })
        ->add_option("id", *id, "plugin id")
        ->required();
  }
}

void add_job(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("job", "background jobs / 后台任务")->require_subcommand(1)->fallthrough();
  auto id = std::make_shared<std::string>();
  verb(*noun, tool, "list", "newest first / 列出任务", [](Tool& t) -> Result<void> {
    OB_TRY(Client client, t.client());
    OB_TRY(const Json jobs, client.json("GET", "/system/job?limit=100"));
    t.output->table(jobs, {{"id", "id"},
                           {"kind", "kind"},
                           {"state", "state"},
                           {"progress", "progress"},
                           {"message", "message"},
                           {"created", "created_at"}});
    return {};
  });
  verb(*noun, tool, "show", "one job / 查看任务",
       [id](Tool& t) -> Result<void> {
         OB_TRY(Client client, t.client());
         OB_TRY(const Json job, client.json("GET", "/system/job/" + encoded(*id)));
         t.output->object(job);
         return {};
       })
      ->add_option("id", *id, "job id")
      ->required();
  for (const std::string action : {"cancel", "retry"}) {
    verb(*noun, tool, action, action + (action == "cancel" ? " / 取消任务" : " / 重试任务"),
         [id, action](Tool& t) -> Result<void> {
           OB_TRY(Client client, t.client());
           OB_TRY(const Json job, client.json("POST", "/system/job/" + encoded(*id) + "/" + action, Json::object()));
           t.output->object(job);
           return {};
         })
        ->add_option("id", *id, "job id")
        ->required();
  }
}

void add_dead_letter(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("dead-letter", "events that could not be delivered / 未能送达的事件")
                       ->require_subcommand(1)
                       ->fallthrough();
  auto id = std::make_shared<std::string>();
  verb(*noun, tool, "list", "newest first / 列出", [](Tool& t) -> Result<void> {
    OB_TRY(Client client, t.client());
    OB_TRY(const Json letters, all_pages(client, "/system/event/dead-letter"));
    t.output->table(letters, {{"id", "id"},
                              {"receiver", "receiver"},
                              {"topic", "topic"},
                              {"key", "key"},
                              {"attempts", "attempts"},
                              {"reason", "reason"}});
    return {};
  });
  verb(*noun, tool, "replay", "deliver it again / 重新投递",
       [id](Tool& t) -> Result<void> {
         OB_TRY(Client client, t.client());
         OB_TRY(const Json done,
                client.json("POST", "/system/event/dead-letter/" + encoded(*id) + "/replay", Json::object()));
         (void)done;
         return {};
       })
      ->add_option("id", *id, "dead letter id")
      ->required();
}

void add_audit(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("audit", "audit log / 审计日志")->require_subcommand(1)->fallthrough();
  verb(*noun, tool, "verify", "read the whole chain again / 校验审计链", [](Tool& t) -> Result<void> {
    Json verdict;
    if (t.offline) {
      OB_TRY(const audit::Verdict found, verify_offline(t));
      verdict = {{"ok", found.ok},         {"entries", found.entries},
                 {"sealed", found.sealed}, {"unsealed", found.unsealed},
                 {"head", found.head},     {"first_bad", found.first_bad == 0 ? Json() : Json(found.first_bad)}};
    } else {
      OB_TRY(Client client, t.client());
      OB_TRY(verdict, client.json("POST", "/system/audit/verify", Json::object()));
    }
    if (verdict.value("ok", false)) {
      t.output->object(verdict);
      return {};
    }
    t.found(verdict);
    return fault(FaultKind::conflict, "ctl.audit_broken",
                 {"审计链不完整，请立即保全现场并报告审计管理员。",
                  "The audit chain is broken; keep everything as it is and tell the audit administrator."});
  });
  auto path = std::make_shared<std::string>();
  verb(*noun, tool, "export", "all entries as JSON lines, newest first / 导出审计记录",
       [path](Tool& t) -> Result<void> {
         OB_TRY(Client client, t.client());
         OB_TRY(const Json lines, all_pages(client, "/system/audit", SIZE_MAX));
         std::ofstream out(*path, std::ios::binary);
         for (const Json& line : lines["items"]) out << line.dump() << "\n";
         out.close();
         if (!out)
           return fault(
               FaultKind::internal, "ctl.file",
               {fmt::format("无法写入文件 {}。", *path), fmt::format("The file {} cannot be written.", *path)});
         t.output->done({fmt::format("已导出 {} 条。", lines["items"].size()),
                         fmt::format("{} entries exported.", lines["items"].size())},
                        {{"entries", lines["items"].size()}});
         return {};
       })
      ->add_option("file", *path, "JSON lines")
      ->required();
  auto filter = std::make_shared<std::string>();
  verb(*noun, tool, "list", "newest first / 列出审计记录", [filter](Tool& t) -> Result<void> {
    OB_TRY(Client client, t.client());
    OB_TRY(const Json lines,
           client.json("GET", "/system/audit?limit=100" + (filter->empty() ? "" : "&action=" + encoded(*filter))));
    t.output->table(lines, {{"seq", "seq"},
                            {"at", "at"},
                            {"actor", "actor_name"},
                            {"action", "action"},
                            {"subject", "subject"},
                            {"id", "subject_id"},
                            {"outcome", "outcome"}});
    return {};
  })->add_option("--action", *filter, "beginning of the action / 动作前缀");
}

} // namespace onebudget::ctl
