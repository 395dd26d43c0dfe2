#include <fmt/format.h>

#include "kernel/ctl/commands/commands.hpp"

namespace onebudget::ctl {

namespace {

/// The one item of a list whose member equals `value`.
Result<Json> one_of(Client& client, const std::string& path, const std::string& member, const std::string& value) {
  OB_TRY(const Json list, all_pages(client, path));
  for (const Json& item : list["items"])
    if (item.value(member, std::string()) == value) return item;
  return fault(FaultKind::not_found, "ctl.not_found",
               {fmt::format("没有找到 {}。", value), fmt::format("There is no {}.", value)});
}

Result<Json> user_of(Client& client, const std::string& username) {
  return one_of(client, "/system/user?q=" + encoded(username), "username", username);
}

std::string path_of(const Json& user) { return "/system/user/" + user.value("id", std::string()); }
std::string etag_of(const Json& item) { return "\"" + item.value("version", Json(1)).dump() + "\""; }

} // namespace

void add_user(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("user", "accounts / 账号")->require_subcommand(1)->fallthrough();
  auto name = std::make_shared<std::string>();
  ask(*noun, tool, "list", "all accounts / 列出账号", [name](Tool& t, Client& client) -> Result<void> {
    OB_TRY(const Json users, all_pages(client, "/system/user" + (name->empty() ? "" : "?q=" + encoded(*name))));
    t.output->table(
        users,
        {{"username", "username"}, {"name", "display_name"}, {"state", "state"}, {"last sign-in", "last_sign_in"}});
    return {};
  })->add_option("--text", *name, "part of the name / 名称片段");
  auto shown = std::make_shared<std::string>();
  ask_of(*noun, tool, "create", "a new account; prints its one-time password / 新建账号", "username",
         [shown](Tool& t, Client& client, const std::string& username) -> Result<void> {
           OB_TRY(Json user, client.json("POST", "/system/user", {{"username", username}, {"display_name", *shown}}));
           OB_TRY(const Json reset, client.json("POST", path_of(user) + "/reset-password", Json::object()));
           user["password"] = reset.value("password", std::string());
           t.output->object(user);
           return {};
         })
      ->add_option("--name", *shown, "display name / 姓名")
      ->required();
  ask_of(*noun, tool, "reset-password", "a one-time password, also unlocks / 重置密码", "username",
         [](Tool& t, Client& client, const std::string& username) -> Result<void> {
           OB_TRY(const Json user, user_of(client, username));
           OB_TRY(const Json reset, client.json("POST", path_of(user) + "/reset-password", Json::object()));
           t.output->object(reset);
           return {};
         });
  const auto change_state = [&](const char* action, const char* help, const char* state) {
    ask_of(*noun, tool, action, help, "username",
           [state](Tool& t, Client& client, const std::string& username) -> Result<void> {
             OB_TRY(const Json user, user_of(client, username));
             OB_TRY(const Json changed, client.json("PATCH", path_of(user), {{"state", state}}, etag_of(user)));
             t.output->object(changed);
             return {};
           });
  };
  change_state("disable", "ends all sessions and tokens / 停用账号", "disabled");
  change_state("enable", "allow sign-in again / 启用账号", "active");
}

void add_node(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("node", "organisation tree / 组织机构")->require_subcommand(1)->fallthrough();
  auto to = std::make_shared<std::string>();
  auto from = std::make_shared<std::string>();
  CLI::App* move = ask_of(*noun, tool, "move", "to another parent, with all below it (a job) / 移到另一上级", "code",
                          [to, from](Tool& t, Client& client, const std::string& code) -> Result<void> {
                            OB_TRY(const Json node, one_of(client, "/system/node?q=" + encoded(code), "code", code));
                            Json body = {{"parent_code", *to}};
                            if (!from->empty()) body["from"] = *from;
                            const std::string path = "/system/node/" + node.value("id", std::string()) + "/move";
                            OB_TRY(const Json job, client.json("POST", path, body, etag_of(node)));
                            const std::string id = job.value("job", std::string());
                            t.output->done({fmt::format("任务 {} 将移动 {}；用 job show {} 查看进度。", id, code, id),
                                            fmt::format("Job {} moves {}; see job show {}.", id, code, id)},
                                           job);
                            return {};
                          });
  move->add_option("--to", *to, "code of the new parent / 新上级代码")->required();
  move->add_option("--from", *from, "first day, YYYY-MM-DD; now without it / 生效日期");
}

void add_role(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("role", "roles / 角色")->require_subcommand(1)->fallthrough();
  ask(*noun, tool, "list", "all roles / 列出角色", [](Tool& t, Client& client) -> Result<void> {
    OB_TRY(const Json roles, all_pages(client, "/system/role"));
    t.output->table(roles, {{"code", "code"}, {"title", "title"}, {"category", "category"}, {"builtin", "builtin"}});
    return {};
  });
  ask_of(*noun, tool, "show", "one role with its permissions / 查看角色", "code",
         [](Tool& t, Client& client, const std::string& code) -> Result<void> {
           OB_TRY(const Json role, one_of(client, "/system/role", "code", code));
           t.output->object(role);
           return {};
         });
}

void add_grant(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("grant", "who may do what, where / 授权")->require_subcommand(1)->fallthrough();
  auto user = std::make_shared<std::string>();
  auto permission = std::make_shared<std::string>();
  auto record = std::make_shared<std::string>();
  CLI::App* explain = ask(
      *noun, tool, "explain", "which grant allows it, or why none does / 解释权限",
      [=](Tool& t, Client& client) -> Result<void> {
        std::string path = "/system/grant/explain?user=" + encoded(*user) + "&permission=" + encoded(*permission);
        if (!record->empty()) path += "&record=" + encoded(*record);
        OB_TRY(const Json answer, client.json("GET", path));
        if (t.json) {
          t.output->object(answer);
        } else {
          fmt::print("{}\n", answer.value("allowed", false) ? "allowed / 允许" : "refused / 不允许");
          for (const Json& reason : answer.value("reasons", Json::array())) {
            const std::string text = reason.is_string() ? reason.get<std::string>()
                                                        : reason.value(t.language == "en" ? "en" : "zh", std::string());
            fmt::print("  {}\n", text);
          }
        }
        return {};
      });
  explain->add_option("user", *user, "user name")->required();
  explain->add_option("permission", *permission, "e.g. compilation.project.read")->required();
  explain->add_option("record", *record, "plugin/entity/id");

  auto role = std::make_shared<std::string>();
  auto node = std::make_shared<std::string>();
  auto reach = std::make_shared<std::string>("subtree");
  ask(*noun, tool, "list", "grants of one person, or all / 列出授权", [user](Tool& t, Client& client) -> Result<void> {
    std::string path = "/system/grant";
    if (!user->empty()) path += "?username=" + encoded(*user);
    OB_TRY(const Json grants, all_pages(client, path));
    t.output->table(grants, {{"id", "id"},
                             {"user", "username"},
                             {"role", "role_code"},
                             {"node", "node_name"},
                             {"reach", "reach"},
                             {"where", "where"}});
    return {};
  })->add_option("--user", *user, "user name");
  CLI::App* add = ask(*noun, tool, "add", "give a role at a node / 授权", [=](Tool& t, Client& client) -> Result<void> {
    const Json line = {{"username", *user}, {"role_code", *role}, {"node_code", *node}, {"reach", *reach}};
    OB_TRY(const Reply reply, client.send("POST", "/system/grant/import", line.dump() + "\n", "application/x-ndjson"));
    if (!reply.good()) return problem_of(reply);
    t.output->done({"已授权。", "Granted."}, line);
    return {};
  });
  add->add_option("user", *user, "user name")->required();
  add->add_option("role", *role, "role code")->required();
  add->add_option("node", *node, "node code")->required();
  add->add_option("--reach", *reach, "self | level | subtree")->check(CLI::IsMember({"self", "level", "subtree"}));
  ask_of(*noun, tool, "revoke", "take a grant back / 收回授权", "id",
         [](Tool& t, Client& client, const std::string& id) -> Result<void> {
           OB_TRY(const Json answer, client.json("DELETE", "/system/grant/" + encoded(id)));
           t.output->done({"已收回。", "Revoked."}, answer.is_null() ? Json::object() : answer);
           return {};
         });
}

} // namespace onebudget::ctl
