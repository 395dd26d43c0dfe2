// Two rounds up and down: declarations from an empty form, approvals, ceilings, second up, the Congress, the issue.

#include <algorithm>

#include "packaging/demo/year/parts.hpp"

namespace onebudget::demo {

namespace {

constexpr int kTaken = 2;        ///< projects of the library that a unit takes into its budget at most
constexpr int kCongressDay = 20; ///< of January
constexpr int kAbsence = 5;      ///< working days that an approver is away
constexpr std::uint64_t kOneOfThree = 3;

struct Size {
  const char *total, *year, *price;
};
constexpr Size kSizes[] = {{"400000.00", "100000.00", "5000"}, {"1600000.00", "1200000.00", "60000"}};

Money yuan(const Json& row, const char* field) {
  const auto amount = Money::parse_yuan(row.value(field, std::string("0.00")));
  return amount ? *amount : Money();
}

class Cycle : public std::enable_shared_from_this<Cycle> {
 public:
  Cycle(Stage& stage, Region& region, int year, bool down_only)
      : stage_(stage), region_(region), year_(year), down_only_(down_only) {}

  Result<void> open_first() {
    OB_TRY(first_, opened("one_up", stage_.today().plus_days(300)));
    for (Unit& unit : region_.units) {
      stage_.hand(region_, named(unit, "declare"), [self = shared_from_this(), &unit] { return self->declare(unit); });
      ++waiting_;
    }
    return {};
  }

 private:
  [[nodiscard]] std::string named(const Unit& unit, const std::string& what) const {
    return std::to_string(year_) + "/" + unit.code + "/" + what;
  }
  [[nodiscard]] std::string budget() const { return region_.person("budget-division"); }
  [[nodiscard]] std::string of_year() const { return "fiscal_year==" + std::to_string(year_); }

  Result<std::string> opened(const char* step, Day closes) {
    const Day last = std::min(closes, Day::parse(std::to_string(year_) + "-12-31").value_or(closes));
    OB_TRY(const Json made, stage_.desk.make(budget(), "/compilation/budget-round",
                                             {{"region", region_.id},
                                              {"fiscal_year", year_},
                                              {"step", step},
                                              {"opens_on", stage_.today().str()},
                                              {"closes_on", last.str()}}));
    const std::string path = "/compilation/budget-round/" + made.value("id", std::string());
    OB_TRY(const Json moved, stage_.desk.move(budget(), path, "open"));
    return path;
  }

  Result<void> declare(Unit& unit) {
    for (int number = 0; number < stage_.settings.projects; ++number) {
      Project project;
      Random chance = stage_.chance(named(unit, "project" + std::to_string(number)));
      project.year = year_;
      project.name = unit.name + (number == 0 ? "信息系统安全加固" : "校舍设施维修改造") + std::to_string(year_);
      project.habit = static_cast<Habit>(chance.below(10) < 5 ? 0 : 1 + chance.below(3));
      project.paper_missing = chance.below(kOneOfThree) == 0;
      project.inflated = chance.below(kOneOfThree) == 0;
      project.quality = static_cast<int>(50 + chance.below(project.inflated ? 35 : 51));
      OB_CHECK(fill_in(unit, project, kSizes[chance.below(2)]));
      unit.projects[year_].push_back(project);
    }
    auto& projects = unit.projects[year_];
    for (std::size_t i = 0; i < projects.size(); ++i) {
      OB_CHECK(hand_in(unit, i));
      ++admitting_[&unit];
    }
    return {};
  }

