#include "kernel/ctl/commands/commands.hpp"

#include <fmt/format.h>

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
  verb(*noun, tool, "plan", "what enabling would change / 启用前预览变更",
       [id](Tool& t) -> Result<void> {
         OB_TRY(Client client, t.client());
         OB_TRY(const Json plan, client.json("GET", "/system/plugin/" + encoded(*id) + "/plan"));
         t.output->object(plan);
         return {};
       })
      ->add_option("id", *id, "plugin id")
      ->required();
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
    OB_TRY(Client client, t.client());
    OB_TRY(const Json verdict, client.json("POST", "/system/audit/verify", Json::object()));
    t.output->object(verdict);
    if (verdict.value("ok", false)) return {};
    return fault(FaultKind::conflict, "ctl.audit_broken",
                 {"审计链不完整，请立即保全现场并报告审计管理员。",
                  "The audit chain is broken; keep everything as it is and tell the audit administrator."});
  });
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
