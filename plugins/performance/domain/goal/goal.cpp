#include "plugins/performance/domain/goal/goal.hpp"

#include <algorithm>
#include <set>

namespace onebudget::performance {

namespace {

constexpr const char* kTree = "performance.goal_tree";

void add(std::vector<FieldFault>& findings, std::string field, const char* rule, Text message, Text remedy) {
  findings.push_back({std::move(field), rule, std::move(message), std::move(remedy)});
}

std::string place(std::size_t line, const char* field) { return "/lines/" + std::to_string(line + 1) + field; }

void check_money(const Goal& goal, std::vector<FieldFault>& findings) {
  if (goal.amount != goal.project_amount)
    add(findings, "/amount", "performance.goal_money",
        {"目标按 " + goal.amount.to_yuan() + " 元编写，项目现为 " + goal.project_amount.to_yuan() + " 元。",
         "The goal was written for " + goal.amount.to_yuan() + " yuan; the project has " +
             goal.project_amount.to_yuan() + " now."},
        {"请按现在的金额核对指标值，并改正资金总额。", "Check the targets against the money of today and correct it."});
  if (goal.funds != goal.amount)
    add(findings, "/fiscal_amount", "performance.goal_money",
        {"财政拨款与其他资金合计 " + goal.funds.to_yuan() + " 元，不等于资金总额。",
         "Fiscal and other funds add up to " + goal.funds.to_yuan() + " yuan, not to the amount."},
        {"请核对资金构成。", "Check the funds."});
  if (!goal.has_annual)
    add(findings, "/annual_goal", "performance.goal", {"没有年度目标。", "There is no goal for the year."},
        {"请填写年度目标。", "Write it."});
  if (goal.years > 1 && !goal.has_midterm)
    add(findings, "/midterm_goal", "performance.goal",
        {"跨年度项目应有中期目标。", "A project of several years has a mid-term goal."},
        {"请填写中期目标。", "Write it."});
}

void check_places(const Goal& goal, const Scheme& scheme, std::vector<FieldFault>& findings) {
  for (std::size_t i = 0; i < goal.lines.size(); ++i) {
    const GoalLine& line = goal.lines[i];
    const auto level = std::find_if(scheme.levels.begin(), scheme.levels.end(),
                                    [&](const SchemeLevel& one) { return one.code == line.first_level; });
    if (level == scheme.levels.end())
      add(findings, place(i, "/first_level"), kTree,
          {"指标体系中没有一级指标 " + line.first_level + "。", "The scheme has no level " + line.first_level + "."},
          {"请按所选指标体系填写。", "Follow the scheme."});
    else if (std::find(level->kinds.begin(), level->kinds.end(), line.second_level) == level->kinds.end())
      add(findings, place(i, "/second_level"), kTree,
          {"一级指标 " + line.first_level + " 下没有 " + line.second_level + "。",
           "The level " + line.first_level + " has no " + line.second_level + "."},
          {"请按所选指标体系填写。", "Follow the scheme."});
    if (line.weight <= Points())
      add(findings, place(i, "/weight"), "performance.weights", {"分值应大于零。", "A weight is above zero."},
          {"请填写分值。", "Give the weight."});
    for (FieldFault& finding : check_target(line.nature, line.target, line.unit)) {
      finding.field = place(i, finding.field.c_str());
      findings.push_back(std::move(finding));
    }
  }
}

bool holds(const Goal& goal, const std::string& level, const std::string& kind) {
  return std::any_of(goal.lines.begin(), goal.lines.end(), [&](const GoalLine& line) {
    return line.first_level == level && (kind.empty() || line.second_level == kind);
  });
}

/// Every level that is needed is there; answers those that may fall away and did.
std::vector<std::string> check_levels(const Goal& goal, const Scheme& scheme, std::vector<FieldFault>& findings) {
  std::vector<std::string> absent;
  for (const SchemeLevel& level : scheme.levels) {
    if (!holds(goal, level.code, "")) {
      if (level.if_public && !goal.serves_public)
        absent.push_back(level.code);
      else
        add(findings, "/lines", kTree,
            {"缺少一级指标 " + level.code + "。", "There is no indicator of the level " + level.code + "."},
            {"请至少填写一条。", "Write at least one."});
      continue;
    }
    if (!level.each_kind) continue;
    for (const std::string& kind : level.kinds)
      if (!holds(goal, level.code, kind))
        add(findings, "/lines", kTree,
            {"一级指标 " + level.code + " 下缺少 " + kind + "。",
             "The level " + level.code + " has no indicator of " + kind + "."},
            {"每类产出指标至少填写一条。", "Write at least one of each kind of output."});
  }
  const auto output = std::find_if(goal.lines.begin(), goal.lines.end(),
                                   [](const GoalLine& line) { return line.first_level == "output"; });
  if (output != goal.lines.end() && output->second_level != "quantity" && holds(goal, "output", "quantity"))
    add(findings, place(static_cast<std::size_t>(output - goal.lines.begin()), "/second_level"), kTree,
        {"产出指标应先列数量指标。", "Outputs begin with quantities."}, {"请调整顺序。", "Change the order."});
  return absent;
}

void check_sums(const Goal& goal, const Scheme& scheme, const std::vector<std::string>& absent,
                const Parameters& parameters, std::vector<FieldFault>& findings) {
  Points sum;
  for (const GoalLine& line : goal.lines) sum += line.weight;
  const Points wanted = Points::whole(100) - scheme.execution;
  if (sum != wanted)
    add(findings, "/lines", "performance.weights",
        {"各指标分值合计 " + sum.str() + "，应为 " + wanted.str() + "（预算执行率另占 " + scheme.execution.str() +
             "）。",
         "The weights add up to " + sum.str() + ", not to " + wanted.str() + " (execution has " +
             scheme.execution.str() + ")."},
        {"请调整分值。", "Adjust the weights."});
  const std::vector<Points> weights = level_weights(scheme, absent);
  for (std::size_t i = 0; i < scheme.levels.size(); ++i) {
    if (std::find(absent.begin(), absent.end(), scheme.levels[i].code) != absent.end()) continue;
    Points own;
    for (const GoalLine& line : goal.lines)
      if (line.first_level == scheme.levels[i].code) own += line.weight;
    if (own == Points()) continue; // that it is missing has its own finding
    const Points off = own < weights[i] ? weights[i] - own : own - weights[i];
    if (parameters.level_tolerance < off)
      add(findings, "/lines", "performance.weights",
          {"一级指标 " + scheme.levels[i].code + " 合计 " + own.str() + "，应为 " + weights[i].str() + "。",
           "The level " + scheme.levels[i].code + " weighs " + own.str() + ", not " + weights[i].str() + "."},
          {"请按指标体系分配分值。", "Weigh it as the scheme says."});
  }
}

constexpr const char* kVague[] = {"进一步", "加强", "有效", "明显", "较好", "等工作", "促进", "不断", "稳步", "大力"};

bool vague(const std::string& name) {
  return std::any_of(std::begin(kVague), std::end(kVague),
                     [&](const char* word) { return name.find(word) != std::string::npos; });
}

/// True when the target is worse than `before` by more than the share that is let pass.
bool worse(const GoalLine& line, Value target, Value before, Ratio let_pass) {
  const std::int64_t margin = scaled(before.millionths(), let_pass.millionths(), Ratio::kOne, Rounding::half_up);
  if (line.nature == Nature::at_least) return target.millionths() < before.millionths() - margin;
  return line.nature == Nature::at_most && target.millionths() > before.millionths() + margin;
}

} // namespace

std::vector<FieldFault> check_goal(const Goal& goal, const Scheme& scheme, const Parameters& parameters) {
  std::vector<FieldFault> findings;
  check_money(goal, findings);
  if (goal.lines.empty()) {
    add(findings, "/lines", "performance.goal", {"没有绩效指标。", "There is no indicator."},
        {"请填写绩效指标。", "Write the indicators."});
    return findings;
  }
  check_places(goal, scheme, findings);
  const auto absent = check_levels(goal, scheme, findings);
  check_sums(goal, scheme, absent, parameters, findings);
  return findings;
}

Quality quality_of(const Goal& goal, const Parameters& parameters) {
  constexpr const char* kRule = "performance.goal_quality";
  Quality out;
  const auto advise = [&](std::string field, int off, Text message, Text remedy) {
    out.score = std::max(0, out.score - off);
    add(out.advice, std::move(field), kRule, std::move(message), std::move(remedy));
  };
  Points measurable, all;
  std::set<std::string> names;
  for (std::size_t i = 0; i < goal.lines.size(); ++i) {
    const GoalLine& line = goal.lines[i];
    all += line.weight;
    if (line.nature != Nature::qualitative) measurable += line.weight;
    if (vague(line.name))
      advise(place(i, "/name"), 10, {"指标名称空泛，难以衡量。", "The name is too vague to be measured."},
             {"请写明对象和衡量的量。", "Name the thing and the quantity."});
    if (!names.insert(line.name).second)
      advise(place(i, "/name"), 10, {"指标重复。", "The indicator occurs twice."}, {"请合并。", "Merge them."});
    if (!line.has_source)
      advise(place(i, "/data_source"), 5,
             {"没有数据来源，完成情况无法核实。", "Without a source nothing can be verified."},
             {"请填写数据来源。", "Name the source."});
    const auto target = Value::parse(line.target);
    if (!target || line.nature == Nature::qualitative) continue;
    if (line.history && worse(line, *target, *line.history, parameters.history_drop))
      advise(place(i, "/target"), 10,
             {"指标值 " + target->str() + " 明显低于历史水平 " + line.history->str() + "。",
              "The target " + target->str() + " is clearly worse than " + line.history->str() + " before."},
             {"请提高指标值或说明原因。", "Raise it, or say why."});
    if (line.benchmark && worse(line, *target, *line.benchmark, parameters.history_drop))
      advise(place(i, "/target"), 10,
             {"指标值 " + target->str() + " 明显低于参考值 " + line.benchmark->str() + "。",
              "The target " + target->str() + " is clearly worse than the benchmark " + line.benchmark->str() + "."},
             {"请对照参考值核对。", "Compare it with the benchmark."});
  }
  if (measurable + measurable < all)
    advise("/lines", 15, {"定量指标的分值不足一半。", "Less than half of the weight is measurable."},
           {"请增加可量化的指标。", "Add indicators that can be counted."});
  return out;
}

} // namespace onebudget::performance
