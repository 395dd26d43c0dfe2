// Goals with the money; in the year after: self-evaluation, verification, finance's evaluation, results that move
// money.

#include <algorithm>

#include "packaging/demo/year/parts.hpp"

namespace onebudget::demo {

namespace {

struct Line {
  const char *first, *second, *weight, *target;
};
constexpr Line kTree[] = {{"output", "quantity", "15", "100"},   {"output", "quality", "15", "100"},
                          {"output", "timeliness", "10", "100"}, {"output", "cost", "10", "100"},
                          {"benefit", "social", "30", "100"},    {"satisfaction", "satisfaction", "10", "90"}};
constexpr const char* kSelf = "self_10_50_30_10";
constexpr const char* kFinance = "finance_20_20_30_30";

Json policy_rules() {
  return {{"excellent", {{"factor", "1.05"}, {"priority", 3}, {"unit_points", 5}}},
          {"good", {{"factor", "1"}, {"priority", 1}, {"unit_points", 2}}},
          {"fair", {{"factor", "0.8"}, {"priority", -1}, {"unit_points", -2}, {"publish", true}}},
          {"poor", {{"factor", "0"}, {"cancel", true}, {"priority", -5}, {"unit_points", -10}, {"accountable", true}}}};
}

Result<std::string> scheme_of(Stage& stage, const std::string& who, const std::string& code) {
  OB_TRY(const Json row, stage.desk.first(who, "/performance/scheme", "code==" + code));
  return row.value("id", std::string());
}

class Evaluation : public std::enable_shared_from_this<Evaluation> {
 public:
  Evaluation(Stage& stage, Region& region, int year)
      : stage_(stage), region_(region), year_(year), performance_(region.person("performance-division")) {}

  /// Every project of the year is evaluated by its unit; finance evaluates the first of each unit.
  Result<void> begin() {
    for (Unit& unit : region_.units)
      for (std::size_t i = 0; i < unit.projects[year_].size(); ++i) {
        if (!unit.projects[year_][i].budgeted) continue;
        ++waiting_;
        stage_.hand(region_, named(unit, "self" + std::to_string(i)), [self = shared_from_this(), &unit, i] {
          return self->by_unit(unit, unit.projects[self->year_][i]);
        });
      }
    return {};
  }

 private:
  [[nodiscard]] std::string named(const Unit& unit, const std::string& what) const {
    return "evaluate/" + std::to_string(year_) + "/" + unit.code + "/" + what;
  }

  /// An evaluation with its lines and their evidence, sent in; its path.
  Result<std::string> filled(const Unit& unit, const Project& project, const char* kind, const char* scheme,
                             const std::string& who, int claimed, int shown) {
    OB_TRY(const std::string tree, scheme_of(stage_, who, scheme));
    const std::string money = project.amount.to_yuan();
    OB_TRY(const Json made, stage_.desk.make(who, "/performance/evaluation",
                                             {{"unit", unit.id},
                                              {"project", project.id},
                                              {"fiscal_year", year_},
                                              {"kind", kind},
                                              {"scheme", tree},
                                              {"fiscal_initial", money},
                                              {"fiscal_full", money},
                                              {"fiscal_executed", project.paid.to_yuan()},
                                              {"goal_actual", "按期完成"}}));
    const std::string id = made.value("id", std::string()), path = "/performance/evaluation/" + id;
    OB_TRY(const Json prepared, stage_.desk.make(who, path + "/prepare", Json::object()));
    OB_TRY(const auto lines, stage_.desk.every(who, "/performance/score-line", "evaluation==" + id));
    for (const Json& line : lines) {
      const std::string one = line.value("id", std::string());
      const bool judged = line.value("nature", std::string()) == "qualitative";
      Json values = judged ? Json{{"reached", "achieved"}, {"percent", 100}}
                           : Json{{"actual", std::to_string(claimed)}, {"actual_unit", "%"}};
      values["reason"] = "情况说明";
      OB_TRY(const Json changed, stage_.desk.change(who, "/performance/score-line/" + one, values));
      Json paper = {{"evaluation", id}, {"score_line", one}, {"title", "竣工验收单"}, {"document_ref", "验1号"}};
      if (!judged) paper["measured"] = std::to_string(shown);
      OB_TRY(const Json proof, stage_.desk.make(who, "/performance/evidence", paper));
    }
    OB_TRY(const Json sent, stage_.desk.move(who, path, "submit"));
    return path;
  }

