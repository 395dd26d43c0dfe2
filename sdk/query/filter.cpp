#include "sdk/query/filter.hpp"

#include <fmt/format.h>
#include <array>

#include "sdk/text/utf8.hpp"

namespace onebudget::query {

namespace {

struct Written {
  const char* text;
  Op op;
};
// Longer spellings before their beginnings.
constexpr std::array<Written, 14> kOperators{{{"=lt=", Op::less},
                                              {"=le=", Op::less_equal},
                                              {"=gt=", Op::greater},
                                              {"=ge=", Op::greater_equal},
                                              {"=in=", Op::in},
                                              {"=out=", Op::out},
                                              {"=null=", Op::null},
                                              {"=q=", Op::contains},
                                              {"==", Op::equal},
                                              {"!=", Op::not_equal},
                                              {"<=", Op::less_equal},
                                              {">=", Op::greater_equal},
                                              {"<", Op::less},
                                              {">", Op::greater}}};

bool space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool name_char(char c) { return name_start(c) || (c >= '0' && c <= '9'); }
bool ends_bare(char c) { return space(c) || c == ';' || c == ',' || c == '(' || c == ')'; }
bool forbidden_bare(char c) {
  return c == '"' || c == '\'' || c == '=' || c == '!' || c == '<' || c == '>' || c == '~';
}

Fault mistake(std::string code, Text message) {
  return fault(FaultKind::malformed, std::move(code), std::move(message));
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Expression> parse() {
    OB_TRY(Expression all, any_of(0));
    skip();
    if (at_ < text_.size()) return expected({"“;”（且）、“,”（或）或结尾", "\";\" (and), \",\" (or) or the end"});
    return all;
  }

 private:
  Result<Expression> any_of(int depth) { return sequence(depth, ',', Expression::Kind::any); }

  Result<Expression> sequence(int depth, char separator, Expression::Kind kind) {
    if (depth > kDeepestFilter) return limit({"筛选条件嵌套超过 32 层。", "The filter is nested more than 32 deep."});
    std::vector<Expression> parts;
    while (true) {
      auto part = kind == Expression::Kind::any ? sequence(depth, ';', Expression::Kind::all) : primary(depth);
      if (!part) return std::move(part).fault();
      parts.push_back(*std::move(part));
      skip();
      if (at_ >= text_.size() || text_[at_] != separator) break;
      ++at_;
    }
    if (parts.size() == 1) return std::move(parts.front());
    Expression joined;
    joined.kind = kind;
    joined.parts = std::move(parts);
    return joined;
  }

  Result<Expression> primary(int depth) {
    skip();
    if (at_ < text_.size() && text_[at_] == '(') {
      ++at_;
      OB_TRY(Expression inside, any_of(depth + 1));
      skip();
      if (at_ >= text_.size() || text_[at_] != ')') return expected({"“)”", "\")\""});
      ++at_;
      return inside;
    }
    return comparison();
  }

  Result<Expression> comparison() {
    Expression expression;
    Term& term = expression.term;
    term.position = position(at_);
    OB_CHECK(name(term.field));
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      std::string second;
      OB_CHECK(name(second));
      term.field += "." + second;
    }
    skip();
    OB_CHECK(read_operator(term.op));
    skip();
    OB_CHECK(values(term));
    terms_ += term.values.size();
    if (terms_ > kMostTerms) return limit({"筛选条件超过 200 项。", "The filter has more than 200 terms."});
    return expression;
  }

  Result<void> name(std::string& out) {
    const std::size_t begin = at_;
    if (at_ >= text_.size() || !name_start(text_[at_])) return expected({"字段名", "a field name"});
    while (at_ < text_.size() && name_char(text_[at_])) ++at_;
    out = text_.substr(begin, at_ - begin);
    return {};
  }

