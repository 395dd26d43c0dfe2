// R08 结转超两年, R09 预算下达不及时, R34 三公超预算, R51 三保支付缺口: what a line owes to the law.
#include "plugins/monitoring/domain/rules.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::monitoring {

namespace {

void carried_too_long(const LineFacts& facts, Look look) {
  if (!facts.source_year || !facts.as_of || facts.balance <= Money()) return;
  const int age = facts.as_of->year() - *facts.source_year;
  if (age < look.limits.count("R08", "years")) return;
  const std::string years = std::to_string(age);
  look.out.hit("R08",
               {"资金结转已满 " + years + " 年仍有余额，应当收回。",
                "Carried over for " + years + " years with a balance left; it is to be recovered."},
               {{"资金年度", std::to_string(*facts.source_year)}, {"余额", grouped(facts.balance)}});
}

void issued_late(const LineFacts& facts, Look look) {
  if (!facts.superior_on) return;
  if (!facts.issued_on && !facts.as_of) return look.out.missing("R09", source::kLedger);
  const Day until = facts.issued_on.value_or(facts.as_of.value_or(*facts.superior_on));
  const int days = until.number() - facts.superior_on->number();
  if (days <= look.limits.count("R09", "days")) return;
  look.out.hit("R09",
               {"收到上级文后 " + std::to_string(days) + " 天" + (facts.issued_on ? "才下达。" : "仍未下达。"),
                facts.issued_on ? "Issued " + std::to_string(days) + " days after the upper level's document."
                                : "Not issued " + std::to_string(days) + " days after the upper level's document."},
               {{"上级文日期", facts.superior_on->str()}, {"天数", std::to_string(days)}});
}

void three_public(const LineFacts& facts, Look look) {
  if (!under(facts.economic_class, look.limits.words("R34", "classes"))) return;
  if (!facts.paid) return look.out.missing("R34", source::kTreasury);
  if (!facts.year_start) return look.out.missing("R34", source::kLedger);
  const bool budget = *facts.year_start < *facts.paid, year = facts.last_year && *facts.last_year < *facts.paid;
  if (!budget && !year) return;
  const Text what =
      budget ? Text{"年初预算", "the budget of the year's start"} : Text{"上年数", "last year's spending"};
  const Money most = budget ? *facts.year_start : *facts.last_year;
  look.out.hit("R34",
               {"“三公”经费支出超过" + what.zh + " " + grouped(most) + " 元。",
                "Travel abroad, vehicles or receptions cost more than " + what.en + ", " + grouped(most) + " yuan."},
               {{"已支付", grouped(*facts.paid)}, {what.zh, grouped(most)}, {"经济分类", facts.economic_class}});
}

void guarantees(const LineFacts& facts, Look look) {
  if (!facts.guarantee || facts.arrears_agreed) return;
  if (!facts.due || !facts.paid || !facts.as_of) return look.out.missing("R51", source::kTreasury);
  const Day first = *Day::of(facts.as_of->year(), 1, 1), last = *Day::of(facts.as_of->year(), 12, 31);
  const std::int64_t gone = facts.as_of->number() - first.number() + 1, days = last.number() - first.number() + 1;
  const std::int64_t least = gone * Ratio::kOne / days - look.limits.share("R51", "lag").millionths();
  const bool late = below_share(*facts.paid, Ratio::from_millionths(least), *facts.due);
  const bool thin = facts.coverage && *facts.coverage < look.limits.share("R51", "coverage");
  if (!late && !thin) return;
  const std::string shown = percent(*facts.paid, *facts.due);
  look.out.hit("R51",
               {late ? "“三保”支出只支付了 " + shown + "，落后于时间进度。" : "库款保障水平过低。",
                late ? "Of the three guarantees only " + shown + " is paid, behind the time of the year."
                     : "The treasury's cover is too thin."},
               {{"应付", grouped(*facts.due)},
                {"已支付", grouped(*facts.paid)},
                {"库款保障", facts.coverage ? facts.coverage->str() : "—"}});
}

} // namespace

void check_carry(const LineFacts& facts, Look look) {
  carried_too_long(facts, look);
  issued_late(facts, look);
  three_public(facts, look);
  guarantees(facts, look);
}

} // namespace onebudget::monitoring
