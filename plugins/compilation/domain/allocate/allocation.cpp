#include "plugins/compilation/domain/allocate/allocation.hpp"

#include <algorithm>
#include <numeric>

namespace onebudget::compilation {

namespace {

constexpr std::int64_t kFenOfTenThousandYuan = 1'000'000;

std::int64_t urgency(int order) { return order == 6 ? 4 : order == 7 ? 2 : 1; }

/// Score × amount × urgency; a small project is worth at least a point of its score.
std::int64_t worth(const Claim& claim) {
  const std::int64_t size = std::max<std::int64_t>(1, claim.amount.fen() / kFenOfTenThousandYuan);
  return size * std::max(claim.ranking(), 1) * urgency(claim.order);
}

std::int64_t used(const Program::Row& row, const std::vector<bool>& taken) {
  std::int64_t sum = 0;
  for (const auto& [item, weight] : row.uses)
    if (taken[item]) sum += weight;
  return sum;
}

Result<void> check_committed(const Program& program) {
  Fault lacking = fault(FaultKind::rule, "compilation.committed_gap",
                        {"刚性支出已超过控制数，请先调整控制数或刚性支出。",
                         "What is committed exceeds a ceiling. Change the ceiling or the commitments first."});
  std::vector<bool> committed(program.values.size());
  for (std::size_t i = 0; i < committed.size(); ++i) committed[i] = program.fixed[i] == 1;
  for (const Program::Row& row : program.rows) {
    const std::int64_t lack = used(row, committed) - row.limit;
    if (lack <= 0) continue;
    const std::string amount = Money::from_fen(lack).to_yuan();
    lacking.fields.push_back({"/ceilings/" + row.name,
                              "compilation.committed_gap",
                              {"缺口 " + amount + " 元。", "It lacks " + amount + " yuan."},
                              {"请增加控制数或减少刚性支出。", "Raise the ceiling or lower what is committed."}});
  }
  if (lacking.fields.empty()) return {};
  return lacking;
}

} // namespace

Ratio Solution::gap() const {
  if (proven || bound <= value) return {};
  const auto ratio = Ratio::of(Money::from_fen(bound - value), Money::from_fen(bound), Rounding::up);
  return ratio ? *ratio : Ratio::from_percent(100);
}

Result<Program> state_program(const std::vector<Wish>& wishes, const std::map<std::string, Money>& ceilings) {
  Program out;
  std::map<std::string, std::size_t> rows;
  for (const auto& [name, amount] : ceilings) {
    rows[name] = out.rows.size();
    out.rows.push_back({name, {}, amount.fen()});
  }
  std::map<std::string, Program::Row> groups;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    const Claim& claim = wishes[i].claim;
    if (claim.order < 1 || claim.order > kLastOrder)
      return fault(FaultKind::rule, "compilation.order", {"支出顺序应为 1 到 8。", "The spending order is 1 to 8."});
    const bool committed = claim.order <= kCommitted;
    out.values.push_back(worth(claim));
    out.fixed.push_back(static_cast<signed char>(committed ? 1 : claim.grade == ZeroBaseClass::d ? 0 : -1));
    for (const std::string& name : wishes[i].ceilings) {
      const auto row = rows.find(name);
      if (row == rows.end())
        return fault(FaultKind::rule, "compilation.ceiling_unknown",
                     {"没有控制数“" + name + "”，请先下达。", "There is no ceiling \"" + name + "\"; set it first."});
      out.rows[row->second].uses.emplace_back(i, claim.amount.fen());
    }
    if (!wishes[i].excludes.empty()) {
      Program::Row& group = groups[wishes[i].excludes];
      group.name = wishes[i].excludes;
      group.limit = 1;
      group.uses.emplace_back(i, 1);
    }
  }
  OB_CHECK(check_committed(out));
  for (auto& [name, group] : groups) out.rows.push_back(std::move(group));
  return out;
}

bool feasible(const Program& program, const std::vector<bool>& taken) {
  for (std::size_t i = 0; i < program.fixed.size(); ++i)
    if (program.fixed[i] >= 0 && taken[i] != (program.fixed[i] == 1)) return false;
  return std::all_of(program.rows.begin(), program.rows.end(),
                     [&](const Program::Row& row) { return used(row, taken) <= row.limit; });
}

std::vector<bool> greedy(const Program& program) {
  const std::size_t count = program.values.size();
  std::vector<std::int64_t> weight(count, 1);
  std::vector<std::vector<std::pair<std::size_t, std::int64_t>>> rows_of(count);
  for (std::size_t r = 0; r < program.rows.size(); ++r)
    for (const auto& [item, use] : program.rows[r].uses) {
      weight[item] = std::max(weight[item], use);
      rows_of[item].emplace_back(r, use);
    }
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const bool first = program.fixed[a] == 1, second = program.fixed[b] == 1;
    __extension__ using Wide = __int128;
    return first != second
               ? first
               : static_cast<Wide>(program.values[a]) * weight[b] > static_cast<Wide>(program.values[b]) * weight[a];
  });
  std::vector<std::int64_t> left;
  for (const Program::Row& row : program.rows) left.push_back(row.limit);
  std::vector<bool> taken(count);
  for (const std::size_t item : order) {
    const auto& uses = rows_of[item];
    const bool fits =
        std::all_of(uses.begin(), uses.end(), [&](const auto& use) { return use.second <= left[use.first]; });
    if (program.fixed[item] == 0 || !fits) continue;
    taken[item] = true;
    for (const auto& [row, use] : uses) left[row] -= use;
  }
  return taken;
}

std::vector<Text> explain(const std::vector<Wish>& wishes, const Program& program, const std::vector<bool>& taken) {
  std::vector<std::string> short_of(wishes.size()), rival(wishes.size());
  for (const Program::Row& row : program.rows) {
    const std::int64_t left = row.limit - used(row, taken);
    for (const auto& [item, weight] : row.uses) {
      if (taken[item] || weight <= left) continue;
      std::string& names = wishes[item].excludes == row.name ? rival[item] : short_of[item];
      names += (names.empty() ? "" : "、") + row.name;
    }
  }
  std::vector<Text> out;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    const Claim& claim = wishes[i].claim;
    const std::string order = std::to_string(claim.order), score = std::to_string(claim.score);
    const Text ranked = priority_reason(claim);
    if (claim.order <= kCommitted)
      out.push_back(
          {"第 " + order + " 顺序，刚性支出，必须安排。", "Order " + order + ": committed, it must be funded."});
    else if (program.fixed[i] == 0)
      out.push_back({"零基评审为 D 类，不安排。", "Class D of the zero-base review: not funded."});
    else if (taken[i])
      out.push_back(
          {"第 " + order + " 顺序，" + score + " 分，在各控制数内属于最优组合。" + ranked.zh,
           "Order " + order + " with " + score + " points: part of the best choice within all ceilings." + ranked.en});
    else if (!rival[i].empty())
      out.push_back({"与已安排的项目重复。", "It duplicates a project that is funded."});
    else
      out.push_back({"控制数“" + short_of[i] + "”余额不足，换入它会降低总体价值。" + ranked.zh,
                     "What is left of \"" + short_of[i] + "\" does not suffice; taking it in would lower the whole." +
                         ranked.en});
  }
  return out;
}

} // namespace onebudget::compilation
