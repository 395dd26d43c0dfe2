#include "plugins/compilation/domain/project_declaration.hpp"

namespace onebudget::compilation {

namespace {

constexpr int kLongestTerm = 30;

FieldFault finding(const char* field, const char* rule, Text message, Text remedy) {
  return {field, rule, std::move(message), std::move(remedy)};
}

} // namespace

char category_letter(Category category) {
  switch (category) {
    case Category::personnel:
      return 'R';
    case Category::operating:
    case Category::operating_other:
      return 'Y';
    case Category::specific:
      return 'T';
  }
  return 'T';
}

int term_years(const Declaration& declaration) {
  return declaration.end_year < declaration.start_year ? 0 : declaration.end_year - declaration.start_year + 1;
}

std::vector<FieldFault> check_term(const Declaration& d) {
  constexpr const char* kRule = "compilation.project_term";
  std::vector<FieldFault> findings;
  if (d.end_year < d.start_year)
    findings.push_back(finding("/end_year", kRule, {"终止年度早于起始年度。", "It ends before it begins."},
                               {"请修改起始或终止年度。", "Change one of the two years."}));
  else if (d.fiscal_year < d.start_year || d.fiscal_year > d.end_year)
    findings.push_back(finding("/fiscal_year", kRule,
                               {"预算年度不在项目期限内。", "The fiscal year lies outside the term."},
                               {"预算年度应在起始和终止年度之间。", "Choose a year between start and end."}));
  if (d.existence == Existence::one_off && d.end_year > d.start_year + 1)
    findings.push_back(finding("/end_year", kRule,
                               {"一次性项目最多跨两个年度。", "A one-off project spans two years at most."},
                               {"请缩短期限，或把存续状态改为延续。", "Shorten it, or call it continuing."}));
  if (term_years(d) > kLongestTerm)
    findings.push_back(finding("/end_year", kRule, {"项目期限超过 30 年。", "The term is longer than 30 years."},
                               {"请核对年度。", "Check the years."}));
  return findings;
}

std::vector<FieldFault> check_amounts(const Declaration& d) {
  constexpr const char* kRule = "compilation.project_amounts";
  const Money zero;
  std::vector<FieldFault> findings;
  if (d.total_amount < zero || d.year_amount < zero || d.social_investment < zero)
    findings.push_back(finding("/total_amount", kRule, {"金额不能为负。", "Amounts are not negative."},
                               {"请填写不小于零的金额。", "Give amounts of zero or more."}));
  if (d.total_amount < d.year_amount)
    findings.push_back(
        finding("/year_amount", kRule,
                {"本年申报数 " + d.year_amount.to_yuan() + " 元大于项目总额 " + d.total_amount.to_yuan() + " 元。",
                 "The year's amount of " + d.year_amount.to_yuan() + " yuan is more than the total of " +
                     d.total_amount.to_yuan() + " yuan."},
                {"请减少本年申报数或增加项目总额。", "Lower the year's amount or raise the total."}));
  if (d.total_amount < d.social_investment)
    findings.push_back(finding("/social_investment", kRule,
                               {"社会投入大于项目总额。", "The social investment is more than the total."},
                               {"请核对两项金额。", "Check both amounts."}));
  return findings;
}

std::vector<FieldFault> check_papers(const Declaration& d) {
  constexpr const char* kRule = "compilation.project_papers";
  std::vector<FieldFault> findings;
  if (d.category == Category::specific && !d.has_basis)
    findings.push_back(finding(
        "/design_basis", kRule, {"特定目标类项目必须填写设立依据。", "A specific-goal project needs its basis."},
        {"请填写法律法规或政策文件及文号。", "Name the law or policy document and its number."}));
  if (d.category == Category::specific && !d.has_goal)
    findings.push_back(
        finding("/performance_goal", kRule,
                {"特定目标类项目必须填写绩效目标。", "A specific-goal project needs a performance goal."},
                {"请填写预期产出、效益和满意度。", "Say the expected output, benefit and satisfaction."}));
  if (d.category == Category::operating_other && !d.has_basis)
    findings.push_back(finding("/design_basis", kRule,
                               {"其他运转类项目必须填写设立依据。", "An other-operating project needs its basis."},
                               {"请填写测算或合同依据。", "Name the contract or calculation it rests on."}));
  if (d.is_construction && !d.has_location)
    findings.push_back(finding("/location", kRule,
                               {"基建项目必须填写建设地点。", "A construction project needs its location."},
                               {"请填写建设地点。", "Say where it is built."}));
  return findings;
}

std::vector<FieldFault> check_goal_with_money(const Declaration& d, const Admitted& admitted) {
  if (admitted.fiscal_year == 0 || d.category != Category::specific || !admitted.same_goal) return {};
  const bool total = !(d.total_amount == admitted.total_amount);
  const bool year = d.fiscal_year == admitted.fiscal_year && !(d.year_amount == admitted.year_amount);
  if (!total && !year) return {};
  const Money before = total ? admitted.total_amount : admitted.year_amount;
  const Money now = total ? d.total_amount : d.year_amount;
  return {finding("/performance_goal", "compilation.goal_with_money",
                  {(total ? "项目总额由入库时的 " : "本年申报数由入库时的 ") + before.to_yuan() + " 元改为 " +
                       now.to_yuan() + " 元，绩效目标没有同步调整。",
                   std::string(total ? "The total" : "The year's amount") + " changed from the " + before.to_yuan() +
                       " yuan admitted to " + now.to_yuan() + " yuan, and the goal did not."},
                  {"请按新的金额同步修改绩效目标。", "Change the goal with the money."})};
}

} // namespace onebudget::compilation
