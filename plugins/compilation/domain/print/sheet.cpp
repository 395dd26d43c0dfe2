#include "plugins/compilation/domain/print/sheet.hpp"

#include "sdk/values/markup.hpp"

namespace onebudget::compilation {

namespace {

constexpr const char* kStyle =
    "body{font-family:\"Noto Serif CJK SC\",SimSun,serif;font-size:10.5pt;color:#000;background:#fff;max-width:267mm;"
    "margin:0 auto;padding:6mm}h1{text-align:center;font-size:18pt;letter-spacing:.1em;margin:0 0 4mm}"
    ".head{display:flex;justify-content:space-between;margin:0 0 2mm}table{border-collapse:collapse;width:100%;"
    "margin:0 0 -1px}th,td{border:1px solid #000;padding:1.2mm 2mm;vertical-align:middle;font-weight:normal;"
    "text-align:left;overflow-wrap:anywhere}th{text-align:center;background:#f3f3f3}.fields{table-layout:fixed}"
    ".n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
    "caption{border:1px solid #000;border-bottom:0;padding:1.2mm;font-weight:bold}.total td{font-weight:bold}"
    "thead{display:table-header-group}tr{break-inside:avoid}.room td[colspan]{height:18mm;vertical-align:top}"
    ".signs{display:flex;justify-content:space-between;margin:8mm 4mm 0}.signs span{min-width:30%}"
    "@media print{body{padding:0;max-width:none}th{-webkit-print-color-adjust:exact;print-color-adjust:exact}}";

std::string pair_of(const FormField& field, const char* value_more) {
  return "<th>" + html_text(field.name) + "</th><td" + value_more + ">" + html_text(field.value) + "</td>";
}

std::string fields_of(const std::vector<FormField>& fields, const char* kind) {
  if (fields.empty()) return {};
  std::string out = std::string("<table class=\"") + kind +
                    "\"><colgroup><col style=\"width:15%\"><col style=\"width:35%\"><col "
                    "style=\"width:15%\"><col></colgroup><tbody>\n";
  bool open = false;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const bool alone = fields[i].wide || (!open && (i + 1 == fields.size() || fields[i + 1].wide));
    if (alone) {
      out += "<tr>" + pair_of(fields[i], " colspan=\"3\"") + "</tr>\n";
      continue;
    }
    out += (open ? "" : "<tr>") + pair_of(fields[i], "") + (open ? "</tr>\n" : "");
    open = !open;
  }
  return out + "</tbody></table>\n";
}

std::string row_of(const FormTable& table, const std::vector<std::string>& row, bool total) {
  std::string out = total ? "<tr class=\"total\">" : "<tr>";
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    out += std::string(table.columns[c].number ? "<td class=\"n\">" : "<td>") +
           (c < row.size() ? html_text(row[c]) : std::string()) + "</td>";
  return out + "</tr>\n";
}

std::string table_of(const FormTable& table) {
  std::string out = "<table>";
  if (!table.caption.empty()) out += "<caption>" + html_text(table.caption) + "</caption>";
  out += "<thead><tr>";
  for (const FormColumn& column : table.columns) out += "<th>" + html_text(column.title) + "</th>";
  out += "</tr></thead><tbody>\n";
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    out += row_of(table, table.rows[i], table.total && i + 1 == table.rows.size());
  if (table.rows.empty()) out += "<tr><td colspan=\"" + std::to_string(table.columns.size()) + "\">（无）</td></tr>\n";
  return out + "</tbody></table>\n";
}

} // namespace

std::string html_of(const Form& form) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>" +
                    html_text(form.title) + "</title><style>@page{size:A4" + (form.landscape ? " landscape" : "") +
                    ";margin:15mm}" + kStyle + "</style></head><body>\n<h1>" + html_text(form.title) +
                    "</h1>\n<div class=\"head\"><span>" + html_text(form.number) + "</span><span>" +
                    html_text(form.unit) + "</span></div>\n";
  out += fields_of(form.fields, "fields");
  for (const FormTable& table : form.tables) out += table_of(table);
  out += fields_of(form.opinions, "fields room");
  if (!form.signatures.empty()) {
    out += "<div class=\"signs\">";
    for (const std::string& one : form.signatures) out += "<span>" + html_text(one) + "：</span>";
    out += "</div>\n";
  }
  return out + "</body></html>\n";
}

} // namespace onebudget::compilation
