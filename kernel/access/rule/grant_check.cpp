#include "kernel/access/rule/grant_check.hpp"

#include <algorithm>
#include <string>

#include "kernel/access/tree/node_plan.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::access {

namespace {

constexpr std::size_t kMostDepartments = 200;
constexpr std::size_t kMostWhere = 2000;

Fault bad(const char* code, const char* field, Text message) {
  FieldFault one{field, std::string("grant.") + code, message, {}};
  return fault(FaultKind::rule, "access.grant_refused", std::move(message), {std::move(one)});
}

} // namespace

bool self_contained(std::string_view where) {
  constexpr std::string_view kBeforeQuote = "=<>(,;";
  int depth = 0;
  for (std::size_t i = 0; i < where.size(); ++i) {
    const char c = where[i];
    if (c == '\\') return false; // outside quotes an escape could hide a parenthesis
    if (c == '(') ++depth;
    if (c == ')' && --depth < 0) return false;
    if (c != '"' && c != '\'') continue;
    std::size_t before = i;
    while (before > 0 && where[before - 1] == ' ') --before;
    if (before == 0 || kBeforeQuote.find(where[before - 1]) == std::string_view::npos) return false;
    std::size_t end = i + 1;
    while (end < where.size() && where[end] != c) end += where[end] == '\\' ? 2 : 1;
    if (end >= where.size()) return false;
    i = end;
  }
  return depth == 0;
}

std::optional<Fault> malformed_grant(const Grant& grant) {
  if (grant.user.none()) {
    return bad("user", "/user", {"请指明被授权的账号。", "Name the account that receives the grant."});
  }
  if (grant.departments.size() > kMostDepartments ||
      !std::all_of(grant.departments.begin(), grant.departments.end(),
                   [](const std::string& code) { return valid_node_code(code); })) {
    return bad("departments", "/departments",
               {"部门代码有误或超过 200 个。请更正部门代码，不限部门时留空。",
                "A department code is malformed or there are more than 200. Correct them; leave empty for all."});
  }
  if (grant.where.size() > kMostWhere || !valid_utf8(grant.where) || has_hostile_controls(grant.where, false) ||
      !self_contained(grant.where)) {
    return bad("where", "/where",
               {"条件过长，或括号、引号不配对，或在引号外使用了反斜杠。请更正条件。",
                "The condition is too long, or its parentheses or quotes do not pair, or a backslash stands outside "
                "quotes. Correct it."});
  }
  if (grant.valid_from_ms < 0 || grant.valid_to_ms < 0 ||
      (grant.valid_to_ms != 0 && grant.valid_from_ms >= grant.valid_to_ms)) {
    return bad("window", "/valid_to",
               {"生效时间必须早于失效时间。请更正有效期。", "valid_from must lie before valid_to. Correct the dates."});
  }
  if (grant.token_id < 0 || grant.delegated_by < 0 || (grant.token_id > 0 && grant.delegated_by > 0)) {
    return bad("delegation", "/delegated_by",
               {"令牌的授权不能再委托。请去掉其中一项。",
                "A token's grant cannot be a delegated one. Leave one of them out."});
  }
  return std::nullopt;
}

} // namespace onebudget::access
