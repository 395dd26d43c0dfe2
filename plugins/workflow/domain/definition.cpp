#include "plugins/workflow/domain/definition.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "plugins/workflow/domain/filling.hpp"

namespace onebudget::workflow {

namespace {

using Names = std::vector<std::string>;

constexpr std::size_t kMostSteps = 100;
constexpr std::size_t kMostNames = 20;
constexpr int kLongestDeadline = 250;

bool has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool within(const Names& known, const Names& chosen) {
  return std::all_of(chosen.begin(), chosen.end(), [&](const std::string& name) { return has(known, name); });
}

bool taken(const Step& step, const Facts& facts) {
  return (!step.from || *step.from <= facts.amount) && (!step.below || facts.amount < *step.below) &&
         (step.categories.empty() || has(step.categories, facts.category)) &&
         (step.offices.empty() || has(step.offices, facts.office));
}

class Findings {
 public:
  void add(const std::string& field, const char* code, Text message, Text remedy) {
    out_.push_back({field, std::string("workflow.") + code, std::move(message), std::move(remedy)});
  }
  std::vector<FieldFault> take() { return std::move(out_); }
  [[nodiscard]] bool none() const { return out_.empty(); }

 private:
  std::vector<FieldFault> out_;
};

void check_people(const Step& step, const std::string& at, Findings& out) {
  if (step.roles.empty())
    out.add(at + "/roles", "nobody",
            {"环节“" + step.id + "”没有办理人。", "Nobody handles the step \"" + step.id + "\"."},
            {"请至少指定一个角色。", "Name at least one role."});
  if (std::set<std::string>(step.roles.begin(), step.roles.end()).size() != step.roles.size())
    out.add(at + "/roles", "role_twice",
            {"同一角色在环节“" + step.id + "”中出现两次。", "A role occurs twice in the step \"" + step.id + "\"."},
            {"请删去重复的角色。", "Remove the repeated role."});
}

void check_deadline(const Step& step, const std::string& at, Findings& out) {
  if (step.workdays && (*step.workdays < 1 || *step.workdays > kLongestDeadline))
    out.add(at + "/workdays", "deadline", {"办理期限应为 1 至 250 个工作日。", "A deadline has 1 to 250 workdays."},
            {"请改写期限，或留空表示不限时。", "Change the deadline, or leave it empty for none."});
  if (step.overdue != Overdue::remind && !step.workdays && !step.by)
    out.add(at + "/workdays", "deadline_missing",
            {"设了超时升级或退回，却没有期限。", "Being late has a consequence, but there is no deadline."},
            {"请填写期限。", "Give the deadline."});
  if ((step.overdue == Overdue::escalate) == step.escalate_to.empty())
    out.add(at + "/escalate_to", "escalation",
            {"超时升级与升级对象须同时填写。", "Escalation and the role it goes to belong together."},
            {"请补上升级的角色，或改为提醒、退回。", "Name the role, or choose to remind or to send back."});
}

void check_rights(const Step& step, const std::string& at, Findings& out) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < step.fields.size(); ++i) {
    const std::string& name = step.fields[i].name;
    const std::string field = at + "/fields/" + std::to_string(i);
    if (!is_field_name(name))
      out.add(field, "field_name", {"“" + name + "”不是字段名。", "\"" + name + "\" is no name of a field."},
              {"请写事项的字段名：小写字母开头，只含小写字母、数字和下划线。",
               "Name a field of the subject: lower-case letters, digits and underscores, a letter first."});
    else if (!names.insert(name).second)
      out.add(field, "field_twice",
              {"字段“" + name + "”在环节“" + step.id + "”中出现两次。",
               "The field \"" + name + "\" occurs twice in the step \"" + step.id + "\"."},
              {"请只写一次。", "Name it once."});
  }
}

void check_reach(const Definition& definition, const Step& step, const std::string& at, Findings& out) {
  const Money zero = Money::from_fen(0);
  if ((step.from && *step.from < zero) || (step.below && *step.below <= step.from.value_or(zero)))
    out.add(at + "/below", "unreachable",
            {"环节“" + step.id + "”的金额区间是空的，永远不会到达。",
             "The amounts of the step \"" + step.id + "\" exclude each other; no case reaches it."},
            {"金额下限不得为负，上限应大于下限。", "The lower bound is not negative and the upper lies above it."});
  if (!within(definition.categories, step.categories))
    out.add(at + "/categories", "unknown_category",
            {"环节“" + step.id + "”用了定义中没有的类别。", "The step \"" + step.id + "\" names an unknown category."},
            {"请改用定义列出的类别。", "Use the categories that the definition lists."});
  if (!within(definition.offices, step.offices))
    out.add(at + "/offices", "unknown_office",
            {"环节“" + step.id + "”用了定义中没有的处室。", "The step \"" + step.id + "\" names an unknown office."},
            {"请改用定义列出的处室。", "Use the offices that the definition lists."});
}

