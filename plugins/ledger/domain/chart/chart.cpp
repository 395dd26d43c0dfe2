#include "plugins/ledger/domain/chart/chart.hpp"

namespace onebudget::ledger {

namespace {

template <class Dated>
bool in_force(const Dated& one, Day on) {
  return !(on < one.valid_from) && (!one.valid_to || !(*one.valid_to < on));
}

Fault missing(const char* code, const Text& what) {
  return fault(FaultKind::rule, code,
               {what.zh + "没有生效的设置。请导入 data/ 中的科目与记账规则，或补充该日期的。",
                what.en + " has nothing in force. Import the accounts and rules of data/, or add them for that day."});
}

} // namespace

Bucket bucket_of(const std::string& code) {
  for (std::size_t i = 0; i < kBucketCount; ++i)
    if (code == kBuckets[i]) return static_cast<Bucket>(i);
  return Bucket::none;
}

const PostingRule* Chart::rule(const std::string& event, Day on) const {
  const PostingRule* found = nullptr;
  for (const PostingRule& rule : held_->rules) {
    if (rule.event != event || !in_force(rule, on)) continue;
    if (found == nullptr || found->valid_from < rule.valid_from) found = &rule;
  }
  return found;
}

const Account* Chart::account(const std::string& code, Day on) const {
  const Account* found = nullptr;
  for (const Account& account : held_->accounts) {
    if (account.code != code || !in_force(account, on)) continue;
    if (found == nullptr || found->valid_from < account.valid_from) found = &account;
  }
  return found;
}

Bucket Chart::bucket(const std::string& code, Day on) const {
  const Account* found = account(code, on);
  return found == nullptr ? Bucket::none : found->bucket;
}

Result<std::string> Chart::resolved(const std::string& written, const Sides& sides, Day on) const {
  if (written.empty() || written.front() != '@') {
    if (account(written, on) != nullptr) return written;
    return missing("ledger.account", {"科目 " + written + " ", "Account " + written});
  }
  const std::string& stage = written == "@source" ? sides.source_stage : sides.target_stage;
  for (const Account& one : held_->accounts)
    if (!stage.empty() && one.stage == stage && in_force(one, on)) return one.code;
  return missing("ledger.account", {"环节 " + stage + " 的科目", "The account of the stage " + stage});
}

Result<std::vector<Entry>> Chart::post(const std::string& event, const Sides& sides, Money amount, Day on) const {
  const PostingRule* found = rule(event, on);
  if (found == nullptr) return missing("ledger.posting_rule", {"记账事项 " + event + " ", "The event " + event});
  OB_TRY(const std::string debit, resolved(found->debit, sides, on));
  OB_TRY(const std::string credit, resolved(found->credit, sides, on));
  // A leg that names no indicator of its own stands with the other one.
  const std::string& one = sides.source.empty() ? sides.target : sides.source;
  const auto owner = [&](const std::string& written) {
    return written == "@target" ? sides.target : written == "@source" ? sides.source : std::string();
  };
  const std::string debit_owner = owner(found->debit), credit_owner = owner(found->credit);
  const std::string at_debit = debit_owner.empty() ? (credit_owner.empty() ? one : credit_owner) : debit_owner;
  const std::string at_credit = credit_owner.empty() ? at_debit : credit_owner;
  if (at_debit == at_credit) return std::vector<Entry>{{event, at_debit, debit, credit, amount, on, "", ""}};
  return std::vector<Entry>{{event, at_debit, debit, "", amount, on, "", ""},
                            {event, at_credit, "", credit, amount, on, "", ""}};
}

} // namespace onebudget::ledger