  Result<void> read_operator(Op& op) {
    for (const Written& candidate : kOperators) {
      if (text_.substr(at_).rfind(candidate.text, 0) != 0) continue;
      at_ += std::string_view(candidate.text).size();
      op = candidate.op;
      return {};
    }
    return expected(
        {"运算符（== != < <= > >= =in= =out= =null= =q=）", "an operator (== != < <= > >= =in= =out= =null= =q=)"});
  }

  Result<void> values(Term& term) {
    if (term.op != Op::in && term.op != Op::out) {
      term.values.emplace_back();
      return value(term.values.back());
    }
    if (at_ >= text_.size() || text_[at_] != '(') return expected({"“(”和取值列表", "\"(\" and a list of values"});
    do {
      ++at_;
      skip();
      term.values.emplace_back();
      OB_CHECK(value(term.values.back()));
      if (term.values.size() > kMostTerms)
        return limit({"筛选条件超过 200 项。", "The filter has more than 200 terms."});
      skip();
    } while (at_ < text_.size() && text_[at_] == ',');
    if (at_ >= text_.size() || text_[at_] != ')') return expected({"“,”或“)”", "\",\" or \")\""});
    ++at_;
    return {};
  }

  Result<void> value(Literal& literal) {
    literal.position = position(at_);
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) return quoted_value(literal);
    const std::size_t begin = at_;
    while (at_ < text_.size() && !ends_bare(text_[at_])) {
      const char c = text_[at_];
      if (forbidden_bare(c))
        return expected({"不含引号、=、!、<、>、~ 的值，否则请加引号",
                         "a value without quotes, =, !, <, > or ~; put others in quotes"});
      if (c == '\\') {
        ++at_;
        if (at_ >= text_.size()) return expected({"“\\”之后的字符", "a character after \"\\\""});
        literal.prefix = false;
        literal.text.push_back(text_[at_++]);
        continue;
      }
      literal.prefix = c == '*';
      literal.text.push_back(c);
      ++at_;
    }
    if (at_ == begin) return expected({"值", "a value"});
    if (literal.prefix) literal.text.pop_back();
    return {};
  }

  Result<void> quoted_value(Literal& literal) {
    const char quote = text_[at_++];
    while (at_ < text_.size() && text_[at_] != quote) {
      literal.prefix = text_[at_] == '*';
      if (text_[at_] == '\\' && ++at_ >= text_.size()) break;
      literal.text.push_back(text_[at_++]);
    }
    if (at_ >= text_.size()) return expected({"结束的引号", "the closing quote"});
    ++at_;
    if (literal.prefix) literal.text.pop_back();
    return {};
  }

  void skip() {
    while (at_ < text_.size() && space(text_[at_])) ++at_;
  }

  [[nodiscard]] std::size_t position(std::size_t byte) const { return code_points(text_.substr(0, byte)) + 1; }

  [[nodiscard]] Fault expected(const Text& what) const {
    const std::size_t place = position(at_);
    return mistake("records.filter_syntax",
                   {fmt::format("筛选条件第 {} 个字符处有误：此处应为{}。", place, what.zh),
                    fmt::format("Mistake in the filter at character {}: expected {}.", place, what.en)});
  }

  [[nodiscard]] static Fault limit(const Text& what) {
    return mistake("records.filter_limit", {what.zh + "请分成几次查询。", what.en + " Split the query."});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t terms_ = 0;
};

} // namespace

const char* written(Op op) {
  for (const Written& candidate : kOperators)
    if (candidate.op == op) return candidate.text;
  return "==";
}

Result<Expression> parse_filter(std::string_view text) {
  if (text.size() > kLongestFilter)
    return mistake("records.filter_limit",
                   {"筛选条件超过 16 KB。请分成几次查询。", "The filter is longer than 16 KB. Split the query."});
  if (!valid_utf8(text))
    return mistake("records.filter_syntax", {"筛选条件不是 UTF-8 文字。", "The filter is not UTF-8 text."});
  return Parser(text).parse();
}

} // namespace onebudget::query
