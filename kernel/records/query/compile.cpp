#include "kernel/records/query/compile.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "kernel/records/faults.hpp"
#include "kernel/records/query/neighbours.hpp"
#include "kernel/records/search/search.hpp"
#include "kernel/records/write/values.hpp"
#include "sdk/text/utf8.hpp"
#include "sdk/values/scaled.hpp"

namespace onebudget::records {

namespace {

using storage::Value;

bool textual(FieldType type) {
  return type == FieldType::text || type == FieldType::longtext || type == FieldType::code || type == FieldType::file;
}

bool allowed(FieldType type, Op op) {
  switch (op) {
    case Op::null:
      return true;
    case Op::contains:
      return textual(type);
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
      return type != FieldType::json && type != FieldType::boolean && type != FieldType::enumeration &&
             type != FieldType::org && type != FieldType::user;
    default:
      return type != FieldType::json;
  }
}

Fault bad_value(const Field& field, const Literal& literal, const Text& wanted) {
  return faults::bad_query(
      "records.filter_value",
      {fmt::format("筛选条件第 {} 个字符处有误：“{}”的值应为{}。", literal.position, field.name, wanted.zh),
       fmt::format("Mistake in the filter at character {}: the value of \"{}\" must be {}.", literal.position,
                   field.name, wanted.en)});
}

Result<Value> number(const Field& field, const Literal& literal, int scale, const Text& wanted) {
  std::int64_t value = 0;
  if (parse_scaled(literal.text, scale, value) != ScaledError::none) return bad_value(field, literal, wanted);
  return Value{value};
}

/// Money in yuan and times by RFC 3339, whoever asks: a filter that people wrote is run by plugins as it stands.
Result<Value> typed(const Field& field, const Literal& literal) {
  switch (field.type) {
    case FieldType::boolean:
      if (literal.text != "true" && literal.text != "false")
        return bad_value(field, literal, {" true 或 false", "true or false"});
      return Value{std::int64_t{literal.text == "true" ? 1 : 0}};
    case FieldType::integer:
    case FieldType::year:
      return number(field, literal, 0, {"整数", "an integer"});
    case FieldType::money:
      return number(field, literal, 2,
                    {"以元为单位、至多两位小数的金额", "an amount in yuan with at most two decimals"});
    case FieldType::decimal:
      return number(field, literal, field.scale, {"小数", "a decimal"});
    case FieldType::ratio:
      return number(field, literal, kRatioScale, {"比率", "a ratio"});
    case FieldType::date:
      if (!literal.prefix && !valid_date(literal.text))
        return bad_value(field, literal, {"日期，如 2026-01-31", "a date such as 2026-01-31"});
      return Value{literal.text};
    case FieldType::time: {
      std::int64_t ms = 0;
      if (!parse_time(literal.text, ms))
        return bad_value(field, literal, {"时间，如 2026-01-31T08:00:00Z", "a time such as 2026-01-31T08:00:00Z"});
      return Value{ms};
    }
    case FieldType::enumeration:
      for (const EnumValue& value : field.values)
        if (value.code == literal.text || (literal.prefix && value.code.rfind(literal.text, 0) == 0))
          return Value{literal.text};
      return bad_value(field, literal, {"该枚举的代码之一", "one of the codes of the enumeration"});
    case FieldType::ref:
    case FieldType::org:
    case FieldType::user: {
      const auto id = RecordId::parse(literal.text);
      if (!id)
        return bad_value(field, literal,
                         {"编号（id）；按代码筛选请写 “字段.code”", "an id; to filter by code write \"field.code\""});
      return Value{id->value};
    }
    default:
      return Value{literal.text};
  }
}

/// The smallest text behind every text that begins with `prefix`: the last code point that can grow, grown by one.
std::string behind(std::string prefix) {
  while (!prefix.empty()) {
    std::size_t start = prefix.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(prefix[start]) & 0xC0U) == 0x80U) --start;
    std::uint32_t point = 0;
    const auto lead = static_cast<unsigned char>(prefix[start]);
    if (lead < 0x80)
      point = lead;
    else if (lead < 0xE0)
      point = lead & 0x1FU;
    else if (lead < 0xF0)
      point = lead & 0x0FU;
    else
      point = lead & 0x07U;
    for (std::size_t i = start + 1; i < prefix.size(); ++i)
      point = (point << 6U) | (static_cast<unsigned char>(prefix[i]) & 0x3FU);
    prefix.resize(start);
    if (point == 0x10FFFF) continue;
    ++point;
    if (point == 0xD800) point = 0xE000;
    if (point < 0x80)
      prefix.push_back(static_cast<char>(point));
    else if (point < 0x800)
      prefix += {static_cast<char>(0xC0U | (point >> 6U)), static_cast<char>(0x80U | (point & 0x3FU))};
    else if (point < 0x10000)
      prefix += {static_cast<char>(0xE0U | (point >> 12U)), static_cast<char>(0x80U | ((point >> 6U) & 0x3FU)),
                 static_cast<char>(0x80U | (point & 0x3FU))};
    else
      prefix += {static_cast<char>(0xF0U | (point >> 18U)), static_cast<char>(0x80U | ((point >> 12U) & 0x3FU)),
                 static_cast<char>(0x80U | ((point >> 6U) & 0x3FU)), static_cast<char>(0x80U | (point & 0x3FU))};
    return prefix;
  }
  return prefix;
}

