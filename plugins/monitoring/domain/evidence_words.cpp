#include "plugins/monitoring/domain/evidence_words.hpp"

#include <algorithm>
#include <iterator>

namespace onebudget::monitoring {

namespace {

struct Word {
  std::string_view zh, en;
};
constexpr Word kWords[] = {
    {"金额", "amount"},
    {"可用余额", "available balance"},
    {"计划余额", "balance of the plan"},
    {"余额", "balance"},
    {"经济分类", "economic class"},
    {"比例", "share"},
    {"已支付", "paid"},
    {"天数", "days"},
    {"年度", "year"},
    {"次数", "times"},
    {"合同", "contract"},
    {"合同金额", "contract amount"},
    {"合同未付", "owed by contracts"},
    {"变更合计", "sum of changes"},
    {"累计付款", "payments to date"},
    {"累计计划", "plan to date"},
    {"全年支付", "paid in the year"},
    {"12 月支付", "paid in December"},
    {"最后十天支付", "paid in the last ten days"},
    {"签订日期", "signed on"},
    {"付款日期", "paid on"},
    {"支付日期", "paid on"},
    {"交付日期", "delivered on"},
    {"中标日期", "awarded on"},
    {"采购计划批准", "plan approved on"},
    {"下达日期", "issued on"},
    {"上级文日期", "upper level's document of"},
    {"成立日期", "set up on"},
    {"取得日期", "acquired on"},
    {"更新日期", "replaced on"},
    {"供应商", "supplier"},
    {"公职人员", "public staff"},
    {"情形", "circumstance"},
    {"投标人", "bidders"},
    {"法人", "legal person"},
    {"电话", "phone"},
    {"地址", "address"},
    {"账户", "bank account"},
    {"网络地址", "network address"},
    {"品目", "category"},
    {"合计", "sum"},
    {"限额", "limit"},
    {"公开招标数额", "tender limit"},
    {"采购预算余额", "left of the procurement budget"},
    {"用途", "use"},
    {"此前支付", "earlier payment"},
    {"收款账号", "payee's account"},
    {"原收款账号", "former account"},
    {"发票", "invoice"},
    {"预付款", "advances"},
    {"预计还需", "forecast"},
    {"预计最终成本", "projected final cost"},
    {"批准总额", "approved total"},
    {"预算", "budget"},
    {"年初预算", "budget of the year's start"},
    {"上年数", "last year's spending"},
    {"项目", "project"},
    {"相似度", "similarity"},
    {"专项个数", "number of funds"},
    {"补助合计", "sum of grants"},
    {"专项资金", "special fund"},
    {"支出进度", "spent"},
    {"产出完成", "outputs"},
    {"进度", "progress"},
    {"应达进度", "progress due"},
    {"资金年度", "year of the money"},
    {"应付", "due"},
    {"库款保障", "treasury cover"},
    {"起点", "from"},
    {"经办", "maker"},
    {"审核", "reviewer"},
    {"复核", "checker"},
    {"时点", "hour"},
    {"审批秒数", "seconds of approval"},
    {"笔数", "payments"},
    {"整千笔数", "whole thousands"},
    {"平均偏差", "mean deviation"},
    {"卡方", "chi-square"},
    {"数量", "count"},
    {"单价", "price"},
    {"标准", "standard"},
    {"人数×天数", "people × days"},
    {"姓名", "name"},
    // Values.
    {"节假日", "holiday"},
    {"夜间", "night"},
    {"注销", "cancelled"},
    {"失信", "blacklisted"},
    {"已用于其他支付", "used for another payment"},
    {"已作废", "void"},
    {"抬头不是本单位", "made out to somebody else"},
    {"已死亡", "has died"},
    {"重复享受", "is paid twice"},
    {"名下有企业", "owns a company"},
    {"名下有车辆", "owns a vehicle"},
};

} // namespace

std::string_view in_english(std::string_view zh) {
  const auto* const found =
      std::find_if(std::begin(kWords), std::end(kWords), [&](const Word& word) { return word.zh == zh; });
  return found == std::end(kWords) ? std::string_view() : found->en;
}

} // namespace onebudget::monitoring
