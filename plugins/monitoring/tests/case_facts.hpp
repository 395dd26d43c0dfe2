#pragma once
// Facts from the lines of a case, by the Chinese titles of their members.

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "plugins/monitoring/domain/catalogue.hpp"
#include "sdk/testing/cases.hpp"

namespace onebudget::monitoring {

using testing::Case;
using Lines = std::vector<std::string>;
using Given = std::vector<std::pair<std::string, std::string>>; ///< title, value; a title may come several times

inline std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}
inline Lines split(const std::string& text, char by) {
  Lines out;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(by, from), text.size());
    if (const std::string part = trimmed(text.substr(from, end - from)); !part.empty()) out.push_back(part);
    from = end + 1;
  }
  return out;
}

class CaseReader {
 public:
  explicit CaseReader(const Given& given) : given_(given) {}

  template <class T>
  void operator()(const char*, const char* title, T& member) {
    for (const auto& [name, value] : given_)
      if (name == title) {
        used_.insert(name);
        set(member, value);
      }
  }
  /// Every given title was a member.
  [[nodiscard]] bool complete() const {
    for (const auto& [name, value] : given_)
      if (used_.count(name) == 0 && name.rfind("阈值", 0) != 0) return false;
    return true;
  }

 private:
  static void set(std::string& out, const std::string& value) { out = value; }
  static void set(bool& out, const std::string& value) { out = value.empty() || value == "是"; }
  static void set(int& out, const std::string& value) { out = std::stoi(value); }
  static void set(Money& out, const std::string& value) {
    const auto money = Money::parse_yuan(value);
    EXPECT_TRUE(money.ok()) << value;
    if (money) out = *money;
  }
  static void set(Ratio& out, const std::string& value) {
    const auto ratio = Ratio::parse(value);
    EXPECT_TRUE(ratio.ok()) << value;
    if (ratio) out = *ratio;
  }
  static void set(std::optional<Day>& out, const std::string& value) {
    out = Day::parse(value);
    EXPECT_TRUE(out) << value;
  }
  static void set(std::vector<int>& out, const std::string& value) {
    for (const std::string& part : split(value, ',')) out.push_back(std::stoi(part));
  }
  static void set(std::vector<std::string>& out, const std::string& value) {
    if (value != "无") out = split(value, ',');
  }
  template <class T>
  static void set(std::optional<T>& out, const std::string& value) {
    if (!out) out.emplace();
    set(*out, value);
  }
  /// "编号 甲, 金额 300000.00, 框架协议"
  template <class T>
  static void set(std::vector<T>& out, const std::string& value) {
    if (value == "无") return;
    Given inner;
    for (const std::string& part : split(value, ',')) {
      const std::size_t space = part.find(' ');
      inner.emplace_back(part.substr(0, space), space == std::string::npos ? "" : trimmed(part.substr(space)));
    }
    CaseReader reader(inner);
    out.emplace_back().each(reader);
    EXPECT_TRUE(reader.complete()) << value;
  }

  const Given& given_;
  std::set<std::string> used_;
};

/// What a case calls a subject.
inline Facts facts_of(const Case& one) {
  constexpr const char* kTitles[] = {"支付", "预算行", "项目", "支付台账", "合同",     "采购", "采购台账",
                                     "投标", "供应商", "资产", "会议培训", "发放清单", "补贴"};
  std::optional<Facts> facts;
  for (std::size_t i = 0; i < std::size(kTitles); ++i)
    if (one.when == kTitles[i]) facts = empty_facts(kSubjects[i]);
  EXPECT_TRUE(facts) << one.line << ": " << one.when;
  if (!facts) return PaymentFacts{};
  CaseReader reader(one.given);
  std::visit([&](auto& own) { own.each(reader); }, *facts);
  EXPECT_TRUE(reader.complete()) << "line " << one.line << ": a given line that no fact has: " << one.name;
  return *facts;
}

/// "阈值 R10.limit" of a case.
inline Limits limits_of(const Case& one) {
  Limits out;
  for (const auto& [name, value] : one.given) {
    if (name.rfind("阈值", 0) != 0) continue;
    const std::string key = trimmed(name.substr(std::string("阈值").size()));
    EXPECT_TRUE(out.set(key.substr(0, 3), key.substr(4), value).ok()) << name;
  }
  return out;
}

inline Lines run(const std::string& file, const std::function<Lines(const Case&)>& check) {
  return testing::run_cases(ONEBUDGET_PLUGIN_SOURCE "/tests/cases/" + file + ".case", check);
}

} // namespace onebudget::monitoring
