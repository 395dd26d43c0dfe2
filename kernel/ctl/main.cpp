// onebudgetctl: the administrator's command line. Exit codes: 0 done, 1 failed, 2 used wrongly.

#include <unistd.h>
#include <cstdlib>
#include <string>

#include "kernel/ctl/commands/commands.hpp"

namespace {

std::string language_of_environment() {
  const char* lang = std::getenv("LANG");
  return lang != nullptr && std::string(lang).rfind("zh", 0) != 0 ? "en" : "zh";
}

} // namespace

int main(int argc, char** argv) {
  using namespace onebudget::ctl;
  Tool tool;
  tool.language = language_of_environment();
  CLI::App app("onebudgetctl: administer OneBudget / OneBudget 管理命令");
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--url", tool.url, "address of the server / 服务地址")->envname("ONEBUDGET_URL");
  app.add_option("--username", tool.username, "sign in as / 用户名");
  app.add_option("--password-file", tool.password_file, "file with the password / 密码文件");
  app.add_option("--token-file", tool.token_file, "file with an API token / 令牌文件");
  app.add_option("--ca", tool.ca_file, "certificates that vouch for an https server / 证书文件");
  app.add_option("--language", tool.language, "zh | en")->check(CLI::IsMember({"zh", "en"}));
  app.add_option("--config", tool.config_file, "configuration file, for offline commands / 配置文件");
  app.add_option("--set", tool.sets, "key=value over the configuration file / 覆盖配置项");
  app.add_flag("--offline", tool.offline, "on the data itself, where a command can / 直接操作数据");
  app.add_flag("--json", tool.json, "one JSON document on standard output / 输出 JSON");
  add_status(app, tool);
  add_plugin(app, tool);
  add_user(app, tool);
  add_role(app, tool);
  add_grant(app, tool);
  add_job(app, tool);
  add_dead_letter(app, tool);
  add_audit(app, tool);
  add_node(app, tool);
  add_directory(app, tool);
  add_exchange(app, tool);
  add_config(app, tool);
  add_offline(app, tool);
  add_beside(app, tool);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  tool.output = std::make_unique<Output>(tool.json, tool.language, ::isatty(STDERR_FILENO) != 0);
  const auto result = tool.run(tool);
  if (result) return 0;
  tool.failed(result.fault());
  return 1;
}