/// Amounts only change the way at the bounds of the steps, so one case from each bound on stands for all of them.
std::optional<Facts> case_without_step(const Definition& definition) {
  std::set<Money> bounds = {Money::from_fen(0)};
  for (const Step& step : definition.steps) {
    if (step.from) bounds.insert(*step.from);
    if (step.below) bounds.insert(*step.below);
  }
  const Names none = {""};
  for (const std::string& category : definition.categories.empty() ? none : definition.categories)
    for (const std::string& office : definition.offices.empty() ? none : definition.offices)
      for (const Money amount : bounds) {
        const Facts facts{amount, category, office, ""};
        if (std::none_of(definition.steps.begin(), definition.steps.end(),
                         [&](const Step& step) { return taken(step, facts); }))
          return facts;
      }
  return std::nullopt;
}

} // namespace

std::vector<FieldFault> check_definition(const Definition& definition) {
  Findings out;
  if (definition.steps.empty() || definition.steps.size() > kMostSteps || definition.categories.size() > kMostNames ||
      definition.offices.size() > kMostNames) {
    out.add("/steps", "size",
            {"环节应为 1 至 100 个，类别、处室各不超过 20 个。",
             "A definition has 1 to 100 steps and at most 20 categories and 20 offices."},
            {"请增减环节，或拆成几个定义。", "Add or remove steps, or split the definition."});
    return out.take();
  }
  std::set<std::string> ids;
  for (std::size_t i = 0; i < definition.steps.size(); ++i) {
    const Step& step = definition.steps[i];
    const std::string at = "/steps/" + std::to_string(i);
    if (step.id.empty() || !ids.insert(step.id).second)
      out.add(at + "/id", "step_id", {"环节标识为空或重复。", "The step's id is empty or occurs twice."},
              {"请给每个环节一个不同的标识。", "Give each step an id of its own."});
    check_people(step, at, out);
    check_deadline(step, at, out);
    check_rights(step, at, out);
    check_reach(definition, step, at, out);
  }
  if (!out.none()) return out.take();
  if (const auto facts = case_without_step(definition))
    out.add("/steps", "no_step",
            {"金额 " + facts->amount.to_yuan() + " 元、类别“" + facts->category + "”、处室“" + facts->office +
                 "”的事项没有任何环节，会无人审批。",
             "A case of " + facts->amount.to_yuan() + " yuan, category \"" + facts->category + "\", office \"" +
                 facts->office + "\" takes no step: nobody would approve it."},
            {"请为这类事项设一个环节，或放宽已有环节的条件。",
             "Add a step for such cases, or widen the conditions of one."});
  return out.take();
}

Result<std::vector<std::vector<Step>>> way(const Definition& definition, const Facts& facts) {
  const auto knows = [](const Names& names, const std::string& name) { return names.empty() || has(names, name); };
  if (facts.amount < Money::from_fen(0) || !knows(definition.categories, facts.category) ||
      !knows(definition.offices, facts.office))
    return fault(FaultKind::rule, "workflow.facts",
                 {"事项的金额为负，或类别、处室不在审批流定义之内。请核对事项，或修订定义。",
                  "The case's amount is negative, or the definition does not know its category or office. Check the "
                  "case, or revise the definition."});
  std::map<int, std::vector<Step>> ranks;
  for (const Step& step : definition.steps)
    if (taken(step, facts)) ranks[step.rank].push_back(step);
  std::vector<std::vector<Step>> out;
  for (auto& [rank, steps] : ranks) out.push_back(std::move(steps));
  return out;
}

std::optional<std::size_t> choose(const std::vector<Offer>& offers, const Facts& facts, const std::string& owner_path) {
  const auto serves = [&](const Offer& offer) {
    return owner_path.rfind(offer.region_path, 0) == 0 &&
           (offer.categories.empty() || has(offer.categories, facts.category)) &&
           (offer.owner_kinds.empty() || has(offer.owner_kinds, facts.owner_kind));
  };
  // A longer path is a smaller region.
  const auto rank = [](const Offer& offer) {
    return std::make_tuple(offer.region_path.size(), !offer.categories.empty(), !offer.owner_kinds.empty());
  };
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < offers.size(); ++i) {
    if (!serves(offers[i])) continue;
    const bool better = !best || rank(offers[*best]) < rank(offers[i]) ||
                        (rank(offers[*best]) == rank(offers[i]) && offers[i].code < offers[*best].code);
    if (better) best = i;
  }
  return best;
}

const Step* find_step(const Definition& definition, const std::string& id) {
  const auto found =
      std::find_if(definition.steps.begin(), definition.steps.end(), [&](const Step& step) { return step.id == id; });
  return found == definition.steps.end() ? nullptr : &*found;
}

} // namespace onebudget::workflow
