#include "kernel/ctl/commands/commands.hpp"

#include <fmt/format.h>
#include <cstdint>
#include <fstream>

namespace onebudget::ctl {

void add_status(CLI::App& app, Tool& tool) {
  ask(app, tool, "status", "is the server ready, and which plugins run / 服务是否就绪、插件状态",
      [](Tool& t, Client& client) -> Result<void> {
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

/// A verb whose request answers one object, which is shown.
void show_of(CLI::App& noun, Tool& tool, const std::string& name, const std::string& help, const std::string& title,
             const std::string& method, const std::string& before, const std::string& behind = {}) {
  ask_of(noun, tool, name, help, title, [=](Tool& t, Client& client, const std::string& id) -> Result<void> {
    OB_TRY(const Json answer,
           client.json(method, before + encoded(id) + behind, method == "GET" ? Json() : Json::object()));
    t.output->object(answer);
    return {};
  });
}

/// A verb that changes one plugin and says in a line what is now; `to` is a version or empty.
CLI::App* change_of(CLI::App& noun, Tool& tool, const std::string& name, const std::string& help,
                    const std::string& told, const std::shared_ptr<std::string>& to = nullptr) {
  return ask_of(noun, tool, name, help, "id", [=](Tool& t, Client& client, const std::string& id) -> Result<void> {
    const Json body = to && !to->empty() ? Json{{"to", *to}} : Json::object();
    OB_TRY(const Json plugin, client.json("POST", "/system/plugin/" + encoded(id) + "/" + name, body));
    const std::string now = plugin.value(told, std::string());
    t.output->done({fmt::format("{}：{}", id, now), fmt::format("{}: {}", id, now)}, plugin);
    return {};
  });
}

Result<void> install(Tool& t, Client& client, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return fault(FaultKind::not_found, "ctl.file",
                 {fmt::format("无法读取文件 {}。", path), fmt::format("The file {} cannot be read.", path)});
  OB_TRY(const Reply reply, client.upload("/system/plugin", "application/gzip", [&](char* buffer, std::size_t size) {
    file.read(buffer, static_cast<std::streamsize>(size));
    return static_cast<std::size_t>(file.gcount());
  }));
  if (!reply.good()) return problem_of(reply);
  OB_TRY(const Json plugin, parse_json(reply.body, {std::size_t{4} << 20, 64}));
  const std::string name = plugin.value("id", std::string());
  t.output->done({fmt::format("{} 已安装，尚未启用。", name), fmt::format("{} is installed.", name)}, plugin);
  return {};
}

} // namespace

void add_plugin(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("plugin", "plugins / 插件")->require_subcommand(1)->fallthrough();
  ask(*noun, tool, "list", "all plugins with their states / 列出插件", [](Tool& t, Client& client) -> Result<void> {
    OB_TRY(const Json plugins, all_pages(client, "/system/plugin"));
    t.output->table(
        plugins, {{"id", "id"}, {"version", "version"}, {"state", "state"}, {"title", "title"}, {"reason", "reason"}});
    return {};
  });
  auto to = std::make_shared<std::string>();
  ask_of(*noun, tool, "plan", "what enabling or going to a version would change / 预览变更", "id",
         [to](Tool& t, Client& client, const std::string& id) -> Result<void> {
           const std::string version = to->empty() ? "" : "?to=" + encoded(*to);
           OB_TRY(const Json answer, client.json("GET", "/system/plugin/" + encoded(id) + "/plan" + version));
           t.output->object(answer);
           return {};
         })
      ->add_option("--to", *to, "version / 版本");
  ask_of(*noun, tool, "install", "upload a package of obsdk pack / 上传插件包", "file", install);
  change_of(*noun, tool, "upgrade", "another version while serving / 不停机升级", "version", to)
      ->add_option("--to", *to, "version; the newest without it / 版本");
  change_of(*noun, tool, "rollback", "back to the version before / 回退到上一版本", "version");
  change_of(*noun, tool, "enable", "enable a plugin while serving / 不停机启用", "state");
  change_of(*noun, tool, "disable", "disable a plugin while serving / 不停机停用", "state");
  ask_of(*noun, tool, "log", "what was done to a plugin (audit administrators) / 插件变更记录", "id",
         [](Tool& t, Client& client, const std::string& id) -> Result<void> {
           OB_TRY(const Json lines,
                  client.json("GET", "/system/audit?limit=100&action=plugin.&subject_id=" + encoded(id)));
           t.output->table(lines, {{"at", "at"},
                                   {"actor", "actor_name"},
                                   {"action", "action"},
                                   {"outcome", "outcome"},
                                   {"reason", "reason"},
                                   {"detail", "detail"}});
           return {};
         });
}

void add_job(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("job", "background jobs / 后台任务")->require_subcommand(1)->fallthrough();
  ask(*noun, tool, "list", "newest first / 列出任务", [](Tool& t, Client& client) -> Result<void> {
    OB_TRY(const Json jobs, client.json("GET", "/system/job?limit=100"));
    t.output->table(jobs, {{"id", "id"},
                           {"kind", "kind"},
                           {"state", "state"},
                           {"progress", "progress"},
                           {"message", "message"},
                           {"created", "created_at"}});
    return {};
  });
  const std::string one = "/system/job/";
  show_of(*noun, tool, "show", "one job / 查看任务", "id", "GET", one);
  show_of(*noun, tool, "cancel", "cancel / 取消任务", "id", "POST", one, "/cancel");
  show_of(*noun, tool, "retry", "retry / 重试任务", "id", "POST", one, "/retry");
}

void add_dead_letter(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("dead-letter", "events that could not be delivered / 未能送达的事件")
                       ->require_subcommand(1)
                       ->fallthrough();
  ask(*noun, tool, "list", "newest first / 列出", [](Tool& t, Client& client) -> Result<void> {
    OB_TRY(const Json letters, all_pages(client, "/system/event/dead-letter"));
    t.output->table(letters, {{"id", "id"},
                              {"receiver", "receiver"},
                              {"topic", "topic"},
                              {"key", "key"},
                              {"attempts", "attempts"},
                              {"reason", "reason"}});
    return {};
  });
  ask_of(*noun, tool, "replay", "deliver it again / 重新投递", "id",
         [](Tool&, Client& client, const std::string& id) -> Result<void> {
           OB_CHECK(client.json("POST", "/system/event/dead-letter/" + encoded(id) + "/replay", Json::object()));
           return {};
         });
}

namespace {

Result<void> verify_chain(Tool& t) {
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
}

Result<void> export_audit(Tool& t, Client& client, const std::string& path) {
  OB_TRY(const Json lines, all_pages(client, "/system/audit", SIZE_MAX));
  std::ofstream out(path, std::ios::binary);
  for (const Json& line : lines["items"]) out << line.dump() << "\n";
  out.close();
  if (!out)
    return fault(FaultKind::internal, "ctl.file",
                 {fmt::format("无法写入文件 {}。", path), fmt::format("The file {} cannot be written.", path)});
  t.output->done({fmt::format("已导出 {} 条。", lines["items"].size()),
                  fmt::format("{} entries exported.", lines["items"].size())},
                 {{"entries", lines["items"].size()}});
  return {};
}

} // namespace

void add_audit(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("audit", "audit log / 审计日志")->require_subcommand(1)->fallthrough();
  verb(*noun, tool, "verify", "read the whole chain again / 校验审计链", verify_chain);
  ask_of(*noun, tool, "export", "all entries as JSON lines, newest first / 导出审计记录", "file", export_audit);
  auto filter = std::make_shared<std::string>();
  ask(*noun, tool, "list", "newest first / 列出审计记录", [filter](Tool& t, Client& client) -> Result<void> {
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
