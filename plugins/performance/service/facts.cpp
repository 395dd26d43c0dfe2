#include "plugins/performance/service/facts.hpp"

#include <charconv>

namespace onebudget::performance {

namespace {

constexpr std::size_t kBatch = 100;
constexpr const char* kWorkflow = "workflow/1";
constexpr int kFirstYear = 1990, kLastYear = 2100;

Fault missing(const std::string& name, const char* zh, const char* en) {
  return fault(FaultKind::malformed, "performance.parameter_missing",
               {"参数 " + name + " " + zh, "The parameter " + name + " " + en});
}

Fault bad_tree(const std::string& what) {
  return fault(FaultKind::rule, "performance.scheme",
               {"指标树的 " + what + " 缺失或不合要求，请按说明填写。",
                "The tree's " + what + " is missing or wrong; follow the manual."});
}

std::vector<std::string> texts(const Json& list) {
  std::vector<std::string> out;
  for (const Json& item : list)
    if (item.is_string()) out.push_back(item.get<std::string>());
  return out;
}

Result<Points> points_member(const Row& row, const char* name) {
  const auto points = Points::parse(row.text(name));
  return points ? Result<Points>(*points) : Result<Points>(bad_tree(name));
}

Result<GradeRule> rule_of(const Row& row, const std::string& grade) {
  GradeRule rule;
  const Fault bad = fault(FaultKind::rule, "performance.policy",
                          {"等级 " + grade + " 的规则缺失或不合要求：factor 写 \"0.8\"，deduct 写元。",
                           "The rule of " + grade + " is missing or wrong: factor as \"0.8\", deduct in yuan."});
  const auto factor = Ratio::parse(row.text("factor"));
  const auto deduct = Money::parse_yuan(row.has("deduct") ? row.text("deduct") : "0");
  if (!factor || !deduct) return bad;
  rule.factor = *factor;
  rule.deduct = *deduct;
  rule.priority = static_cast<int>(row.number("priority"));
  rule.cancel = row.flag("cancel");
  rule.publish = row.flag("publish");
  rule.accountable = row.flag("accountable");
  rule.unit_points = static_cast<int>(row.number("unit_points"));
  return rule;
}

GoalLine goal_line_of(const Row& row) {
  GoalLine line;
  line.first_level = row.text("first_level");
  line.second_level = row.text("second_level");
  line.name = row.text("name");
  line.nature = nature_of(row.text("nature")).value_or(Nature::at_least);
  line.target = row.text("target");
  line.unit = row.text("unit_of_measure");
  line.weight = points_in(row, "weight");
  line.has_source = !row.text("data_source").empty();
  line.history = Value::parse(row.text("history_value"));
  line.from_library = row.has("indicator");
  return line;
}

} // namespace

Result<void> by_hundreds(const std::set<std::string>& ids, const std::string& field,
                         const std::function<Result<void>(const std::string& filter)>& each) {
  auto next = ids.begin();
  while (next != ids.end()) {
    std::string list;
    for (std::size_t i = 0; i < kBatch && next != ids.end(); ++i, ++next) list += (list.empty() ? "" : ",") + *next;
    OB_CHECK(each(field + "=in=(" + list + ")"));
  }
  return {};
}

Result<Parameters> parameters_on(const Call& call, Day day) {
  Parameters parameters;
  OB_CHECK(call.records().each("performance.parameter",
                               where("status==in_force;valid_from=le=" + day.str(), "valid_from"),
                               [&](const Row& row) { return parameters.set(row.text("code"), row.text("value")); }));
  OB_CHECK(check_parameters(parameters));
  return parameters;
}

Result<Scheme> scheme_of(const Row& row) {
  const Row tree(row.at("tree"));
  if (tree.none()) return bad_tree("tree");
  Scheme scheme;
  OB_TRY(scheme.execution, points_member(tree, "execution"));
  if (!tree.at("levels").is_array()) return bad_tree("levels");
  for (const Json& item : tree.at("levels")) {
    const Row level(item);
    SchemeLevel one;
    one.code = level.text("code");
    OB_TRY(one.weight, points_member(level, "weight"));
    one.kinds = texts(level.at("kinds"));
    one.each_kind = level.flag("each_kind");
    one.if_public = level.flag("if_public");
    scheme.levels.push_back(std::move(one));
  }
  const Row floor(tree.at("at_least"));
  if (floor.none()) return scheme;
  scheme.at_least_levels = texts(floor.at("levels"));
  OB_TRY(scheme.at_least, points_member(floor, "weight"));
  return scheme;
}

Result<Scheme> read_scheme(const Call& call, RecordId id) {
  OB_TRY(const Row row, call.records().get("performance.scheme", id));
  return scheme_of(row);
}

Result<PolicyPack> pack_of(const Row& row) {
  PolicyPack pack;
  const Row rules(row.at("rules"));
  for (std::size_t i = 0; i < pack.grades.size(); ++i) {
    const std::string grade = code_of(static_cast<Grade>(i));
    OB_TRY(pack.grades[i], rule_of(Row(rules.at(grade)), grade));
  }
  return pack;
}

Result<std::string> digest_of(const Call& call, const Json& document) {
  OB_TRY(const std::string bytes, call.host().digest("sm3", document.dump()));
  constexpr const char* kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

Points points_in(const Row& row, const char* field) { return Points::parse(row.text(field)).value_or(Points()); }

Measured measured_of(const Row& row) {
  Measured line;
  line.nature = nature_of(row.text("nature")).value_or(Nature::at_least);
  line.weight = points_in(row, "weight");
  line.target = row.text("target");
  line.actual = row.text("actual");
  line.unit = row.text("unit_of_measure");
  line.actual_unit = row.text("actual_unit");
  line.reached = reached_of(row.text("reached"));
  line.percent = static_cast<int>(row.number("percent", -1));
  line.applicable = !row.has("applicable") || row.flag("applicable");
  line.overshoot_accepted = row.flag("overshoot_accepted");
  line.has_reason = !row.text("reason").empty();
  return line;
}

Result<Goal> goal_of(const Call& call, const Row& row) {
  Goal goal;
  goal.amount = goal.project_amount = row.money("amount");
  OB_TRY(goal.funds, row.money("fiscal_amount").plus(row.money("other_amount")));
  goal.has_annual = !row.text("annual_goal").empty();
  goal.has_midterm = !row.text("midterm_goal").empty();
  goal.serves_public = row.flag("serves_public");
  if (row.has("project")) {
    OB_TRY(const Row project, call.records().get(kProject, row.ref("project")));
    goal.project_amount = project.money("year_amount");
    goal.years = static_cast<int>(project.number("end_year") - project.number("start_year") + 1);
  }
  std::vector<std::string> library;
  std::set<std::string> ids;
  OB_CHECK(call.records().each("performance.goal_indicator", where("goal==" + row.id().str(), "line_no"),
                               [&](const Row& line) -> Result<void> {
                                 goal.lines.push_back(goal_line_of(line));
                                 library.push_back(line.text("indicator"));
                                 if (line.has("indicator")) ids.insert(library.back());
                                 return {};
                               }));
  std::map<std::string, std::string> benchmarks;
  OB_CHECK(by_hundreds(ids, "id", [&](const std::string& filter) {
    return call.records().each("performance.indicator", where(filter), [&](const Row& entry) -> Result<void> {
      benchmarks[entry.id().str()] = entry.text("benchmark");
      return {};
    });
  }));
  for (std::size_t i = 0; i < library.size(); ++i)
    if (const auto found = benchmarks.find(library[i]); found != benchmarks.end())
      goal.lines[i].benchmark = Value::parse(found->second);
  return goal;
}

Result<std::vector<SelfLine>> lines_of(const Call& call, RecordId evaluation) {
  std::vector<SelfLine> out;
  std::map<std::string, std::size_t> places;
  const std::string own = "evaluation==" + evaluation.str();
  OB_CHECK(call.records().each(kScoreLine, where(own, "line_no"), [&](const Row& row) -> Result<void> {
    places[row.id().str()] = out.size();
    out.push_back(
        {row.id().str(), measured_of(row), points_in(row, "points"), {}, row.flag("by_experts"), row.text("name")});
    return {};
  }));
  OB_CHECK(call.records().each(kEvidence, where(own, "id"), [&](const Row& row) -> Result<void> {
    const auto place = places.find(row.text("score_line"));
    if (place == places.end()) return {};
    SelfLine& line = out[place->second];
    const auto shown = Value::parse(row.text("measured"));
    if (shown || line.line.nature == Nature::qualitative)
      line.proofs.push_back({row.id().str(), row.text("title"), shown.value_or(Value())});
    return {};
  }));
  return out;
}

Result<std::vector<Row>> best_evaluations(const Call& call, int year, const std::string& kinds,
                                          const std::function<bool(const Row& unit)>& inside) {
  std::map<std::string, Row> best;
  const auto rank = [](const Row& row) {
    return row.text("kind") == "finance" ? 3 : row.text("kind") == "department" ? 2 : 1;
  };
  std::map<std::string, bool> known_units;
  const std::string filter = "status==confirmed;fiscal_year==" + std::to_string(year) + ";kind=in=(" + kinds + ")";
  OB_CHECK(call.records().each(kEvaluation, where(filter, "id"), [&](const Row& row) -> Result<void> {
    if (!row.has("project")) return {};
    const std::string unit = row.text("unit");
    if (known_units.count(unit) == 0) {
      OB_TRY(const Row node, call.node(row.ref("unit")));
      known_units[unit] = inside(node);
    }
    if (!known_units[unit]) return {};
    const auto known = best.find(row.text("project"));
    if (known == best.end() || rank(known->second) < rank(row)) best[row.text("project")] = row;
    return {};
  }));
  std::vector<Row> out;
  for (auto& [project, row] : best) out.push_back(row);
  return out;
}

Result<void> check_evaluator(const Call& call, Kind kind, Verdict& verdict) {
  if (kind != Kind::department && kind != Kind::finance) return {};
  const bool finance = kind == Kind::finance;
  OB_TRY(const bool allowed,
         call.may(finance ? "performance.evaluation.as_finance" : "performance.evaluation.as_department"));
  if (!allowed)
    verdict.report("/kind", "performance.evaluator",
                   Text{finance ? "财政评价由财政部门办理。" : "部门评价由主管部门办理。",
                        finance ? "Finance evaluations are the finance office's."
                                : "Department evaluations are the department's."},
                   Text{"单位请办理自评。", "Units evaluate themselves."});
  return {};
}

void report_cancelled(const Row& project, Verdict& verdict) {
  if (project.text("status") != "terminated") return;
  verdict.report(
      "/project", "performance.cancelled_project",
      Text{"项目已终止，不设目标、不作评价。", "The project was terminated; it has no goals and is not evaluated."},
      Text{"请取消评价；已支出的资金用决算和监督核查。", "Cancel it; what was spent is for accounts and supervision."});
}

Result<Term> due_after(const Call& call, int workdays) {
  const auto told = call.send(kWorkflow, "due", {{"from", call.today().str()}, {"workdays", workdays}});
  if (!told && told.fault().code == "host.no_service")
    return fault(
        FaultKind::unavailable, "performance.no_calendar",
        {"期限按工作日计算，需要启用审批流插件。", "Terms are counted in workdays; enable the plugin workflow."});
  if (!told) return told.fault();
  const Row answer(*told);
  return Term{answer.day("day").value_or(call.today()), answer.flag("assumed")};
}

Result<int> year_parameter(const Request& request, const char* name) {
  const std::string text = request.parameter(name).value_or("");
  int year = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), year);
  if (error == std::errc() && end == text.data() + text.size() && year >= kFirstYear && year <= kLastYear) return year;
  return missing(name, "应为 1990 到 2100 之间的四位年度。", "is a year of four digits from 1990 to 2100.");
}

Result<int> year_member(const Json& body, const char* name) {
  const std::int64_t year = Row(body).number(name);
  if (year >= kFirstYear && year <= kLastYear) return static_cast<int>(year);
  return missing(name, "应为 1990 到 2100 之间的年度。", "is a year from 1990 to 2100.");
}

Result<RecordId> id_member(const Json& body, const char* name) {
  const RecordId id = Row(body).ref(name);
  if (!id.none()) return id;
  return missing(name, "应为记录编号。", "is the id of a record.");
}

} // namespace onebudget::performance
