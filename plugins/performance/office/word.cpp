#include "plugins/performance/office/word.hpp"

#include <algorithm>

#include "sdk/values/markup.hpp"

namespace onebudget::performance {

namespace {

constexpr const char* kXmlHead = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr const char* kMain = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
constexpr const char* kPackage = "http://schemas.openxmlformats.org/package/2006/";
constexpr const char* kOffice = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr std::int64_t kLongestBar = 20;

std::string text_run(const std::string& text, bool bold = false) {
  std::string out = bold ? "<w:r><w:rPr><w:b/></w:rPr>" : "<w:r>";
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (at > 0) out += "<w:br/>";
    out += "<w:t xml:space=\"preserve\">" + xml_text(text.substr(at, end - at)) + "</w:t>";
    at = end + 1;
  }
  return out + "</w:r>";
}

std::string paragraph(const std::string& style, const std::string& runs) {
  return "<w:p><w:pPr><w:pStyle w:val=\"" + style + "\"/></w:pPr>" + runs + "</w:p>";
}

std::string joined(const std::vector<Run>& runs) {
  std::string out;
  for (const Run& run : runs) out += text_run(run.text);
  return out;
}

constexpr std::int64_t kTextWidth = 9638; ///< between the margins of A4, in twentieths of a point
constexpr std::int64_t kHalfWidth = 112;  ///< half a character of a cell, with room for wider fonts
constexpr std::int64_t kMargin = 70;      ///< on either side of a cell
constexpr std::int64_t kWord = 10;        ///< half characters of what is not broken over lines
constexpr std::int64_t kWidest = 36;      ///< half characters that a column of text asks for

/// A Chinese character is as wide as two digits, and so is a sign of per cent in some fonts.
std::int64_t half_widths(const std::string& text) {
  std::int64_t wide = 0, narrow = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    wide += byte >= 0xE0 ? 1 : 0;
    wide += c == '%' ? 1 : 0;
    narrow += byte < 0xE0 && (byte & 0xC0) != 0x80 && c != '%' ? 1 : 0;
  }
  return 2 * wide + narrow;
}

/// Numbers and words get what they need, so that none is broken; columns of text share the rest by their longest cell.
std::vector<std::int64_t> widths_of(const Block& block) {
  const auto count = static_cast<std::int64_t>(block.columns.size());
  std::vector<std::int64_t> asked, out;
  std::int64_t left = kTextWidth, all = 0;
  for (std::size_t i = 0; i < block.columns.size(); ++i) {
    const ColumnName& column = block.columns[i];
    std::int64_t most = std::min(half_widths(column.title), column.number ? kWord : kWidest);
    for (const auto& row : block.rows)
      if (i < row.size()) most = std::max(most, half_widths(row[i].text));
    const bool whole = column.number || most <= kWord;
    asked.push_back(whole ? 0 : std::min(most, kWidest));
    out.push_back(whole ? most * kHalfWidth + 2 * kMargin : 0);
    left -= out.back();
    all += asked.back();
  }
  const bool crowded = left < (all > 0 ? kTextWidth / 8 : 0);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (crowded)
      out[i] = kTextWidth / count;
    else
      out[i] += all > 0 ? left * asked[i] / all : left / count;
  }
  return out;
}

std::string cell(const std::string& text, bool head, bool number) {
  std::string out = "<w:tc><w:tcPr>";
  if (head) out += "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"EEF1F5\"/>";
  out += "</w:tcPr><w:p><w:pPr><w:pStyle w:val=\"Cell\"/>";
  if (head || number) out += head ? "<w:jc w:val=\"center\"/>" : "<w:jc w:val=\"right\"/>";
  return out + "</w:pPr>" + text_run(text, head) + "</w:p></w:tc>";
}

std::string bar_cell(const std::string& blocks) {
  return "<w:tc><w:tcPr></w:tcPr><w:p><w:pPr><w:pStyle w:val=\"Cell\"/></w:pPr><w:r><w:rPr><w:color "
         "w:val=\"2F5D8C\"/></w:rPr><w:t>" +
         blocks + "</w:t></w:r></w:p></w:tc>";
}

std::string table_begin(const std::vector<std::int64_t>& widths) {
  std::string out = "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders>";
  for (const char* side : {"top", "left", "bottom", "right", "insideH", "insideV"})
    out += std::string("<w:") + side + " w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"444444\"/>";
  out += "</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar>";
  for (const char* side : {"left", "right"})
    out += std::string("<w:") + side + " w:w=\"" + std::to_string(kMargin) + "\" w:type=\"dxa\"/>";
  out += "</w:tblCellMar></w:tblPr><w:tblGrid>";
  for (const std::int64_t width : widths) out += "<w:gridCol w:w=\"" + std::to_string(width) + "\"/>";
  return out + "</w:tblGrid>";
}

