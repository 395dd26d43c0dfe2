#include "plugins/treasury/domain/request/batch.hpp"

#include <set>

namespace onebudget::treasury {

namespace {

FieldFault bad(std::string field, Text message, Text remedy) {
  return {std::move(field), "treasury.details", std::move(message), std::move(remedy)};
}

void check_detail(const Detail& detail, const std::string& place, std::vector<FieldFault>& findings) {
  if (detail.name.empty() || detail.account.empty())
    findings.push_back(bad(place + (detail.name.empty() ? "/payee_name" : "/account"),
                           {"明细须有收款人姓名和账号。", "A detail has a payee and an account."},
                           {"请补全。", "Fill it in."}));
  if (!(Money() < detail.amount))
    findings.push_back(bad(place + "/amount", {"明细金额应大于零。", "A detail is of more than nothing."},
                           {"请改写或删去此行。", "Change the line or remove it."}));
  if (detail.identity.size() == 18 && detail.identity.front() != '9' && !sound_identity(detail.identity))
    findings.push_back(bad(place + "/identity_no",
                           {"身份证号的校验位不对。", "The identity number has a wrong check character."},
                           {"请核对证件。", "Check the document."}));
}

} // namespace

std::vector<FieldFault> check_details(const std::vector<Detail>& details, Money amount) {
  if (details.empty())
    return {bad("/details", {"批量支付没有明细。", "A batch has details."}, {"请导入明细。", "Import them."})};
  std::vector<FieldFault> findings;
  std::set<std::pair<std::string, std::string>> payees;
  Money sum;
  for (const Detail& detail : details) {
    const std::string place = "/details/" + std::to_string(detail.line);
    check_detail(detail, place, findings);
    if (!payees.insert({detail.identity.empty() ? detail.name : detail.identity, detail.account}).second)
      findings.push_back(bad(place, {"同一人同一账号出现两次。", "The same person stands twice with one account."},
                             {"请合并为一行。", "Make it one line."}));
    const auto next = sum.plus(detail.amount);
    if (!next)
      return {{place + "/amount", next.fault().code, next.fault().message, {"请核对金额。", "Check the amounts."}}};
    sum = *next;
  }
  if (sum != amount)
    findings.push_back(
        bad("/amount",
            {"明细合计 " + sum.to_yuan() + " 元，申请 " + amount.to_yuan() + " 元。",
             "The details add up to " + sum.to_yuan() + " yuan; the request is of " + amount.to_yuan() + " yuan."},
            {"请使两者相等。", "Make the two equal."}));
  return findings;
}

bool sound_identity(const std::string& number) {
  constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  constexpr char kChecks[] = "10X98765432";
  if (number.size() != 18) return false;
  int sum = 0;
  for (std::size_t i = 0; i < 17; ++i) {
    if (number[i] < '0' || number[i] > '9') return false;
    sum += (number[i] - '0') * kWeights[i];
  }
  const char last = number[17] == 'x' ? 'X' : number[17];
  return last == kChecks[sum % 11];
}

std::string tracking_id(const std::string& request_no, int line) {
  const std::string text = std::to_string(line);
  return request_no + "-" + std::string(text.size() < 5 ? 5 - text.size() : 0, '0') + text;
}

} // namespace onebudget::treasury
