#pragma once
// Ex-ante performance evaluation (事前绩效评估): five dimensions of 20 points; domain rules 3.5, J3.

#include <array>
#include <vector>

#include "sdk/values/money.hpp"

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
/// Rule compilation.ex_ante: 0…20 points each; 予以支持 from 80 points with no dimension under 12; 调整完善 from 60; an
/// opinion unless fully supported; the suggested amount within the declared one, zero when rejected. 80, 60 and 12 are
/// proposals [P].
std::vector<FieldFault> check_ex_ante(const ExAnte& sheet);

} // namespace onebudget::compilation
