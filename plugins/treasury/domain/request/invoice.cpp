#include "plugins/treasury/domain/request/invoice.hpp"

#include <set>

namespace onebudget::treasury {

namespace {

void append_plain(const std::string& text, std::string& out) {
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9', capital = c >= 'A' && c <= 'Z', small = c >= 'a' && c <= 'z';
    if (digit || capital) out += c;
    if (small) out += static_cast<char>(c - 'a' + 'A');
  }
}

FieldFault bad(std::string field, Text message, Text remedy) {
  return {std::move(field), "treasury.invoice", std::move(message), std::move(remedy)};
}

} // namespace

std::string claim_of(const Invoice& invoice) {
  std::string number;
  append_plain(invoice.number, number);
  if (number.empty()) return {};
  std::string out;
  append_plain(invoice.code, out);
  return out + "/" + number;
}

std::vector<FieldFault> check_invoices(const std::vector<Invoice>& invoices, Money amount, bool advance) {
  std::vector<FieldFault> findings;
  std::set<std::string> claims;
  Money sum;
  for (std::size_t i = 0; i < invoices.size(); ++i) {
    const std::string place = "/invoices/" + std::to_string(i), claim = claim_of(invoices[i]);
    if (claim.empty())
      findings.push_back(bad(place + "/number", {"发票没有号码。", "The invoice has no number."},
                             {"请填写发票号码。", "Give its number."}));
    else if (!claims.insert(claim).second)
      findings.push_back(bad(place + "/number",
                             {"发票 " + invoices[i].number + " 在本申请中出现两次。",
                              "The invoice " + invoices[i].number + " stands twice in this request."},
                             {"请删去一张。", "Remove one."}));
    if (!(Money() < invoices[i].amount))
      findings.push_back(bad(place + "/amount", {"发票金额应大于零。", "An invoice is of more than nothing."},
                             {"请填写价税合计。", "Give the total with tax."}));
    const auto next = sum.plus(invoices[i].amount);
    if (!next)
      return {{place + "/amount", next.fault().code, next.fault().message, {"请核对金额。", "Check the amounts."}}};
    sum = *next;
  }
  if (!invoices.empty() && !advance && sum < amount)
    findings.push_back(bad(
        "/amount",
        {"发票合计 " + sum.to_yuan() + " 元，少于支付金额 " + amount.to_yuan() + " 元。",
         "The invoices come to " + sum.to_yuan() + " yuan, less than the " + amount.to_yuan() + " yuan to be paid."},
        {"请补发票，或按发票金额支付。", "Add invoices, or pay what they come to."}));
  return findings;
}

} // namespace onebudget::treasury