std::string head_row(const std::vector<std::string>& titles) {
  std::string out = "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>";
  for (const std::string& title : titles) out += cell(title, true, false);
  return out + "</w:tr>";
}

std::string table_xml(const Block& block) {
  std::vector<std::string> titles;
  for (const ColumnName& column : block.columns) titles.push_back(column.title);
  std::string out = paragraph("Caption", text_run(block.title)) + table_begin(widths_of(block)) + head_row(titles);
  for (const auto& row : block.rows) {
    out += "<w:tr><w:trPr><w:cantSplit/></w:trPr>";
    for (std::size_t i = 0; i < row.size(); ++i) out += cell(row[i].text, false, block.columns[i].number);
    out += "</w:tr>";
  }
  if (block.rows.empty()) {
    out += "<w:tr>" + cell("无", false, false);
    for (std::size_t i = 1; i < titles.size(); ++i) out += cell("", false, false);
    out += "</w:tr>";
  }
  return out + "</w:tbl>" + paragraph("Cell", "");
}

/// Bars of block characters beside their numbers: they print everywhere and need no drawing part.
std::string chart_xml(const Block& block) {
  std::int64_t most = 1;
  for (const Bar& bar : block.chart.bars) most = std::max(most, bar.hundredths);
  std::string out = paragraph("Caption", text_run(block.title)) + table_begin({3200, 1600, 4838}) +
                    head_row({"名称", block.chart.unit.empty() ? "数值" : "数值（" + block.chart.unit + "）", "图示"});
  for (const Bar& bar : block.chart.bars) {
    std::string blocks;
    for (std::int64_t i = 0; i < bar.hundredths * kLongestBar / most; ++i) blocks += "█";
    out += "<w:tr>" + cell(bar.label, false, false) + cell(decimal_text(bar.hundredths), false, true) +
           bar_cell(blocks) + "</w:tr>";
  }
  return out + "</w:tbl>" + paragraph("Cell", "");
}

std::string block_xml(const Block& block) {
  switch (block.kind) {
    case Block::Kind::heading:
      return paragraph("Heading" + std::to_string(block.level), joined(block.runs));
    case Block::Kind::paragraph:
      return paragraph("BodyText", joined(block.runs));
    case Block::Kind::table:
      return table_xml(block);
    case Block::Kind::chart:
      return chart_xml(block);
    default:
      return "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>";
  }
}

std::string style(const char* id, const char* name, const char* paragraph, const char* font, int half_points,
                  bool bold) {
  const std::string size = std::to_string(half_points);
  return std::string("<w:style w:type=\"paragraph\" w:styleId=\"") + id + "\"><w:name w:val=\"" + name + "\"/><w:pPr>" +
         paragraph + "</w:pPr><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" " +
         "w:eastAsia=\"" + font + "\"/>" + (bold ? "<w:b/>" : "") + "<w:sz w:val=\"" + size + "\"/><w:szCs w:val=\"" +
         size + "\"/></w:rPr></w:style>";
}

std::string styles() {
  return kXmlHead + std::string("<w:styles xmlns:w=\"") + kMain + "\">" +
         style("Normal", "Normal", "", "宋体", 24, false) +
         style(
             "BodyText", "Body Text",
             "<w:wordWrap w:val=\"0\"/><w:spacing w:line=\"420\" w:lineRule=\"auto\"/><w:ind w:firstLineChars=\"200\" "
             "w:firstLine=\"480\"/><w:jc w:val=\"left\"/>",
             "仿宋", 24, false) +
         style("Heading1", "heading 1",
               "<w:keepNext/><w:spacing w:after=\"240\"/><w:jc w:val=\"center\"/><w:outlineLvl w:val=\"0\"/>",
               "方正小标宋简体", 40, true) +
         style("Heading2", "heading 2",
               "<w:keepNext/><w:spacing w:before=\"240\" w:after=\"120\"/><w:outlineLvl w:val=\"1\"/>", "黑体", 28,
               false) +
         style("Heading3", "heading 3",
               "<w:keepNext/><w:spacing w:before=\"160\" w:after=\"80\"/><w:outlineLvl w:val=\"2\"/>", "楷体", 26,
               false) +
         style("Caption", "caption", "<w:keepNext/><w:spacing w:before=\"80\" w:after=\"40\"/><w:jc w:val=\"center\"/>",
               "黑体", 20, false) +
         style("Cell", "Cell", "<w:wordWrap w:val=\"0\"/><w:spacing w:before=\"20\" w:after=\"20\"/>", "宋体", 19,
               false) +
         "</w:styles>";
}

