// What people look at: the two lights of a unit's projects, and the form of an alert for printing.

#include "plugins/monitoring/domain/level.hpp"
#include "plugins/monitoring/service/service.hpp"
#include "sdk/values/markup.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::monitoring {

namespace {

constexpr const char* kStyle =
    "@page{size:A4;margin:18mm}body{font:14px/1.6 'Noto Sans SC','Microsoft YaHei',sans-serif;color:#000;"
    "max-width:180mm;margin:0 auto}h1{font-size:20px;text-align:center}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #000;padding:4px 8px;text-align:left;vertical-align:top}th{width:22%;font-weight:600}";

/// Rows of a table with a heading; the value may be empty.
class Form {
 public:
  explicit Form(const Call& call) : call_(call) {}
  void line(const std::string& key, const std::string& value) {
    body_ += "<tr><th>" + html_text(call_.text(key)) + "</th><td>" + html_text(value) + "</td></tr>";
  }
  [[nodiscard]] std::string page() const {
    const std::string title = html_text(call_.text("form.title"));
    return "<!doctype html><html lang=\"" + call_.language() + "\"><head><meta charset=\"utf-8\"><title>" + title +
           "</title><style>" + kStyle + "</style></head><body><h1>" + title + "</h1><table>" + body_ +
           "</table></body></html>";
  }

 private:
  const Call& call_;
  std::string body_;
};

Result<Row> newest(const Call& call, const char* entity, RecordId alert) {
  OB_TRY(const auto row, call.records().first(entity, where("alert==" + alert.str(), "-id")));
  return row ? *row : Row();
}

std::string grouped(const Row& row, const char* field) {
  return row.has(field) ? grouped(row.money(field)) : std::string();
}

} // namespace

Result<Answer> show_lights(Call& call, const Request& request) {
  const auto unit = RecordId::parse(request.parameter("unit").value_or(""));
  const std::string year = request.parameter("year").value_or("");
  const bool digits = year.size() == 4 && year.find_first_not_of("0123456789") == std::string::npos;
  if (!unit || !digits)
    return fault(FaultKind::malformed, "monitoring.parameter",
                 {"请给出单位（unit）和年度（year）。", "Give the parameters unit and year."});
  std::map<std::string, Json> projects;
  const std::string filter = "unit==" + unit->str() + ";fiscal_year==" + year;
  OB_CHECK(call.records().each("monitoring.progress", where(filter, "as_of"), [&](const Row& row) -> Result<void> {
    projects[row.text("project_code")] = {{"project_code", row.text("project_code")},
                                          {"project_name", row.text("project_name")},
                                          {"as_of", row.at("as_of")},
                                          {"money", row.at("money_light")},
                                          {"goals", row.at("goal_light")},
                                          {"both", row.at("both_light")}};
    return {};
  }));
  Json items = Json::array();
  for (auto& [code, item] : projects) items.push_back(std::move(item));
  return Answer::json({{"items", items}});
}

Result<Answer> print_alert(Call& call, const Request& request) {
  OB_TRY(const RecordId id, request.id());
  OB_TRY(const Row alert, call.records().get(kAlert, id));
  OB_TRY(const Row explanation, newest(call, "monitoring.explanation", id));
  OB_TRY(const Row finding, newest(call, "monitoring.finding", id));
  OB_TRY(const Row rectification, newest(call, "monitoring.rectification", id));
  OB_TRY(const Row unit, call.node(alert.ref("unit")));
  Form form(call);
  const bool english = call.language().rfind("en", 0) == 0;
  form.line("form.unit", unit.text("name"));
  form.line("form.rule", alert.text("rule") + " " +
                             alert.text(english && alert.has("rule_title_en") ? "rule_title_en" : "rule_title"));
  form.line("form.object", alert.text("object") + " " + alert.text("object_title"));
  form.line("form.message", alert.text(english ? "message_en" : "message_zh"));
  for (const Json& item : alert.at("evidence")) {
    const Row one(item);
    const auto said = [&](const char* zh, const char* en) { return one.text(english && one.has(en) ? en : zh); };
    form.line("form.evidence", said("name", "name_en") + (english ? ": " : "：") + said("value", "value_en"));
  }
  const auto level = level_of(alert.text("level"));
  form.line("form.level", level ? (english ? code_of(*level) : title_of(*level)) : "");
  form.line("form.due_on", alert.text("due_on"));
  form.line("form.explanation", explanation.text("content"));
  form.line("form.conclusion", finding.has("conclusion") ? call.text("form." + finding.text("conclusion")) : "");
  form.line("form.violation_type",
            finding.has("violation_type") ? call.text("violation." + finding.text("violation_type")) : "");
  form.line("form.demand", finding.text("demand"));
  form.line("form.recover", grouped(finding, "recover_amount"));
  form.line("form.adjust", grouped(finding, "adjust_amount"));
  form.line("form.measures", rectification.text("measures"));
  form.line("form.recovered", grouped(rectification, "recovered_amount"));
  form.line("form.status", call.text("status." + alert.text("status")));
  return Answer{200, "text/html; charset=utf-8", form.page()};
}

} // namespace onebudget::monitoring