Predicate begins_with(const std::string& column, const std::string& prefix) {
  if (prefix.empty()) return {fmt::format("{} IS NOT NULL", column), {}};
  const std::string end = behind(prefix);
  if (end.empty()) return {fmt::format("{} >= ?", column), {prefix}};
  return {fmt::format("({0} >= ? AND {0} < ?)", column), {prefix, end}};
}

Predicate contains(const Snapshot& snapshot, const std::string& column, const std::string& text) {
  return like(snapshot, column, "%", text, "%");
}

Result<Predicate> list_of(const Field& field, const std::string& column, const Term& term) {
  Predicate equal{column + " IN (", {}};
  std::vector<Predicate> prefixes;
  for (const Literal& literal : term.values) {
    OB_TRY(Value value, typed(field, literal));
    if (literal.prefix && !stored_as_integer(field.type)) {
      prefixes.push_back(begins_with(column, literal.text));
      continue;
    }
    equal.sql += equal.params.empty() ? "?" : ",?";
    equal.params.push_back(std::move(value));
  }
  equal.sql += ")";
  Predicate any{"(", {}};
  if (!equal.params.empty()) append(any, std::move(equal));
  for (Predicate& prefix : prefixes) {
    if (any.sql.size() > 1) any.sql += " OR ";
    append(any, std::move(prefix));
  }
  any.sql += ")";
  if (term.op != Op::out) return any;
  any.sql = fmt::format("(NOT {} OR {} IS NULL)", any.sql, column);
  return any;
}

Result<Predicate> compare_one(const FilterFrame& frame, const Field& field, const std::string& column,
                              const Term& term) {
  const Literal& literal = term.values.front();
  if (term.op == Op::null) {
    if (literal.text != "true" && literal.text != "false")
      return bad_value(field, literal, {" true 或 false", "true or false"});
    return Predicate{fmt::format("{} IS {}NULL", column, literal.text == "true" ? "" : "NOT "), {}};
  }
  if (term.op == Op::contains) return contains(frame.snapshot, column, literal.text + (literal.prefix ? "*" : ""));
  const bool prefix_fits = (term.op == Op::equal || term.op == Op::not_equal) && !stored_as_integer(field.type);
  if (literal.prefix && !prefix_fits)
    return bad_value(
        field, literal,
        {"不带 * 的值（* 只能用于文字的 == 和 !=）", "a value without * (which works with == and != on text)"});
  OB_TRY(Value value, typed(field, literal));
  Predicate one = literal.prefix ? begins_with(column, literal.text) : Predicate{column + " = ?", {std::move(value)}};
  switch (term.op) {
    case Op::equal:
      return one;
    case Op::not_equal:
      one.sql = fmt::format("(NOT {} OR {} IS NULL)", literal.prefix ? one.sql : "(" + one.sql + ")", column);
      return one;
    case Op::less:
      one.sql = column + " < ?";
      return one;
    case Op::less_equal:
      one.sql = column + " <= ?";
      return one;
    case Op::greater:
      one.sql = column + " > ?";
      return one;
    default:
      one.sql = column + " >= ?";
      return one;
  }
}

/// By whole values, through digests.
Result<Predicate> compare_sealed(const FilterFrame& frame, const Field& field, const std::string& column,
                                 const Term& term) {
  const bool negated = term.op == Op::not_equal || term.op == Op::out;
  const bool by_value = negated || term.op == Op::equal || term.op == Op::in;
  Predicate any{"(", {}};
  for (const Literal& literal : term.values) {
    if (!by_value || literal.prefix || !frame.served.entity.view.empty()) return check_readable(field).fault();
    if (any.sql.size() > 1) any.sql += " OR ";
    append(any, equals(frame.snapshot, frame.served, frame.served.column(field.name), frame.alias, literal.text));
  }
  any.sql += ")";
  if (negated) any.sql = fmt::format("(NOT {} OR {} IS NULL)", any.sql, column);
  return any;
}