  Result<void> fill_in(const Unit& unit, Project& project, const Size& size) {
    const std::string clerk = unit.person("unit-clerk");
    OB_TRY(const std::string function, stage_.code(clerk, "functional-class", "2050203", year_));
    OB_TRY(const std::string fund, stage_.code(clerk, "fund-kind", "1"));
    OB_TRY(const Json made, stage_.desk.make(clerk, "/compilation/project",
                                             {{"name", project.name},
                                              {"unit", unit.id},
                                              {"category", "specific"},
                                              {"fiscal_year", year_},
                                              {"existence", "new"},
                                              {"start_year", year_},
                                              {"end_year", year_ + 2},
                                              {"total_amount", size.total},
                                              {"year_amount", size.year},
                                              {"functional_class", function},
                                              {"fund_kind", fund},
                                              {"design_basis", "网络安全法"},
                                              {"performance_goal", "整改率 100%"},
                                              {"summary", "加固信息系统、维修校舍"},
                                              {"plan", "分三年实施"},
                                              {"contact_name", "张三"},
                                              {"contact_phone", "025-83330000"}}));
    project.id = made.value("id", std::string());
    project.code = made.value("code", std::string());
    project.path = "/compilation/project/" + project.id;
    project.total = yuan(made, "total_amount");
    project.amount = yuan(made, "year_amount");
    OB_TRY(const std::string department, stage_.code(clerk, "department-economic-class", "30201", year_));
    Json line = {{"project", project.id},
                 {"line_no", 1},
                 {"year", year_},
                 {"task", "设备和服务"},
                 {"functional_class", function},
                 {"department_economic_class", department},
                 {"fund_kind", fund},
                 {"formula", "台数 * 单价"},
                 {"names", {{"台数", "20"}, {"单价", size.price}}}};
    // Which class of the government's list fits depends on the kind of unit: the form says so.
    Result<Json> written = Json();
    for (const char* government : {"50502", "50201"}) {
      OB_TRY(line["government_economic_class"], stage_.code(clerk, "government-economic-class", government, year_));
      written = stage_.desk.make(clerk, "/compilation/expenditure-line", line);
      if (written || written.fault().kind != FaultKind::rule) break;
    }
    return written ? Result<void>() : Result<void>(written.fault());
  }

  Result<void> add_paper(const Unit& unit, const Project& project, const char* kind) {
    OB_TRY(const Json paper, stage_.desk.make(unit.person("unit-clerk"), "/compilation/project-paper",
                                              {{"project", project.id}, {"kind", kind}, {"title", kind}}));
    return {};
  }

  /// At the platform's door a missing paper is named before anybody waits; on paper the first reader finds it out.
  Result<void> hand_in(Unit& unit, std::size_t number) {
    const Project& project = unit.projects[year_][number];
    const std::string clerk = unit.person("unit-clerk");
    for (const char* kind : {"basis", "estimate"}) OB_CHECK(add_paper(unit, project, kind));
    if (project.paper_missing && region_.regime == Regime::onebudget) {
      const auto refused = stage_.desk.move(clerk, project.path, "submit");
      if (refused)
        return fault(FaultKind::internal, "ctl.demo_door",
                     {"缺材料的项目送了审：" + project.name, "It went in without a paper: " + project.name});
      stage_.count(region_, "refused_at_the_door");
      stage_.spared("return_for_a_missing_paper", stage_.settings.way_back());
    }
    OB_CHECK(add_paper(unit, project, "plan"));
    OB_TRY(const Json sent, stage_.desk.move(clerk, project.path, "submit"));
    stage_.count(region_, "declared");
    to_department(unit, number, project.paper_missing && region_.regime == Regime::paper ? "missing" : "first");
    return {};
  }

  void to_department(Unit& unit, std::size_t number, const std::string& time) {
    const std::string name = named(unit, "department" + std::to_string(number) + time);
    stage_.hand(region_, name, [self = shared_from_this(), &unit, number, time]() -> Result<void> {
      const bool away = &unit == &self->region_.units.front() && number == 0 && time == "first";
      if (away) return self->absent(unit, number);
      return self->by_department(unit, number, time, "department-reviewer");
    });
  }

  /// The reviewer is away. On the platform the head acts as the deputy; on paper the folder lies until they are back.
  Result<void> absent(Unit& unit, std::size_t number) {
    stage_.count(region_, "absent_approvers");
    const std::string reviewer = region_.person("department-reviewer", unit.department);
    const std::string head = region_.person("department-head", unit.department);
    const auto later = [self = shared_from_this(), &unit, number](const char* role) {
      return [self, &unit, number, role] { return self->by_department(unit, number, "back", role); };
    };
    const Day back = stage_.workdays.after(stage_.today(), kAbsence);
    if (region_.regime == Regime::paper) {
      stage_.on(region_, back, later("department-reviewer"));
      return {};
    }
    OB_TRY(const Json found, stage_.desk.get("sysadmin", "/system/user?q=" + head));
    for (const Json& user : found.value("items", Json::array())) {
      if (user.value("username", std::string()) != head) continue;
      OB_TRY(const Json made, stage_.desk.make(reviewer, "/workflow/delegation",
                                               {{"office", region_.departments.at(unit.department).id},
                                                {"deputy", user["id"]},
                                                {"reason", "出差"},
                                                {"from_day", stage_.today().str()},
                                                {"to_day", back.str()}}));
    }
    stage_.spared("absent_approver_deputised", stage_.workdays.between(stage_.today(), back));
    return later("department-head")();
  }

