// R35 会议培训超标, R37 违规发放津补贴, R38 超标准配置资产, R39 购置未入账, R40 资产未到年限更新, R43 惠民补贴异常.
#include "plugins/monitoring/domain/rules.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::monitoring {

namespace {

void above_standard(const AssetFacts& facts, Findings& out) {
  if (!facts.standard_count && !facts.standard_price) return out.missing("R38", source::kStandards);
  const bool count = facts.standard_count && *facts.standard_count < facts.count,
             price = facts.standard_price && *facts.standard_price < facts.price;
  if (facts.above_approved || (!count && !price)) return;
  out.hit("R38",
          {count ? "资产数量超过配置标准。" : "资产单价超过配置标准 " + grouped(*facts.standard_price) + " 元。",
           count ? "More assets than the standard allows."
                 : "Dearer than the standard of " + grouped(*facts.standard_price) + " yuan."},
          {{"数量", std::to_string(facts.count)}, {"单价", grouped(facts.price)}});
}

void not_booked(const AssetFacts& facts, Look look) {
  if (!facts.paid_on || facts.carded_on || !under(facts.economic_class, look.limits.words("R39", "classes"))) return;
  if (!facts.as_of) return look.out.missing("R39", source::kAssets);
  const int days = facts.as_of->number() - facts.paid_on->number();
  if (days <= look.limits.count("R39", "days")) return;
  look.out.hit("R39",
               {"付款 " + std::to_string(days) + " 天仍无资产卡片。",
                "No asset card " + std::to_string(days) + " days after the payment."},
               {{"支付日期", facts.paid_on->str()}, {"天数", std::to_string(days)}});
}

/// Whole years between two days.
int years_between(Day from, Day to) {
  const int years = to.year() - from.year();
  const bool before = std::make_pair(to.month(), to.day()) < std::make_pair(from.month(), from.day());
  return before ? years - 1 : years;
}

void replaced_early(const AssetFacts& facts, Findings& out) {
  if (!facts.acquired_on || !facts.replaced_on) return;
  if (!facts.minimum_years) return out.missing("R40", source::kStandards);
  const int age = years_between(*facts.acquired_on, *facts.replaced_on);
  if (*facts.minimum_years <= age || facts.reported) return;
  out.hit(
      "R40",
      {"使用 " + std::to_string(age) + " 年即更新，最低年限 " + std::to_string(*facts.minimum_years) + " 年。",
       "Replaced after " + std::to_string(age) + " years; the least is " + std::to_string(*facts.minimum_years) + "."},
      {{"取得日期", facts.acquired_on->str()}, {"更新日期", facts.replaced_on->str()}});
}

} // namespace

void check_asset(const AssetFacts& facts, Look look) {
  if (facts.count > 0 || Money() < facts.price) above_standard(facts, look.out);
  not_booked(facts, look);
  replaced_early(facts, look.out);
}

void check_meeting(const MeetingFacts& facts, Look look) {
  if (facts.approved) return;
  if (!facts.standard) return look.out.missing("R35", source::kStandards);
  const auto heads = facts.standard->times(std::int64_t{facts.people} * facts.days);
  if (!heads || facts.amount <= *heads) return;
  look.out.hit("R35",
               {"会议或培训费用超过标准 " + grouped(*heads) + " 元。",
                "The meeting or training costs more than the standard of " + grouped(*heads) + " yuan."},
               {{"金额", grouped(facts.amount)},
                {"标准", grouped(*heads)},
                {"人数×天数", std::to_string(facts.people) + "×" + std::to_string(facts.days)}});
}

void check_pay_list(const PayListFacts& facts, Look look) {
  if (!under(facts.economic_class, look.limits.words("R37", "classes"))) return;
  if (!facts.roster) return look.out.missing("R37", source::kRoster);
  for (const PaidPerson& one : facts.people) {
    const bool above = one.standard && *one.standard < one.amount;
    if (one.supplement || (one.on_roster && !above)) continue;
    look.out.hit("R37",
                 {one.name + (one.on_roster ? " 的发放金额超过标准。" : " 不在人员库中。"),
                  one.name + (one.on_roster ? " is paid above the standard." : " is not on the roster.")},
                 {{"姓名", one.name}, {"金额", grouped(one.amount)}}, false, one.name);
  }
}

void check_subsidy(const SubsidyFacts& facts, Look look) {
  if (facts.verified) return;
  const bool dead = facts.died_on && facts.paid_on && *facts.died_on < *facts.paid_on;
  if (dead || facts.company || facts.vehicle || facts.duplicate) {
    const Text why = dead              ? Text{"已死亡", "has died"}
                     : facts.duplicate ? Text{"重复享受", "is paid twice"}
                     : facts.company   ? Text{"名下有企业", "owns a company"}
                                       : Text{"名下有车辆", "owns a vehicle"};
    return look.out.hit("R43", {"补贴对象" + why.zh + "。", "The recipient " + why.en + "."}, {{"情形", why.zh}});
  }
  if (!facts.compared) look.out.missing("R43", source::kPersons);
}

} // namespace onebudget::monitoring
