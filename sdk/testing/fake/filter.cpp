#include "sdk/testing/fake/filter.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "sdk/values/money.hpp"
#include "sdk/values/ratio.hpp"
#include "sdk/values/time_text.hpp"

namespace onebudget::testing {
namespace {

Fault unknown_field(const std::string& name) {
  return fault(FaultKind::malformed, "records.unknown_field",
               {"没有字段 " + name + "。", "There is no field " + name + "."});
}

bool is_numeric(std::string_view type) {
  return type == "int" || type == "year" || type == "money" || type == "ratio" || type == "time" || type == "id";
}

/// Text and number of a value or a literal; what compares depends on the type.
struct Comparable {
  std::string text;
  double number = 0;
};

std::optional<Comparable> literal(const std::string& text, std::string_view type) {
  Comparable out{text, 0};
  if (type == "money") {
    const auto money = Money::parse_yuan(text);
    if (!money) return std::nullopt;
    out.number = static_cast<double>(money->fen());
  } else if (type == "time") {
    const auto ms = parse_time_text(text);
    if (!ms) return std::nullopt;
    out.number = static_cast<double>(*ms);
  } else if (is_numeric(type)) {
    const auto ratio = Ratio::parse(text);
    if (!ratio) return std::nullopt;
    out.number = static_cast<double>(ratio->millionths()) / static_cast<double>(Ratio::kOne);
  }
  return out;
}

Comparable value(const Json& json) {
  Comparable out;
  if (json.is_number()) out.number = json.get<double>();
  if (json.is_string()) out.text = json.get<std::string>();
  if (json.is_boolean()) out.text = json.get<bool>() ? "true" : "false";
  if (json.is_string() && !out.text.empty() && out.text.size() < 19)
    std::from_chars(out.text.data(), out.text.data() + out.text.size(), out.number);
  return out;
}

int order(const Comparable& a, const Comparable& b, std::string_view type) {
  if (is_numeric(type)) return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
  return a.text.compare(b.text);
}

const Json& field(const Json& row, const std::string& name) {
  static const Json kNull;
  const auto found = row.find(name);
  return found == row.end() ? kNull : *found;
}

class Parser {
 public:
  Parser(std::string_view text, const FieldTypes& types) : text_(text), types_(types) {}

  Result<Predicate> run() {
    OB_TRY(Predicate all, any());
    if (at_ != text_.size()) return bad("end");
    return all;
  }

 private:
  Fault bad(const std::string& wanted) const {
    const std::string position = std::to_string(at_ + 1);
    return fault(FaultKind::malformed, "records.filter",
                 {"筛选条件第 " + position + " 个字符处有误（应为 " + wanted + "）。",
                  "The filter is wrong at character " + position + " (expected " + wanted + ")."});
  }
  bool take(std::string_view token) {
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }

  Result<Predicate> any() {
    std::vector<Predicate> parts;
    do {
      OB_TRY(Predicate part, all());
      parts.push_back(std::move(part));
    } while (take(","));
    return Predicate([parts](const Json& row) {
      return std::any_of(parts.begin(), parts.end(), [&](const Predicate& part) { return part(row); });
    });
  }
  Result<Predicate> all() {
    std::vector<Predicate> parts;
    do {
      OB_TRY(Predicate part, term());
      parts.push_back(std::move(part));
    } while (take(";"));
    return Predicate([parts](const Json& row) {
      return std::all_of(parts.begin(), parts.end(), [&](const Predicate& part) { return part(row); });
    });
  }

  Result<Predicate> term() {
    if (++depth_ > 200) return bad("fewer terms");
    if (take("(")) {
      OB_TRY(Predicate inner, any());
      if (!take(")")) return bad(")");
      return inner;
    }
    const std::size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_'))
      ++at_;
    const std::string name(text_.substr(begin, at_ - begin));
    const auto type = types_.find(name);
    if (name.empty()) return bad("a field");
    if (type == types_.end()) return unknown_field(name);
    for (const char* token :
         {"==", "!=", "=lt=", "=le=", "=gt=", "=ge=", "=in=", "=out=", "=null=", "=q=", "<=", ">=", "<", ">"})
      if (take(token)) return compare(name, type->second, token);
    return bad("an operator");
  }

  Result<std::string> word() {
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    std::string out;
    if (quote == '"' || quote == '\'') {
      for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        out += text_[at_];
      }
      if (at_ == text_.size()) return bad("a closing quote");
      ++at_;
      return out;
    }
    while (at_ < text_.size() && std::string_view(";,()").find(text_[at_]) == std::string_view::npos)
      out += text_[at_++];
    if (out.empty()) return bad("a value");
    return out;
  }

  Result<Predicate> compare(const std::string& name, const std::string& type, const std::string& op) {
    if (op == "=in=" || op == "=out=") return among(name, type, op == "=in=");
    const bool quoted = at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'');
    OB_TRY(const std::string text, word());
    if (op == "=null=")
      return Predicate(
          [name, wanted = text == "true"](const Json& row) { return field(row, name).is_null() == wanted; });
    if (op == "=q=")
      return Predicate(
          [name, text](const Json& row) { return value(field(row, name)).text.find(text) != std::string::npos; });
    if (op == "==" && !quoted && text.back() == '*') {
      return Predicate([name, prefix = text.substr(0, text.size() - 1)](const Json& row) {
        return value(field(row, name)).text.rfind(prefix, 0) == 0;
      });
    }
    const auto wanted = literal(text, type);
    if (!wanted) return bad("a value of type " + type);
    return Predicate([name, type, op, wanted = *wanted](const Json& row) {
      const Json& own = field(row, name);
      if (own.is_null()) return op == "!=";
      const int way = order(value(own), wanted, type);
      if (op == "==") return way == 0;
      if (op == "!=") return way != 0;
      if (op == "<" || op == "=lt=") return way < 0;
      if (op == "<=" || op == "=le=") return way <= 0;
      return op == ">" || op == "=gt=" ? way > 0 : way >= 0;
    });
  }

  Result<Predicate> among(const std::string& name, const std::string& type, bool in) {
    if (!take("(")) return bad("(");
    std::vector<Comparable> all;
    do {
      OB_TRY(const std::string text, word());
      const auto one = literal(text, type);
      if (!one) return bad("a value of type " + type);
      all.push_back(*one);
    } while (take(","));
    if (!take(")")) return bad(")");
    return Predicate([name, type, in, all](const Json& row) {
      const Json& own = field(row, name);
      const bool found = !own.is_null() && std::any_of(all.begin(), all.end(), [&](const Comparable& one) {
        return order(value(own), one, type) == 0;
      });
      return found == in;
    });
  }

  std::string_view text_;
  const FieldTypes& types_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

} // namespace

Result<Predicate> parse_filter(std::string_view filter, const FieldTypes& types) {
  if (filter.empty()) return Predicate([](const Json&) { return true; });
  return Parser(filter, types).run();
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
      const int way = order(value(field(a, part.name)), value(field(b, part.name)), part.type);
      if (way != 0) return part.down ? way > 0 : way < 0;
    }
    return false;
  });
}

} // namespace onebudget::testing
