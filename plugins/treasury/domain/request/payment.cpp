#include "plugins/treasury/domain/request/payment.hpp"

#include <algorithm>

namespace onebudget::treasury {

namespace {

FieldFault on_payee(const char* field, Text message, Text remedy) {
  return {field, "treasury.payee", std::move(message), std::move(remedy)};
}

void check_payee(const PaymentForm& form, std::vector<FieldFault>& findings) {
  const Payee& payee = form.payee;
  if (form.payee_kind == PayeeKind::batch) {
    if (!(payee == Payee()))
      findings.push_back(on_payee("/payee_name",
                                  {"批量支付的收款人在支付明细中填写。", "The payees of a batch are in its details."},
                                  {"请清空收款人，或改变收款人类型。", "Clear the payee, or change its kind."}));
    return;
  }
  const std::pair<const char*, const std::string*> parts[] = {
      {"/payee_name", &payee.name}, {"/payee_account", &payee.account}, {"/payee_bank", &payee.bank}};
  for (const auto& [field, value] : parts)
    if (value->empty())
      findings.push_back(on_payee(field,
                                  {"收款人全称、账号和开户行须填全。", "A payee has a name, an account and a bank."},
                                  {"请补全。", "Fill it in."}));
  if ((form.payee_kind == PayeeKind::card) != form.settled_by_card)
    findings.push_back(on_payee("/settlement",
                                {"公务卡还款的结算方式应为公务卡，其他支付不应。",
                                 "Official cards are repaid by card settlement, and nothing else is."},
                                {"请改写结算方式或收款人类型。", "Change the settlement or the kind of payee."}));
}

} // namespace

std::vector<FieldFault> check_form(const PaymentForm& form) {
  std::vector<FieldFault> findings;
  if (!(Money() < form.amount))
    findings.push_back({"/amount",
                        "treasury.amount",
                        {"支付金额应大于零。", "A payment is of more than nothing."},
                        {"退款请用退款单。", "Money that comes back is a refund."}});
  const Day earliest = form.today.plus_days(-form.backdate_days);
  if (form.day.year() != form.fiscal_year || form.today < form.day || form.day < earliest)
    findings.push_back(
        {"/request_date",
         "treasury.backdated",
         {"申请日期应在 " + std::to_string(form.fiscal_year) + " 预算年度内，" + earliest.str() + " 与今天之间。",
          "A request is dated in its budget year " + std::to_string(form.fiscal_year) + ", between " + earliest.str() +
              " and today."},
         {"请改写日期；以前期间的事项记入本期。",
          "Change the date; what belongs to an earlier period is entered in this one."}});
  check_payee(form, findings);
  if (form.procurement && !form.has_contract)
    findings.push_back({"/contract_no",
                        "treasury.contract",
                        {"政府采购支付须填合同号。", "A payment for procurement names its contract."},
                        {"请填写合同号。", "Give the contract number."}});
  return findings;
}

std::string reviewed_text(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += std::to_string(part.size()) + ":" + part + "\n";
  return out;
}

std::vector<FieldFault> check_reviewed(const std::string& reviewed, const std::string& now) {
  if (!reviewed.empty() && reviewed == now) return {};
  return {{"/payee_account",
           "treasury.payee_changed",
           {"收款人、金额或资金来源与审核时不一致。", "Payee, amount or source differ from what was reviewed."},
           {"请退回，修改后重新送审。", "Return it; what is changed is reviewed again."}}};
}

std::vector<FieldFault> check_hands(std::int64_t actor, const std::vector<std::int64_t>& hands) {
  if (actor == 0 || std::find(hands.begin(), hands.end(), actor) == hands.end()) return {};
  return {{"",
           "treasury.same_hand",
           {"灰（禁止）R49：经办、审核、复核不能是同一人。",
            "Grey (forbidden) R49: one person does not enter, review and approve the same payment."},
           {"请由另一人办理。", "Another person has to."}}};
}

} // namespace onebudget::treasury
