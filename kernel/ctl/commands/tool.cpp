#include <termios.h>
#include <unistd.h>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "kernel/ctl/commands/commands.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::ctl {

namespace {

/// Asks on the terminal without echo.
Result<std::string> asked_password(const std::string& username) {
  if (::isatty(STDIN_FILENO) == 0)
    return fault(FaultKind::unauthenticated, "ctl.no_password",
                 {"没有密码。请用 --password-file 指定密码文件。", "No password. Give a file with --password-file."});
  fmt::print(stderr, "{} password: ", username);
  std::fflush(stderr);
  termios before{};
  ::tcgetattr(STDIN_FILENO, &before);
  termios silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &silent);
  std::string line;
  for (int c = std::getchar(); c != EOF && c != '\n' && line.size() < 1024; c = std::getchar())
    line.push_back(static_cast<char>(c));
  ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
  fmt::print(stderr, "\n");
  return line;
}

} // namespace

Result<Client> Tool::client() const {
  Client client = anonymous();
  const char* from_environment = std::getenv("ONEBUDGET_TOKEN");
  if (!token_file.empty()) {
    OB_TRY(const std::string token, file_text(token_file));
    client.use_token(trimmed(token));
  } else if (!username.empty()) {
    std::string password;
    if (!password_file.empty()) {
      OB_TRY(password, file_text(password_file));
      password = trimmed(password);
    } else {
      OB_TRY(password, asked_password(username));
    }
    OB_CHECK(client.sign_in(username, password));
  } else if (from_environment != nullptr) {
    client.use_token(from_environment);
  } else {
    return fault(FaultKind::unauthenticated, "ctl.no_identity",
                 {"请说明身份：--username（配合 --password-file）、--token-file 或环境变量 ONEBUDGET_TOKEN。",
                  "Say who you are: --username (with --password-file), --token-file, or the environment variable "
                  "ONEBUDGET_TOKEN."});
  }
  return client;
}

void Tool::found(const Json& document, const std::vector<TableColumn>& columns) {
  if (json)
    found_ = document;
  else if (columns.empty())
    output->object(document);
  else
    output->table(document, columns);
}

void Tool::failed(const Fault& fault) const {
  if (found_.is_null()) return output->failed(fault);
  Json document = found_;
  document["error"] = {{"code", fault.code}, {"message", fault.message.in(language)}, {"errors", Json::array()}};
  output->object(document);
}

CLI::App* verb(CLI::App& parent, Tool& tool, const std::string& name, const std::string& help, Command command) {
  CLI::App* added = parent.add_subcommand(name, help);
  added->fallthrough();
  added->final_callback([&tool, command = std::move(command)] { tool.run = command; });
  return added;
}

CLI::App* ask(CLI::App& parent, Tool& tool, const std::string& name, const std::string& help, Asking command) {
  return verb(parent, tool, name, help, [command = std::move(command)](Tool& t) -> Result<void> {
    OB_TRY(Client client, t.client());
    return command(t, client);
  });
}

CLI::App* ask_of(CLI::App& parent, Tool& tool, const std::string& name, const std::string& help,
                 const std::string& title, AskingOne command) {
  auto argument = std::make_shared<std::string>();
  CLI::App* added = ask(parent, tool, name, help, [argument, command = std::move(command)](Tool& t, Client& client) {
    return command(t, client, *argument);
  });
  added->add_option(title, *argument)->required();
  return added;
}

Result<Json> all_pages(Client& client, const std::string& path, std::size_t most) {
  Json items = Json::array();
  std::string cursor;
  do {
    std::string page_path = path + (path.find('?') == std::string::npos ? "?" : "&") + "limit=200";
    if (!cursor.empty()) page_path += "&cursor=" + encoded(cursor);
    OB_TRY(const Json page, client.json("GET", page_path));
    for (const Json& item : page.value("items", Json::array())) items.push_back(item);
    cursor =
        page.contains("next_cursor") && page["next_cursor"].is_string() ? page["next_cursor"].get<std::string>() : "";
  } while (!cursor.empty() && items.size() < most);
  return Json{{"items", std::move(items)}};
}

} // namespace onebudget::ctl
