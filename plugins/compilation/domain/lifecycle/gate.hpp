#pragma once
// The life of a project (储备 → 入库 → 编制 → 批复 → 执行 → 结转 / 结束 / 终止) and what must hold at each step;
// domain rules 1.3 and 1.5, and the corrections: 发改委 before 基建, 评审中心 before 入库.

#include <optional>
#include <string>
#include <vector>

#include "plugins/compilation/domain/policy.hpp"
#include "plugins/compilation/domain/project_declaration.hpp"

namespace onebudget::compilation {

enum class PaperKind { basis, feasibility, investment_approval, estimate, quotation, minutes, plan, acceptance };

/// What is known about a project when it takes a step.
struct ProjectFacts {
  Category category = Category::specific;
  Existence existence = Existence::created;
  Money total, year_amount;
  Money budgeted; ///< of earlier years, already in issued budgets
  bool is_construction = false, is_procurement = false;
  std::vector<PaperKind> papers;
  bool investment_approved = false;        ///< 发改委 立项 / 可研 recorded and decided
  bool cost_reviewed = false;              ///< 评审中心 gave 审定
  Money reviewed_amount;                   ///< 审定数
  bool ex_ante_supported = false;          ///< 予以支持
  Money new_assets;                        ///< 新增资产 of its lines, together
  bool asset_reviewed = false;             ///< 资产处 passed them
  std::optional<Money> assets_passed;      ///< up to this much, where its review names an amount
  bool performance_reviewed = false;       ///< 绩效处 passed its goal
  bool ranked = false;                     ///< by its department
  bool duplicate_confirmed = false;        ///< R25, R26 found true by a person
  bool duplicate_open = false;             ///< candidates that nobody has judged
  bool zero_base_cancelled = false;        ///< 取消, or a hard stop
  std::optional<Money> zero_base_approved; ///< 核定金额 of the year's review, once it is decided
  std::optional<int> sunset_year;          ///< 到期年 of the last review before, while the year has none
  bool guaranteed = false;                 ///< one of the three guarantees (三保): no review scales it
  int fiscal_year = 0;
  bool result_cancelled = false; ///< the evaluation of two years before ended its budget, and nothing shields it
  int open_contracts = 0, open_advances = 0, unbooked_assets = 0;
  bool accepted = false; ///< 验收 / 自评 done
};

/// Rule compilation.attachments: papers by category, before submission. Personnel and quota projects need none.
std::vector<FieldFault> check_attachments(const ProjectFacts& facts, const Policy& policy);
/// Rule compilation.admission_gate: before 入库. Which offices review is dated policy: the review centre from
/// cost_review_from, the asset office what asks for new assets from asset_review_from, the performance office a
/// specific-goal project from performance_review_from, unless an ex-ante evaluation supports it already.
std::vector<FieldFault> check_admission(const ProjectFacts& facts, const Policy& policy);
/// Rule compilation.compile_gate: before 编制; the year's amount fits in what is left of the total and in what the
/// zero-base review approved, and the last review reaches as far as the year. What a review approved does not bind the
/// three guarantees.
std::vector<FieldFault> check_compile(const ProjectFacts& facts);
/// Rule compilation.closing_gate: before 结束 or 终止; `finished` asks for acceptance as well.
std::vector<FieldFault> check_closing(const ProjectFacts& facts, bool finished);

} // namespace onebudget::compilation
