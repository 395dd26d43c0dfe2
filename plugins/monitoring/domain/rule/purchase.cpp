// R10 拆分采购, R11 贴线采购, R12 应公开招标未招标, R23 供应商集中, R41 无采购预算采购.
#include "plugins/monitoring/domain/rules.hpp"
#include "sdk/values/money_text.hpp"

#include <algorithm>
#include <map>

namespace onebudget::monitoring {

namespace {

Money limit_of(const Deal& deal, const Limits& limits) {
  return limits.money("R10", deal.works ? "limit_works" : "limit");
}

/// The same day so many months on; the last day of a shorter month.
Day months_on(Day day, int months) {
  const int month = day.month() - 1 + months, year = day.year() + month / 12;
  for (int last = day.day(); last > 0; --last)
    if (const auto found = Day::of(year, month % 12 + 1, last)) return *found;
  return day;
}

/// The sum of the deals that begin within the months after the first of them.
struct Window {
  Money all;
  std::vector<std::string> deals;
};
Window window_of(const std::vector<const Deal*>& deals, std::size_t first, int months) {
  Window out;
  const Day end = months_on(*deals[first]->day, months);
  for (std::size_t i = first; i < deals.size() && *deals[i]->day < end; ++i) {
    out.all = sum(out.all, deals[i]->amount);
    out.deals.push_back(deals[i]->id);
  }
  return out;
}

/// Purchases below the limit by category, in order of day.
std::map<std::string, std::vector<const Deal*>> small_deals(const std::vector<Deal>& deals, const Limits& limits) {
  std::map<std::string, std::vector<const Deal*>> out;
  for (const Deal& deal : deals)
    if (!deal.framework && deal.day && !deal.category.empty() && deal.amount < limit_of(deal, limits))
      out[deal.category].push_back(&deal);
  for (auto& [category, list] : out)
    std::stable_sort(list.begin(), list.end(), [](const Deal* a, const Deal* b) { return *a->day < *b->day; });
  return out;
}

void split_purchases(const std::vector<Deal>& deals, Look look) {
  const auto least = static_cast<std::size_t>(look.limits.count("R10", "deals"));
  for (const auto& [category, list] : small_deals(deals, look.limits))
    for (std::size_t first = 0; first < list.size(); ++first) {
      const Window window = window_of(list, first, look.limits.count("R10", "months"));
      const Money limit = limit_of(*list[first], look.limits);
      if (window.deals.size() < least || window.all < limit) continue;
      look.out.hit("R10",
                   {"同一品目 " + category + " 分 " + std::to_string(window.deals.size()) + " 次采购，合计 " +
                        grouped(window.all) + " 元，达到限额。",
                    std::to_string(window.deals.size()) + " purchases of " + category + " add up to " +
                        grouped(window.all) + " yuan and reach the limit."},
                   {{"品目", category}, {"合计", grouped(window.all)}, {"限额", grouped(limit)}}, false, category,
                   window.deals);
      break;
    }
}

void near_the_limit(const std::vector<Deal>& deals, Look look) {
  std::map<int, std::vector<std::string>> years;
  for (const Deal& deal : deals) {
    const Money limit = limit_of(deal, look.limits);
    if (deal.framework || !deal.day || limit <= deal.amount) continue;
    if (!below_share(deal.amount, look.limits.share("R11", "share"), limit)) years[deal.day->year()].push_back(deal.id);
  }
  for (const auto& [year, ids] : years) {
    if (ids.size() < static_cast<std::size_t>(look.limits.count("R11", "deals"))) continue;
    look.out.hit("R11",
                 {std::to_string(year) + " 年有 " + std::to_string(ids.size()) + " 次采购金额贴近限额。",
                  std::to_string(ids.size()) + " purchases of " + std::to_string(year) + " lie just below the limit."},
                 {{"年度", std::to_string(year)}, {"次数", std::to_string(ids.size())}}, false, std::to_string(year),
                 ids);
  }
}

void one_supplier(const std::vector<Deal>& deals, Look look) {
  if (deals.size() < static_cast<std::size_t>(look.limits.count("R23", "deals"))) return;
  std::map<std::string, Money> by_supplier;
  Money all;
  for (const Deal& deal : deals) {
    if (deal.framework) continue;
    by_supplier[deal.supplier] = sum(by_supplier[deal.supplier], deal.amount);
    all = sum(all, deal.amount);
  }
  for (const auto& [supplier, amount] : by_supplier) {
    if (!above_share(amount, look.limits.share("R23", "share"), all)) continue;
    look.out.hit("R23",
                 {"供应商 " + supplier + " 占本单位采购的 " + percent(amount, all) + "。",
                  supplier + " has " + percent(amount, all) + " of the unit's purchases."},
                 {{"供应商", supplier}, {"金额", grouped(amount)}, {"比例", percent(amount, all)}}, false, supplier);
  }
}

} // namespace

void check_purchase(const PurchaseFacts& facts, Look look) {
  const Money tender = look.limits.money("R12", facts.works ? "tender_works" : "tender");
  if (tender <= facts.amount && !facts.open_tender && !facts.method_approved)
    look.out.hit("R12",
                 {"达到公开招标数额 " + grouped(tender) + " 元，未公开招标也未经批准变更方式。",
                  "Tender limit of " + grouped(tender) + " yuan reached, without open tender or approval."},
                 {{"金额", grouped(facts.amount)}, {"公开招标数额", grouped(tender)}});
  if (facts.below_catalogue) return;
  if (!facts.budgeted) return look.out.missing("R41", source::kProcurement);
  if (*facts.budgeted && facts.amount <= facts.budget_left) return;
  look.out.hit(
      "R41",
      {*facts.budgeted ? "采购金额超过采购预算余额 " + grouped(facts.budget_left) + " 元。"
                       : "没有采购预算，不得采购。",
       *facts.budgeted ? "Above what is left of the procurement budget, " + grouped(facts.budget_left) + " yuan."
                       : "There is no procurement budget for it."},
      {{"金额", grouped(facts.amount)}, {"采购预算余额", grouped(facts.budget_left)}});
}

void check_purchase_book(const PurchaseBookFacts& facts, Look look) {
  if (!facts.deals) {
    for (const char* rule : {"R10", "R11", "R23"}) look.out.missing(rule, source::kProcurement);
    return;
  }
  const auto unknown = [](const Deal& deal) { return !deal.framework && deal.category.empty(); };
  if (std::any_of(facts.deals->begin(), facts.deals->end(), unknown)) look.out.missing("R10", source::kProcurement);
  split_purchases(*facts.deals, look);
  near_the_limit(*facts.deals, look);
  one_supplier(*facts.deals, look);
}

} // namespace onebudget::monitoring