std::string footer() {
  return kXmlHead + std::string("<w:ftr xmlns:w=\"") + kMain +
         "\"><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:t>— </w:t></w:r><w:fldSimple "
         "w:instr=\"PAGE\"><w:r><w:t>1</w:t></w:r>"
         "</w:fldSimple><w:r><w:t> —</w:t></w:r></w:p></w:ftr>";
}

/// Every innermost paragraph of a part through `change`, which answers what stands in its place.
template <class Change>
std::string each_paragraph(const std::string& xml, Change&& change) {
  std::string out;
  std::size_t at = 0;
  while (true) {
    const std::size_t end = xml.find("</w:p>", at);
    if (end == std::string::npos) return out + xml.substr(at);
    std::size_t begin = std::string::npos;
    for (const char* opening : {"<w:p>", "<w:p "}) {
      const std::size_t found = xml.rfind(opening, end);
      if (found != std::string::npos && found >= at && (begin == std::string::npos || found > begin)) begin = found;
    }
    const std::size_t after = end + 6;
    if (begin == std::string::npos) {
      out += xml.substr(at, after - at);
    } else {
      out += xml.substr(at, begin - at);
      out += change(xml.substr(begin, after - begin));
    }
    at = after;
  }
}

/// Where the texts of a paragraph lie: begin and size in its XML.
std::vector<std::pair<std::size_t, std::size_t>> texts_of(const std::string& xml) {
  std::vector<std::pair<std::size_t, std::size_t>> out;
  std::size_t at = 0;
  while ((at = xml.find("<w:t", at)) != std::string::npos) {
    const std::size_t open = xml.find('>', at);
    if (open == std::string::npos) break;
    const char next = xml[at + 4];
    if ((next != '>' && next != ' ') || xml[open - 1] == '/') {
      at = open;
      continue;
    }
    const std::size_t close = xml.find("</w:t>", open);
    if (close == std::string::npos) break;
    out.emplace_back(open + 1, close - open - 1);
    at = close;
  }
  return out;
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\n");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

std::string plain_of(const std::string& xml) {
  std::string out;
  for (const auto& [at, size] : texts_of(xml)) out += xml.substr(at, size);
  return out;
}

/// {{@table name}} and the like: "@table name", or empty for any other paragraph.
std::string directive_of(const std::string& plain) {
  const std::string text = trimmed(plain);
  if (text.rfind("{{@", 0) != 0 || text.find("}}") != text.size() - 2) return "";
  return trimmed(text.substr(2, text.size() - 4));
}

std::string directive_xml(const std::string& directive, const Catalogue& catalogue, const Facts& facts,
                          const Document& content) {
  std::string out;
  if (directive == "@content") {
    for (const Block& block : content.blocks) out += block_xml(block);
    return out;
  }
  const std::string name = trimmed(directive.substr(std::min(directive.find(' '), directive.size())));
  if (const TableName* table = catalogue.table(name); table != nullptr && directive.rfind("@table", 0) == 0)
    return table_xml(table_block(*table, {}, facts));
  if (const FieldName* chart = catalogue.chart(name); chart != nullptr) return chart_xml(chart_block(*chart, facts));
  return out;
}

/// A placeholder may be spread over several runs: its value goes to the first, the rest of it disappears.
std::string filled(std::string xml, const Catalogue& catalogue, const Facts& facts) {
  // From the last to the first, so that what a value holds is never read as a placeholder.
  std::size_t limit = std::string::npos;
  for (;;) {
    const auto texts = texts_of(xml);
    const std::string plain = plain_of(xml);
    const std::size_t open = limit == 0 ? std::string::npos : plain.rfind("{{", limit - 1);
    if (open == std::string::npos) return xml;
    limit = open;
    const std::size_t close = plain.find("}}", open);
    if (close == std::string::npos) return xml;
    const std::string name = trimmed(plain.substr(open + 2, close - open - 2));
    const std::string value = catalogue.field(name) == nullptr ? "" : xml_text(facts.at(name).text);
    std::size_t before = plain.size();
    for (std::size_t i = texts.size(); i-- > 0;) {
      before -= texts[i].second;
      const std::size_t from = std::max(open, before), to = std::min(close + 2, before + texts[i].second);
      if (from >= to) continue;
      xml.replace(texts[i].first + from - before, to - from, from == open ? value : "");
    }
  }
}

bool holds_text(const std::string& name) {
  return name == "word/document.xml" || name.rfind("word/header", 0) == 0 || name.rfind("word/footer", 0) == 0;
}

bool reaches_out(const Part& part) {
  if (part.name.size() < 5 || part.name.rfind(".rels") != part.name.size() - 5) return false;
  std::size_t at = 0;
  while ((at = part.bytes.find("<Relationship ", at)) != std::string::npos) {
    const std::string one = part.bytes.substr(at, part.bytes.find('>', at) - at);
    if (one.find("\"External\"") != std::string::npos && one.find("/hyperlink\"") == std::string::npos) return true;
    ++at;
  }
  return false;
}

} // namespace

