#include "plugins/performance/domain/report/html.hpp"

#include <algorithm>

#include "plugins/performance/domain/report/self_table.hpp"
#include "sdk/values/markup.hpp"

namespace onebudget::performance {

namespace {

constexpr const char* kStyle =
    "@page{size:A4;margin:25mm 20mm 22mm;@bottom-center{content:\"— \" counter(page) \" "
    "—\";font-size:9pt;font-weight:normal}}"
    "body{font-family:\"Noto Serif CJK SC\",\"Source Han Serif "
    "SC\",SimSun,serif;font-size:12pt;line-height:1.75;color:#000;"
    "max-width:170mm;margin:0 auto}"
    "@media screen{body{padding:20mm 10mm}}"
    "h1{text-align:center;font-size:20pt;line-height:1.4;margin:0 0 12pt;text-wrap:balance}"
    "h2{font-family:\"Noto Sans CJK SC\",SimHei,sans-serif;font-size:14pt;font-weight:bold;margin:14pt 0 6pt}"
    "h3{font-size:12pt;margin:10pt 0 4pt}h1,h2,h3{break-after:avoid}"
    "p{text-indent:2em;margin:0 0 4pt;text-align:justify;overflow-wrap:anywhere;orphans:2;widows:2}"
    "table{border-collapse:collapse;width:100%;margin:2pt 0 10pt;font-size:9.5pt;line-height:1.4}"
    "caption{font-weight:bold;padding:4pt;break-after:avoid}"
    "td,th{border:1px solid #444;padding:2pt 4pt;vertical-align:top;overflow-wrap:anywhere}"
    "th{background:#eef1f5;font-weight:bold}th.s,td.s{white-space:nowrap}td.n{text-align:right;white-space:nowrap;"
    "font-variant-numeric:tabular-nums}table.c{table-layout:fixed}table.c td.n{text-align:center}"
    "thead{display:table-header-group}tr{break-inside:avoid}td.none{text-align:center;color:#555}"
    "figure{margin:6pt 0 10pt;break-inside:avoid}figcaption{text-align:center;font-weight:bold;font-size:9.5pt}"
    "svg{display:block;width:100%;height:auto}.page{break-before:page}a{color:inherit;text-decoration:none}"
    "@media screen{a[href]{text-decoration:underline dotted}}";

constexpr std::int64_t kWidth = 640, kLabel = 200, kBarHeight = 18, kStep = 28, kLongestBar = 360;
constexpr std::size_t kLabelCharacters = 14;
constexpr std::size_t kShort = 5;  ///< characters of a word that is not broken over lines
constexpr std::size_t kAcross = 6; ///< bars whose numbers stand beside each other, where their names are short

std::string linked(const std::string& text, const std::string& link) {
  const std::string shown = html_text(text);
  return link.empty() ? shown : "<a href=\"" + html_text(link) + "\">" + shown + "</a>";
}

std::string runs_html(const std::vector<Run>& runs) {
  std::string out;
  for (const Run& run : runs) out += linked(run.text, run.link);
  return out;
}

std::size_t characters_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

const char* cell_of(const ColumnName& column, const std::string& text) {
  if (column.number) return "<td class=\"n\">";
  return characters_of(text) <= kShort ? "<td class=\"s\">" : "<td>";
}

std::string head_of(const std::string& title) {
  return std::string(characters_of(title) <= kShort ? "<th scope=\"col\" class=\"s\">" : "<th scope=\"col\">") +
         html_text(title) + "</th>";
}

std::string table_html(const Block& block) {
  std::string out = "<table><caption>" + html_text(block.title) + "</caption><thead><tr>";
  for (const ColumnName& column : block.columns) out += head_of(column.title);
  out += "</tr></thead><tbody>\n";
  for (const auto& row : block.rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i)
      out += cell_of(block.columns[i], row[i].text) + linked(row[i].text, row[i].link) + "</td>";
    out += "</tr>\n";
  }
  if (block.rows.empty())
    out += "<tr><td class=\"none\" colspan=\"" + std::to_string(block.columns.size()) + "\">无</td></tr>\n";
  return out + "</tbody></table>\n";
}

/// The numbers of a chart: a few with short names beside each other, others one below the other.
std::string numbers_html(const ChartFacts& chart) {
  const std::string value = "数值" + (chart.unit.empty() ? "" : "（" + chart.unit + "）");
  const bool across = !chart.bars.empty() && chart.bars.size() <= kAcross &&
                      std::all_of(chart.bars.begin(), chart.bars.end(),
                                  [](const Bar& bar) { return characters_of(bar.label) <= kShort; });
  const auto number = [](const Bar& bar) {
    return "<td class=\"n\">" + linked(decimal_text(bar.hundredths), bar.link) + "</td>";
  };
  if (!across) {
    std::string out = "<table><thead><tr>" + head_of("名称") + head_of(value) + "</tr></thead><tbody>\n";
    for (const Bar& bar : chart.bars) out += "<tr><td>" + html_text(bar.label) + "</td>" + number(bar) + "</tr>\n";
    return out + "</tbody></table>\n";
  }
  std::string out = "<table class=\"c\"><thead><tr>" + head_of("名称"), row = "<tr><th scope=\"row\">";
  row += html_text(value) + "</th>";
  for (const Bar& bar : chart.bars) {
    out += head_of(bar.label);
    row += number(bar);
  }
  return out + "</tr></thead><tbody>\n" + row + "</tr>\n</tbody></table>\n";
}

/// A chart is never alone: the same numbers stand under it as a table.
std::string chart_html(const Block& block) {
  return "<figure>" + svg_of(block.title, block.chart) + "<figcaption>" + html_text(block.title) +
         "</figcaption></figure>\n" + numbers_html(block.chart);
}

std::string shortened(const std::string& text) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
    if (++characters > kLabelCharacters) return text.substr(0, i) + "…";
  }
  return text;
}

} // namespace

