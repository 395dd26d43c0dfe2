#pragma once
// Each function adds one noun with its verbs to the command line. A chosen verb stores what is to be run in
// `Tool::run`.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "kernel/audit/audit.hpp"
#include "kernel/config/config.hpp"
#include "kernel/storage/storage.hpp"
#include "sdk/client/client.hpp"
#include "sdk/client/output.hpp"

namespace onebudget::ctl {

using client::Client;
using client::encoded;
using client::file_text;
using client::Output;
using client::problem_of;
using client::Reply;
using client::TableColumn;

/// What every command shares. Lives as long as the program.
struct Tool {
  std::string url = "http://127.0.0.1:8080";
  std::string language = "zh";
  std::string ca_file, token_file, username, password_file, config_file;
  std::vector<std::string> sets; ///< --set key=value, for offline commands
  bool json = false, offline = false;

  std::function<Result<void>(Tool&)> run; ///< the chosen verb
  std::unique_ptr<Output> output;

  /// Says what a command found although it goes on to fail: for programs it is in the one document, beside the error.
  void found(const Json& document, const std::vector<TableColumn>& columns = {});
  void failed(const Fault& fault) const;

  /// A signed-in client: --token-file, ONEBUDGET_TOKEN, or --username with --password-file or a question.
  Result<Client> client() const;
  /// The same without signing in.
  [[nodiscard]] Client anonymous() const { return {url, language, ca_file}; }

 private:
  Json found_; ///< kept for failed(); null = nothing
};

using Command = std::function<Result<void>(Tool&)>;

/// Adds `name` below `parent`; when chosen, `command` is what runs.
CLI::App* verb(CLI::App& parent, Tool& tool, const std::string& name, const std::string& help, Command command);

/// The same for a signed-in client.
using Asking = std::function<Result<void>(Tool&, Client&)>;
CLI::App* ask(CLI::App& parent, Tool& tool, const std::string& name, const std::string& help, Asking command);
/// And with one required argument; `title` is its name in the help.
using AskingOne = std::function<Result<void>(Tool&, Client&, const std::string& argument)>;
CLI::App* ask_of(CLI::App& parent, Tool& tool, const std::string& name, const std::string& help,
                 const std::string& title, AskingOne command);

void add_status(CLI::App& app, Tool& tool);
void add_plugin(CLI::App& app, Tool& tool);
void add_user(CLI::App& app, Tool& tool);
void add_role(CLI::App& app, Tool& tool);
void add_grant(CLI::App& app, Tool& tool);
void add_job(CLI::App& app, Tool& tool);
void add_dead_letter(CLI::App& app, Tool& tool);
void add_audit(CLI::App& app, Tool& tool);
void add_node(CLI::App& app, Tool& tool);
void add_directory(CLI::App& app, Tool& tool);
void add_exchange(CLI::App& app, Tool& tool); ///< import, export
void add_config(CLI::App& app, Tool& tool);
void add_offline(CLI::App& app, Tool& tool); ///< backup, db
/// Every program `onebudget-<noun>` beside this one is a noun too: it is run with the options that all commands share,
/// then with whatever follows the noun.
void add_beside(CLI::App& app, Tool& tool);

/// The chain read on the data itself, without a server.
Result<audit::Verdict> verify_offline(const Tool& tool);

/// What --config and --set say, for commands without a server.
Result<config::Config> configuration(const Tool& tool);
/// Codes in directory.roles that no role has, of those in the database or, before the first start, in roles.file.
Result<std::vector<std::string>> unknown_directory_roles(const config::Config& config);
Result<std::unique_ptr<storage::Database>> open_database(const config::Config& config);

/// All pages of a list, at most `most` items, as {"items":[…]}.
Result<Json> all_pages(Client& client, const std::string& path, std::size_t most = 10'000);

} // namespace onebudget::ctl
