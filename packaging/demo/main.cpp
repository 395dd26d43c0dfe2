// onebudget-demo: what `onebudgetctl demo …` runs. Exit codes: 0 done, 1 failed, 2 used wrongly.
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "packaging/demo/year/year.hpp"

namespace {

using namespace onebudget;

/// Where the province and its logins come from.
void add_load(CLI::App& to, demo::Options& options) {
  to.add_option("--scale", options.scale, "0.01 … 1 (30,000 units, 1,000,000 records)")->check(CLI::Range(0.0001, 1.0));
  to.add_option("--bootstrap-file", options.bootstrap_file, "the server's one-time secret");
  to.add_option("--data", options.data_dir, "folder with the reference data CSV files")->required();
  to.add_option("--accounts", options.accounts_file, "where the logins are written (mode 0600)")->required();
  to.add_option("--vocabulary", options.vocabulary, "words and distributions of the province (config/demo/*.json)")
      ->required();
}

void add_year(CLI::App& to, demo::YearOptions& year) {
  demo::Settings& settings = year.settings;
  to.add_option("--clock", year.clock, "file that moves the server's clock / 服务时钟文件")->required();
  to.add_option("--regime", year.regime, "paper | onebudget | both / 办法")
      ->check(CLI::IsMember({"paper", "onebudget", "both"}));
  to.add_option("--regions", settings.regions, "regions of each regime / 每种办法的地区数")->check(CLI::Range(1, 200));
  to.add_option("--units", settings.units, "units of each region at most / 每地区单位数")->check(CLI::Range(1, 1000));
  to.add_option("--projects", settings.projects, "projects of each unit and year / 每单位项目数")
      ->check(CLI::Range(1, 50));
  to.add_option("--hands", settings.hands, "regions that work at the same time / 同时推演的地区数")
      ->check(CLI::Range(1, 64));
  to.add_option("--case-days", settings.case_days, "calendar days of a declaration on paper / 纸质单件天数")
      ->check(CLI::Range(1, 365));
  to.add_option("--seed", settings.seed, "of everything that is drawn / 随机种子");
}

} // namespace

int main(int argc, char** argv) {
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
  add_load(*load, options);
  load->get_option("--bootstrap-file")->required();
  load->add_option("--acts", options.acts, "what people do once it is loaded; may be given again / 演示剧本，可多次")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  demo::YearOptions year;
  CLI::App* play = app.add_subcommand("year", "play a fiscal year by calendar / 按日历推演一个预算年度");
  add_load(*play, year.load);
  add_year(*play, year);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const client::Output output(json, language, ::isatty(STDERR_FILENO) != 0);
  year.load.quiet = true;
  const demo::Tool tool{url, language, ca_file, output};
  const auto done = play->parsed() ? demo::play_year(tool, year) : demo::load(tool, options);
  if (done) return 0;
  output.failed(done.fault());
  return 1;
}
