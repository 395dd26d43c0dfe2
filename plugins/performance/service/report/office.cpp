// Templates of offices: which one holds where, how a draft would print, and how an approved one reaches those below.
#include "plugins/performance/service/report/report.hpp"

namespace onebudget::performance {

namespace {

/// What readers of a published template find it by: the office's own code before that of its template.
std::string published_code(const Row& office, const Row& form) { return office.text("code") + "." + form.text("code"); }

Result<std::optional<Row>> published(const Call& call, const Row& form) {
  OB_TRY(const Row office, call.node(form.ref("office")));
  return call.records().first(kTemplate, where("code==" + plugin::quoted(published_code(office, form)) +
                                               ";edition==" + std::to_string(form.number("edition", 1))));
}

Result<Answer> preview(Call& call, const Request& request, const char* entity) {
  OB_TRY(const RecordId id, request.id());
  Wanted wanted;
  OB_TRY(wanted.form, call.records().get(entity, id));
  wanted.kind = report_kind_of(wanted.form.text("kind")).value_or(ReportKind::project);
  std::optional<Row> newest;
  for (const char* standing : {"confirmed", "draft,returned,submitted"}) {
    if (newest) break;
    OB_TRY(newest, call.records().first(kEvaluation,
                                        where("project=null=false;status=in=(" + std::string(standing) + ")", "-id")));
  }
  if (!newest)
    return refusal("performance.preview",
                   {"您还看不到任何项目评价，不能预览。", "You see no evaluation of a project to print yet."},
                   {{"/kind",
                     "performance.preview",
                     {"没有可用的数据。", "There is no data to print."},
                     {"请先登记一份项目评价。", "Enter an evaluation of a project first."}}});
  wanted.evaluation = *newest;
  wanted.year = static_cast<int>(newest->number("fiscal_year"));
  wanted.node = newest->ref("unit");
  if (wanted.form.has("office") && wanted.kind != ReportKind::department) wanted.node = wanted.form.ref("office");
  OB_TRY(const Facts facts, facts_for(call, wanted));
  OB_TRY(Printout printed, print(wanted.form, wanted.kind, facts));
  return Answer{200, "text/html; charset=utf-8", std::move(printed.html)};
}

} // namespace

Result<Row> template_for(const Call& call, ReportKind kind, RecordId node, const std::string& asked) {
  const std::string code = kReportKinds[static_cast<std::size_t>(kind)];
  Row best;
  if (const auto id = RecordId::parse(asked)) {
    OB_TRY(const Row row, call.records().get(kTemplate, *id));
    if (row.text("kind") == code && row.text("status") == "in_force") return row;
  } else {
    OB_TRY(const Row place, call.node(node));
    const std::string path = place.text("path"), today = call.today().str();
    const std::string filter = "kind==" + code + ";status==in_force;valid_from=le=" + today;
    std::size_t nearest = 0;
    OB_CHECK(
        call.records().each(kTemplate, where(filter, "-valid_from,-edition,code"), [&](const Row& row) -> Result<void> {
          if (const auto end = row.day("valid_to"); end && end->str() < today) return {};
          std::string above;
          if (row.has("office")) {
            OB_TRY(const Row office, call.node(row.ref("office")));
            above = office.text("path");
          }
          if (path.rfind(above, 0) != 0 || (!best.none() && above.size() <= nearest)) return {};
          best = row;
          nearest = above.size();
          return {};
        }));
    if (!best.none()) return best;
  }
  return refusal("performance.no_template",
                 {"没有该类报告的生效模板。", "There is no template in force for this kind of report."},
                 {{"/template",
                   "performance.no_template",
                   {"没有生效的模板。", "No template is in force."},
                   {"请先编制并批准模板，或导入随附模板。", "Write and approve one, or import the shipped ones."}}});
}

Result<Answer> preview_office_template(Call& call, const Request& request) {
  return preview(call, request, kOfficeTemplate);
}

Result<Answer> preview_template(Call& call, const Request& request) { return preview(call, request, kTemplate); }

Result<void> publish_template(Call& call, const Event& event) {
  const RecordId id = Row(event.payload).ref("id");
  if (id.none()) return {};
  OB_TRY(const Row form, call.records().get(kOfficeTemplate, id));
  OB_TRY(const auto known, published(call, form));
  if (form.text("status") == "withdrawn") {
    if (!known || known->text("status") != "in_force") return {};
    return call.records().transition(kTemplate, known->id(), known->version(), "retract", "");
  }
  if (form.text("status") != "in_force" || known) return {};
  OB_TRY(const Row office, call.node(form.ref("office")));
  Json values = {{"office", form.text("office")},     {"code", published_code(office, form)},
                 {"edition", form.number("edition")}, {"name", form.text("name")},
                 {"kind", form.text("kind")},         {"valid_from", form.at("valid_from")},
                 {"body", form.text("body")}};
  for (const char* field : {"valid_to", "docx"})
    if (form.has(field)) values[field] = form.at(field);
  OB_TRY(const RecordId made, call.records().insert(kTemplate, values));
  OB_TRY(const Row fresh, call.records().get(kTemplate, made));
  return call.records().transition(kTemplate, made, fresh.version(), "publish", "");
}

} // namespace onebudget::performance
