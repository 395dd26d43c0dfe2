#include "plugins/ledger/domain/balance/balance.hpp"

#include <algorithm>

namespace onebudget::ledger {

namespace {

Result<void> add_to(Money& sum, Money amount) {
  OB_TRY(sum, sum.plus(amount));
  return {};
}

Result<void> move(Money& from, Money& to, Money amount) {
  OB_TRY(from, from.minus(amount));
  return add_to(to, amount);
}

} // namespace

Result<Money> Balances::amount() const {
  Money sum;
  for (const Money part : of) {
    OB_TRY(sum, sum.plus(part));
  }
  return sum;
}

Result<Balances> effect_of(const Chart& chart, const Entry& entry) {
  Balances out;
  for (const bool debit : {true, false}) {
    const std::string& account = debit ? entry.debit : entry.credit;
    const Bucket bucket = account.empty() ? Bucket::none : chart.bucket(account, entry.posted_on);
    if (bucket == Bucket::none) continue;
    Money& balance = out.of[static_cast<std::size_t>(bucket)];
    OB_TRY(balance, debit ? balance.plus(entry.amount) : balance.minus(entry.amount));
  }
  return out;
}

Result<void> Books::leg(const Entry& entry, const std::string& account, bool debit) {
  if (account.empty()) return {};
  Money& sum = accounts_[account];
  OB_TRY(sum, debit ? sum.plus(entry.amount) : sum.minus(entry.amount));
  return add_to(debit ? debits_ : credits_, entry.amount);
}

Result<void> Books::hold(const Entry& entry) {
  Held& own = reservations_[entry.reservation];
  const Money amount = entry.amount;
  if (entry.event == "reserve") return add_to(own.reserved, amount);
  if (entry.event == "confirm") return move(own.reserved, own.confirmed, amount);
  if (entry.event == "consume") return move(own.confirmed, own.consumed, amount);
  if (entry.event == "refund") return move(own.consumed, own.returned, amount);
  if (entry.event == "release_reserved") return move(own.reserved, own.returned, amount);
  if (entry.event == "release_confirmed") return move(own.confirmed, own.returned, amount);
  if (entry.event == "draw") {
    OB_CHECK(add_to(own.reserved, amount));
    Held& earlier = reservations_[entry.other];
    return move(earlier.confirmed, earlier.passed, amount);
  }
  if (entry.event != "back_reserved" && entry.event != "back_confirmed") return {};
  OB_CHECK(move(entry.event == "back_reserved" ? own.reserved : own.confirmed, own.returned, amount));
  Held& earlier = reservations_[entry.other];
  return move(earlier.passed, earlier.confirmed, amount);
}

Result<void> Books::add(const Entry& entry) {
  OB_TRY(const Balances effect, effect_of(chart_, entry));
  Balances& balances = indicators_[entry.indicator];
  for (std::size_t i = 0; i < kBucketCount; ++i) OB_CHECK(add_to(balances.of[i], effect.of[i]));
  OB_CHECK(leg(entry, entry.debit, true));
  OB_CHECK(leg(entry, entry.credit, false));
  return entry.reservation.empty() ? Result<void>() : hold(entry);
}

std::vector<FieldFault> check_sums(const std::vector<Entry>& entries) {
  Money debits, credits;
  bool fits = true;
  for (const Entry& entry : entries)
    for (Money* sum : {entry.debit.empty() ? nullptr : &debits, entry.credit.empty() ? nullptr : &credits}) {
      const auto more = sum == nullptr ? Result<Money>(Money()) : sum->plus(entry.amount);
      fits = fits && more.ok();
      if (sum != nullptr && more) *sum = *more;
    }
  if (fits && debits == credits) return {};
  return {
      {"/lines",
       "ledger.sums",
       {"借方合计 " + debits.to_yuan() + " 元，贷方合计 " + credits.to_yuan() + " 元，不相等。",
        "Debits of " + debits.to_yuan() + " and credits of " + credits.to_yuan() + " yuan differ."},
       {"请核对来源和接收指标的金额及记账规则。", "Check the amounts of source and target, and the posting rules."}}};
}

std::string canonical(const std::vector<Entry>& entries, const std::map<std::string, Balances>& balances) {
  std::vector<std::string> lines;
  lines.reserve(entries.size() + balances.size());
  for (const Entry& entry : entries)
    lines.push_back("e|" + entry.posted_on.str() + "|" + entry.event + "|" + entry.indicator + "|" + entry.debit + "|" +
                    entry.credit + "|" + std::to_string(entry.amount.fen()));
  for (const auto& [indicator, of] : balances) {
    std::string line = "b|" + indicator;
    for (const Money part : of.of) line += "|" + std::to_string(part.fen());
    lines.push_back(std::move(line));
  }
  std::sort(lines.begin(), lines.end());
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

} // namespace onebudget::ledger
