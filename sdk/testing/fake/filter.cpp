#include "sdk/testing/fake/filter.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "sdk/query/filter.hpp"
#include "sdk/values/ratio.hpp"
#include "sdk/values/scaled.hpp"
#include "sdk/values/time_text.hpp"

namespace onebudget::testing {
namespace {

using query::Expression;
using query::Literal;
using query::Op;
using query::Term;

Fault unknown_field(const std::string& name) {
  return fault(FaultKind::malformed, "records.unknown_field",
               {"没有字段 " + name + "。", "There is no field " + name + "."});
}

/// Decimals of a type that compares as a number; nothing for one that compares as text.
std::optional<int> scale_of(std::string_view type) {
  if (type == "money") return 2;
  if (type == "ratio" || type == "decimal") return kRatioScale;
  if (type == "int" || type == "year" || type == "time" || type == "id") return 0;
  return std::nullopt;
}

/// What compares: text, or an exact number in the smallest part of its type (fen, millionths, milliseconds).
struct Comparable {
  std::string text;
  std::int64_t number = 0;
};

std::optional<Comparable> literal(const Literal& written, std::string_view type) {
  Comparable out{written.text, 0};
  if (type == "time") {
    const auto ms = parse_time_text(written.text);
    if (!ms) return std::nullopt;
    out.number = *ms;
  } else if (const auto scale = scale_of(type);
             scale && parse_scaled(written.text, *scale, out.number) != ScaledError::none) {
    return std::nullopt;
  }
  return out;
}

/// A value of a row, which is in ABI form: money in fen, ratios as JSON numbers, decimals and ids as text.
Comparable value(const Json& json, std::string_view type) {
  Comparable out;
  if (json.is_string()) out.text = json.get<std::string>();
  if (json.is_boolean()) out.text = json.get<bool>() ? "true" : "false";
  const auto scale = scale_of(type);
  if (!scale) return out;
  if (json.is_string()) static_cast<void>(parse_scaled(out.text, *scale, out.number));
  if (json.is_number_integer()) out.number = json.get<std::int64_t>() * (*scale == kRatioScale ? Ratio::kOne : 1);
  if (json.is_number_float()) out.number = std::llround(json.get<double>() * static_cast<double>(Ratio::kOne));
  return out;
}

int order(const Comparable& a, const Comparable& b, std::string_view type) {
  if (scale_of(type)) return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
  return a.text.compare(b.text);
}

const Json& field(const Json& row, const std::string& name) {
  static const Json kNull;
  const auto found = row.find(name);
  return found == row.end() ? kNull : *found;
}

Fault bad_value(const Literal& written, const std::string& wanted) {
  const std::string position = std::to_string(written.position);
  return fault(FaultKind::malformed, "records.filter_value",
               {"筛选条件第 " + position + " 个字符处有误：值应为 " + wanted + "。",
                "Mistake in the filter at character " + position + ": expected a value of type " + wanted + "."});
}

bool fits(int way, Op op) {
  switch (op) {
    case Op::less:
      return way < 0;
    case Op::less_equal:
      return way <= 0;
    case Op::greater:
      return way > 0;
    case Op::greater_equal:
      return way >= 0;
    default:
      return way == 0;
  }
}

/// One value of a term against a field that is not empty.
Result<Predicate> compared(const Term& term, const Literal& written, const std::string& type) {
  const bool equality = term.op == Op::equal || term.op == Op::not_equal || term.op == Op::in || term.op == Op::out;
  if (written.prefix) {
    if (!equality || scale_of(type)) return bad_value(written, type + " without *");
    return Predicate(
        [type, prefix = written.text](const Json& own) { return value(own, type).text.starts_with(prefix); });
  }
  const auto wanted = literal(written, type);
  if (!wanted) return bad_value(written, type);
  return Predicate([type, op = term.op, wanted = *wanted](const Json& own) {
    return fits(order(value(own, type), wanted, type), op);
  });
}

Result<Predicate> holds(const Term& term, const FieldTypes& types) {
  const auto type = types.find(term.field);
  if (type == types.end()) return unknown_field(term.field);
  const std::string& name = term.field;
  const Literal& first = term.values.front();
  if (term.op == Op::null) {
    if (first.text != "true" && first.text != "false") return bad_value(first, "bool");
    return Predicate(
        [name, wanted = first.text == "true"](const Json& row) { return field(row, name).is_null() == wanted; });
  }
  if (term.op == Op::contains) {
    return Predicate([name, text = first.text + (first.prefix ? "*" : "")](const Json& row) {
      return value(field(row, name), "text").text.find(text) != std::string::npos;
    });
  }
  std::vector<Predicate> any;
  for (const Literal& one : term.values) {
    OB_TRY(Predicate part, compared(term, one, type->second));
    any.push_back(std::move(part));
  }
  // "!=" and "=out=" hold for empty fields too.
  const bool negated = term.op == Op::not_equal || term.op == Op::out;
  return Predicate([name, any, negated](const Json& row) {
    const Json& own = field(row, name);
    const bool found =
        !own.is_null() && std::any_of(any.begin(), any.end(), [&](const Predicate& one) { return one(own); });
    return found != negated;
  });
}

Result<Predicate> holds(const Expression& expression, const FieldTypes& types) {
  if (expression.kind == Expression::Kind::term) return holds(expression.term, types);
  std::vector<Predicate> parts;
  for (const Expression& part : expression.parts) {
    OB_TRY(Predicate one, holds(part, types));
    parts.push_back(std::move(one));
  }
  const bool all = expression.kind == Expression::Kind::all;
  return Predicate([parts, all](const Json& row) {
    const auto test = [&](const Predicate& part) { return part(row); };
    return all ? std::all_of(parts.begin(), parts.end(), test) : std::any_of(parts.begin(), parts.end(), test);
  });
}

} // namespace

Result<Predicate> parse_filter(std::string_view filter, const FieldTypes& types) {
  if (filter.empty()) return Predicate([](const Json&) { return true; });
  OB_TRY(const Expression expression, query::parse_filter(filter));
  return holds(expression, types);
}

Result<std::function<bool(const Json&, const Json&)>> parse_sort(std::string_view sort, const FieldTypes& types) {
  struct Part {
    std::string name, type;
    bool down;
  };
  std::vector<Part> parts;
  while (!sort.empty()) {
    const std::size_t comma = sort.find(',');
    std::string name(sort.substr(0, comma));
    sort = comma == std::string_view::npos ? std::string_view() : sort.substr(comma + 1);
    const bool down = !name.empty() && name.front() == '-';
    if (down) name.erase(0, 1);
    const auto type = types.find(name);
    if (type == types.end()) return unknown_field(name);
    parts.push_back({name, type->second, down});
  }
  parts.push_back({"id", "id", false});
  return std::function<bool(const Json&, const Json&)>([parts](const Json& a, const Json& b) {
    for (const Part& part : parts) {
      const int way = order(value(field(a, part.name), part.type), value(field(b, part.name), part.type), part.type);
      if (way != 0) return part.down ? way > 0 : way < 0;
    }
    return false;
  });
}

} // namespace onebudget::testing