std::string docx_of(const Document& document) {
  std::string body;
  for (const Block& block : document.blocks) body += block_xml(block);
  const std::string types =
      kXmlHead + std::string("<Types xmlns=\"") + kPackage +
      "content-types\"><Default Extension=\"rels\" "
      "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
      "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
      "<Override PartName=\"/word/document.xml\" "
      "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>"
      "<Override PartName=\"/word/styles.xml\" "
      "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>"
      "<Override PartName=\"/word/footer1.xml\" "
      "ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/></Types>";
  const std::string office = kOffice;
  const std::string begin = kXmlHead + std::string("<Relationships xmlns=\"") + kPackage + "relationships\">";
  const std::string root = begin + "<Relationship Id=\"rId1\" Type=\"" + office +
                           "/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
  const std::string inner = begin + "<Relationship Id=\"rId1\" Type=\"" + office +
                            "/styles\" Target=\"styles.xml\"/><Relationship Id=\"rId2\" Type=\"" + office +
                            "/footer\" Target=\"footer1.xml\"/></Relationships>";
  const std::string main =
      kXmlHead + std::string("<w:document xmlns:w=\"") + kMain + "\" xmlns:r=\"" + office + "\"><w:body>" + body +
      "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/>"
      "<w:pgMar w:top=\"1417\" w:right=\"1134\" w:bottom=\"1247\" w:left=\"1134\" w:header=\"720\" w:footer=\"720\" "
      "w:gutter=\"0\"/>"
      "</w:sectPr></w:body></w:document>";
  return zip_of({{"[Content_Types].xml", types},
                 {"_rels/.rels", root},
                 {"word/document.xml", main},
                 {"word/_rels/document.xml.rels", inner},
                 {"word/styles.xml", styles()},
                 {"word/footer1.xml", footer()}});
}

Result<std::vector<Part>> read_docx(std::string_view bytes) {
  OB_TRY(auto parts, unzip(bytes));
  bool found = false;
  for (const Part& part : parts) {
    found = found || part.name == "word/document.xml";
    if (part.name.find("vbaProject") != std::string::npos) return bad_docx("含有宏", "it holds macros");
    if (part.bytes.find("<!DOCTYPE") != std::string::npos || part.bytes.find("<!ENTITY") != std::string::npos)
      return bad_docx("含有不允许的 DOCTYPE 声明", "it holds a DOCTYPE");
    if (reaches_out(part)) return bad_docx("引用了外部对象", "it refers to objects outside");
  }
  if (!found) return bad_docx("其中没有正文", "it has no document");
  return parts;
}

std::vector<FieldFault> check_docx(const std::vector<Part>& parts, const Catalogue& catalogue) {
  std::vector<FieldFault> findings;
  const Facts nothing;
  for (const Part& part : parts) {
    if (!holds_text(part.name)) continue;
    int number = 0;
    each_paragraph(part.bytes, [&](const std::string& xml) {
      ++number;
      const std::string plain = plain_of(xml), directive = directive_of(plain);
      const Text where = {part.name + " 第 " + std::to_string(number) + " 段",
                          part.name + ", paragraph " + std::to_string(number)};
      if (!directive.empty()) {
        if (directive != "@content" && directive_xml(directive, catalogue, nothing, {}).empty())
          findings.push_back(unknown_field("/docx", directive, where, catalogue));
        return xml;
      }
      std::vector<Unknown> unknown;
      static_cast<void>(runs_of(plain, nothing, catalogue, unknown));
      for (const Unknown& one : unknown) findings.push_back(unknown_field("/docx", one.name, where, catalogue));
      return xml;
    });
  }
  return findings;
}

std::string fill_docx(const std::vector<Part>& parts, const Catalogue& catalogue, const Facts& facts,
                      const Document& content) {
  std::vector<Part> out;
  for (const Part& part : parts) {
    if (!holds_text(part.name)) {
      out.push_back(part);
      continue;
    }
    out.push_back({part.name, each_paragraph(part.bytes, [&](const std::string& xml) {
                     const std::string plain = plain_of(xml);
                     if (plain.find("{{") == std::string::npos) return xml;
                     const std::string directive = directive_of(plain);
                     return directive.empty() ? filled(xml, catalogue, facts)
                                              : directive_xml(directive, catalogue, facts, content);
                   })});
  }
  return zip_of(out);
}

} // namespace onebudget::performance
