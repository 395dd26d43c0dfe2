#pragma once
// The filter language (RSQL) as a tree. Grammar: `;` and, `,` or, parentheses, `field op value`; see README.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::query {

enum class Op { equal, not_equal, less, less_equal, greater, greater_equal, in, out, null, contains };

struct Literal {
  std::string text;         ///< without quotes and escapes
  bool prefix = false;      ///< ended in an unescaped '*', which is not part of the text
  std::size_t position = 1; ///< of its first character in the filter, in characters from 1
};

struct Term {
  std::string field; ///< may hold one dot
  std::size_t position = 1;
  Op op = Op::equal;
  std::vector<Literal> values;
};

struct Expression {
  enum class Kind { term, all, any } kind = Kind::term;
  Term term;                     ///< for Kind::term
  std::vector<Expression> parts; ///< for the others, two or more
};

constexpr std::size_t kMostTerms = 200; ///< a list's values count as terms
constexpr int kDeepestFilter = 32;
constexpr std::size_t kLongestFilter = 16'384;

/// How an operator is written: "==", "=lt=", …
[[nodiscard]] const char* written(Op op);

/// Faults are malformed with code records.filter_syntax (or records.filter_limit); the message names the position and
/// what was expected there.
Result<Expression> parse_filter(std::string_view text);

} // namespace onebudget::query
