// The table of handlers; no logic.
#include "sdk/cpp/plugin.hpp"

#include "plugins/performance/service/service.hpp"

namespace onebudget::performance {

class Performance final : public plugin::Plugin {
 public:
  Performance() {
    validate("indicator", validate_indicator);
    validate("scheme", validate_scheme);
    validate("parameter", validate_parameter);
    validate("benchmark", validate_benchmark);
    validate("goal", validate_goal);
    validate("goal_indicator", validate_goal_indicator);
    validate("evaluation", validate_evaluation);
    validate("score_line", validate_score_line);
    validate("evidence", validate_evidence);
    validate("expert_score", validate_expert_score);
    validate("cost_line", validate_cost_line);
    validate("score_finding", validate_finding);
    validate("sampling_plan", validate_sampling);
    validate("policy_pack", validate_policy);
    validate("result", validate_result);
    validate("appeal", validate_appeal);
    validate("accountability", validate_accountability);
    route("GET /suggest", suggest_indicators);
    route("GET /goal/{id}/quality", show_quality);
    route("POST /evaluation/{id}/prepare", prepare_evaluation);
    route("POST /evaluation/{id}/verify", verify_evaluation);
    route("GET /evaluation/{id}/form", show_form);
    route("GET /evaluation/{id}/report", show_report);
    route("GET /comparison", compare_projects);
    route("POST /comparison/publish", publish_comparison);
    route("POST /policy-pack/{id}/simulate", simulate_policy);
    route("POST /propose", propose_results);
    route("GET /trace", show_trace);
    route("GET /standing", show_standing);
    for (const char* entity : {"report_template", "office_template"}) validate(entity, validate_template);
    validate("report", validate_report);
    route("POST /report/make", make_one_report);
    route("POST /report/batch", make_many_reports);
    route("GET /report/{id}/html", show_report_html);
    route("GET /report/{id}/docx", show_report_docx);
    route("GET /report/{id}/xlsx", show_report_xlsx);
    route("GET /report/{id}/check", check_report);
    route("GET /report-catalogue", show_catalogue);
    route("GET /office-template/{id}/preview", preview_office_template);
    route("GET /report-template/{id}/preview", preview_template);
    job("reports", run_reports);
    serve("performance/1", "goal_state", goal_state);
    serve("performance/1", "effects", effects);
    listen("records.changed", follow_project);
    listen("performance.appeal.granted", correct_result);
    for (const char* topic : {"performance.office_template.in_force", "performance.office_template.withdrawn"})
      listen(topic, publish_template);
  }
};

} // namespace onebudget::performance

ONEBUDGET_PLUGIN(onebudget::performance::Performance);
