// J3 事前绩效评估表 and J4 零基评审表.
#include "plugins/compilation/domain/review/zero_base.hpp"
#include "plugins/compilation/service/print/forms.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::compilation {

namespace {

constexpr const char* kZeroBaseNames[] = {"政策依据与优先级",           "必要性与紧迫性",
                                          "职责匹配与唯一性（无重复）", "测算依据（标准、市场价）",
                                          "实施可行性与成熟度",         "绩效（目标质量、评价结果）",
                                          "上年执行率与结转",           "筹资与可持续"};
constexpr std::pair<const char*, const char*> kStops[] = {{"no_basis", "无立项依据"},
                                                          {"duplicate", "重复申报"},
                                                          {"poor_last_year", "上年绩效为差"},
                                                          {"no_goal", "无绩效目标"},
                                                          {"policy_lapsed", "政策已到期"}};
constexpr std::pair<const char*, const char*> kDimensions[] = {{"necessity", "立项必要性"},
                                                               {"economy", "投入经济性"},
                                                               {"goal", "绩效目标合理性"},
                                                               {"feasibility", "实施方案可行性"},
                                                               {"funding", "筹资合规性"}};

Result<std::vector<FormField>> project_fields(const Call& call, const Row& project) {
  OB_TRY(const std::string unit, placed(call, project.ref("unit")));
  return std::vector<FormField>{{"项目名称", project.text("name"), true},
                                {"项目代码", project.text("code")},
                                {"项目类别", word(project.text("category"))},
                                {"项目单位", unit},
                                {"项目总额", grouped(project.money("total_amount"))}};
}

} // namespace

Result<Form> ex_ante_form(const Call& call, const Row& review) {
  OB_TRY(const Row project, call.records().get(kProject, review.ref("project")));
  Form out;
  out.title = "项目支出事前绩效评估表";
  out.number = "评估日期：" + review.text("evaluated_on");
  OB_TRY(out.fields, project_fields(call, project));
  FormTable sheet{"", {{"评估维度"}, {"满分", true}, {"得分", true}, {"依据和意见"}}, {}, true};
  for (const auto& [field, name] : kDimensions)
    sheet.rows.push_back(
        {name, "20", std::to_string(review.number(field)), review.text(std::string(field) + "_evidence")});
  sheet.rows.push_back({"合计", "100", std::to_string(review.number("total")), ""});
  out.tables = {std::move(sheet)};
  out.opinions = {{"评估结论", word(review.text("conclusion"))},
                  {"建议金额", grouped(review.money("suggested_amount"))},
                  {"评估专家", review.text("experts"), true},
                  {"评估意见", review.text("opinion"), true}};
  out.signatures = {"评估单位（盖章）", "评估负责人", "日期"};
  return out;
}

Result<Form> zero_base_form(const Call& call, const Row& review) {
  OB_TRY(const Row project, call.records().get(kProject, review.ref("project")));
  Form out;
  out.title = "项目库零基评审表";
  out.number = "预算年度：" + std::to_string(review.number("fiscal_year"));
  OB_TRY(out.fields, project_fields(call, project));
  FormTable sheet{"评分", {{"评审内容"}, {"满分", true}, {"得分", true}}, {}, true};
  OB_TRY(const Policy policy, policy_for(call, static_cast<int>(review.number("fiscal_year"))));
  for (std::size_t i = 0; i < kZeroBaseFields.size(); ++i)
    sheet.rows.push_back({kZeroBaseNames[i], std::to_string(policy.zero_base_points[i]),
                          std::to_string(review.number(kZeroBaseFields[i] + 1))});
  sheet.rows.push_back({"合计", "100", std::to_string(review.number("total"))});
  FormTable stops{"一票否决事项", {{"事项"}, {"是否存在"}}, {}};
  for (const auto& [field, name] : kStops) stops.rows.push_back({name, review.flag(field) ? "是" : "否"});
  out.tables = {std::move(sheet), std::move(stops)};
  out.opinions = {{"评审类别", word(review.text("grade"))},
                  {"评审结论", word(review.text("disposition"))},
                  {"测算数", grouped(review.money("measured_amount"))},
                  {"可安排上限", grouped(review.money("limit_amount"))},
                  {"核定金额", grouped(review.money("approved_amount"))},
                  {"到期年度", review.has("sunset_year") ? std::to_string(review.number("sunset_year")) : ""},
                  {"核减原因", review.text("cut_reason"), true}};
  if (review.has("proposed_performance"))
    out.opinions.push_back({"评价结果应用",
                            "评价结果 " + review.text("result_number") + " 建议绩效得分 " +
                                std::to_string(review.number("proposed_performance")) + "。" +
                                review.text("performance_reason"),
                            true});
  out.signatures = {"评审人", "复核人", "日期"};
  return out;
}

} // namespace onebudget::compilation
