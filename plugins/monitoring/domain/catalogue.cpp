#include "plugins/monitoring/domain/catalogue.hpp"

#include <algorithm>
#include <iterator>

namespace onebudget::monitoring {

namespace {

constexpr auto kBlue = Level::blue, kYellow = Level::yellow, kOrange = Level::orange, kRed = Level::red,
               kGrey = Level::grey;
constexpr auto kNone = std::nullopt;

/// One overload for each subject: which families look at it.
struct Applier {
  Look look;

  void operator()(const PaymentFacts& facts) const {
    check_funds(facts, look);
    check_contract_payment(facts, look);
    check_twice(facts, look);
    check_payee(facts, look);
    check_use(facts, look);
    check_hands(facts, look);
  }
  void operator()(const LineFacts& facts) const {
    check_projection(facts, look);
    check_progress(facts, look);
    check_carry(facts, look);
  }
  void operator()(const ProjectFacts& facts) const {
    check_overspend(facts, look);
    check_declared(facts, look);
  }
  void operator()(const PaymentBookFacts& facts) const { check_payment_book(facts, look); }
  void operator()(const ContractFacts& facts) const { check_contract(facts, look); }
  void operator()(const PurchaseFacts& facts) const { check_purchase(facts, look); }
  void operator()(const PurchaseBookFacts& facts) const { check_purchase_book(facts, look); }
  void operator()(const TenderFacts& facts) const { check_tender(facts, look); }
  void operator()(const SupplierFacts& facts) const { check_supplier(facts, look); }
  void operator()(const AssetFacts& facts) const { check_asset(facts, look); }
  void operator()(const MeetingFacts& facts) const { check_meeting(facts, look); }
  void operator()(const PayListFacts& facts) const { check_pay_list(facts, look); }
  void operator()(const SubsidyFacts& facts) const { check_subsidy(facts, look); }
};

template <std::size_t... I>
std::optional<Facts> facts_at(std::size_t place, std::index_sequence<I...>) {
  std::optional<Facts> out;
  ((I == place ? static_cast<void>(out.emplace(std::in_place_index<I>)) : static_cast<void>(0)), ...);
  return out;
}

FieldFault kept(const char* field, Text message) {
  return {field,
          "monitoring.rule_kept",
          std::move(message),
          {"请恢复原值；确需放宽资金的，办理调剂或追加。", "Put it back; for more money use 调剂 or 追加."}};
}

} // namespace

const std::vector<Rule>& rule_list() {
  static const std::vector<Rule> kList = {
      {"R01", "超预算支付", "Payment above the budget", kRed, kNone, true, "payment", &source::kLedger},
      {"R02", "累计超支预警", "Projected overspend", kOrange, kRed, false, "project", &source::kLibrary},
      {"R03", "无预算支出", "Spending without a budget", kGrey, kNone, true, "payment", &source::kLedger},
      {"R04", "无计划支付", "Payment without a plan", kRed, kNone, true, "payment", &source::kTreasury},
      {"R05", "执行进度滞后", "Execution lags", kYellow, kOrange, false, "line", &source::kLedger},
      {"R06", "年底突击花钱", "Year-end rush", kOrange, kNone, false, "line", &source::kTreasury},
      {"R07", "资金闲置", "Idle money", kYellow, kOrange, false, "line", &source::kLedger},
      {"R08", "结转超两年", "Carried over two years", kOrange, kNone, false, "line", &source::kLedger},
      {"R09", "预算下达不及时", "Late issue", kYellow, kNone, false, "line", &source::kLedger},
      {"R10", "拆分采购", "Split purchases", kOrange, kNone, false, "purchase_book", &source::kProcurement},
      {"R11", "贴线采购", "Purchases just below the limit", kYellow, kNone, false, "purchase_book",
       &source::kProcurement},
      {"R12", "应公开招标未招标", "No open tender", kRed, kNone, true, "purchase", &source::kProcurement},
      {"R13", "先采购后审批", "Bought before approval", kOrange, kNone, true, "contract", &source::kContracts},
      {"R14", "合同签订晚于交付", "Signed after delivery", kOrange, kNone, true, "contract", &source::kContracts},
      {"R15", "合同前付款", "Paid before the contract", kRed, kNone, true, "payment", &source::kContracts},
      {"R16", "超合同付款", "Paid above the contract", kRed, kNone, true, "payment", &source::kContracts},
      {"R17", "合同变更过大", "Large contract changes", kOrange, kNone, true, "contract", &source::kContracts},
      {"R18", "预付款过高", "Large advance", kYellow, kNone, true, "payment", &source::kContracts},
      {"R19", "未验收付尾款", "Final payment without acceptance", kOrange, kNone, true, "payment", &source::kContracts},
      {"R20", "合同未按期签订", "Contract signed late", kYellow, kNone, false, "contract", &source::kContracts},
      {"R21", "供应商围标或关联", "Related bidders", kOrange, kNone, true, "tender", &source::kBidders},
      {"R22", "供应商与公职人员关联", "Supplier tied to public staff", kOrange, kNone, true, "supplier",
       &source::kStaff},
      {"R23", "供应商集中", "One supplier too strong", kYellow, kNone, false, "purchase_book", &source::kProcurement},
      {"R24", "失信、注销、新设供应商", "Blacklisted, cancelled or new supplier", kYellow, kRed, true, "supplier",
       &source::kRegistry},
      {"R25", "重复申报", "Declared twice", kOrange, kNone, false, "project", &source::kLibrary},
      {"R26", "多头申报", "Several funds for one project", kOrange, kNone, false, "project", &source::kLibrary},
      {"R27", "重复支付", "Paid twice", kYellow, kRed, true, "payment", &source::kTreasury},
      {"R28", "发票异常", "Bad invoice", kRed, kNone, true, "payment", &source::kInvoices},
      {"R29", "向本单位实有资金账户划转", "Moved to an own account", kRed, kNone, true, "payment", &source::kAccounts},
      {"R30", "公款转个人", "Public money to a person", kOrange, kNone, true, "payment", &source::kTreasury},
      {"R31", "应刷公务卡未刷", "Official card not used", kYellow, kNone, true, "payment", &source::kTreasury},
      {"R32", "大额支付", "Large payment", kYellow, kNone, true, "payment", &source::kTreasury},
      {"R33", "科目错用", "Wrong class", kYellow, kNone, true, "payment", &source::kTreasury},
      {"R34", "三公超预算", "Three public expenses above budget", kRed, kNone, true, "line", &source::kLedger},
      {"R35", "会议培训超标", "Meeting above standard", kOrange, kNone, true, "meeting", &source::kStandards},
      {"R36", "项目支出列人员或公用", "Running costs in a project", kOrange, kNone, true, "payment",
       &source::kTreasury},
      {"R37", "违规发放津补贴", "Irregular allowances", kRed, kNone, true, "pay_list", &source::kRoster},
      {"R38", "超标准配置资产", "Assets above standard", kRed, kNone, true, "asset", &source::kAssets},
      {"R39", "购置未入账", "Asset not booked", kOrange, kNone, false, "asset", &source::kAssets},
      {"R40", "资产未到年限更新", "Asset replaced early", kOrange, kNone, true, "asset", &source::kAssets},
      {"R41", "无采购预算采购", "No procurement budget", kRed, kNone, true, "purchase", &source::kProcurement},
      {"R42", "专项资金超范围使用", "Special fund misused", kOrange, kNone, true, "payment", &source::kStandards},
      {"R43", "惠民补贴异常", "Irregular subsidy", kRed, kNone, true, "subsidy", &source::kPersons},
      {"R44", "绩效目标缺失", "No performance goal", kRed, kNone, true, "payment", &source::kGoals},
      {"R45", "绩效与资金背离", "Money ahead of goals", kOrange, kNone, false, "project", &source::kGoals},
      {"R46", "首位数字检验", "Benford test", kBlue, kNone, false, "payment_book", &source::kTreasury},
      {"R47", "整数金额聚集", "Round amounts", kBlue, kNone, false, "payment_book", &source::kTreasury},
      {"R48", "非工作时间支付", "Outside working hours", kBlue, kNone, true, "payment", &source::kTreasury},
      {"R49", "同人经办又审核", "One person in two roles", kGrey, kNone, true, "payment", &source::kTreasury},
      {"R50", "审批过快", "Approved too fast", kBlue, kNone, true, "payment", &source::kTreasury},
      {"R51", "三保支付缺口", "Gap in the three guarantees", kRed, kNone, false, "line", &source::kTreasury},
      {"R52", "退款后改收款人", "Other payee after a refund", kOrange, kNone, true, "payment", &source::kTreasury}};
  return kList;
}

const Rule* rule_of(std::string_view id) {
  const auto& list = rule_list();
  const auto found = std::find_if(list.begin(), list.end(), [&](const Rule& rule) { return rule.id == id; });
  return found == list.end() ? nullptr : &*found;
}

std::optional<Facts> empty_facts(std::string_view subject) {
  static_assert(std::size(kSubjects) == std::variant_size_v<Facts>);
  const auto* const found = std::find(std::begin(kSubjects), std::end(kSubjects), subject);
  return facts_at(static_cast<std::size_t>(found - std::begin(kSubjects)),
                  std::make_index_sequence<std::variant_size_v<Facts>>());
}

RuleBook::RuleBook() {
  for (const Rule& rule : rule_list())
    rows_[std::string(rule.id)] = {std::string(rule.id), std::nullopt, rule.level, rule.escalated, rule.live, true};
}

RuleBook::RuleBook(const std::vector<RuleRow>& rows, Day day) : RuleBook() {
  for (const RuleRow& row : rows) {
    const auto own = rows_.find(row.rule);
    if (own == rows_.end() || !row.valid_from || day < *row.valid_from) continue;
    if (!own->second.valid_from || *own->second.valid_from <= *row.valid_from) own->second = row;
  }
}

const RuleRow& RuleBook::at(std::string_view rule) const {
  static const RuleRow kOff{{}, std::nullopt, Level::blue, std::nullopt, false, false};
  const auto found = rows_.find(rule);
  return found == rows_.end() ? kOff : found->second;
}

Level RuleBook::level_of(const Hit& hit) const {
  const RuleRow& row = at(hit.rule);
  return hit.escalated && row.escalated ? *row.escalated : row.level;
}

std::vector<FieldFault> check_rule(const RuleRow& row) {
  const Rule* known = rule_of(row.rule);
  if (known == nullptr)
    return {{"/code",
             "monitoring.rule_code",
             {"没有规则“" + row.rule + "”。", "There is no rule \"" + row.rule + "\"."},
             {"请填写 R01–R52。", "Use R01–R52."}}};
  std::vector<FieldFault> out;
  if (bound_to_balance(row.rule)) {
    if (!row.enabled) out.push_back(kept("/enabled", {"余额控制的规则不能停用。", "Balance rules are never off."}));
    if (row.level < known->level)
      out.push_back(kept("/level", {"余额控制的规则不能降级。", "Balance rules are not eased."}));
  }
  if (row.live && !known->live)
    out.push_back(kept("/live", {"该规则只能定时检查。", "This rule can only be scanned."}));
  if (row.escalated && *row.escalated < row.level)
    out.push_back(
        kept("/escalated_level", {"加重等级不能低于一般等级。", "The graver level is below the ordinary one."}));
  return out;
}

Findings evaluate(const Facts& facts, const Limits& limits, const RuleBook& book) {
  Findings out;
  std::visit(Applier{{limits, out}}, facts);
  const auto off = [&](const auto& one) { return !book.enabled(one.rule); };
  out.hits.erase(std::remove_if(out.hits.begin(), out.hits.end(), off), out.hits.end());
  out.not_run.erase(std::remove_if(out.not_run.begin(), out.not_run.end(), off), out.not_run.end());
  return out;
}

} // namespace onebudget::monitoring
