#include "plugins/compilation/domain/line/expenditure_line.hpp"

namespace onebudget::compilation {

namespace {

bool begins(const std::string& code, std::initializer_list<const char*> prefixes) {
  for (const char* prefix : prefixes)
    if (code.rfind(prefix, 0) == 0) return true;
  return false;
}

/// 301 wages and benefits, 30301…30303 retirement: people's money.
bool wages(const std::string& code) { return begins(code, {"301", "30301", "30302", "30303"}); }

void check_class(const LineFacts& facts, std::vector<FieldFault>& findings) {
  if (facts.department_class.empty()) return;
  if (facts.category == Category::specific && wages(facts.department_class))
    findings.push_back({"/department_economic_class",
                        "compilation.expenditure_line",
                        {"特定目标类项目不得列支人员经费（" + facts.department_class + "）。",
                         "A specific-goal project pays no wages (" + facts.department_class + ")."},
                        {"请改列人员类项目，或改用其他科目。", "Use a personnel project, or another class."}});
  if (facts.category == Category::personnel && !begins(facts.department_class, {"301", "303"}))
    findings.push_back({"/department_economic_class",
                        "compilation.expenditure_line",
                        {"人员类项目只列 301、303 类科目。", "A personnel project has classes of 301 and 303 only."},
                        {"请改用公用或特定目标类项目。", "Use an operating or specific-goal project."}});
}

} // namespace

Result<Money> line_amount(const LineFacts& facts) {
  if (facts.computed) return facts.computed->to_money(Rounding::half_up);
  OB_TRY(const Decimal amount, Decimal::of(facts.price).times(facts.quantity));
  return amount.to_money(Rounding::half_up);
}

std::vector<FieldFault> check_line(const LineFacts& facts) {
  constexpr const char* kRule = "compilation.expenditure_line";
  std::vector<FieldFault> findings;
  if (facts.year < facts.start_year || facts.year > facts.end_year)
    findings.push_back({"/year",
                        kRule,
                        {"年度不在项目期限内。", "The year lies outside the project's term."},
                        {"请改为期限内的年度。", "Choose a year of the term."}});
  if (facts.quantity.negative() || facts.price < Money() || (facts.computed && facts.computed->negative()))
    findings.push_back({"/quantity",
                        kRule,
                        {"数量、单价和测算结果不能为负。", "Quantity, price and result are not negative."},
                        {"请核对。", "Check them."}});
  if (facts.standard && *facts.standard < facts.price)
    findings.push_back({"/price",
                        kRule,
                        {"单价 " + facts.price.to_yuan() + " 元超过支出标准 " + facts.standard->to_yuan() + " 元。",
                         "The price of " + facts.price.to_yuan() + " yuan is above the standard of " +
                             facts.standard->to_yuan() + " yuan."},
                        {"请降到标准以内。", "Keep to the standard."}});
  check_class(facts, findings);
  return findings;
}

std::vector<FieldFault> check_lines_sum(Category category, Money year_amount, const std::vector<Money>& lines) {
  const bool exempt = category == Category::personnel || category == Category::operating;
  if (lines.empty() && exempt) return {};
  if (lines.empty())
    return {{"/year_amount",
             "compilation.lines_missing",
             {"没有支出明细，本年申报数 " + year_amount.to_yuan() + " 元没有测算依据。",
              "There are no expenditure lines behind the year's " + year_amount.to_yuan() + " yuan."},
             {"请按功能科目和经济分类填写支出明细，合计等于本年申报数。",
              "Write the lines by function and economic class; they add up to the year's amount."}}};
  Money sum;
  for (const Money& line : lines) {
    const auto next = sum.plus(line);
    if (!next)
      return {{"/year_amount", "money.overflow", next.fault().message, {"请核对金额。", "Check the amounts."}}};
    sum = *next;
  }
  if (sum == year_amount) return {};
  return {{"/year_amount",
           "compilation.lines_sum",
           {"支出明细合计 " + sum.to_yuan() + " 元，与本年申报数 " + year_amount.to_yuan() + " 元不等。",
            "The lines add up to " + sum.to_yuan() + " yuan, the year's amount is " + year_amount.to_yuan() + " yuan."},
           {"请改正明细或本年申报数。", "Correct the lines or the year's amount."}}};
}

std::vector<FieldFault> check_linked(const LinkedFacts& facts) {
  constexpr const char* kRule = "compilation.linked_budget";
  std::vector<FieldFault> findings;
  const auto amount = Decimal::of(facts.price).times(facts.quantity);
  const auto money = amount ? amount->to_money(Rounding::half_up) : Result<Money>(amount.fault());
  const auto sum = money ? money->plus(facts.linked_before) : money;
  if (!sum)
    findings.push_back({"/price", sum.fault().code, sum.fault().message, {"请核对。", "Check it."}});
  else if (facts.line_amount < *sum)
    findings.push_back(
        {"/quantity",
         kRule,
         {"合计 " + sum->to_yuan() + " 元超过支出明细 " + facts.line_amount.to_yuan() + " 元。",
          "Together " + sum->to_yuan() + " yuan, more than the line of " + facts.line_amount.to_yuan() + " yuan."},
         {"请减少数量或单价。", "Lower quantity or price."}});
  if (facts.kind == Linked::service && facts.category_code.rfind('C', 0) != 0)
    findings.push_back({"/procurement_category",
                        kRule,
                        {"政府购买服务只能是服务类品目。", "What is bought as a service must be a service."},
                        {"请选择 C 类品目，或改列政府采购。", "Choose a C category, or plan it as procurement."}});
  if (facts.kind != Linked::asset) return findings;
  if (facts.price_cap && *facts.price_cap < facts.price)
    findings.push_back({"/price",
                        kRule,
                        {"单价超过配置标准 " + facts.price_cap->to_yuan() + " 元。",
                         "The price is above the standard of " + facts.price_cap->to_yuan() + " yuan."},
                        {"请降到标准以内。", "Keep to the standard."}});
  if (facts.count_cap) {
    const auto room = facts.quantity.compare(Decimal::whole(std::int64_t{*facts.count_cap} - facts.existing));
    if (!room || *room > 0)
      findings.push_back(
          {"/quantity",
           kRule,
           {"现有 " + std::to_string(facts.existing) + "，申请后超过配置数 " + std::to_string(*facts.count_cap) + "。",
            "With the " + std::to_string(facts.existing) + " there are, it exceeds the " +
                std::to_string(*facts.count_cap) + " allowed."},
           {"请减少申请数。", "Ask for fewer."}});
  }
  return findings;
}

} // namespace onebudget::compilation