  Result<void> by_department(Unit& unit, std::size_t number, const std::string& time, const char* role) {
    const Project& project = unit.projects[year_][number];
    const std::string who = region_.person(role, unit.department);
    if (time == "missing") {
      OB_TRY(const Json back, decide(stage_, who, project.id, "return", "缺少实施方案，请补充"));
      stage_.count(region_, "returned");
      stage_.hand(region_, named(unit, "again" + std::to_string(number)),
                  [self = shared_from_this(), &unit, number]() -> Result<void> {
                    OB_TRY(const Json sent, self->stage_.desk.move(unit.person("unit-clerk"),
                                                                   unit.projects[self->year_][number].path, "submit"));
                    self->to_department(unit, number, "again");
                    return {};
                  });
      return {};
    }
    OB_TRY(const Json done, decide(stage_, who, project.id));
    OB_TRY(const Json rank,
           stage_.desk.make(region_.person("department-clerk", unit.department), "/compilation/project-rank",
                            {{"project", project.id}, {"fiscal_year", year_}, {"rank", number + 1}}));
    const bool large = !(project.amount < Money::from_fen(100'000'000));
    next_desk(unit, number, region_.division(unit), large ? budget() : "");
    return {};
  }

  /// The division, then for larger amounts the budget division; the last of them admits it to the library.
  void next_desk(Unit& unit, std::size_t number, const std::string& who, const std::string& then) {
    const std::string name = named(unit, "desk" + std::to_string(number) + (then.empty() ? "last" : "first"));
    stage_.hand(region_, name, [self = shared_from_this(), &unit, number, who, then]() -> Result<void> {
      const Project& project = unit.projects[self->year_][number];
      OB_TRY(const Json done, decide(self->stage_, who, project.id));
      if (!then.empty()) {
        self->next_desk(unit, number, then, "");
        return {};
      }
      if (done.value("case_state", std::string()) != "finished")
        return fault(FaultKind::internal, "ctl.demo_case",
                     {"审批没有办结：" + project.name, "Not finished: " + project.name});
      self->stage_.count(self->region_, "admitted");
      if (--self->admitting_[&unit] > 0) return Result<void>();
      return self->take(unit);
    });
  }

  /// The unit takes its library into the budget and freezes 一上.
  Result<void> take(Unit& unit) {
    const std::string clerk = unit.person("unit-clerk");
    OB_TRY(auto ready, stage_.desk.every(clerk, "/compilation/project",
                                         "unit==" + unit.id + ";" + of_year() +
                                             ";status==in_library;category=in=(personnel,operating)"));
    if (ready.size() > kTaken) ready.resize(kTaken);
    std::vector<std::string> paths;
    for (const Json& one : ready) paths.push_back("/compilation/project/" + one.value("id", std::string()));
    for (Project& project : unit.projects[year_]) {
      paths.push_back(project.path);
      project.budgeted = true;
    }
    for (const std::string& path : paths) {
      OB_TRY(const Json taken, stage_.desk.move(clerk, path, "compile"));
    }
    OB_TRY(const Json frozen, freeze(unit, "one_up", clerk));
    stage_.count(region_, "taken", static_cast<std::int64_t>(paths.size()));
    if (--waiting_ == 0)
      stage_.hand(region_, std::to_string(year_) + "/" + region_.code + "/down",
                  [self = shared_from_this()] { return self->ceilings(); });
    return {};
  }

  Result<Json> freeze(const Unit& unit, const char* step, const std::string& who) {
    return stage_.desk.make(who, "/compilation/freeze", {{"unit", unit.id}, {"fiscal_year", year_}, {"step", step}});
  }

  /// 控制数: what each unit declared, less what monitoring or evaluation say, split by the departments.
  Result<void> ceilings();
  Result<void> issue_ceiling(const std::string& department, const std::string& fund, const std::string& category,
                             const std::map<std::string, Money>& parts);
  Result<void> open_second();
  Result<void> second(Unit& unit);
  Result<void> congress();
  Result<void> issue(Unit& unit);
  Result<Money> ceiling_of(Unit& unit, std::vector<Money> declared, const std::string& category);