std::string svg_of(const std::string& title, const ChartFacts& chart) {
  std::int64_t most = 1;
  for (const Bar& bar : chart.bars) most = std::max(most, bar.hundredths);
  const std::int64_t height = 8 + kStep * static_cast<std::int64_t>(chart.bars.size());
  std::string told;
  for (const Bar& bar : chart.bars)
    told += (told.empty() ? "：" : "，") + bar.label + " " + decimal_text(bar.hundredths) + chart.unit;
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(kWidth) + " " +
                    std::to_string(height) + "\" role=\"img\" aria-label=\"" + html_text(title + told) +
                    "\" font-size=\"13\">\n";
  std::int64_t y = 4;
  for (const Bar& bar : chart.bars) {
    const std::int64_t length =
        bar.hundredths <= 0 ? 0 : bar.hundredths / 100 * kLongestBar / std::max<std::int64_t>(most / 100, 1);
    const std::string base = std::to_string(y + kBarHeight - 4);
    out += "<text x=\"" + std::to_string(kLabel - 8) + "\" y=\"" + base + "\" text-anchor=\"end\">" +
           html_text(shortened(bar.label)) + "</text><rect x=\"" + std::to_string(kLabel) + "\" y=\"" +
           std::to_string(y) + "\" width=\"" + std::to_string(std::min(length, kLongestBar)) + "\" height=\"" +
           std::to_string(kBarHeight) + "\" fill=\"#2f5d8c\"/><text x=\"" +
           std::to_string(kLabel + std::min(length, kLongestBar) + 6) + "\" y=\"" + base + "\">" +
           decimal_text(bar.hundredths) + html_text(chart.unit) + "</text>\n";
    y += kStep;
  }
  return out + "</svg>";
}

std::string html_of(const Document& document) {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><title>" +
      html_text(document.title) + "</title><style>" + kStyle + "</style></head><body>\n";
  bool page = false;
  for (const Block& block : document.blocks) {
    const std::string fresh = page ? " class=\"page\"" : "";
    page = block.kind == Block::Kind::page;
    if (page) continue;
    if (!fresh.empty()) out += "<div" + fresh + "></div>\n";
    const std::string level = std::to_string(block.level);
    if (block.kind == Block::Kind::heading)
      out += "<h" + level + ">" + runs_html(block.runs) + "</h" + level + ">\n";
    else if (block.kind == Block::Kind::paragraph)
      out += "<p>" + runs_html(block.runs) + "</p>\n";
    else
      out += block.kind == Block::Kind::table ? table_html(block) : chart_html(block);
  }
  return out + "</body></html>\n";
}

} // namespace onebudget::performance
