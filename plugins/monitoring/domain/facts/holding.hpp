#pragma once
// What is known about assets, meetings, pay lists and subsidies.

#include <optional>
#include <string>
#include <vector>

#include "sdk/values/day.hpp"
#include "sdk/values/money.hpp"

namespace onebudget::monitoring {

struct AssetFacts {
  int count = 0; ///< existing and requested
  Money price;
  std::optional<int> standard_count, minimum_years;
  std::optional<Money> standard_price;
  bool above_approved = false, reported = false; ///< reported: a technical report that it cannot be repaired
  std::string economic_class;
  std::optional<Day> as_of, paid_on, carded_on, acquired_on, replaced_on;

  template <class V>
  void each(V& v) {
    v("count", "数量", count), v("price", "单价", price), v("standard_count", "标准数量", standard_count);
    v("standard_price", "标准单价", standard_price), v("above_approved", "批准超标", above_approved);
    v("economic_class", "经济分类", economic_class), v("as_of", "截至", as_of), v("paid_on", "支付日期", paid_on);
    v("carded_on", "入账日期", carded_on), v("acquired_on", "取得日期", acquired_on);
    v("replaced_on", "更新日期", replaced_on), v("minimum_years", "最低年限", minimum_years);
    v("reported", "有鉴定报告", reported);
  }
};

/// A meeting or a training.
struct MeetingFacts {
  int people = 0, days = 0;
  Money amount;
  std::optional<Money> standard; ///< yuan for a person and a day
  bool approved = false;         ///< a higher standard was approved

  template <class V>
  void each(V& v) {
    v("people", "人数", people), v("days", "天数", days), v("amount", "金额", amount), v("standard", "标准", standard);
    v("approved", "批准提高标准", approved);
  }
};

struct PaidPerson {
  std::string name;
  Money amount;
  std::optional<Money> standard;
  bool on_roster = false, supplement = false; ///< supplement: a back payment with its document

  template <class V>
  void each(V& v) {
    v("name", "姓名", name), v("amount", "金额", amount), v("standard", "标准", standard);
    v("on_roster", "在册", on_roster), v("supplement", "有文补发", supplement);
  }
};

struct PayListFacts {
  std::string economic_class;
  bool roster = false; ///< the roster has answered
  std::vector<PaidPerson> people;

  template <class V>
  void each(V& v) {
    v("economic_class", "经济分类", economic_class), v("roster", "已比对人员库", roster), v("people", "人员", people);
  }
};

struct SubsidyFacts {
  bool compared = false; ///< death, company and vehicle registers have answered
  std::optional<Day> paid_on, died_on;
  bool company = false, vehicle = false, duplicate = false, verified = false; ///< verified: checked on the spot

  template <class V>
  void each(V& v) {
    v("compared", "已比对名单", compared), v("paid_on", "发放日期", paid_on), v("died_on", "死亡日期", died_on);
    v("company", "名下企业", company), v("vehicle", "名下车辆", vehicle), v("duplicate", "重复享受", duplicate);
    v("verified", "已核实", verified);
  }
};

} // namespace onebudget::monitoring