  Result<void> by_unit(const Unit& unit, Project& project) {
    const int claimed = project.inflated ? 100 : project.quality;
    OB_TRY(const std::string path,
           filled(unit, project, "self", kSelf, unit.person("unit-clerk"), claimed, project.quality));
    stage_.hand(
        region_, named(unit, "confirm" + project.id),
        [self = shared_from_this(), &unit, &project, path]() -> Result<void> {
          OB_TRY(const Json done,
                 self->stage_.desk.move(self->region_.person("department-reviewer", unit.department), path, "confirm"));
          self->stage_.hand(self->region_, self->named(unit, "verify" + project.id),
                            [self, &unit, &project, path] { return self->verify(unit, project, path); });
          return {};
        });
    return {};
  }

  /// What the evidence does not bear out is found and cited.
  Result<void> verify(const Unit& unit, Project& project, const std::string& path) {
    OB_TRY(const Json found, stage_.desk.make(performance_, path + "/verify", Json::object()));
    stage_.count(region_, "self_evaluations");
    project.cited = !found.value("items", Json::array()).empty();
    if (project.cited) stage_.count(region_, "inflated_found");
    const bool sampled = &project == &first_of(unit);
    if (sampled || project.cited) {
      OB_TRY(const std::string mine,
             filled(unit, project, "finance", kFinance, performance_, project.quality, project.quality));
      ++confirming_;
      stage_.hand(region_, named(unit, "finance" + project.id), [self = shared_from_this(), mine]() -> Result<void> {
        OB_TRY(const Json done, self->stage_.desk.move(self->region_.person("finance-leader"), mine, "confirm"));
        self->stage_.count(self->region_, "finance_evaluations");
        --self->confirming_;
        return self->when_all();
      });
    }
    --waiting_;
    return when_all();
  }

  const Project& first_of(const Unit& unit) const {
    const auto& projects = unit.projects.at(year_);
    const auto first = std::find_if(projects.begin(), projects.end(), [](const Project& one) { return one.budgeted; });
    return first == projects.end() ? projects.front() : *first;
  }

  Result<void> when_all() {
    if (waiting_ > 0 || confirming_ > 0) return {};
    stage_.hand(region_, "policy/" + region_.code, [self = shared_from_this()] { return self->policy(); });
    return {};
  }

  /// The policy is simulated on what was found, set by a second person, and used.
  Result<void> policy() {
    OB_TRY(const Json made,
           stage_.desk.make(performance_, "/performance/policy-pack",
                            {{"region", region_.id},
                             {"code", "results"},
                             {"edition", 1},
                             {"name", "结果应用办法"},
                             {"rules", policy_rules()},
                             {"document_no", region_.name + "财绩〔" + std::to_string(year_ + 1) + "〕1号"},
                             {"valid_from", std::to_string(year_) + "-01-01"}}));
    const std::string path = "/performance/policy-pack/" + made.value("id", std::string());
    OB_TRY(const Json tried, stage_.desk.make(performance_, path + "/simulate", {{"fiscal_year", year_}}));
    OB_TRY(const Json sent, stage_.desk.move(performance_, path, "submit"));
    OB_TRY(const Json set, stage_.desk.move(region_.person("finance-leader"), path, "approve"));
    OB_TRY(const Json proposed,
           stage_.desk.make(performance_, "/performance/propose", {{"region", region_.id}, {"fiscal_year", year_}}));
    for (const Unit& unit : region_.units) {
      OB_TRY(const auto results,
             stage_.desk.every(performance_, "/performance/result",
                               "unit==" + unit.id + ";fiscal_year==" + std::to_string(year_) + ";status==proposed"));
      for (const Json& result : results) {
        const std::string id = result.value("id", std::string());
        OB_TRY(const Json told, stage_.desk.move(performance_, "/performance/result/" + id, "notify"));
        const bool less = result.value("proposed_change", std::string("0")).rfind('-', 0) == 0;
        const bool appeals = less && !appealed_;
        appealed_ = appealed_ || less;
        stage_.hand(region_, named(unit, "result" + id), [self = shared_from_this(), &unit, id, appeals] {
          return appeals ? self->appeal(unit, id) : self->settle(unit, id);
        });
      }
    }
    return {};
  }

