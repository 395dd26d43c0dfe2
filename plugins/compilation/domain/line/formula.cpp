#include "plugins/compilation/domain/line/formula.hpp"

#include <algorithm>
#include <vector>

namespace onebudget::compilation {

namespace {

constexpr std::size_t kLongest = 500;
constexpr int kDeepest = 32;

Fault wrong(const std::string& code, std::size_t place, const std::string& zh, const std::string& en) {
  const std::string at = std::to_string(place + 1);
  return fault(FaultKind::rule, code,
               {"公式第 " + at + " 个字节处：" + zh, "At byte " + at + " of the formula: " + en});
}

bool name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80U;
}

/// The signs that people type, as the ones of the grammar.
std::string plain(std::string_view text) {
  static constexpr std::pair<std::string_view, std::string_view> kSigns[] = {
      {"×", "*"}, {"÷", "/"}, {"（", "("}, {"）", ")"}, {"，", ","}, {"－", "-"}, {"＋", "+"}, {"　", " "}};
  std::string out;
  while (!text.empty()) {
    const auto sign = std::find_if(std::begin(kSigns), std::end(kSigns),
                                   [&](const auto& each) { return text.substr(0, each.first.size()) == each.first; });
    const std::size_t taken = sign == std::end(kSigns) ? 1 : sign->first.size();
    out += sign == std::end(kSigns) ? text.substr(0, 1) : sign->second;
    text.remove_prefix(taken);
  }
  return out;
}

class Reader {
 public:
  Reader(const FormulaNames& names, std::vector<std::string>& open) : names_(names), open_(open) {}

  Result<Decimal> all(std::string_view formula) {
    text_ = plain(formula);
    if (text_.size() > kLongest)
      return wrong("compilation.formula", kLongest, "公式过长，至多 500 字节。", "it is too long; 500 bytes at most.");
    OB_TRY(const Decimal value, sum());
    if (peek() != '\0') return unexpected();
    return value;
  }

 private:
  Result<Decimal> sum() {
    if (++depth_ > kDeepest)
      return wrong("compilation.formula", at_, "嵌套过深，请拆成几步。", "it is nested too deeply; use steps.");
    OB_TRY(Decimal value, term());
    for (char sign = peek(); sign == '+' || sign == '-'; sign = peek()) {
      ++at_;
      OB_TRY(const Decimal next, term());
      OB_TRY(value, sign == '+' ? value.plus(next) : value.minus(next));
    }
    --depth_;
    return value;
  }
  Result<Decimal> term() {
    OB_TRY(Decimal value, factor());
    for (char sign = peek(); sign == '*' || sign == '/'; sign = peek()) {
      ++at_;
      OB_TRY(const Decimal next, factor());
      OB_TRY(value, sign == '*' ? value.times(next) : value.over(next));
    }
    return value;
  }
  Result<Decimal> factor() {
    const char c = peek();
    if (c == '-') {
      ++at_;
      if (peek() == '-') return unexpected();
      OB_TRY(const Decimal value, factor());
      return Decimal().minus(value);
    }
    if (c == '(') {
      ++at_;
      OB_TRY(const Decimal value, sum());
      OB_CHECK(expect(')'));
      return value;
    }
    if (c >= '0' && c <= '9') return number();
    if (name_byte(c)) return named();
    return unexpected();
  }
  Result<Decimal> number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && ((text_[at_] >= '0' && text_[at_] <= '9') || text_[at_] == '.')) ++at_;
    return Decimal::parse(std::string_view(text_).substr(begin, at_ - begin));
  }
  Result<Decimal> named() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && name_byte(text_[at_])) ++at_;
    const std::string name = text_.substr(begin, at_ - begin);
    if (peek() == '(') return function(name, begin);
    if (const auto value = names_.values.find(name); value != names_.values.end()) return value->second;
    const auto formula = names_.formulas.find(name);
    if (formula == names_.formulas.end())
      return wrong("compilation.formula_name", begin, "没有“" + name + "”，请先给出它的值。",
                   "there is no \"" + name + "\"; give its value first.");
    const bool inside = std::find(open_.begin(), open_.end(), name) != open_.end();
    if (inside || open_.size() >= static_cast<std::size_t>(kDeepest))
      return wrong("compilation.formula_recursion", begin, "“" + name + "”引用了自身，请改正。",
                   "\"" + name + "\" refers to itself; correct it.");
    open_.push_back(name);
    OB_TRY(const Decimal value, Reader(names_, open_).all(formula->second));
    open_.pop_back();
    return value;
  }
  Result<Decimal> function(const std::string& name, std::size_t begin) {
    ++at_;
    std::vector<Decimal> values;
    do {
      OB_TRY(const Decimal value, sum());
      values.push_back(value);
    } while (peek() == ',' && ++at_ > 0);
    OB_CHECK(expect(')'));
    if (name == "min" || name == "max") {
      Decimal best = values.front();
      for (const Decimal& each : values) {
        OB_TRY(const int order, each.compare(best));
        if (name == "min" ? order < 0 : order > 0) best = each;
      }
      return best;
    }
    const bool rounds = name == "round" || name == "round_up" || name == "round_down";
    if (rounds && values.size() == 2) {
      const std::string decimals = values[1].str();
      if (decimals.size() <= 2 && decimals.find_first_not_of("0123456789") == std::string::npos)
        return values[0].rounded(std::stoi(decimals), name == "round"      ? Rounding::half_up
                                                      : name == "round_up" ? Rounding::up
                                                                           : Rounding::down);
    }
    return wrong("compilation.formula", begin,
                 "函数“" + name + "”不存在或参数不对；可用 min、max、round、round_up、round_down。",
                 "no function \"" + name + "\" with these values; there are min, max, round, round_up, round_down.");
  }

  char peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  Result<void> expect(char c) {
    if (peek() != c) return unexpected();
    ++at_;
    return {};
  }
  Fault unexpected() {
    return wrong("compilation.formula", at_, "写法不对，请检查括号和运算符。",
                 "this cannot be read; check brackets and signs.");
  }

  const FormulaNames& names_;
  std::vector<std::string>& open_; ///< formulas being evaluated, outermost first
  std::string text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

} // namespace

Result<Decimal> evaluate(std::string_view formula, const FormulaNames& names) {
  std::vector<std::string> open;
  return Reader(names, open).all(formula);
}

} // namespace onebudget::compilation
