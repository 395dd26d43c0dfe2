// onebudget-demo: what `onebudgetctl demo …` runs. Exit codes: 0 done, 1 failed, 2 used wrongly.
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "packaging/demo/loader.hpp"

int main(int argc, char** argv) {
  using namespace onebudget;
  std::string url = "http://127.0.0.1:8080", language = "zh", ca_file;
  bool json = false;
  demo::Options options;
  CLI::App app("demo province / 演示省", "onebudgetctl demo");
  app.require_subcommand(1);
  app.fallthrough();
  // onebudgetctl passes its own on first; what stands after the noun wins.
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option("--url", url, "address of the server / 服务地址")->envname("ONEBUDGET_URL");
  app.add_option("--ca", ca_file, "certificates that vouch for an https server / 证书文件");
  app.add_option("--language", language, "zh | en")->check(CLI::IsMember({"zh", "en"}));
  app.add_flag("--json", json, "one JSON document on standard output / 输出 JSON");
  CLI::App* load = app.add_subcommand("load", "build the demo province on an empty running server / 装入演示省");
  load->add_option("--scale", options.scale, "0.01 … 1 (30,000 units, 1,000,000 records)")
      ->check(CLI::Range(0.0001, 1.0));
  load->add_option("--bootstrap-file", options.bootstrap_file, "the server's one-time secret")->required();
  load->add_option("--data", options.data_dir, "folder with the reference data CSV files")->required();
  load->add_option("--accounts", options.accounts_file, "where the logins are written (mode 0600)")->required();
  load->add_option("--vocabulary", options.vocabulary, "words and distributions of the province (config/demo/*.json)")
      ->required();
  load->add_option("--acts", options.acts, "what people do once it is loaded; may be given again / 演示剧本，可多次")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const client::Output output(json, language, ::isatty(STDERR_FILENO) != 0);
  const auto done = demo::load({url, language, ca_file, output}, options);
  if (done) return 0;
  output.failed(done.fault());
  return 1;
}
