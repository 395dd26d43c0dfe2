#include "plugins/compilation/domain/exchange/mapping.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace onebudget::compilation {

namespace {

constexpr int kMostHeaders = 3;
constexpr std::size_t kMostErrors = 1000;
constexpr std::int64_t kUnits[] = {100, 100'000, 1'000'000, 10'000'000'000};

std::string trimmed(const std::string& text) {
  std::string_view rest = text;
  for (const std::string_view blank : {std::string_view("\xEF\xBB\xBF"), std::string_view("\xE3\x80\x80")})
    while (rest.substr(0, blank.size()) == blank) rest.remove_prefix(blank.size());
  const auto first = rest.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(rest.substr(first, rest.find_last_not_of(" \t\r\n") - first + 1));
}

bool blank(const TextRow& row) {
  return std::all_of(row.begin(), row.end(), [](const std::string& cell) { return trimmed(cell).empty(); });
}

std::string cell_of(const TextRow& row, std::size_t at) { return at < row.size() ? trimmed(row[at]) : std::string(); }

/// "C12" for the third column of row 12.
std::string cell_name(std::size_t column, int line) {
  std::string letters;
  for (std::size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
  return letters + std::to_string(line);
}

bool digits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

Fault not_an_amount(const std::string& cell) {
  return fault(FaultKind::rule, "compilation.mapping_amount",
               {"“" + cell.substr(0, 40) + "”不是到分为止的金额。",
                "\"" + cell.substr(0, 40) + "\" is not an amount down to the fen."});
}

/// Applies one mapping to one table.
class Applier {
 public:
  Applier(const Mapping& mapping, const std::vector<TextRow>& rows) : mapping_(mapping), rows_(rows) {}

  Result<MappedTable> run() {
    OB_CHECK(read_header());
    const auto first = static_cast<std::size_t>(mapping_.skip_rows + mapping_.header_rows);
    for (std::size_t i = first; i < rows_.size(); ++i) {
      if (blank(rows_[i])) continue;
      line_ = static_cast<int>(i) + 1;
      ++out_.rows;
      OB_CHECK(row(rows_[i]));
    }
    return std::move(out_);
  }

 private:
  Result<void> read_header() {
    std::vector<std::string> above;
    for (int h = 0; h < mapping_.header_rows; ++h) {
      const auto at = static_cast<std::size_t>(mapping_.skip_rows + h);
      if (at >= rows_.size()) break;
      std::string last;
      for (std::size_t c = 0; c < rows_[at].size(); ++c) {
        std::string own = cell_of(rows_[at], c);
        if (own.empty() && h + 1 < mapping_.header_rows) own = last;
        last = own;
        if (above.size() <= c) above.resize(c + 1);
        if (!own.empty()) above[c] += (above[c].empty() ? "" : "/") + own;
      }
    }
    std::set<std::string> twice;
    for (std::size_t c = 0; c < above.size(); ++c)
      if (!places_.emplace(above[c], c).second) twice.insert(above[c]);
    Fault missing =
        fault(FaultKind::rule, "compilation.mapping_header",
              {"表头中没有映射的列，或同名的列不止一个。请核对文件或映射。",
               "Columns of the mapping are not in the header, or more than once. Check the file or the mapping."});
    std::set<std::string> wanted;
    const auto want = [&](const std::string& source) {
      if (!wanted.insert(source).second) return; // an amount and the sum that it is part of ask for the same column
      if (places_.count(source) == 0)
        missing.fields.push_back({source,
                                  "compilation.mapping_header",
                                  {"没有列“" + source + "”。", "There is no column \"" + source + "\"."},
                                  {"请核对表头行数和列名。", "Check the header rows and the name."}});
      else if (twice.count(source) > 0)
        missing.fields.push_back(
            {source,
             "compilation.mapping_header",
             {"列“" + source + "”出现不止一次。", "There is more than one column \"" + source + "\"."},
             {"请改列名，或把上一行表头也列入映射。", "Rename one, or map the header row above as well."}});
    };
    for (const MappedColumn& column : mapping_.columns)
      if (!column.optional || places_.contains(column.source)) want(column.source);
    for (const WideColumn& column : mapping_.wide) want(column.source);
    for (const RowSum& sum : mapping_.sums) {
      want(sum.total);
      for (const std::string& part : sum.parts) want(part);
    }
    for (const auto& [source, values] : mapping_.skip) want(source);
    if (missing.fields.empty()) return {};
    return missing;
  }

  void wrong(const std::string& column, const std::string& value, const char* code, const Text& message,
             const Text& remedy) {
    ok_ = false;
    const auto told = [&](const RowError& one) {
      return one.line == line_ && one.column == column && one.code == code;
    };
    if (std::any_of(out_.errors.rbegin(), out_.errors.rend(), told)) return;
    if (out_.errors.size() < kMostErrors)
      out_.errors.push_back({line_, cell_of_column(column), column, value, code, message, remedy});
  }
  /// "C12"; empty for an optional column that the file does not have.
  [[nodiscard]] std::string cell_of_column(const std::string& column) const {
    const auto place = places_.find(column);
    return place == places_.end() ? std::string() : cell_name(place->second, line_);
  }
  const std::string& source_cell(const TextRow& row, const std::string& source) {
    text_ = cell_of(row, places_.at(source));
    return text_;
  }

  Result<void> row(const TextRow& row) {
    for (const auto& [source, values] : mapping_.skip)
      if (std::find(values.begin(), values.end(), source_cell(row, source)) != values.end()) {
        ++out_.skipped;
        return {};
      }
    ok_ = true;
    MappedRecord record{line_, mapping_.constants, {}};
    for (const MappedColumn& column : mapping_.columns) take(row, column, record);
    for (const RowSum& sum : mapping_.sums) check_sum(row, sum);
    if (mapping_.wide.empty()) return ok_ ? keep(std::move(record)) : Result<void>();
    for (const WideColumn& wide : mapping_.wide) {
      MappedRecord each = record;
      for (const auto& [field, value] : wide.fields) each.fields[field] = value;
      const auto amount = money(row, wide.source);
      if (!amount || *amount == Money() || !ok_) continue;
      each.amount = *amount;
      each.fields[mapping_.wide_field] = amount->to_yuan();
      OB_CHECK(keep(std::move(each)));
    }
    return {};
  }
  Result<void> keep(MappedRecord record) {
    OB_TRY(out_.total, out_.total.plus(record.amount));
    out_.records.push_back(std::move(record));
    return {};
  }

  std::optional<Money> money(const TextRow& row, const std::string& source) {
    const std::string cell = source_cell(row, source);
    if (cell.empty()) return Money();
    const auto amount = read_amount(cell, mapping_.unit_fen);
    if (amount) return *amount;
    wrong(source, cell, "compilation.mapping_amount", amount.fault().message,
          {"请写成 1234.50 的形式。", "Write it as 1234.50."});
    return std::nullopt;
  }

  void take(const TextRow& row, const MappedColumn& column, MappedRecord& record) {
    std::string value = places_.contains(column.source) ? source_cell(row, column.source) : std::string();
    if (value.empty() && column.fill_down) value = above_[column.field];
    if (column.fill_down) above_[column.field] = value;
    if (value.empty()) value = column.otherwise;
    if (value.empty()) {
      if (column.required)
        wrong(column.source, "", "compilation.mapping_required", {"必填的列为空。", "A required cell is empty."},
              {"请补填。", "Fill it in."});
      return;
    }
    if (const auto code = column.codes.find(value); code != column.codes.end())
      value = code->second;
    else if (column.closed)
      return wrong(column.source, value, "compilation.mapping_code",
                   {"映射中没有“" + value + "”的对应代码。", "The mapping has no code for \"" + value + "\"."},
                   {"请在映射中补充。", "Add it to the mapping."});
    if (column.kind == MappedColumn::Kind::amount) {
      const auto amount = money(row, column.source);
      if (!amount) return;
      record.amount = *amount;
      value = amount->to_yuan();
    }
    const bool year = column.kind == MappedColumn::Kind::year;
    if ((year || column.kind == MappedColumn::Kind::number) && (!digits(value) || (year && value.size() != 4)))
      return wrong(column.source, value, "compilation.mapping_number",
                   {"“" + value + "”应为" + (year ? "四位年度。" : "整数。"),
                    "\"" + value + "\" should be " + (year ? "a year of four digits." : "a whole number.")},
                   {"请核对，或在映射中给出对应。", "Check it, or map it to one."});
    record.fields[column.field] = value;
  }

  void check_sum(const TextRow& row, const RowSum& sum) {
    const auto stated = money(row, sum.total);
    Money parts;
    for (const std::string& part : sum.parts) {
      const auto amount = money(row, part);
      const auto next = amount ? parts.plus(*amount) : Result<Money>(parts);
      if (next) parts = *next;
    }
    if (!ok_ || !stated || *stated == parts) return;
    wrong(sum.total, stated->to_yuan(), "compilation.mapping_sum",
          {"合计 " + stated->to_yuan() + " 元，各列之和 " + parts.to_yuan() + " 元。",
           "The total is " + stated->to_yuan() + " yuan, the parts add up to " + parts.to_yuan() + " yuan."},
          {"请改正该行。", "Correct the row."});
  }

  const Mapping& mapping_;
  const std::vector<TextRow>& rows_;
  std::map<std::string, std::size_t> places_;
  std::map<std::string, std::string> above_;
  std::string text_;
  MappedTable out_;
  int line_ = 0;
  bool ok_ = true;
};

} // namespace

std::vector<FieldFault> check_mapping(const Mapping& mapping) {
  constexpr const char* kRule = "compilation.import_mapping";
  std::vector<FieldFault> findings;
  if (mapping.header_rows < 1 || mapping.header_rows > kMostHeaders || mapping.skip_rows < 0)
    findings.push_back({"/definition/header_rows",
                        kRule,
                        {"表头应为 1 到 3 行。", "A header has 1 to 3 rows."},
                        {"请改正。", "Correct it."}});
  if (std::find(std::begin(kUnits), std::end(kUnits), mapping.unit_fen) == std::end(kUnits))
    findings.push_back(
        {"/definition/unit",
         kRule,
         {"单位应为元、千元、万元或亿元。", "The unit is yuan, thousand, ten thousand or hundred million yuan."},
         {"请选择单位。", "Choose one."}});
  std::set<std::string> fields;
  bool amount = !mapping.wide.empty();
  for (const MappedColumn& column : mapping.columns) {
    amount = amount || column.kind == MappedColumn::Kind::amount;
    if (column.field.empty() || column.source.empty() || !fields.insert(column.field).second ||
        mapping.constants.count(column.field) > 0)
      findings.push_back({"/definition/columns",
                          kRule,
                          {"字段“" + column.field + "”缺少列名或出现两次。",
                           "The field \"" + column.field + "\" has no column or occurs twice."},
                          {"每个字段对应一列。", "One column for each field."}});
  }
  if (!amount)
    findings.push_back({"/definition/columns",
                        kRule,
                        {"没有金额列。", "There is no column of amounts."},
                        {"请指定金额列。", "Name one."}});
  return findings;
}

namespace {

bool four_digits(const std::string& text) { return text.size() == 4 && digits(text); }

FieldFault at_column(const std::string& field, Text message, Text remedy) {
  return {"/definition/columns/" + field, "compilation.import_mapping", std::move(message), std::move(remedy)};
}

/// Where a field comes from: what each record gets for it, as far as the mapping alone tells.
struct Source {
  MappedColumn* column = nullptr;
  std::vector<std::string> fixed; ///< the constant, or one text for each wide column that has it
  bool everywhere = false;        ///< no record is without it, if the column's cell is filled
};

Source source_of(Mapping& mapping, const std::string& field) {
  Source out;
  for (MappedColumn& column : mapping.columns)
    if (column.field == field) out.column = &column;
  if (const auto constant = mapping.constants.find(field); constant != mapping.constants.end())
    out.fixed.push_back(constant->second);
  out.everywhere = out.column != nullptr || !out.fixed.empty();
  std::size_t wide = field == mapping.wide_field ? mapping.wide.size() : 0;
  for (const WideColumn& column : mapping.wide) {
    const auto own = column.fields.find(field);
    if (own == column.fields.end()) continue;
    out.fixed.push_back(own->second);
    ++wide;
  }
  out.everywhere = out.everywhere || (wide > 0 && wide == mapping.wide.size());
  return out;
}

void check_required(const std::string& field, const Source& source, std::vector<FieldFault>& findings) {
  bool filled = std::none_of(source.fixed.begin(), source.fixed.end(), [](const auto& text) { return text.empty(); });
  if (source.column != nullptr) {
    for (const auto& [theirs, ours] : source.column->codes) filled = filled && !ours.empty();
    source.column->required = true;
    source.column->optional = source.column->optional && !source.column->otherwise.empty();
  }
  if (source.everywhere && filled) return;
  findings.push_back(
      at_column(field,
                {"必需的字段“" + field + "”没有来源，或来源可能为空。",
                 "The required field \"" + field + "\" has no source, or one that may be empty."},
                {"请映射一列，或在 constants 中给出固定值。", "Map a column, or give it in constants."}));
}

void check_year(const std::string& field, const Source& source, std::vector<FieldFault>& findings) {
  bool sound = std::all_of(source.fixed.begin(), source.fixed.end(), four_digits);
  if (source.column != nullptr) {
    sound = sound && source.column->kind == MappedColumn::Kind::year;
    if (!source.column->otherwise.empty()) sound = sound && four_digits(source.column->otherwise);
  }
  if (sound) return;
  findings.push_back(at_column(
      field,
      {"年度“" + field + "”应为四位数字的年度列或固定值。",
       "The year \"" + field + "\" is a column of kind year, or a constant of four digits."},
      {"请将该列的 kind 设为 year，或改正固定值。", "Set the column's kind to year, or correct the constant."}));
}

} // namespace

std::vector<FieldFault> check_target(Mapping& mapping, const MappingTarget& target) {
  std::set<std::string> unknown;
  for (const MappedColumn& column : mapping.columns) unknown.insert(column.field);
  for (const auto& [field, value] : mapping.constants) unknown.insert(field);
  for (const WideColumn& column : mapping.wide)
    for (const auto& [field, value] : column.fields) unknown.insert(field);
  for (const std::string& field : target.fields) unknown.erase(field);
  std::vector<FieldFault> findings;
  for (const std::string& field : unknown)
    findings.push_back(at_column(field, {"没有字段“" + field + "”。", "There is no field \"" + field + "\"."},
                                 {"请用预算数据的字段名。", "Use the fields of budget figures."}));
  for (const std::string& field : target.required) check_required(field, source_of(mapping, field), findings);
  check_year(target.year, source_of(mapping, target.year), findings);
  return findings;
}

Result<Money> read_amount(const std::string& cell, std::int64_t unit_fen) {
  std::string plain = trimmed(cell);
  bool negative = false;
  if (plain.size() > 2 && plain.front() == '(' && plain.back() == ')') {
    negative = true;
    plain = plain.substr(1, plain.size() - 2);
  }
  for (const char* sign : {"¥", "￥", "$", ",", " "})
    for (std::size_t at = plain.find(sign); at != std::string::npos; at = plain.find(sign))
      plain.erase(at, std::char_traits<char>::length(sign));
  if (!plain.empty() && plain.front() == '-') {
    negative = !negative;
    plain.erase(0, 1);
  }
  const std::size_t dot = plain.find('.');
  const std::string whole = plain.substr(0, dot);
  std::string decimals = dot == std::string::npos ? std::string() : plain.substr(dot + 1);
  if (!digits(whole) || (dot != std::string::npos && !digits(decimals))) return not_an_amount(cell);
  std::int64_t fen = 0, scale = unit_fen;
  for (const char digit : whole)
    if (__builtin_mul_overflow(fen, 10, &fen) || __builtin_add_overflow(fen, digit - '0', &fen))
      return not_an_amount(cell);
  if (__builtin_mul_overflow(fen, unit_fen, &fen)) return not_an_amount(cell);
  for (const char digit : decimals) {
    if (scale % 10 != 0 && digit != '0') return not_an_amount(cell);
    scale /= 10;
    if (__builtin_add_overflow(fen, (digit - '0') * scale, &fen)) return not_an_amount(cell);
  }
  return Money::from_fen(negative ? -fen : fen);
}

Result<MappedTable> map_rows(const Mapping& mapping, const std::vector<TextRow>& rows) {
  return Applier(mapping, rows).run();
}

} // namespace onebudget::compilation
