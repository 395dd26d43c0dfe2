#include "plugins/compilation/service/print/forms.hpp"

namespace onebudget::compilation {

std::string word(const std::string& code) {
  static const std::map<std::string, std::string> kWords = {{"personnel", "人员类"},
                                                            {"operating", "公用经费"},
                                                            {"operating_other", "其他运转类"},
                                                            {"specific", "特定目标类"},
                                                            {"new", "新增"},
                                                            {"continuing", "延续"},
                                                            {"one_off", "一次性"},
                                                            {"own", "本级"},
                                                            {"upper", "上级"},
                                                            {"factor", "因素法"},
                                                            {"project", "项目法"},
                                                            {"basis", "立项依据"},
                                                            {"feasibility", "可行性研究报告"},
                                                            {"investment_approval", "立项批复"},
                                                            {"estimate", "支出测算"},
                                                            {"quotation", "询价报价"},
                                                            {"minutes", "会议纪要"},
                                                            {"plan", "实施方案"},
                                                            {"acceptance", "验收材料"},
                                                            {"cost", "评审中心评审"},
                                                            {"investment", "立项审批"},
                                                            {"passed", "通过"},
                                                            {"rejected", "不通过"},
                                                            {"support", "予以支持"},
                                                            {"adjust", "调整完善"},
                                                            {"reject", "不予支持"},
                                                            {"keep", "保留"},
                                                            {"cut", "压减"},
                                                            {"merge", "合并"},
                                                            {"cancel", "取消"},
                                                            {"a", "A 类（优先）"},
                                                            {"b", "B 类（保障）"},
                                                            {"c", "C 类（压减）"},
                                                            {"d", "D 类（不安排）"},
                                                            {"one_up", "一上"},
                                                            {"one_down", "一下"},
                                                            {"two_up", "二上"},
                                                            {"two_down", "二下"},
                                                            {"draft", "草稿"},
                                                            {"issued", "已下达"},
                                                            {"salary", "人员支出"},
                                                            {"routine", "公用支出"},
                                                            {"departmental", "部门专项"},
                                                            {"special_fund", "财政专项资金"},
                                                            {"capital", "基本建设"},
                                                            {"livelihood", "保基本民生"},
                                                            {"wages", "保工资"},
                                                            {"operation", "保运转"},
                                                            {"debt", "债务还本付息"},
                                                            {"legal", "法定与中央事项"},
                                                            {"major_decision", "重大决策"},
                                                            {"contract", "在建与合同"},
                                                            {"current", "当年预算"},
                                                            {"carry_over", "上年结转"},
                                                            {"transfer", "上级转移支付"},
                                                            {"other", "其他"},
                                                            {"initial", "年初预算"},
                                                            {"adjustment", "预算调整"},
                                                            {"reallocation", "预算调剂"},
                                                            {"none", "批准后下达"},
                                                            {"like_amount", "参照上年同期"},
                                                            {"legal_duty", "法定支出"},
                                                            {"disaster_relief", "救灾"},
                                                            {"advance_transfer", "提前下达转移支付"},
                                                            {"asset", "资产审核"},
                                                            {"performance", "绩效审核"}};
  const auto found = kWords.find(code);
  return found == kWords.end() ? code : found->second;
}

std::string tick(const Row& row, const char* field) { return row.flag(field) ? "√" : ""; }

Result<std::string> listed(const Call& call, const char* list, const Row& row, const char* field) {
  if (!row.has(field)) return std::string();
  OB_TRY(const Row found, call.records().get(std::string("standards.") + list, row.ref(field)));
  return found.text("code") + " " + found.text("name");
}

Result<std::string> placed(const Call& call, RecordId node) {
  OB_TRY(const Row row, call.node(node));
  return row.text("code") + " " + row.text("name");
}

} // namespace onebudget::compilation
