#include "packaging/demo/year/year.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cstdio>
#include <fstream>

#include "packaging/demo/year/parts.hpp"

namespace onebudget::demo {

namespace {

constexpr int kTokenDays = 360;
constexpr int kOpeningMonth = 7; ///< from July on the next year is compiled

class Player {
 public:
  Player(const Tool& tool, const YearOptions& options)
      : tool_(tool), options_(options), desk_(tool.url, tool.language, tool.ca_file) {}

  Result<void> run() {
    OB_TRY(clock_, PlayClock::open(options_.clock));
    OB_TRY(const std::string words, client::file_text(options_.load.vocabulary));
    OB_TRY(vocabulary_, parse_json(words, {std::size_t{16} << 20, 64}));
    OB_CHECK(province());
    OB_CHECK(accounts());
    const Day today = clock_.today();
    year_ = today.month() >= kOpeningMonth ? today.year() + 1 : today.year();
    work_from(today);
    Stage stage(desk_, clock_, options_.settings);
    for (int year = year_; year <= year_ + 2; ++year)
      OB_CHECK(bring_lists(stage, vocabulary_, options_.load.data_dir, year));
    OB_TRY(const auto taken, played());
    OB_CHECK(cast(stage, taken, options_.regime));
    OB_TRY(const auto holidays, desk_.every(stage.regions.front()->person("budget-division"), "/workflow/holiday"));
    stage.workdays = Workdays(Json(holidays));
    for (const auto& region : stage.regions) {
      OB_CHECK(mark(*region));
      plan(stage, *region);
    }
    OB_CHECK(stage.run([&](Day day) {
      work_from(day);
      progress(day);
    }));
    OB_TRY(const Json figures, figures_of(stage, year_));
    const std::string line = figures.dump() + "\n"; // one line, for people and for programs
    std::fputs(line.c_str(), stdout);
    return {};
  }

 private:
  /// Into an empty server the province is loaded first, on a summer day of the year before its own.
  Result<void> province() {
    client::Client client(tool_.url, tool_.language, tool_.ca_file);
    OB_TRY(const Json needed, client.json("GET", "/session/bootstrap"));
    if (!needed.value("needed", false)) return {};
    const int own = vocabulary_["records"].value("year", clock_.today().year());
    const Day begins = Day::parse(fmt::format("{}-07-20", own - 1)).value_or(clock_.today());
    OB_CHECK(clock_.move_to(morning_of(begins), true));
    return load(tool_, options_.load);
  }

  Result<Json> listed() const {
    OB_TRY(const std::string text, client::file_text(options_.load.accounts_file));
    return parse_json(text, {std::size_t{64} << 20, 8});
  }

  /// Passwords run out while years pass; the file with the logins keeps what holds.
  Result<void> write_down(const std::string& username, const std::string& password) const {
    OB_TRY(Json list, listed());
    const auto known = std::find_if(list.begin(), list.end(),
                                    [&](const Json& one) { return one.value("username", std::string()) == username; });
    Json& one =
        known == list.end() ? list.emplace_back(Json{{"username", username}, {"title", ""}, {"scope", ""}}) : *known;
    one["password"] = password;
    std::ofstream out(options_.load.accounts_file, std::ios::trunc); // its mode stays
    out << list.dump(1);
    if (out.flush()) return {};
    return fault(FaultKind::internal, "ctl.file", {"无法写入账号文件。", "The accounts file cannot be written."});
  }

  Result<void> accounts() {
    OB_TRY(const Json list, listed());
    desk_.when_renewed(
        [this](const std::string& who, const std::string& password) { return write_down(who, password); });
    for (const Json& one : list) desk_.know(one.value("username", std::string()), one.value("password", std::string()));
    return {};
  }

  /// Ids of regions that a play has used for the year or a later one, finished or not.
  Result<std::set<std::string>> played() {
    std::set<std::string> out;
    const std::string who = "budget-division." + vocabulary_["root"].value("code", std::string());
    OB_TRY(const auto marks, desk_.every(who, "/usage/trial", fmt::format("year=ge={}", year_)));
    for (const Json& mark : marks) {
      const Json& region = mark["region"];
      out.insert(region.is_object() ? region.value("id", std::string()) : region.get<std::string>());
    }
    return out;
  }

  /// Says before anything is played that these figures are; T+1 and T+2 are of the same play.
  Result<void> mark(const Region& region) {
    for (int year = year_; year <= year_ + 2; ++year) {
      OB_TRY(const Json made, desk_.make(region.person("budget-division"), "/usage/trial",
                                         {{"region", region.id},
                                          {"year", year},
                                          {"regime", name_of(region.regime)},
                                          {"seed", options_.settings.seed},
                                          {"case_days", options_.settings.case_days}}));
    }
    return {};
  }

  void plan(Stage& stage, Region& region) const {
    const auto day = [&](int year, const char* of) {
      return std::max(Day::parse(std::to_string(year) + of).value_or(stage.today()), stage.today());
    };
    compile(stage, region, year_, day(year_ - 1, "-08-03"), false);
    execute(stage, region, year_);
    watch(stage, region, year_);
    compile(stage, region, year_ + 1, day(year_, "-08-03"), false);
    evaluate(stage, region, year_);
    compile(stage, region, year_ + 2, day(year_ + 1, "-08-02"), true);
  }

  /// Tokens that people take from that day on.
  void work_from(Day day) { desk_.tokens_until(day.plus_days(kTokenDays).str() + "T00:00:00Z"); }

  void progress(Day day) const {
    const double all = 3 * 365.0;
    const Day begin = Day::parse(fmt::format("{}-08-01", year_ - 1)).value_or(day);
    tool_.output.progress(day.str(), std::clamp((day.number() - begin.number()) / all, 0.0, 1.0));
  }

  const Tool& tool_;
  const YearOptions& options_;
  Desk desk_;
  PlayClock clock_;
  Json vocabulary_;
  int year_ = 0;
};

} // namespace

Result<void> play_year(const Tool& tool, const YearOptions& options) { return Player(tool, options).run(); }

} // namespace onebudget::demo
