// R29 向本单位实有资金账户划转, R30 公款转个人, R31 应刷公务卡用现金或转账: who gets the money, and how.
#include "plugins/monitoring/domain/rules.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::monitoring {

namespace {

void into_own_account(const PaymentFacts& facts, Findings& out) {
  if (!facts.own_account) return out.missing("R29", source::kAccounts);
  if (!*facts.own_account || !facts.approval_code.empty()) return;
  out.hit("R29",
          {"向本单位或关联单位的实有资金账户划转，没有批准文号。",
           "Moved to an own or sister unit's account without an approval number."},
          {{"收款账号", facts.account}, {"金额", grouped(facts.amount)}});
}

void to_a_person(const PaymentFacts& facts, Look look) {
  if (!facts.person || facts.official_card || facts.payroll) return;
  if (!under(facts.economic_class, look.limits.words("R30", "classes"))) return;
  const Money most = look.limits.money("R30", "amount");
  if (facts.amount <= most) return;
  look.out.hit(
      "R30",
      {"商品和服务支出超过 " + grouped(most) + " 元直接转给个人，既非公务卡也不在工资名单。",
       "More than " + grouped(most) + " yuan for goods and services to a person, by neither card nor payroll."},
      {{"金额", grouped(facts.amount)}, {"经济分类", facts.economic_class}});
}

void without_card(const PaymentFacts& facts, Look look) {
  if (facts.official_card || facts.card_excused) return;
  if (!under(facts.economic_class, look.limits.words("R31", "classes"))) return;
  look.out.hit(
      "R31",
      {"该科目在公务卡强制结算目录内，未用公务卡结算。", "This class is to be settled by official card, and was not."},
      {{"经济分类", facts.economic_class}, {"金额", grouped(facts.amount)}});
}

} // namespace

void check_payee(const PaymentFacts& facts, Look look) {
  if (facts.refund) return;
  into_own_account(facts, look.out);
  to_a_person(facts, look);
  without_card(facts, look);
}

} // namespace onebudget::monitoring