Result<Predicate> compare(const FilterFrame& frame, const Field& field, const std::string& column, const Term& term) {
  if (!allowed(field.type, term.op))
    return faults::bad_query(
        "records.filter_operator",
        {fmt::format("筛选条件第 {} 个字符处有误：“{}”不能用运算符 {}。", term.position, field.name, written(term.op)),
         fmt::format("Mistake in the filter at character {}: \"{}\" does not take the operator {}.", term.position,
                     field.name, written(term.op))});
  if (field.encrypted && term.op != Op::null) return compare_sealed(frame, field, column, term);
  if (term.op == Op::in || term.op == Op::out) return list_of(field, column, term);
  return compare_one(frame, field, column, term);
}

Fault bad_hop(const Term& term) {
  return faults::bad_query(
      "records.filter_hop",
      {fmt::format("筛选条件第 {} 个字符处有误：“{}”只能用 ==、=in= 或前缀，且须经 ref 或 org 字段到对方的代码。",
                   term.position, term.field),
       fmt::format("Mistake in the filter at character {}: \"{}\" takes ==, =in= or a prefix, through a ref or org "
                   "field to the other's code.",
                   term.position, term.field)});
}

Result<Predicate> through_ref(const FilterFrame& frame, const Field& field, const std::string& column,
                              const std::string& second, const Term& term) {
  const ServedPtr target = frame.snapshot.core.catalog.find(field.ref_entity);
  if (!target) return Predicate{"0=1", {}};
  int index = -1;
  const Field* other = query_field(*target, second, index);
  if (other == nullptr) return faults::unknown_field(target->entity, second, "/filter");
  const auto& key = target->entity.key;
  const bool fits = std::find(key.begin(), key.end(), second) != key.end() || second == "code" ||
                    second == target->entity.title_field;
  if (!fits) return bad_hop(term);
  const FilterFrame inner{frame.snapshot, *target, "hop", frame.masked_allowed, frame.trusted};
  if (!frame.trusted) OB_CHECK(check_mask(inner, *other));
  OB_TRY(Predicate inside, compare(inner, *other, "hop." + quote_name(second), term));
  Predicate out{fmt::format("{} IN (SELECT hop.id FROM {} hop WHERE ", column, target->table), {}};
  append(out, std::move(inside));
  if (!frame.trusted) {
    OB_TRY(Predicate scope, readable(frame.snapshot, *target, "hop"));
    out.sql += " AND ";
    append(out, std::move(scope));
  }
  out.sql += ")";
  return out;
}

Result<Predicate> hop(const FilterFrame& frame, const Term& term, std::size_t dot) {
  const std::string first = term.field.substr(0, dot), second = term.field.substr(dot + 1);
  int index = -1;
  const Field* field = query_field(frame.served, first, index);
  if (field == nullptr) return faults::unknown_field(frame.served.entity, first, "/filter");
  if (term.op != Op::equal && term.op != Op::in) return bad_hop(term);
  const std::string column =
      fmt::format("{}.{}", frame.alias, frame.served.columns[static_cast<std::size_t>(index)].quoted);
  if (field->type == FieldType::ref && !field->ref_entity.empty())
    return through_ref(frame, *field, column, second, term);
  if (field->type != FieldType::org || second != "code") return bad_hop(term);
  Field code;
  code.name = term.field;
  code.type = FieldType::code;
  OB_TRY(Predicate inside, compare(frame, code, std::string("hop.") + neighbours::kNodeCode, term));
  inside.sql = fmt::format("{} IN (SELECT hop.id FROM {} hop WHERE {})", column, neighbours::kNodeTable, inside.sql);
  return inside;
}

Result<Predicate> compile_term(const FilterFrame& frame, const Term& term) {
  const std::size_t dot = term.field.find('.');
  if (dot != std::string::npos) return hop(frame, term, dot);
  int index = -1;
  const Field* field = query_field(frame.served, term.field, index);
  if (field == nullptr) return faults::unknown_field(frame.served.entity, term.field, "/filter");
  OB_CHECK(check_mask(frame, *field));
  return compare(frame, *field,
                 fmt::format("{}.{}", frame.alias, frame.served.columns[static_cast<std::size_t>(index)].quoted), term);
}

} // namespace

const Field* query_field(const Served& served, std::string_view name, int& column) {
  const auto of_type = [](const char* field_name, FieldType type) {
    Field field;
    field.name = field_name;
    field.title = {field_name, field_name};
    field.type = type;
    return field;
  };
  static const std::array<Field, 6> kSystem{
      of_type("id", FieldType::ref),          of_type("version", FieldType::integer),
      of_type("created_at", FieldType::time), of_type("created_by", FieldType::user),
      of_type("updated_at", FieldType::time), of_type("updated_by", FieldType::user)};
  column = served.column(name);
  if (column >= kFirstField) return served.columns[static_cast<std::size_t>(column)].field;
  if (column >= 0 && column <= kUpdatedBy) return &kSystem[static_cast<std::size_t>(column)];
  column = -1;
  return nullptr;
}