  Stage& stage_;
  Region& region_;
  int year_;
  bool down_only_;
  std::string first_, second_;
  int waiting_ = 0, serial_ = 0;
  std::map<const Unit*, int> admitting_;
  std::map<std::string, std::string> drafts_; ///< unit code → path of its issue
};

/// The first year's ceilings leave out the smallest project of every third unit. The next year's leave it out where
/// monitoring of the year before found a violation, and those of the year after add what evaluation decided.
Result<Money> Cycle::ceiling_of(Unit& unit, std::vector<Money> declared, const std::string& category) {
  Money sum;
  for (const Money amount : declared) {
    OB_TRY(sum, sum.plus(amount));
  }
  if (category != "specific") return sum;
  if (down_only_) {
    OB_TRY(const auto results,
           stage_.desk.every(budget(), "/performance/result",
                             "unit==" + unit.id + ";budget_year==" + std::to_string(year_) + ";status==applied"));
    for (const Json& result : results) {
      OB_TRY(sum, sum.plus(yuan(result, "change")));
      stage_.count(region_, "ceilings_by_results");
    }
    return sum < Money() ? Money() : sum;
  }
  const bool watched = unit.projects.contains(year_ - 1);
  const bool cut =
      watched ? unit.flagged.contains(year_ - 1) : stage_.chance(named(unit, "cut")).below(kOneOfThree) == 0;
  if (!cut || declared.size() < 2) return sum;
  if (watched) stage_.count(region_, "ceilings_cut_by_monitoring");
  return sum.minus(*std::min_element(declared.begin(), declared.end()));
}

Result<void> Cycle::ceilings() {
  // department → fund/category → unit → amounts
  std::map<std::string, std::map<std::pair<std::string, std::string>, std::map<const Unit*, std::vector<Money>>>> cells;
  for (Unit& unit : region_.units) {
    OB_TRY(const auto budgeted, stage_.desk.every(unit.person("unit-clerk"), "/compilation/project",
                                                  "unit==" + unit.id + ";" + of_year() + ";status==budgeted"));
    for (const Json& one : budgeted) {
      const Json& fund = one["fund_kind"];
      cells[unit.department][{fund.is_string() ? fund.get<std::string>() : fund.value("id", std::string()),
                              one.value("category", std::string())}][&unit]
          .push_back(yuan(one, "year_amount"));
    }
  }
  for (const auto& [department, funds] : cells)
    for (const auto& [cell, units] : funds) {
      std::map<std::string, Money> parts;
      for (const auto& [unit, declared] : units) {
        OB_TRY(parts[unit->id], ceiling_of(const_cast<Unit&>(*unit), declared, cell.second));
      }
      OB_CHECK(issue_ceiling(department, cell.first, cell.second, parts));
    }
  for (Unit& unit : region_.units) {
    OB_TRY(const Json frozen, freeze(unit, "one_down", budget()));
  }
  if (down_only_) return {};
  stage_.hand(region_, std::to_string(year_) + "/" + region_.code + "/second",
              [self = shared_from_this()] { return self->open_second(); });
  return {};
}

Result<void> Cycle::issue_ceiling(const std::string& department, const std::string& fund, const std::string& category,
                                  const std::map<std::string, Money>& parts) {
  Money whole;
  Json split = Json::array();
  for (const auto& [unit, amount] : parts) {
    OB_TRY(whole, whole.plus(amount));
    split.push_back({{"node", unit}, {"amount", amount.to_yuan()}});
  }
  OB_TRY(const Json made, stage_.desk.make(budget(), "/compilation/ceiling",
                                           {{"node", region_.departments.at(department).id},
                                            {"fiscal_year", year_},
                                            {"category", category},
                                            {"fund_kind", fund},
                                            {"amount", whole.to_yuan()}}));
  const std::string path = "/compilation/ceiling/" + made.value("id", std::string());
  OB_TRY(const Json down, stage_.desk.move(budget(), path, "issue"));
  const std::string reviewer = region_.person("department-reviewer", department);
  OB_TRY(const Json done, stage_.desk.make(reviewer, path + "/split", {{"parts", split}}));
  for (const Json& part : done.value("items", Json::array())) {
    OB_TRY(const Json issued,
           stage_.desk.move(reviewer, "/compilation/ceiling/" + part.value("id", std::string()), "issue"));
    stage_.count(region_, "ceilings");
  }
  return {};
}

/// The first round is closed on the calendar before the second one opens.
Result<void> Cycle::open_second() {
  OB_TRY(const Json closed, stage_.desk.move(budget(), first_, "close"));
  OB_TRY(const Json changed, stage_.desk.change(budget(), first_, {{"closes_on", stage_.today().plus_days(-1).str()}}));
  OB_TRY(second_, opened("two_up", stage_.today().plus_days(300)));
  for (Unit& unit : region_.units) {
    ++waiting_;
    stage_.hand(region_, named(unit, "second"), [self = shared_from_this(), &unit] { return self->second(unit); });
  }
  return {};
}

/// 二上: refused above the ceilings, cell by cell; the unit puts its smallest project back and freezes.
Result<void> Cycle::second(Unit& unit) {
  const std::string clerk = unit.person("unit-clerk");
  auto frozen = freeze(unit, "two_up", clerk);
  if (!frozen && frozen.fault().kind == FaultKind::rule) {
    stage_.count(region_, "above_ceilings");
    auto& projects = unit.projects[year_];
    const auto least = std::min_element(projects.begin(), projects.end(),
                                        [](const Project& a, const Project& b) { return a.amount < b.amount; });
    OB_TRY(const Json back, stage_.desk.move(clerk, least->path, "uncompile", "控制数不足"));
    least->budgeted = false;
    frozen = freeze(unit, "two_up", clerk);
  }
  if (!frozen) return frozen.fault();
  unit.versions[year_] = *frozen;
  stage_.count(region_, "second_up");
  for (std::size_t i = 0; i < unit.projects[year_].size(); ++i)
    if (unit.projects[year_][i].budgeted) OB_CHECK(set_goal(stage_, region_, unit, unit.projects[year_][i]));
  if (--waiting_ > 0) return {};
  OB_TRY(const Json closed, stage_.desk.move(budget(), second_, "close"));
  const Day congress =
      Day::parse(std::to_string(year_) + "-01-" + std::to_string(kCongressDay)).value_or(stage_.today());
  stage_.on(region_, stage_.workdays.after(std::max(congress, stage_.today()), 0),
            [self = shared_from_this()] { return self->congress(); });
  return {};
}

/// The approval of the People's Congress, and 批复 of every unit behind it.
Result<void> Cycle::congress() {
  const std::string leader = region_.person("finance-leader");
  std::map<std::string, Money> sums;
  for (Unit& unit : region_.units) {
    OB_TRY(const Json made, stage_.desk.make(budget(), "/compilation/budget-issue",
                                             {{"unit", unit.id},
                                              {"fiscal_year", year_},
                                              {"document_no", region_.code + "〔" + std::to_string(year_) + "〕" +
                                                                  std::to_string(++serial_) + "号"},
                                              {"title", unit.name + "部门预算批复"},
                                              {"ground", "none"}}));
    const std::string id = made.value("id", std::string());
    drafts_[unit.code] = "/compilation/budget-issue/" + id;
    OB_TRY(const Json prepared, stage_.desk.make(budget(), drafts_[unit.code] + "/prepare", Json::object()));
    OB_TRY(const auto lines, stage_.desk.every(budget(), "/compilation/issue-line", "issue==" + id));
    for (const Json& line : lines) {
      Money& sum = sums[line.value("fund", std::string())];
      OB_TRY(sum, sum.plus(yuan(line, "amount")));
    }
  }
  Json approval = {{"region", region_.id},
                   {"fiscal_year", year_},
                   {"session", "人民代表大会会议"},
                   {"document_no", "决议" + region_.code + std::to_string(year_)},
                   {"approved_on", stage_.today().str()}};
  for (const auto& [fund, sum] : sums) approval["fund_" + fund] = sum.to_yuan();
  OB_TRY(const Json made, stage_.desk.make(budget(), "/compilation/congress-approval", approval));
  OB_TRY(const Json confirmed,
         stage_.desk.move(leader, "/compilation/congress-approval/" + made.value("id", std::string()), "confirm"));
  for (Unit& unit : region_.units)
    stage_.hand(region_, named(unit, "issue"), [self = shared_from_this(), &unit] { return self->issue(unit); });
  waiting_ = static_cast<int>(region_.units.size());
  return {};
}

Result<void> Cycle::issue(Unit& unit) {
  const std::string leader = region_.person("finance-leader");
  OB_TRY(const Json issued, stage_.desk.move(leader, drafts_[unit.code], "issue"));
  for (Project& project : unit.projects[year_]) {
    if (!project.budgeted) continue;
    project.issued_on = stage_.today().str();
    OB_TRY(const Json begun, stage_.desk.move(unit.person("unit-clerk"), project.path, "start"));
  }
  stage_.count(region_, "issued");
  return {};
}

} // namespace

void compile(Stage& stage, Region& region, int year, Day opens, bool down_only) {
  stage.on(region, stage.workdays.after(opens, 0),
           [cycle = std::make_shared<Cycle>(stage, region, year, down_only)] { return cycle->open_first(); });
}

} // namespace onebudget::demo
