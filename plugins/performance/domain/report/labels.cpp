#include "plugins/performance/domain/report/labels.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace onebudget::performance {

namespace {

using Label = std::pair<std::string_view, const char*>;

/// In the order of their codes.
constexpr Label kLabels[] = {{"accountability.closed", "已销号"},
                             {"accountability.open", "待整改"},
                             {"accountability.reported", "已报告"},
                             {"evaluation.cancelled", "已取消"},
                             {"evaluation.confirmed", "已确认"},
                             {"evaluation.draft", "草稿"},
                             {"evaluation.returned", "已退回"},
                             {"evaluation.submitted", "已提交"},
                             {"evaluation_kind.cost", "成本绩效分析"},
                             {"evaluation_kind.department", "部门评价"},
                             {"evaluation_kind.finance", "财政评价"},
                             {"evaluation_kind.self", "单位自评"},
                             {"evaluation_kind.unit_whole", "部门整体绩效"},
                             {"finding.confirmed", "属实"},
                             {"finding.dismissed", "排除"},
                             {"finding.open", "待处理"},
                             {"grade.excellent", "优"},
                             {"grade.fair", "中"},
                             {"grade.good", "良"},
                             {"grade.poor", "差"},
                             {"kind.asset_management", "资产管理"},
                             {"kind.budget_management", "预算管理"},
                             {"kind.capacity", "能力建设"},
                             {"kind.cost", "成本指标"},
                             {"kind.cost_control", "成本控制"},
                             {"kind.duty_effect", "履职效果"},
                             {"kind.duty_output", "履职产出"},
                             {"kind.ecological", "生态效益指标"},
                             {"kind.ecological_cost", "生态环境成本指标"},
                             {"kind.economic", "经济效益指标"},
                             {"kind.economic_cost", "经济成本指标"},
                             {"kind.fund_management", "资金管理"},
                             {"kind.funding", "资金投入"},
                             {"kind.goal_setting", "绩效目标"},
                             {"kind.innovation", "改革创新"},
                             {"kind.organisation", "组织实施"},
                             {"kind.project_setup", "项目立项"},
                             {"kind.public_effect", "社会影响"},
                             {"kind.quality", "质量指标"},
                             {"kind.quantity", "数量指标"},
                             {"kind.satisfaction", "服务对象满意度指标"},
                             {"kind.social", "社会效益指标"},
                             {"kind.social_cost", "社会成本指标"},
                             {"kind.staff_satisfaction", "职工满意度"},
                             {"kind.staffing", "人员配置"},
                             {"kind.sustainable", "可持续影响指标"},
                             {"kind.timeliness", "时效指标"},
                             {"level.benefit", "效益指标"},
                             {"level.cost", "成本指标"},
                             {"level.decision", "决策"},
                             {"level.duty", "履职效能"},
                             {"level.management", "管理效率"},
                             {"level.operating_cost", "运行成本"},
                             {"level.output", "产出指标"},
                             {"level.process", "过程"},
                             {"level.satisfaction", "满意度指标"},
                             {"level.social_effect", "社会效应"},
                             {"level.sustainability", "可持续发展能力"},
                             {"money.ledger", "指标账"},
                             {"money.typed", "填报（未启用指标账）"},
                             {"money.typed_unknown", "填报（指标账无此项目）"},
                             {"reached.achieved", "达成"},
                             {"reached.missed", "未达成"},
                             {"reached.partly", "部分达成"},
                             {"result.accepted", "单位无异议"},
                             {"result.applied", "已应用"},
                             {"result.decided", "已决定"},
                             {"result.notified", "已告知"},
                             {"result.proposed", "已建议"},
                             {"result.revoked", "已撤销"}};

} // namespace

std::string label_of(const std::string& group, const std::string& code) {
  const std::string wanted = group + "." + code;
  const auto found = std::lower_bound(std::begin(kLabels), std::end(kLabels), wanted,
                                      [](const Label& one, const std::string& key) { return one.first < key; });
  return found != std::end(kLabels) && found->first == wanted ? found->second : code;
}

} // namespace onebudget::performance