Predicate equals(const Snapshot& snapshot, const Served& served, int column, const std::string& alias,
                 const storage::Value& value) {
  const Column& shape = served.columns[static_cast<std::size_t>(column)];
  const std::string name = alias + (alias.empty() ? "" : ".") + shape.quoted;
  if (shape.field == nullptr || !shape.field->encrypted) return {name + " = ?", {value}};
  const std::string digests = alias + (alias.empty() ? "" : ".") + quote_name(digest_column(shape.name));
  std::string marks;
  storage::Params params;
  for (std::string& digest : snapshot.core.vault.digests(served, column, text_of(value))) {
    marks += marks.empty() ? "?" : ",?";
    params.emplace_back(std::move(digest));
  }
  if (!served.plain) return {fmt::format("{} IN ({})", digests, marks), std::move(params)};
  params.push_back(value);
  return {fmt::format("(COALESCE({}, '') IN ({}) OR {} = ?)", digests, marks, name), std::move(params)};
}

Result<void> check_readable(const Field& field) {
  if (!field.encrypted) return {};
  return faults::bad_query(
      "records.encrypted_field",
      {fmt::format(
           "“{}”加密保存，只能按完整的值查找：请用 ==、!=、=in=、=out= 或 =null=，不能用于其他条件、排序、分组或汇总。",
           field.title.zh),
       fmt::format(
           "\"{}\" is encrypted and found by its whole value alone: use ==, !=, =in=, =out= or =null=; it cannot "
           "be used in other conditions, to sort, group or sum.",
           field.title.in("en"))});
}

Result<void> check_mask(const FilterFrame& frame, const Field& field) {
  if (field.mask.empty() || frame.masked_allowed || always_unmasked(frame.snapshot, frame.served)) return {};
  return fault(
      FaultKind::forbidden, "records.masked_field",
      {fmt::format("“{}”对您是遮蔽的，不能用于筛选、排序或汇总。", field.title.zh),
       fmt::format("\"{}\" is masked for you and cannot be used to filter, sort or group.", field.title.in("en"))});
}

Result<Predicate> compile_filter(const FilterFrame& frame, const Expression& expression) {
  if (expression.kind == Expression::Kind::term) return compile_term(frame, expression.term);
  Predicate joined{"(", {}};
  for (std::size_t i = 0; i < expression.parts.size(); ++i) {
    if (i > 0) joined.sql += expression.kind == Expression::Kind::all ? " AND " : " OR ";
    OB_TRY(Predicate part, compile_filter(frame, expression.parts[i]));
    append(joined, std::move(part));
  }
  joined.sql += ")";
  return joined;
}

Predicate like(const Snapshot& snapshot, const std::string& column, const char* before, const std::string& text,
               const char* after) {
  std::string pattern = before;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern.push_back('\\');
    pattern.push_back(c);
  }
  // Both fold ASCII letters only: SQLite's LIKE by itself, PostgreSQL's ILIKE under the code-point collation of the
  // column.
  return {fmt::format("{} {} ? ESCAPE '\\'", column, snapshot.sqlite() ? "LIKE" : "ILIKE"), {pattern + after}};
}

Result<Predicate> compile_search(const FilterFrame& frame, const std::string& text) {
  const std::string wanted = trimmed(text);
  if (wanted.size() > 200 || !valid_utf8(wanted) || has_hostile_controls(wanted, false))
    return faults::bad_query("records.search_text",
                             {"搜索文字过长或含有控制字符。请缩短后再搜。",
                              "The search text is too long or holds control characters. Shorten it."});
  Predicate any{"(0=1", {}};
  for (const std::string& name : frame.served.entity.search) {
    const Field* field = frame.served.entity.field(name);
    if (field == nullptr || (!field->mask.empty() && !always_unmasked(frame.snapshot, frame.served))) continue;
    any.sql += " OR ";
    append(any, contains(frame.snapshot, frame.alias + "." + quote_name(name), wanted));
  }
  any.sql += ")";
  if (frame.served.entity.search.empty())
    return faults::bad_query("records.no_search",
                             {fmt::format("{}没有可搜索的字段。请改用 filter。", frame.served.entity.title.zh),
                              "This entity has no fields to search. Use filter instead."});
  return by_index(frame.snapshot, frame.served, frame.alias, wanted, std::move(any));
}

} // namespace onebudget::records
