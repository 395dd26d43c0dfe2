// Making reports: one at once, or as many as a region has in a job that goes on where it stopped.
#include <algorithm>

#include "plugins/performance/domain/report/html.hpp"
#include "plugins/performance/office/sheet.hpp"
#include "plugins/performance/office/word.hpp"
#include "plugins/performance/service/report/report.hpp"

namespace onebudget::performance {

namespace {

constexpr std::size_t kPartBytes = 90'000; ///< a long text holds 100 000 characters
constexpr std::size_t kAtOnce = 20;        ///< reports between two checkpoints

std::string hex(std::string_view bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

Result<void> keep_facts(const Call& call, RecordId report, const std::string& text) {
  int number = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(at + kPartBytes, text.size());
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    OB_TRY(const RecordId made,
           call.records().insert(
               kReportPart, {{"report", report.str()}, {"part_no", ++number}, {"content", text.substr(at, end - at)}}));
    static_cast<void>(made);
    at = end;
  }
  return {};
}

Result<Wanted> wanted_in(const Call& call, const Row& asked) {
  Wanted wanted;
  const auto kind = report_kind_of(asked.text("kind"));
  if (!kind)
    return fault(FaultKind::malformed, "performance.parameter_missing",
                 {"kind 应为 project、department、region 或 year。", "kind is project, department, region or year."});
  wanted.kind = *kind;
  if (*kind == ReportKind::project) {
    OB_TRY(const RecordId id, id_member(asked.json(), "evaluation"));
    OB_TRY(wanted.evaluation, call.records().get(kEvaluation, id));
    wanted.node = wanted.evaluation.ref("unit");
    wanted.year = static_cast<int>(wanted.evaluation.number("fiscal_year"));
  } else {
    OB_TRY(wanted.node, id_member(asked.json(), "node"));
    OB_TRY(wanted.year, year_member(asked.json(), "fiscal_year"));
  }
  OB_TRY(wanted.form, template_for(call, *kind, wanted.node, asked.text("template")));
  return wanted;
}

/// Evaluations or departments that a batch covers, in the order of their ids.
Result<std::vector<std::string>> covered(const Call& call, ReportKind kind, const Row& node, int year) {
  std::set<std::int64_t> ids;
  const auto inside = [&](const Row& unit) {
    return unit.text("region_code") == node.text("region_code") &&
           (node.text("kind") != "department" || unit.text("department_code") == node.text("department_code"));
  };
  OB_TRY(const auto evaluations, best_evaluations(call, year, "self,department,finance", inside));
  for (const Row& row : evaluations) ids.insert(kind == ReportKind::project ? row.id().value : row.ref("unit").value);
  std::vector<std::string> out;
  for (const std::int64_t id : ids) out.push_back(RecordId{id}.str());
  return out;
}

} // namespace

Result<std::string> sm3_of(const Call& call, std::string_view bytes) {
  OB_TRY(const std::string digest, call.host().digest("sm3", bytes));
  return hex(digest);
}

Result<Facts> facts_for(const Call& call, const Wanted& wanted) {
  if (wanted.kind == ReportKind::project) {
    if (wanted.evaluation.text("status") == "cancelled" || !wanted.evaluation.has("project"))
      return refusal("performance.report",
                     {"该评价不能生成项目报告。", "No project report is made of this evaluation."},
                     {{"/evaluation",
                       "performance.report",
                       {"评价已取消，或不是项目评价。", "It was cancelled, or is of no project."},
                       {"请选择有效的项目评价。", "Choose another evaluation."}}});
    OB_TRY(auto facts, project_facts(call, {wanted.evaluation}));
    return std::move(facts.front());
  }
  OB_TRY(const Row node, call.node(wanted.node));
  return node_facts(call, wanted.kind, node, wanted.year);
}

Result<Printout> print(const Row& form, ReportKind kind, const Facts& facts) {
  const Catalogue& catalogue = catalogue_of(kind);
  OB_TRY(const Document document, fill(form.text("body"), catalogue, facts));
  Printout out;
  out.html = html_of(document);
  OB_TRY(out.xlsx, xlsx_of(catalogue, facts));
  if (form.text("docx").empty()) {
    out.docx = docx_of(document);
    return out;
  }
  OB_TRY(const std::string bytes, bytes_of_base64(form.text("docx")));
  OB_TRY(const auto parts, read_docx(bytes));
  out.docx = fill_docx(parts, catalogue, facts, document);
  return out;
}

Result<Json> make_report(const Call& call, const Wanted& wanted, const Facts& facts) {
  const std::string text = facts_text(facts);
  OB_TRY(const std::string digest, sm3_of(call, text));
  const bool project = wanted.kind == ReportKind::project;
  OB_TRY(const Row node, call.node(wanted.node));
  const std::string subject =
      project ? wanted.evaluation.text("number") : node.text("code") + "-" + std::to_string(wanted.year);
  const std::string edition = wanted.form.text("code") + "-" + std::to_string(wanted.form.number("edition", 1));
  const std::string number = subject + "-" + edition + "-" + digest.substr(0, 12);
  OB_TRY(const auto known, call.records().first(kReport, where("number==" + plugin::quoted(number))));
  if (known) return Json{{"id", known->id().str()}, {"number", number}, {"made", false}};
  OB_TRY(const Printout printed, print(wanted.form, wanted.kind, facts));
  Json values = {{"number", number},
                 {"node", wanted.node.str()},
                 {"kind", kReportKinds[static_cast<std::size_t>(wanted.kind)]},
                 {"fiscal_year", wanted.year},
                 {"template", wanted.form.id().str()},
                 {"template_told", wanted.form.text("name") + " v" + std::to_string(wanted.form.number("edition", 1))},
                 {"rules", facts.at("rules").text},
                 {"data_digest", digest}};
  if (project) {
    values["evaluation"] = wanted.evaluation.id().str();
    values["project"] = wanted.evaluation.text("project");
  }
  OB_TRY(values["html_digest"], sm3_of(call, printed.html));
  OB_TRY(values["docx_digest"], sm3_of(call, printed.docx));
  OB_TRY(values["xlsx_digest"], sm3_of(call, printed.xlsx));
  OB_TRY(const RecordId id, call.records().insert(kReport, values));
  OB_CHECK(keep_facts(call, id, text));
  return Json{{"id", id.str()}, {"number", number}, {"made", true}};
}

Result<Answer> make_one_report(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  OB_TRY(const Wanted wanted, wanted_in(call, Row(body)));
  OB_TRY(const Facts facts, facts_for(call, wanted));
  OB_TRY(const Json made, make_report(call, wanted, facts));
  return Answer::json(made);
}

Result<Answer> make_many_reports(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  const Row asked(body);
  const auto kind = report_kind_of(asked.text("kind"));
  if (kind != ReportKind::project && kind != ReportKind::department)
    return fault(FaultKind::malformed, "performance.parameter_missing",
                 {"批量生成的 kind 应为 project 或 department。", "A batch is of the kind project or department."});
  OB_TRY(const RecordId node, id_member(body, "node"));
  OB_TRY(const int year, year_member(body, "fiscal_year"));
  OB_TRY(const Row form, template_for(call, *kind, node, asked.text("template")));
  OB_TRY(const JobId job, call.submit("reports", {{"kind", asked.text("kind")},
                                                  {"node", node.str()},
                                                  {"fiscal_year", year},
                                                  {"template", form.id().str()}}));
  return Answer::json({{"job", std::to_string(job.value)}}, 202);
}

namespace {

/// Reports of some evaluations, or of some departments: answers how many were made.
Result<std::int64_t> make_some(const Call& call, const Wanted& all, const std::set<std::string>& subjects) {
  std::int64_t made = 0;
  const auto make = [&](const Wanted& wanted, const Facts& facts) -> Result<void> {
    OB_TRY(const Json report, make_report(call, wanted, facts));
    made += report["made"].get<bool>() ? 1 : 0;
    return {};
  };
  Wanted wanted = all;
  if (all.kind == ReportKind::project) {
    std::vector<Row> evaluations;
    OB_CHECK(by_hundreds(subjects, "id", [&](const std::string& filter) {
      return call.records().each(kEvaluation, where(filter, "id"), [&](const Row& row) -> Result<void> {
        evaluations.push_back(row);
        return {};
      });
    }));
    OB_TRY(const auto facts, project_facts(call, evaluations));
    for (std::size_t i = 0; i < evaluations.size(); ++i) {
      wanted.evaluation = evaluations[i];
      wanted.node = evaluations[i].ref("unit");
      OB_CHECK(make(wanted, facts[i]));
    }
    return made;
  }
  for (const std::string& subject : subjects) {
    wanted.node = RecordId::parse(subject).value_or(RecordId{});
    OB_TRY(const Facts facts, facts_for(call, wanted));
    OB_CHECK(make(wanted, facts));
  }
  return made;
}

} // namespace

Result<Json> run_reports(Call& call, plugin::Job& job) {
  OB_TRY(const Json payload, job.payload());
  OB_TRY(const Json before, job.last_checkpoint());
  const Row asked(payload), state(before);
  const ReportKind kind = report_kind_of(asked.text("kind")).value_or(ReportKind::project);
  OB_TRY(const Row node, call.node(asked.ref("node")));
  const int year = static_cast<int>(asked.number("fiscal_year"));
  OB_TRY(const auto subjects, covered(call, kind, node, year));
  const auto total = static_cast<std::int64_t>(subjects.size());
  std::int64_t made = state.number("made"), known = state.number("known"), at = state.number("at");
  const std::int64_t last = state.number("last");
  // What was added or taken away since the checkpoint is judged by ids, not by place.
  at = std::count_if(subjects.begin(), subjects.end(),
                     [&](const std::string& id) { return RecordId::parse(id)->value <= last; });
  Wanted wanted;
  wanted.kind = kind;
  wanted.year = year;
  OB_TRY(wanted.form, template_for(call, kind, asked.ref("node"), asked.text("template")));
  while (at < total && !job.cancelled()) {
    const std::int64_t end = std::min(at + static_cast<std::int64_t>(kAtOnce), total);
    OB_TRY(const std::int64_t fresh, make_some(call, wanted, {subjects.begin() + at, subjects.begin() + end}));
    made += fresh;
    known += end - at - fresh;
    at = end;
    OB_CHECK(job.progress(at, total, std::to_string(at) + "/" + std::to_string(total)));
    OB_CHECK(job.checkpoint({{"at", at},
                             {"last", RecordId::parse(subjects[static_cast<std::size_t>(at - 1)])->value},
                             {"made", made},
                             {"known", known}}));
  }
  return Json{{"made", made}, {"known", known}, {"total", total}};
}

} // namespace onebudget::performance
