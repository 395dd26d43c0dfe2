#pragma once
// What is known about a budget line, a project, and a book of payments at a date.

#include <optional>
#include <string>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/ratio.hpp"

namespace onebudget::monitoring {

/// A budget line, or a department's budget of a year, as of a day.
struct LineFacts {
  std::optional<Day> as_of;
  std::optional<Money> budget, paid, plan_to_date, projection;
  std::optional<Day> issued_on, first_paid_on, superior_on; ///< superior_on: the upper level's document
  std::optional<int> source_year;
  Money balance, december, last_ten_days;
  bool personnel = false, scheduled = false, frozen = false; ///< scheduled: paid at agreed dates only
  std::string economic_class;
  std::optional<Money> year_start, last_year;
  bool guarantee = false, arrears_agreed = false; ///< 三保
  std::optional<Money> due;
  std::optional<Ratio> coverage; ///< 库款保障水平

  template <class V>
  void each(V& v) {
    v("as_of", "截至", as_of), v("budget", "预算", budget), v("paid", "已支付", paid);
    v("plan_to_date", "累计计划", plan_to_date), v("projection", "全年预计", projection);
    v("issued_on", "下达日期", issued_on), v("first_paid_on", "首笔支付", first_paid_on);
    v("superior_on", "上级文日期", superior_on), v("source_year", "资金年度", source_year);
    v("balance", "余额", balance), v("december", "十二月支付", december),
        v("last_ten_days", "最后十天支付", last_ten_days);
    v("personnel", "人员类", personnel), v("scheduled", "按约定时点支付", scheduled), v("frozen", "已冻结", frozen);
    v("economic_class", "经济分类", economic_class), v("year_start", "年初预算", year_start);
    v("last_year", "上年数", last_year), v("guarantee", "三保", guarantee);
    v("arrears_agreed", "经批准缓付", arrears_agreed), v("due", "应付", due), v("coverage", "库款保障", coverage);
  }
};

/// Another project that a comparison found alike.
struct AlikeProject {
  std::string project;
  Ratio similarity;
  int years_apart = 0;
  bool same_place = false, same_content = false, judged_different = false;

  template <class V>
  void each(V& v) {
    v("project", "项目", project), v("similarity", "相似度", similarity), v("years_apart", "相隔年数", years_apart);
    v("same_place", "同地点", same_place), v("same_content", "同内容", same_content);
    v("judged_different", "已认定不同", judged_different);
  }
};

struct FundGrant {
  std::string fund;
  Money amount;

  template <class V>
  void each(V& v) {
    v("fund", "专项", fund), v("amount", "金额", amount);
  }
};

struct ProjectFacts {
  std::optional<Money> approved_total; ///< 批准的项目总额
  Money contracted, forecast;          ///< contracted: what contracts still owe
  std::optional<Money> paid, budget, total_investment;
  std::optional<Ratio> output;
  std::optional<std::vector<AlikeProject>> alike;
  std::optional<std::vector<FundGrant>> grants;
  bool joint_funding = false, output_later = false;

  template <class V>
  void each(V& v) {
    v("approved_total", "批准总额", approved_total), v("paid", "已支付", paid), v("contracted", "合同未付", contracted);
    v("forecast", "预计还需", forecast), v("budget", "预算", budget), v("output", "产出完成", output);
    v("total_investment", "总投资", total_investment), v("alike", "相似项目", alike), v("grants", "专项补助", grants);
    v("joint_funding", "经批准统筹", joint_funding), v("output_later", "产出约定在后", output_later);
  }
};

/// Counts over the payments of a unit and year.
struct PaymentBookFacts {
  std::optional<int> rows;
  int round_rows = 0;            ///< amounts that are whole thousands
  std::vector<int> first_digits; ///< nine counts, of amounts beginning with 1 … 9
  bool fixed_standard = false;   ///< paid by a fixed standard, such as a subsidy

  template <class V>
  void each(V& v) {
    v("rows", "笔数", rows), v("round_rows", "整千笔数", round_rows), v("first_digits", "首位分布", first_digits);
    v("fixed_standard", "按定额发放", fixed_standard);
  }
};

} // namespace onebudget::monitoring
