// Showing reports, proving them, and the templates they are printed with.
#include "plugins/performance/office/word.hpp"
#include "plugins/performance/service/report/report.hpp"

namespace onebudget::performance {

namespace {

constexpr const char* kWord = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
constexpr const char* kSheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

struct Shown {
  Row report, form;
  ReportKind kind = ReportKind::project;
  Facts facts;
  Printout printed;
};

Result<Shown> shown(const Call& call, const Request& request) {
  Shown out;
  OB_TRY(const RecordId id, request.id());
  OB_TRY(out.report, call.records().get(kReport, id));
  out.kind = report_kind_of(out.report.text("kind")).value_or(ReportKind::project);
  OB_TRY(out.form, call.records().get(kTemplate, out.report.ref("template")));
  OB_TRY(out.facts, kept_facts(call, id));
  OB_TRY(out.printed, print(out.form, out.kind, out.facts));
  return out;
}

Result<Json> same(const Call& call, const std::string& kept, std::string_view bytes) {
  OB_TRY(const std::string derived, sm3_of(call, bytes));
  return Json{{"kept", kept}, {"derived", derived}, {"same", kept == derived}};
}

} // namespace

Result<std::string> bytes_of_base64(const std::string& text) {
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    if (c == '\r' || c == '\n' || c == '=') continue;
    const int value = c >= 'A' && c <= 'Z'   ? c - 'A'
                      : c >= 'a' && c <= 'z' ? c - 'a' + 26
                      : c >= '0' && c <= '9' ? c - '0' + 52
                      : c == '+'             ? 62
                      : c == '/'             ? 63
                                             : -1;
    if (value < 0) return bad_docx("不是 base64", "it is no base64");
    held = held << 6U | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(held >> static_cast<unsigned>(bits) & 0xFFU);
  }
  return out;
}

Result<Facts> kept_facts(const Call& call, RecordId report) {
  std::string text;
  OB_CHECK(call.records().each(kReportPart, where("report==" + report.str(), "part_no"),
                               [&](const Row& row) -> Result<void> {
                                 text += row.text("content");
                                 return {};
                               }));
  return facts_in(text);
}

Result<Answer> show_report_html(Call& call, const Request& request) {
  OB_TRY(const Shown report, shown(call, request));
  return Answer{200, "text/html; charset=utf-8", report.printed.html};
}

Result<Answer> show_report_docx(Call& call, const Request& request) {
  OB_TRY(const Shown report, shown(call, request));
  return Answer{200, kWord, report.printed.docx};
}

Result<Answer> show_report_xlsx(Call& call, const Request& request) {
  OB_TRY(const Shown report, shown(call, request));
  return Answer{200, kSheet, report.printed.xlsx};
}

Result<Answer> check_report(Call& call, const Request& request) {
  OB_TRY(const Shown report, shown(call, request));
  Json out = {{"number", report.report.text("number")}, {"rules", report.report.text("rules")}};
  OB_TRY(out["data"], same(call, report.report.text("data_digest"), facts_text(report.facts)));
  OB_TRY(out["html"], same(call, report.report.text("html_digest"), report.printed.html));
  OB_TRY(out["docx"], same(call, report.report.text("docx_digest"), report.printed.docx));
  OB_TRY(out["xlsx"], same(call, report.report.text("xlsx_digest"), report.printed.xlsx));
  Wanted wanted;
  wanted.kind = report.kind;
  wanted.node = report.report.ref("node");
  wanted.year = static_cast<int>(report.report.number("fiscal_year"));
  if (report.kind == ReportKind::project) {
    OB_TRY(wanted.evaluation, call.records().get(kEvaluation, report.report.ref("evaluation")));
  }
  OB_TRY(const Facts today, facts_for(call, wanted));
  OB_TRY(out["rows_today"], same(call, report.report.text("data_digest"), facts_text(today)));
  return Answer::json(out);
}

Result<Answer> show_catalogue(Call&, const Request& request) {
  const auto kind = report_kind_of(request.parameter("kind").value_or("project"));
  if (!kind)
    return fault(FaultKind::malformed, "performance.parameter_missing",
                 {"kind 应为 project、department、region 或 year。", "kind is project, department, region or year."});
  const Catalogue& catalogue = catalogue_of(*kind);
  Json fields = Json::array(), tables = Json::array(), charts = Json::array();
  for (const FieldName& field : catalogue.fields) fields.push_back({{"code", field.code}, {"title", field.title}});
  for (const FieldName& chart : catalogue.charts) charts.push_back({{"code", chart.code}, {"title", chart.title}});
  for (const TableName& table : catalogue.tables) {
    Json columns = Json::array();
    for (const ColumnName& column : table.columns) columns.push_back({{"code", column.code}, {"title", column.title}});
    tables.push_back({{"code", table.code}, {"title", table.title}, {"columns", columns}});
  }
  return Answer::json({{"fields", fields}, {"tables", tables}, {"charts", charts}});
}

Result<void> validate_template(Call&, const Change& change, Verdict& verdict) {
  if (change.action == plugin::Action::remove) return {};
  const auto kind = report_kind_of(change.after.text("kind"));
  if (!kind) return {}; // the missing field has its own finding
  const Catalogue& catalogue = catalogue_of(*kind);
  verdict.report(check_template(change.after.text("body"), catalogue));
  if (change.after.text("docx").empty()) return {};
  const auto bytes = bytes_of_base64(change.after.text("docx"));
  const auto parts = bytes ? read_docx(*bytes) : Result<std::vector<Part>>(bytes.fault());
  if (parts) {
    verdict.report(check_docx(*parts, catalogue));
  } else {
    verdict.report("/docx", parts.fault().code, parts.fault().message,
                   Text{"请上传不含宏的 .docx，base64 后不超过 100000 个字符。",
                        "Upload a .docx without macros, at most 100000 characters of base64."});
  }
  return {};
}

Result<void> validate_report(Call&, const Change& change, Verdict& verdict) {
  const Row& row = change.action == plugin::Action::remove ? change.before : change.after;
  if (change.action == plugin::Action::remove || !row.text("data_digest").empty()) return {};
  verdict.report("/data_digest", "performance.report",
                 Text{"报告由系统生成，不能手工填写。", "Reports are made by the system, not typed in."},
                 Text{"请用“生成报告”。", "Use \"make a report\"."});
  return {};
}

} // namespace onebudget::performance
