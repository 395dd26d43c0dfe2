#pragma once
// What is known about a contract, a purchase, the purchases of a unit, a tender, a supplier.

#include <optional>
#include <string>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::monitoring {

struct ContractFacts {
  Money amount, changes; ///< changes: the sum of approved changes under the same terms
  std::optional<Money> paid;
  std::optional<Day> as_of, signed_on, plan_approved_on, delivered_on, awarded_on;
  bool procured = false, urgent = false, retendered = false, complaint = false;

  template <class V>
  void each(V& v) {
    v("amount", "合同金额", amount), v("changes", "变更合计", changes), v("paid", "已支付", paid);
    v("as_of", "截至", as_of), v("signed_on", "签订日期", signed_on);
    v("plan_approved_on", "采购计划批准", plan_approved_on), v("delivered_on", "交付日期", delivered_on);
    v("awarded_on", "中标日期", awarded_on), v("procured", "政府采购", procured), v("urgent", "应急", urgent);
    v("retendered", "变更已重新采购", retendered), v("complaint", "质疑投诉暂停", complaint);
  }
};

struct PurchaseFacts {
  Money amount, budget_left;
  bool works = false, open_tender = false, method_approved = false, below_catalogue = false;
  std::optional<bool> budgeted; ///< there is a procurement budget for it

  template <class V>
  void each(V& v) {
    v("amount", "金额", amount), v("works", "工程", works), v("open_tender", "公开招标", open_tender);
    v("method_approved", "批准变更采购方式", method_approved), v("budgeted", "有采购预算", budgeted);
    v("budget_left", "采购预算余额", budget_left), v("below_catalogue", "目录外且限额以下", below_catalogue);
  }
};

struct Deal {
  std::string id, category, supplier;
  Money amount;
  std::optional<Day> day;
  bool works = false, framework = false; ///< framework: under an agreement that was tendered

  template <class V>
  void each(V& v) {
    v("id", "编号", id), v("category", "品目", category), v("supplier", "供应商", supplier),
        v("amount", "金额", amount);
    v("day", "日期", day), v("works", "工程", works), v("framework", "框架协议", framework);
  }
};

/// All purchases of a unit over the months that are looked at.
struct PurchaseBookFacts {
  std::optional<std::vector<Deal>> deals;

  template <class V>
  void each(V& v) {
    v("deals", "采购", deals);
  }
};

struct Bidder {
  std::string name, legal_person, phone, address, bank_account, network_address;

  template <class V>
  void each(V& v) {
    v("name", "名称", name), v("legal_person", "法人", legal_person), v("phone", "电话", phone);
    v("address", "地址", address), v("bank_account", "账户", bank_account),
        v("network_address", "网络地址", network_address);
  }
};

struct TenderFacts {
  std::optional<std::vector<Bidder>> bidders;

  template <class V>
  void each(V& v) {
    v("bidders", "投标人", bidders);
  }
};

struct SupplierFacts {
  std::string name;
  std::optional<std::vector<std::string>> staff_links; ///< 法人、股东 found in the staff list
  bool links_declared = false;                         ///< declared and stepped back (已回避)
  bool registered = false;                             ///< the registry has answered
  bool blacklisted = false, cancelled = false;
  std::optional<Day> set_up_on, awarded_on, listed_until;

  template <class V>
  void each(V& v) {
    v("name", "名称", name), v("staff_links", "公职人员", staff_links),
        v("links_declared", "已申报回避", links_declared);
    v("registered", "已查登记", registered), v("blacklisted", "失信", blacklisted), v("cancelled", "注销", cancelled);
    v("set_up_on", "成立日期", set_up_on), v("awarded_on", "中标日期", awarded_on),
        v("listed_until", "失信至", listed_until);
  }
};

} // namespace onebudget::monitoring
