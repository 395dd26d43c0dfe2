// `directory test`: every step of a sign-in by directory but the password, and what the person would hold.

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>

#include "kernel/access/access.hpp"
#include "kernel/ctl/commands/commands.hpp"
#include "kernel/identity/directory/directory.hpp"

namespace onebudget::ctl {

namespace {

/// What the database knows; asked while a server may run, and never created.
class Stored {
 public:
  static Result<Stored> of(const config::Config& config) {
    Stored stored;
    const std::string& url = config.text("storage.url");
    constexpr std::string_view kSqlite = "sqlite:";
    if (url.starts_with(kSqlite) && !std::filesystem::exists(url.substr(kSqlite.size()))) return stored;
    OB_TRY(stored.database_, open_database(config));
    stored.ids_ = std::make_unique<storage::IdBlocks>(*stored.database_);
    stored.audit_ = std::make_unique<audit::Log>(*stored.database_, *stored.clock_);
    stored.access_ = std::make_unique<access::Access>(*stored.database_, *stored.ids_, *stored.audit_, *stored.clock_);
    return stored;
  }
  [[nodiscard]] std::vector<std::string> roles() const {
    std::vector<std::string> codes;
    if (!access_) return codes;
    if (const auto roles = access_->roles())
      for (const access::Role& role : *roles) codes.push_back(role.code);
    return codes;
  }
  [[nodiscard]] Result<std::optional<access::Node>> node(const std::string& code) const {
    if (!access_ || code.empty()) return std::optional<access::Node>();
    return access_->node_by_code(Context::system(*clock_), code);
  }

 private:
  std::unique_ptr<SystemClock> clock_ = std::make_unique<SystemClock>();
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<storage::IdBlocks> ids_;
  std::unique_ptr<audit::Log> audit_;
  std::unique_ptr<access::Access> access_;
};

/// Why the person could not sign in, although the directory answered.
Result<void> verdict(const identity::DirectoryOptions& options, const identity::DirectoryPerson& person,
                     const Json& found) {
  const auto refused = [](Text message) {
    return fault(FaultKind::conflict, "ctl.directory_refused", std::move(message));
  };
  if (person.disabled)
    return refused({"该人员在目录中已停用，不能登录。", "The directory says that the person is disabled."});
  if (!options.roles.empty() && person.roles.empty())
    return refused({"该人员不在 directory.roles 的任何组中，不能登录。请把人员加入其中一个组。",
                    "The person is in none of the groups of directory.roles. Add the person to one."});
  if (!person.node_code.empty() && found["node"].is_null())
    return refused({fmt::format("单位代码 {} 在组织机构中不存在，不能登录。", person.node_code),
                    fmt::format("The unit {} is not in the organisation tree.", person.node_code)});
  return {};
}

Result<void> test(Tool& tool, const std::string& username) {
  OB_TRY(const config::Config config, configuration(tool));
  OB_TRY(const identity::DirectoryOptions options, identity::DirectoryOptions::of(config));
  if (options.url.empty())
    return fault(FaultKind::conflict, "ctl.no_directory",
                 {"没有配置目录（directory.url）。", "No directory is configured (directory.url)."});
  identity::Directory directory(options, nullptr);
  std::vector<identity::DirectoryStep> steps;
  const auto person = directory.look(username, steps);
  Json found = {{"items", Json::array()}, {"groups", Json::array()}, {"roles", Json::array()}, {"node", nullptr}};
  const auto tell = [&](const std::string& step, const std::string& answer) {
    found["items"].push_back({{"step", step}, {"answer", answer}});
  };
  for (const identity::DirectoryStep& step : steps) tell(step.step, step.answer);
  if (person && !username.empty()) {
    OB_TRY(const Stored stored, Stored::of(config));
    const auto known = stored.roles();
    found["groups"] = person->groups;
    for (const identity::GroupRole& role : person->roles) {
      const bool there = std::ranges::find(known, role.role) != known.end();
      found["roles"].push_back({{"group", role.group}, {"role", role.role}, {"reach", role.reach}, {"known", there}});
      tell(there ? "role" : "role?", fmt::format("{} = {}:{}", role.group, role.role, role.reach));
    }
    OB_TRY(const auto node, stored.node(person->node_code));
    if (node) {
      found["node"] = {{"code", node->code}, {"name", node->name}, {"path", node->path}};
      tell("node", node->code + " " + node->name);
    }
  }
  tool.found(found, {{"step", "step"}, {"answer", "answer"}});
  if (!person && person.fault().code == "identity.refused")
    return fault(
        FaultKind::not_found, "ctl.directory_nobody",
        {fmt::format("目录中没有唯一的人员“{}”。请检查 directory.user_base 和 directory.user_filter。", username),
         fmt::format("The directory has not exactly one person \"{}\". Check directory.user_base and "
                     "directory.user_filter.",
                     username)});
  if (!person) return person.fault();
  if (!username.empty()) OB_CHECK(verdict(options, *person, found));
  found["ok"] = true;
  tool.output->done(username.empty() ? Text{"目录可以连接。", "The directory answers."}
                                     : Text{"该人员可以用目录密码登录。", "The person can sign in by directory."},
                    found);
  return {};
}

} // namespace

Result<std::vector<std::string>> unknown_directory_roles(const config::Config& config) {
  std::vector<std::string> unknown;
  OB_TRY(const identity::DirectoryOptions options, identity::DirectoryOptions::of(config));
  if (options.roles.empty()) return unknown;
  OB_TRY(const Stored stored, Stored::of(config));
  auto known = stored.roles();
  if (known.empty()) { // before the first start: those that come with the server
    OB_TRY(const std::string text, file_text(config.text("roles.file")));
    OB_TRY(const Json shipped, parse_json(text));
    for (const Json& role : shipped) known.push_back(role.value("code", std::string()));
  }
  for (const identity::GroupRole& role : options.roles)
    if (std::ranges::find(known, role.role) == known.end()) unknown.push_back(role.role);
  return unknown;
}

void add_directory(CLI::App& app, Tool& tool) {
  CLI::App* noun =
      app.add_subcommand("directory", "sign-in by directory (LDAP) / 目录登录")->require_subcommand(1)->fallthrough();
  auto username = std::make_shared<std::string>();
  verb(*noun, tool, "test", "connect, search, groups, roles, unit; no password / 试连目录并查一个人",
       [username](Tool& t) { return test(t, *username); })
      ->add_option("username", *username, "nothing: only whether it answers / 用户名");
}

} // namespace onebudget::ctl
