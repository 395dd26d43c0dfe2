#include "plugins/treasury/domain/reconcile/match.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace onebudget::treasury {

namespace {

constexpr const char* kNames[] = {"matched", "amount_differs", "account_differs", "missing_here", "twice"};

using Index = std::map<std::string, std::size_t>;

std::optional<std::size_t> find(const Index& index, const std::string& key) {
  if (key.empty()) return std::nullopt;
  const auto found = index.find(key);
  if (found == index.end()) return std::nullopt;
  return found->second;
}

Match judge_pair(const StatementLine& theirs, const PaidLine& ours) {
  if (theirs.amount != ours.amount) return Match::amount_differs;
  const bool both = !theirs.account.empty() && !ours.account.empty();
  return both && theirs.account != ours.account ? Match::account_differs : Match::matched;
}

} // namespace

const char* name_of(Match match) { return kNames[static_cast<std::size_t>(match)]; }

int Comparison::differences() const {
  const auto differ =
      std::count_if(lines.begin(), lines.end(), [](const MatchedLine& line) { return line.match != Match::matched; });
  return static_cast<int>(differ) + static_cast<int>(missing_there.size());
}

Comparison compare(const std::vector<StatementLine>& statement, const std::vector<PaidLine>& ours) {
  Index by_number, by_serial;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    by_number.emplace(ours[i].voucher_no, i);
    if (!ours[i].serial.empty()) by_serial.emplace(ours[i].serial, i);
  }
  Comparison out;
  std::vector<bool> taken(ours.size(), false);
  for (const StatementLine& theirs : statement) {
    auto found = find(by_number, theirs.voucher_no);
    if (!found) found = find(by_serial, theirs.serial);
    MatchedLine line{theirs.line, Match::missing_here, 0};
    if (found) {
      line.voucher = *found;
      line.match = taken[*found] ? Match::twice : judge_pair(theirs, ours[*found]);
      taken[*found] = true;
    }
    out.lines.push_back(line);
  }
  for (std::size_t i = 0; i < ours.size(); ++i)
    if (!taken[i]) out.missing_there.push_back(i);
  return out;
}

std::vector<FieldFault> check_confirmation(const Totals& stated, const Totals& listed, int unexplained) {
  std::vector<FieldFault> findings;
  if (stated.count != listed.count || stated.sum != listed.sum)
    findings.push_back(
        {"/their_sum",
         "treasury.reconciled",
         {"对方合计 " + std::to_string(stated.count) + " 笔 " + stated.sum.to_yuan() + " 元，明细为 " +
              std::to_string(listed.count) + " 笔 " + listed.sum.to_yuan() + " 元。",
          "The other side states " + std::to_string(stated.count) + " payments of " + stated.sum.to_yuan() +
              " yuan; the lines are " + std::to_string(listed.count) + " of " + listed.sum.to_yuan() + " yuan."},
         {"请补齐对账明细。", "Complete the lines."}});
  if (unexplained > 0)
    findings.push_back({"/differences",
                        "treasury.reconciled",
                        {"还有 " + std::to_string(unexplained) + " 处差异没有说明。",
                         std::to_string(unexplained) + " differences are not explained."},
                        {"请逐笔说明差异。", "Explain each of them."}});
  return findings;
}

std::vector<Kept> drifted(const std::vector<Kept>& balances) {
  std::vector<Kept> out;
  for (const Kept& balance : balances)
    if (balance.kept != balance.counted) out.push_back(balance);
  return out;
}

} // namespace onebudget::treasury
