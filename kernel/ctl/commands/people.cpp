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

} // namespace

void add_user(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("user", "accounts / 账号")->require_subcommand(1)->fallthrough();
  auto name = std::make_shared<std::string>();
  auto shown = std::make_shared<std::string>();
  verb(*noun, tool, "list", "all accounts / 列出账号", [name](Tool& t) -> Result<void> {
    OB_TRY(Client client, t.client());
    OB_TRY(const Json users, all_pages(client, "/system/user" + (name->empty() ? "" : "?q=" + encoded(*name))));
    t.output->table(
        users,
        {{"username", "username"}, {"name", "display_name"}, {"state", "state"}, {"last sign-in", "last_sign_in"}});
    return {};
  })->add_option("--text", *name, "part of the name / 名称片段");
  CLI::App* create = verb(
      *noun, tool, "create", "a new account; prints its one-time password / 新建账号",
      [name, shown](Tool& t) -> Result<void> {
        OB_TRY(Client client, t.client());
        OB_TRY(Json user, client.json("POST", "/system/user", {{"username", *name}, {"display_name", *shown}}));
        OB_TRY(
            const Json reset,
            client.json("POST", "/system/user/" + user.value("id", std::string()) + "/reset-password", Json::object()));
        user["password"] = reset.value("password", std::string());
        t.output->object(user);
        return {};
      });
  create->add_option("username", *name)->required();
  create->add_option("--name", *shown, "display name / 姓名")->required();
  verb(*noun, tool, "reset-password", "a one-time password, also unlocks / 重置密码",
       [name](Tool& t) -> Result<void> {
         OB_TRY(Client client, t.client());
         OB_TRY(const Json user, user_of(client, *name));
         OB_TRY(const Json reset,
                client.json("POST", "/system/user/" + user.value("id", std::string()) + "/reset-password",
                            Json::object()));
         t.output->object(reset);
         return {};
       })
      ->add_option("username", *name)
      ->required();
  for (const std::string action : {"disable", "enable"}) {
    verb(*noun, tool, action,
         action == "disable" ? "ends all sessions and tokens / 停用账号" : "allow sign-in again / 启用账号",
         [name, action](Tool& t) -> Result<void> {
           OB_TRY(Client client, t.client());
           OB_TRY(const Json user, user_of(client, *name));
           const std::string version = user.contains("version") ? user["version"].dump() : "1";
           OB_TRY(const Json changed,
                  client.json("PATCH", "/system/user/" + user.value("id", std::string()),
                              {{"state", action == "disable" ? "disabled" : "active"}}, "\"" + version + "\""));
           t.output->object(changed);
           return {};
         })
        ->add_option("username", *name)
        ->required();
  }
}

void add_role(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("role", "roles / 角色")->require_subcommand(1)->fallthrough();
  auto code = std::make_shared<std::string>();
  verb(*noun, tool, "list", "all roles / 列出角色", [](Tool& t) -> Result<void> {
    OB_TRY(Client client, t.client());
    OB_TRY(const Json roles, all_pages(client, "/system/role"));
    t.output->table(roles, {{"code", "code"}, {"title", "title"}, {"category", "category"}, {"builtin", "builtin"}});
    return {};
  });
  verb(*noun, tool, "show", "one role with its permissions / 查看角色",
       [code](Tool& t) -> Result<void> {
         OB_TRY(Client client, t.client());
         OB_TRY(const Json role, one_of(client, "/system/role", "code", *code));
         t.output->object(role);
         return {};
       })
      ->add_option("code", *code)
      ->required();
}

void add_grant(CLI::App& app, Tool& tool) {
  CLI::App* noun = app.add_subcommand("grant", "who may do what, where / 授权")->require_subcommand(1)->fallthrough();
  auto user = std::make_shared<std::string>();
  auto permission = std::make_shared<std::string>();
  auto record = std::make_shared<std::string>();
  CLI::App* explain =
      verb(*noun, tool, "explain", "which grant allows it, or why none does / 解释权限", [=](Tool& t) -> Result<void> {
        OB_TRY(Client client, t.client());
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
  verb(*noun, tool, "list", "grants of one person, or all / 列出授权", [user](Tool& t) -> Result<void> {
    OB_TRY(Client client, t.client());
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
  CLI::App* add = verb(*noun, tool, "add", "give a role at a node / 授权", [=](Tool& t) -> Result<void> {
    OB_TRY(Client client, t.client());
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
  auto id = std::make_shared<std::string>();
  verb(*noun, tool, "revoke", "take a grant back / 收回授权",
       [id](Tool& t) -> Result<void> {
         OB_TRY(Client client, t.client());
         OB_TRY(const Json answer, client.json("DELETE", "/system/grant/" + encoded(*id)));
         t.output->done({"已收回。", "Revoked."}, answer.is_null() ? Json::object() : answer);
         return {};
       })
      ->add_option("id", *id, "grant id")
      ->required();
}

} // namespace onebudget::ctl
