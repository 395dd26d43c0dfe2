#include "plugins/performance/domain/report/template.hpp"

#include <algorithm>

namespace onebudget::performance {

namespace {

constexpr const char* kGrammar = "performance.report_template";
constexpr const char* kField = "performance.report_field";
constexpr std::size_t kMostBody = 60'000, kMostListed = 40;

struct Line {
  std::string text;
  std::size_t number = 0;
};

std::vector<Line> lines_of(const std::string& body) {
  std::vector<Line> out;
  std::size_t at = 0;
  while (at <= body.size()) {
    const std::size_t end = std::min(body.find('\n', at), body.size());
    std::string text = body.substr(at, end - at);
    while (!text.empty() && (text.back() == '\r' || text.back() == ' ')) text.pop_back();
    out.push_back({std::move(text), out.size() + 1});
    at = end + 1;
  }
  return out;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(' ', at)) != std::string::npos) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

/// Columns are counted in characters, as an editor shows them.
Text place(const Line& line, std::size_t at) {
  std::size_t column = 1;
  for (std::size_t i = 0; i < at && i < line.text.size(); ++i)
    if ((static_cast<unsigned char>(line.text[i]) & 0xC0) != 0x80) ++column;
  const std::string row = std::to_string(line.number), col = std::to_string(column);
  return {"第 " + row + " 行第 " + col + " 列", "line " + row + ", column " + col};
}

template <class Named>
std::string listed(const std::vector<Named>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < kMostListed; ++i) out += (i == 0 ? "" : "、") + names[i].code;
  return out;
}

/// Reads line after line: the same walk checks and fills.
class Reader {
 public:
  Reader(const Catalogue& catalogue, const Facts& facts) : catalogue_(catalogue), facts_(facts) {}

  void read(const std::string& body) {
    if (body.size() > kMostBody)
      return wrong({}, 0, {"模板过长（上限 60000 字节）", "the template is too long (60000 bytes at most)"},
                   {"请拆成几个模板。", "Split it."});
    Line opened;
    for (const Line& line : lines_of(body)) {
      if (line.text == "@end") {
        end_paragraph();
        if (!inside_)
          wrong(line, 0, {"@end 之前没有 @if", "@end without @if"}, {"请删去或补上 @if。", "Remove it or add @if."});
        inside_ = false;
        shown_ = true;
      } else if (line.text.rfind("@if", 0) == 0) {
        end_paragraph();
        begin_if(line);
        opened = line;
      } else {
        take(line);
      }
    }
    end_paragraph();
    if (inside_) wrong(opened, 0, {"@if 没有对应的 @end", "@if without @end"}, {"请补上 @end。", "Add @end."});
    if (document_.title.empty() && findings_.empty())
      wrong({"", 1}, 0, {"没有标题", "there is no title"},
            {"请以一行“# 标题”开始。", "Begin with a line \"# title\"."});
  }

  Document document_;
  std::vector<FieldFault> findings_;

 private:
  void wrong(const Line& line, std::size_t at, const Text& what, Text remedy) {
    const Text where = place(line, at);
    findings_.push_back(
        {"/body", kGrammar, {where.zh + "：" + what.zh + "。", where.en + ": " + what.en + "."}, std::move(remedy)});
  }

  std::vector<Run> runs(const Line& line, std::size_t from) {
    std::vector<Unknown> unknown;
    auto out = runs_of(line.text.substr(from), facts_, catalogue_, unknown);
    for (const Unknown& one : unknown) {
      if (one.name == "{{")
        wrong(line, from + one.at, {"“{{”没有对应的“}}”", "\"{{\" without \"}}\""}, {"请补上“}}”。", "Close it."});
      else
        findings_.push_back(unknown_field("/body", one.name, place(line, from + one.at), catalogue_));
    }
    return out;
  }

  void begin_if(const Line& line) {
    const auto words = words_of(line.text);
    if (inside_) wrong(line, 0, {"@if 不能嵌套", "@if does not nest"}, {"请先写 @end。", "Write @end first."});
    inside_ = true;
    shown_ = true;
    if (words.size() != 2 || words[0] != "@if")
      return wrong(line, 0, {"应为“@if 字段”", "this should be \"@if field\""}, {"请写一个字段。", "Name one field."});
    if (catalogue_.field(words[1]) == nullptr)
      return findings_.push_back(unknown_field("/body", words[1], place(line, 4), catalogue_));
    shown_ = !facts_.at(words[1]).text.empty();
  }

  void take(const Line& line) {
    const std::string& text = line.text;
    if (text.empty()) return end_paragraph();
    if (text[0] == '%') return;
    if (text[0] == '#') return heading(line);
    if (text[0] == '@') return directive(line);
    const auto more = runs(line, 0);
    paragraph_.insert(paragraph_.end(), more.begin(), more.end());
  }

  void heading(const Line& line) {
    end_paragraph();
    const std::size_t level = line.text.find_first_not_of('#');
    if (level == std::string::npos || level > 3 || line.text[level] != ' ')
      return wrong(line, 0, {"标题应为“# 标题”，最多三级", "a heading is \"# text\", of three levels at most"},
                   {"请在 # 后留一个空格。", "Put a blank behind #."});
    Block block;
    block.kind = Block::Kind::heading;
    block.level = static_cast<int>(level);
    block.runs = runs(line, level + 1);
    std::string plain;
    for (const Run& run : block.runs) plain += run.text;
    if (document_.title.empty()) document_.title = plain.empty() ? " " : plain;
    push(std::move(block));
  }

