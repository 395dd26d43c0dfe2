#pragma once
// Reports: facts gathered from rows, kept with the report, printed through a template.

#include "plugins/performance/domain/report/template.hpp"
#include "plugins/performance/service/facts.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::performance {

inline constexpr const char* kReport = "performance.report";
inline constexpr const char* kReportPart = "performance.report_part";
inline constexpr const char* kTemplate = "performance.report_template";
inline constexpr const char* kOfficeTemplate = "performance.office_template";
/// Raised whenever the same facts and template would print differently.
inline constexpr int kRenderer = 3;

/// Rate of execution as printed, "" without a budget.
std::string rate_text(Money executed, Money budget);
/// The grades' borders as printed, and what rules the report was made by.
void set_common(Facts& facts, int year, const Parameters& parameters);
/// What was found against some evaluations: rows of the table `findings` by evaluation, not yet with their project.
using Findings = std::map<std::string, std::vector<std::vector<Printed>>>;
Result<Findings> read_findings(const Call& call, const std::set<std::string>& evaluations);
/// Rows of the evaluations that are named, by project; answers how many.
int add_findings(const Findings& found, const std::map<std::string, std::string>& project_names, Facts& facts);
std::string link_to(const char* entity, const std::string& id);

/// Projects and years by their evaluations, in their order: what several have in common is read once.
Result<std::vector<Facts>> project_facts(const Call& call, const std::vector<Row>& evaluations);
/// A department (or unit), a region, or a region's year.
Result<Facts> node_facts(const Call& call, ReportKind kind, const Row& node, int year);

/// Facts as text that is kept with the report, and back.
std::string facts_text(const Facts& facts);
Result<Facts> facts_in(const std::string& text);

std::optional<ReportKind> report_kind_of(const std::string& code);

/// What a report is made of and about.
struct Wanted {
  ReportKind kind = ReportKind::project;
  Row evaluation; ///< of a project's report
  RecordId node;  ///< of the others; of a project its unit
  int year = 0;
  Row form; ///< the template
};
/// The template that was named; else the newest in force of the kind of the nearest office at or above the node, and
/// the province's where none has one. Fault performance.no_template.
Result<Row> template_for(const Call& call, ReportKind kind, RecordId node, const std::string& asked);
Result<Facts> facts_for(const Call& call, const Wanted& wanted);
/// The report of these facts, made or already there when facts and template are the same: {id, number, made}.
Result<Json> make_report(const Call& call, const Wanted& wanted, const Facts& facts);

struct Printout {
  std::string html, docx, xlsx;
};
Result<Printout> print(const Row& form, ReportKind kind, const Facts& facts);
/// Facts and template of a report that was made.
Result<Facts> kept_facts(const Call& call, RecordId report);
Result<std::string> sm3_of(const Call& call, std::string_view bytes);
/// Base64 of a template's .docx as bytes. Fault performance.report_docx.
Result<std::string> bytes_of_base64(const std::string& text);

} // namespace onebudget::performance
