#include "plugins/compilation/domain/round/version.hpp"

#include <set>

namespace onebudget::compilation {

namespace {

Result<CellDifference> difference_of(CellDifference::Kind kind, const std::string& cell, Money left, Money right) {
  OB_TRY(const Money difference, right.minus(left));
  return CellDifference{kind, cell, left, right, difference};
}

Result<void> check_cycles(const std::map<std::string, std::string>& parents) {
  std::set<std::string> sound;
  for (const auto& [code, parent] : parents) {
    std::set<std::string> way;
    for (std::string at = code; !at.empty() && sound.count(at) == 0;) {
      if (!way.insert(at).second)
        return fault(FaultKind::rule, "compilation.roll_up_cycle",
                     {"编码 " + at + " 的上级最终指向自身，请改正上级编码。",
                      "The parents of code " + at + " lead back to it; correct the parent."});
      const auto up = parents.find(at);
      at = up == parents.end() ? std::string() : up->second;
    }
    sound.insert(way.begin(), way.end());
  }
  return {};
}

} // namespace

Result<std::vector<CellDifference>> compare_versions(const Cells& left, const Cells& right) {
  using Kind = CellDifference::Kind;
  std::vector<CellDifference> out;
  auto l = left.begin();
  auto r = right.begin();
  while (l != left.end() || r != right.end()) {
    const bool only_left = r == right.end() || (l != left.end() && l->first < r->first);
    const bool only_right = l == left.end() || (r != right.end() && r->first < l->first);
    if (only_left) {
      OB_TRY(const auto gone, difference_of(Kind::removed, l->first, l->second, Money()));
      out.push_back(gone);
      ++l;
    } else if (only_right) {
      OB_TRY(const auto came, difference_of(Kind::added, r->first, Money(), r->second));
      out.push_back(came);
      ++r;
    } else {
      if (!(l->second == r->second)) {
        OB_TRY(const auto changed, difference_of(Kind::changed, l->first, l->second, r->second));
        out.push_back(changed);
      }
      ++l, ++r;
    }
  }
  return out;
}

Result<Money> total_of(const Cells& cells) {
  Money sum;
  for (const auto& [cell, amount] : cells) {
    OB_TRY(sum, sum.plus(amount));
  }
  return sum;
}

Result<std::vector<RollUpDifference>> check_roll_up(const std::vector<TreeCell>& cells) {
  std::map<std::string, std::string> parents;
  std::map<std::pair<std::string, std::string>, Money> stated;
  std::map<std::pair<std::string, std::string>, std::pair<Money, int>> summed;
  std::set<std::string> has_children;
  for (const TreeCell& cell : cells) {
    parents.emplace(cell.code, cell.parent);
    if (!stated.emplace(std::make_pair(cell.code, cell.column), cell.amount).second)
      return fault(FaultKind::rule, "compilation.roll_up_twice",
                   {"编码 " + cell.code + " 的“" + cell.column + "”出现两次，请删去一个。",
                    "Code " + cell.code + " states \"" + cell.column + "\" twice; remove one."});
    if (cell.parent.empty()) continue;
    has_children.insert(cell.parent);
    auto& [sum, count] = summed[{cell.parent, cell.column}];
    OB_TRY(sum, sum.plus(cell.amount));
    ++count;
  }
  OB_CHECK(check_cycles(parents));
  std::vector<RollUpDifference> out;
  for (const auto& [place, sum] : summed) {
    const auto own = stated.find(place);
    const Money amount = own == stated.end() ? Money() : own->second;
    if (parents.count(place.first) > 0 && !(amount == sum.first))
      out.push_back({place.first, place.second, amount, sum.first, sum.second});
  }
  for (const auto& [place, amount] : stated)
    if (has_children.count(place.first) > 0 && summed.count(place) == 0 && !(amount == Money()))
      out.push_back({place.first, place.second, amount, Money(), 0});
  return out;
}

std::vector<FieldFault> check_classed(const std::vector<ClassedCell>& cells) {
  constexpr std::size_t kItem = 5; ///< digits of a 款: 302 + 01
  std::vector<FieldFault> findings;
  std::set<std::string> named;
  for (const ClassedCell& cell : cells) {
    const bool whole = cell.department_class.size() >= kItem && cell.government_class.size() >= kItem;
    if (whole || cell.amount == Money() || !named.insert(cell.project_code).second) continue;
    findings.push_back(
        {"/cells/" + cell.project_code,
         "compilation.two_up_classes",
         {"项目 " + cell.project_code + " 没有编列到部门和政府经济分类的款。",
          "Project " + cell.project_code + " has no department and government economic class (款)."},
         {"请在项目或它的支出明细中选择两个经济分类的款；已入库的用“项目调整”退回修改。",
          "Choose both classes on the project or its lines; take an admitted one back by an adjustment."}});
  }
  return findings;
}

std::vector<FieldFault> check_sent_up(const SentUp& version) {
  if (!version.step_up)
    return {{"/step",
             "compilation.version",
             {"一下、二下由财政下达，不上报。", "What finance sends down is not submitted."},
             {"请选择一上或二上的版本。", "Choose a version of a step up."}}};
  std::vector<FieldFault> findings;
  if (version.has_newer)
    findings.push_back({"/number",
                        "compilation.version",
                        {"已有更新的版本。", "There is a newer version."},
                        {"请上报最新的版本。", "Submit the newest one."}});
  if (!version.has_note)
    findings.push_back({"/document_ref",
                        "compilation.version_note",
                        {"缺少编制说明。", "The explanatory note is missing."},
                        {"请写明编制说明文号后重新冻结。", "Freeze again with the number of the note."}});
  return findings;
}

} // namespace onebudget::compilation
