#pragma once
// What is known about one payment request or payment. A fact that is absent was not told by its source: the rule that
// needs it has not run. `each` names every member once, for forms, messages and cases: code, title, member.

#include <optional>
#include <string>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::monitoring {

/// A payment that was made or asked for before.
struct EarlierPayment {
  std::string id, account, use, invoice;
  Money amount;
  std::optional<Day> day;
  bool refunded = false;

  template <class V>
  void each(V& v) {
    v("id", "编号", id), v("account", "账号", account), v("use", "用途", use), v("invoice", "发票", invoice);
    v("amount", "金额", amount), v("day", "日期", day), v("refunded", "已退款", refunded);
  }
};

struct Invoice {
  std::string number, used_by; ///< used_by: another payment that it was spent for
  bool checked = true;         ///< the tax register has answered
  bool voided = false, wrong_title = false;

  template <class V>
  void each(V& v) {
    v("number", "号码", number), v("used_by", "已用于", used_by), v("checked", "已查验", checked);
    v("voided", "作废", voided), v("wrong_title", "抬头不符", wrong_title);
  }
};

struct PaymentFacts {
  Money amount;
  std::optional<Day> day;
  bool refund = false; ///< money coming back: takes no balance
  // The line it is paid from.
  std::optional<bool> indicator; ///< there is an executable indicator
  std::optional<Money> available, plan_balance;
  bool specific = false, project_level = false; ///< 特定目标类; paid from a project
  std::optional<bool> goal_approved;
  std::string special_fund, economic_class, use;
  std::optional<std::vector<std::string>> allowed_classes;
  bool class_approved = false;
  // The contract it is paid under.
  std::string contract;
  std::optional<Day> signed_on;
  std::optional<Money> contract_amount;
  Money contract_changes, contract_paid, advance_paid;
  bool advance = false, advance_clause = false;
  std::optional<bool> accepted;
  // Who gets it and how.
  std::string account, former_account;
  std::optional<bool> own_account;
  std::string approval_code;
  bool person = false, official_card = false, payroll = false, card_excused = false, repaid = false;
  std::optional<std::vector<Invoice>> invoices;
  std::optional<std::vector<EarlierPayment>> earlier;
  // Who worked on it and when.
  std::string maker, reviewer, checker;
  std::optional<int> hour, review_seconds;
  bool holiday = false, urgent = false, second_review = false;

  template <class V>
  void each(V& v) {
    v("amount", "金额", amount), v("day", "日期", day), v("refund", "退款", refund);
    v("indicator", "有可执行指标", indicator), v("available", "可用余额", available);
    v("plan_balance", "计划余额", plan_balance), v("specific", "特定目标类", specific);
    v("project_level", "项目支出", project_level), v("goal_approved", "绩效目标已批", goal_approved);
    v("special_fund", "专项资金", special_fund), v("economic_class", "经济分类", economic_class), v("use", "用途", use);
    v("allowed_classes", "允许科目", allowed_classes), v("class_approved", "批准列支", class_approved);
    v("contract", "合同号", contract), v("signed_on", "签订日期", signed_on);
    v("contract_amount", "合同金额", contract_amount), v("contract_changes", "合同变更", contract_changes);
    v("contract_paid", "合同已付", contract_paid), v("advance_paid", "已付预付款", advance_paid);
    v("advance", "预付款", advance), v("advance_clause", "约定预付款", advance_clause),
        v("accepted", "已验收", accepted);
    v("account", "收款账号", account), v("former_account", "原收款账号", former_account);
    v("own_account", "本单位或关联单位账户", own_account), v("approval_code", "批准文号", approval_code);
    v("person", "收款人为个人", person), v("official_card", "公务卡", official_card), v("payroll", "工资名单", payroll);
    v("card_excused", "不具备刷卡条件", card_excused), v("repaid", "退款重付", repaid);
    v("invoices", "发票", invoices), v("earlier", "此前支付", earlier);
    v("maker", "经办", maker), v("reviewer", "审核", reviewer), v("checker", "复核", checker);
    v("hour", "时点", hour), v("review_seconds", "审批秒数", review_seconds), v("holiday", "节假日", holiday);
    v("urgent", "应急", urgent), v("second_review", "已二次复核", second_review);
  }
};

} // namespace onebudget::monitoring
