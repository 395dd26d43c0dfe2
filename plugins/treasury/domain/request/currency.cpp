#include "plugins/treasury/domain/request/currency.hpp"

namespace onebudget::treasury {

namespace {

FieldFault bad(const char* field, Text message, Text remedy) {
  return {field, "treasury.currency_rate", std::move(message), std::move(remedy)};
}

} // namespace

Result<Money> in_yuan(Money foreign, const Rate& rate) {
  return foreign.scaled(rate.millionths, kRateUnit, Rounding::half_up);
}

std::vector<FieldFault> check_currency(const ForeignAmount& payment) {
  if (payment.currency == kYuan) {
    if (!payment.foreign) return {};
    return {bad("/foreign_amount", {"人民币支付没有外币金额。", "A payment in yuan has no foreign amount."},
                {"请清空外币金额，或改写币种。", "Clear it, or change the currency."})};
  }
  if (!payment.rate || payment.rate->millionths <= 0)
    return {bad("/currency",
                {"申请日期没有 " + payment.currency + " 的有效汇率。",
                 "No rate of " + payment.currency + " is in force on the day of the request."},
                {"请先由国库处登记并审核汇率。", "Have the treasury enter and approve the rate first."})};
  if (!payment.foreign || !(Money() < *payment.foreign))
    return {bad("/foreign_amount", {"外币支付须填外币金额。", "A payment in foreign money gives the foreign amount."},
                {"请填写。", "Fill it in."})};
  const auto yuan = in_yuan(*payment.foreign, *payment.rate);
  if (!yuan)
    return {{"/foreign_amount", yuan.fault().code, yuan.fault().message, {"请核对金额。", "Check the amount."}}};
  if (*yuan == payment.amount) return {};
  return {bad("/amount",
              {"按汇率折合 " + yuan->to_yuan() + " 元，填写的是 " + payment.amount.to_yuan() + " 元。",
               "At the rate it is " + yuan->to_yuan() + " yuan; " + payment.amount.to_yuan() + " yuan are given."},
              {"请按汇率填写人民币金额。", "Give the amount at the rate."})};
}

} // namespace onebudget::treasury