  /// The first unit that loses money is heard.
  Result<void> appeal(const Unit& unit, const std::string& result) {
    OB_TRY(const Json made, stage_.desk.make(unit.person("unit-clerk"), "/performance/appeal",
                                             {{"unit", unit.id},
                                              {"result", result},
                                              {"serial", 1},
                                              {"ground", "竣工验收单未采信"},
                                              {"hearing_requested", true}}));
    const std::string path = "/performance/appeal/" + made.value("id", std::string());
    stage_.hand(region_, "appeal" + result, [self = shared_from_this(), &unit, result, path]() -> Result<void> {
      OB_TRY(const Json heard, self->stage_.desk.change(self->performance_, path,
                                                        {{"opinion", "验收单应予采信"},
                                                         {"corrected_total", "85.00"},
                                                         {"hearing_on", self->stage_.today().str()},
                                                         {"hearing_record", "听证笔录"}}));
      OB_TRY(const Json granted, self->stage_.desk.move(self->region_.person("finance-leader"), path, "grant"));
      self->stage_.count(self->region_, "appeals_granted");
      return self->settle(unit, result);
    });
    return {};
  }

  Result<void> settle(const Unit& unit, const std::string& result) {
    const std::string path = "/performance/result/" + result;
    OB_TRY(const Json accepted, stage_.desk.move(unit.person("unit-head"), path, "accept"));
    stage_.hand(region_, "decide" + result, [self = shared_from_this(), path]() -> Result<void> {
      OB_TRY(const Json decided, self->stage_.desk.move(self->region_.person("finance-leader"), path, "decide"));
      OB_TRY(const Json applied, self->stage_.desk.move(self->region_.person("budget-division"), path, "apply"));
      self->stage_.count(self->region_, "results_applied");
      return {};
    });
    return {};
  }

  Stage& stage_;
  Region& region_;
  int year_;
  std::string performance_;
  int waiting_ = 0, confirming_ = 0;
  bool appealed_ = false;
};

} // namespace

Result<void> set_goal(Stage& stage, Region& region, const Unit& unit, const Project& project) {
  const std::string clerk = unit.person("unit-clerk"), money = project.amount.to_yuan();
  OB_TRY(const std::string scheme, scheme_of(stage, clerk, kSelf));
  OB_TRY(const Json made, stage.desk.make(clerk, "/performance/goal",
                                          {{"unit", unit.id},
                                           {"project", project.id},
                                           {"fiscal_year", project.year},
                                           {"revision", 1},
                                           {"scheme", scheme},
                                           {"amount", money},
                                           {"fiscal_amount", money},
                                           {"annual_goal", "完成当年任务"},
                                           {"midterm_goal", "消除隐患"}}));
  const std::string id = made.value("id", std::string()), path = "/performance/goal/" + id;
  int number = 0;
  for (const Line& line : kTree) {
    OB_TRY(const Json written, stage.desk.make(clerk, "/performance/goal-indicator",
                                               {{"goal", id},
                                                {"line_no", ++number},
                                                {"first_level", line.first},
                                                {"second_level", line.second},
                                                {"name", std::string("维修") + line.second},
                                                {"nature", "at_least"},
                                                {"target", line.target},
                                                {"unit_of_measure", "%"},
                                                {"weight", line.weight},
                                                {"data_source", "验收台账"}}));
  }
  OB_TRY(const Json sent, stage.desk.move(clerk, path, "submit"));
  stage.hand(region, "goal" + project.code, [&stage, &region, path]() -> Result<void> {
    OB_TRY(const Json approved, stage.desk.move(region.person("performance-division"), path, "approve"));
    return {};
  });
  return {};
}

void evaluate(Stage& stage, Region& region, int year) {
  const Day begins = Day::parse(std::to_string(year + 1) + "-02-20").value_or(stage.today());
  stage.on(region, stage.workdays.after(begins, 0),
           [evaluation = std::make_shared<Evaluation>(stage, region, year)] { return evaluation->begin(); });
}

Json judged_scores(const Stage& stage, int year) {
  int wanted = 0, found = 0, right = 0;
  for (const auto& region : stage.regions)
    for (const Unit& unit : region->units) {
      const auto projects = unit.projects.find(year);
      if (projects == unit.projects.end()) continue;
      for (const Project& project : projects->second) {
        if (!project.budgeted) continue;
        wanted += project.inflated ? 1 : 0;
        found += project.cited ? 1 : 0;
        right += project.inflated && project.cited ? 1 : 0;
      }
    }
  return {{"put_in", wanted}, {"found", found}, {"right", right}};
}

} // namespace onebudget::demo
