#pragma once
// Ex-ante performance evaluation (事前绩效评估): five dimensions of 20 points; domain rules 3.5, J3.

#include <array>
#include <vector>

#include "plugins/compilation/domain/policy.hpp"

namespace onebudget::compilation {

enum class ExAnteConclusion { support, adjust, reject };

/// 立项必要性, 投入经济性, 绩效目标合理性, 实施方案可行性, 筹资合规性
inline constexpr const char* kExAnteFields[] = {"/necessity", "/economy", "/goal", "/feasibility", "/funding"};

struct ExAnte {
  std::array<int, 5> scores{};
  ExAnteConclusion conclusion = ExAnteConclusion::support;
  Money declared, suggested;
  bool has_opinion = false;
};

int ex_ante_total(const ExAnte& sheet);
/// Rule compilation.ex_ante: 0…20 points each; 予以支持 from policy.ex_ante_support points (80) with no dimension under
/// policy.ex_ante_weak (12); 调整完善 from policy.ex_ante_adjust (60); an opinion unless fully supported; the suggested
/// amount within the declared one, zero when rejected.
std::vector<FieldFault> check_ex_ante(const ExAnte& sheet, const Policy& policy);

} // namespace onebudget::compilation
