// Import and export of entities.

#include <fmt/format.h>

#include "kernel/http/api/toolbox.hpp"
#include "kernel/http/problem.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::http {

namespace {

constexpr const char* kXlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// From ?format= or, for uploads, from the content type.
Result<std::string> format_of(const Parameters& parameters, std::string_view content_type) {
  std::string format = parameters.text("format");
  if (format.empty()) {
    if (content_type.find("spreadsheetml") != std::string_view::npos)
      format = "xlsx";
    else if (content_type.find("ndjson") != std::string_view::npos ||
             content_type.find("jsonl") != std::string_view::npos)
      format = "jsonl";
    else if (content_type.find("csv") != std::string_view::npos)
      format = "csv";
  }
  if (format == "csv" || format == "xlsx" || format == "jsonl") return format;
  return fault(FaultKind::media_type, "http.format",
               {"不支持的文件格式。请使用 csv、xlsx 或 jsonl。", "Not a known format; use csv, xlsx or jsonl."});
}

const char* media_type(const std::string& format) {
  return format == "xlsx" ? kXlsx : format == "jsonl" ? "application/x-ndjson" : "text/csv; charset=utf-8";
}

Json report_json(const records::ImportReport& report, const std::string& language) {
  Json errors = Json::array();
  for (const records::RowError& error : report.errors) {
    Json row = field_json(error.fault, language);
    row["line"] = error.line;
    row["value"] = error.value;
    errors.push_back(std::move(row));
  }
  return {{"rows", report.rows},       {"valid", report.valid},     {"invalid", report.invalid},
          {"created", report.created}, {"updated", report.updated}, {"unchanged", report.unchanged},
          {"dry_run", report.dry_run}, {"written", report.written}, {"error_total", report.error_total},
          {"errors", errors}};
}

Response file_answer(File spool, const std::string& name, const std::string& format) {
  Response response(200);
  response.set("Content-Type", media_type(format));
  response.set("Content-Disposition", fmt::format("attachment; filename=\"{}.{}\"", name, format));
  const std::uint64_t size = spool.size();
  response.body = FileBody{std::move(spool), 0, size};
  return response;
}

Result<Response> import(Services& services, Request& request) {
  OB_TRY(const std::string entity, entity_of(services, request));
  OB_TRY(const Parameters parameters,
         Parameters::of(request, {"format", "dry_run", "good_rows", "import_state", "report"}));
  records::ImportOptions options;
  OB_TRY(options.format, format_of(parameters, request.header("content-type")));
  options.dry_run = parameters.boolean("dry_run");
  options.good_rows = parameters.boolean("good_rows");
  options.import_state = parameters.boolean("import_state");
  options.report_format = parameters.text("report");
  if (!options.report_format.empty()) {
    OB_TRY(File spool, File::unnamed(services.data_dir));
    options.report = [&](std::string_view bytes) { return spool.append(bytes); };
    OB_CHECK(services.records.import(request.context, entity, body_source(request), options));
    return file_answer(std::move(spool), entity + "-errors", options.report_format);
  }
  OB_TRY(const records::ImportReport report,
         services.records.import(request.context, entity, body_source(request), options));
  const Json body = report_json(report, request.context.language);
  if (report.dry_run || report.written || report.invalid == 0) return json_answer(200, body);
  const Fault refused =
      fault(FaultKind::rule, "records.import_refused",
            {fmt::format("{} 行中有 {} 行有误，没有导入任何数据。请修正后重新导入，或选择只导入正确行。", report.rows,
                         report.invalid),
             fmt::format("{} of {} rows are wrong; nothing was imported. Correct them, or import the good rows only.",
                         report.invalid, report.rows)});
  const std::string members = body.dump();
  return problem(refused, request.context, std::string_view(members).substr(1, members.size() - 2));
}

/// The file is written to a spool first: no slow reader holds a snapshot.
Result<Response> export_(Services& services, Request& request) {
  OB_TRY(const std::string entity, entity_of(services, request));
  OB_TRY(const Parameters parameters, Parameters::of(request, {"format", "filter", "sort", "fields", "q", "expand"}));
  OB_TRY(const std::string format, format_of(parameters, ""));
  records::Query query;
  query.filter = parameters.text("filter");
  query.text = parameters.text("q");
  query.sort = parameters.text("sort");
  query.fields = parameters.list("fields");
  query.expand = parameters.list("expand");
  OB_TRY(File spool, File::unnamed(services.data_dir));
  OB_CHECK(services.records.export_to(request.context, entity, query, format,
                                      [&](std::string_view bytes) { return spool.append(bytes); }));
  OB_CHECK(services.audit.append_now(
      request.context, {"records.export", entity, "", "", "ok", "",
                        Json{{"format", format}, {"filter", query.filter}, {"bytes", spool.size()}}.dump()}));
  return file_answer(std::move(spool), entity, format);
}

Result<Response> import_template(Services& services, Request& request) {
  OB_TRY(const std::string entity, entity_of(services, request));
  OB_TRY(const Parameters parameters, Parameters::of(request, {"format"}));
  OB_TRY(const std::string format, format_of(parameters, ""));
  OB_TRY(std::string file, services.records.import_template(request.context, entity, format));
  Response response(200, media_type(format), std::move(file));
  response.set("Content-Disposition", fmt::format("attachment; filename=\"{}-template.{}\"", entity, format));
  return response;
}

} // namespace

void add_exchange_routes(Router& router, Services& services) {
  const std::string entity = "/{plugin}/{entity}";
  add_api(router, services, "POST", entity + "/import", Entry::caller,
          {BodyPolicy::spool, services.upload_limit, false, 900}, import);
  add_api(router, services, "GET", entity + "/import/template", Entry::caller, {}, import_template);
  add_api(router, services, "GET", entity + "/export", Entry::caller, {BodyPolicy::none, 0, false, 900}, export_);
}

} // namespace onebudget::http
