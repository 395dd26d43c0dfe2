// The table of handlers; no logic.
#include "sdk/cpp/plugin.hpp"

#include "plugins/compilation/service/marks.hpp"

namespace onebudget::compilation {

class Compilation final : public plugin::Plugin {
 public:
  Compilation() {
    validate("project", validate_project);
    validate("project_review", validate_review);
    validate("ex_ante_review", validate_ex_ante);
    validate("zero_base_review", validate_zero_base);
    validate("expenditure_line", validate_line);
    for (const char* linked : {"procurement_line", "asset_line", "service_line"}) validate(linked, validate_linked);
    validate("year_amount", validate_year);
    validate("budget_round", validate_round);
    validate("ceiling", validate_ceiling);
    validate("budget_version", validate_version);
    validate("congress_approval", validate_approval);
    validate("statutory_act", validate_statutory_act);
    validate("budget_issue", validate_issue);
    validate("policy_value", validate_policy);
    validate("secret_total", validate_secret_total);
    validate("duplicate_pair", validate_duplicate);
    for (const char* mark : {"round_mark", "duplicate_mark"}) validate(mark, validate_mark);
    validate("scenario", validate_scenario);
    validate("import_mapping", validate_mapping);
    serve("compilation/1", "totals", project_totals);
    listen("workflow.case.returned", follow_return);
    for (const char* told : {"performance.effect.applied", "performance.effect.revoked"}) listen(told, follow_result);
    route("GET /code-change", list_code_changes);
    route("GET /fiscal-gap", show_fiscal_gap);
    route("GET /statutory-calendar", show_statutory_calendar);
    route("GET /rolling-plan/{id}", show_rolling_plan);
    route("POST /ceiling/{id}/split", split_ceiling);
    route("POST /ceiling/{id}/apply-results", apply_results);
    route("GET /result-trace", show_result_trace);
    route("POST /freeze", freeze_version);
    route("GET /compare", compare_frozen);
    route("POST /roll-up", roll_up);
    route("POST /budget-issue/{id}/prepare", prepare_issue);
    route("POST /duplicate-search", search_duplicates);
    job("duplicates", run_duplicate_search);
    route("POST /recommend", recommend);
    route("POST /scenario/{id}/run", compute_scenario);
    job("scenario", run_scenario_job);
    route("GET /forecast", show_forecast);
    route("GET /form", show_printed);
    route("POST /import-mapping/{id}/run", run_mapping);
    route("POST /import-mapping/{id}/file", run_mapping_on_file);
  }
};

} // namespace onebudget::compilation

ONEBUDGET_PLUGIN(onebudget::compilation::Compilation);