  void directive(const Line& line) {
    end_paragraph();
    const auto words = words_of(line.text);
    if (words[0] == "@page" && words.size() == 1) {
      Block block;
      block.kind = Block::Kind::page;
      return push(std::move(block));
    }
    if (words[0] == "@table" && words.size() >= 2) return table(line, words);
    if (words[0] == "@chart" && words.size() == 2) {
      const FieldName* chart = catalogue_.chart(words[1]);
      return chart == nullptr ? unknown_name(line, words[1], "图", "chart", listed(catalogue_.charts))
                              : push(chart_block(*chart, facts_));
    }
    wrong(line, 0, {"没有这个指令：" + words[0], "there is no such directive: " + words[0]},
          {"可用：@table 名称 [列…]、@chart 名称、@if 字段、@end、@page。",
           "Known: @table name [column …], @chart name, @if field, @end, @page."});
  }

  void table(const Line& line, const std::vector<std::string>& words) {
    const TableName* table = catalogue_.table(words[1]);
    if (table == nullptr) return unknown_name(line, words[1], "表", "table", listed(catalogue_.tables));
    std::vector<ColumnName> columns;
    for (std::size_t i = 2; i < words.size(); ++i) {
      const auto found = std::find_if(table->columns.begin(), table->columns.end(),
                                      [&](const ColumnName& one) { return one.code == words[i]; });
      if (found == table->columns.end())
        unknown_name(line, words[i], "列", "column", listed(table->columns));
      else
        columns.push_back(*found);
    }
    push(table_block(*table, std::move(columns), facts_));
  }

  void unknown_name(const Line& line, const std::string& name, const char* zh, const char* en,
                    const std::string& known) {
    const Text where = place(line, line.text.find(name));
    findings_.push_back(
        {"/body",
         kField,
         {where.zh + "：没有名为“" + name + "”的" + zh + "。", where.en + ": there is no " + en + " \"" + name + "\"."},
         {"可用的有：" + known + "。", "Known: " + known + "."}});
  }

  void push(Block block) {
    if (shown_) document_.blocks.push_back(std::move(block));
  }
  void end_paragraph() {
    if (paragraph_.empty()) return;
    Block block;
    block.runs = std::move(paragraph_);
    paragraph_.clear();
    push(std::move(block));
  }

  const Catalogue& catalogue_;
  const Facts& facts_;
  std::vector<Run> paragraph_;
  bool inside_ = false, shown_ = true;
};

} // namespace

std::vector<Run> runs_of(const std::string& text, const Facts& facts, const Catalogue& catalogue,
                         std::vector<Unknown>& unknown) {
  std::vector<Run> out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find("{{", at);
    if (open != at) out.push_back({text.substr(at, std::min(open, text.size()) - at), ""});
    if (open == std::string::npos) break;
    const std::size_t close = text.find("}}", open);
    if (close == std::string::npos) {
      unknown.push_back({open, "{{"});
      break;
    }
    std::string name = text.substr(open + 2, close - open - 2);
    name.erase(0, std::min(name.find_first_not_of(' '), name.size()));
    while (!name.empty() && name.back() == ' ') name.pop_back();
    if (catalogue.field(name) == nullptr) unknown.push_back({open, name});
    const Printed& value = facts.at(name);
    if (!value.text.empty()) out.push_back({value.text, value.link});
    at = close + 2;
  }
  return out;
}

FieldFault unknown_field(const std::string& field, const std::string& name, const Text& where,
                         const Catalogue& catalogue) {
  const std::string group = name.substr(0, name.find('.'));
  std::vector<FieldName> near;
  for (const FieldName& one : catalogue.fields)
    if (one.code.rfind(group, 0) == 0) near.push_back(one);
  const std::string known = listed(near.empty() ? catalogue.fields : near);
  return {field,
          kField,
          {where.zh + "：没有名为“" + name + "”的字段。", where.en + ": there is no field \"" + name + "\"."},
          {"可用的有：" + known + "。", "Known: " + known + "."}};
}

Block table_block(const TableName& table, std::vector<ColumnName> columns, const Facts& facts) {
  Block block;
  block.kind = Block::Kind::table;
  block.title = table.title;
  block.columns = columns.empty() ? table.columns : std::move(columns);
  const auto rows = facts.tables.find(table.code);
  if (rows == facts.tables.end()) return block;
  for (const auto& row : rows->second) {
    std::vector<Printed> cells;
    for (const ColumnName& wanted : block.columns)
      for (std::size_t i = 0; i < table.columns.size(); ++i)
        if (table.columns[i].code == wanted.code) cells.push_back(i < row.size() ? row[i] : Printed{});
    block.rows.push_back(std::move(cells));
  }
  return block;
}

Block chart_block(const FieldName& chart, const Facts& facts) {
  Block block;
  block.kind = Block::Kind::chart;
  block.title = chart.title;
  if (const auto found = facts.charts.find(chart.code); found != facts.charts.end()) block.chart = found->second;
  return block;
}

std::vector<FieldFault> check_template(const std::string& body, const Catalogue& catalogue) {
  const Facts nothing;
  Reader reader(catalogue, nothing);
  reader.read(body);
  return reader.findings_;
}

Result<Document> fill(const std::string& body, const Catalogue& catalogue, const Facts& facts) {
  Reader reader(catalogue, facts);
  reader.read(body);
  if (!reader.findings_.empty()) {
    const FieldFault& first = reader.findings_.front();
    return fault(FaultKind::rule, first.code, first.message, reader.findings_);
  }
  return std::move(reader.document_);
}

} // namespace onebudget::performance
