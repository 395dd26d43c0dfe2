// GET /form?kind=…&id=…: an official form as a page to print.
#include "plugins/compilation/service/print/forms.hpp"

namespace onebudget::compilation {

namespace {

struct Kind {
  const char* name;
  const char* entity;
  Result<Form> (*make)(const Call&, const Row&);
};
constexpr Kind kKinds[] = {{"declaration", kProject, declaration_form},
                           {"ex-ante", "compilation.ex_ante_review", ex_ante_form},
                           {"zero-base", "compilation.zero_base_review", zero_base_form},
                           {"ceiling", "compilation.ceiling", ceiling_form},
                           {"version", "compilation.budget_version", version_form},
                           {"issue", "compilation.budget_issue", issue_form}};

} // namespace

Result<Answer> show_printed(Call& call, const Request& request) {
  const std::string name = request.parameter("kind").value_or("");
  for (const Kind& kind : kKinds) {
    if (name != kind.name) continue;
    OB_TRY(const RecordId id, request.id());
    OB_TRY(const Row row, call.records().get(kind.entity, id));
    OB_TRY(const Form form, kind.make(call, row));
    return Answer{200, "text/html; charset=utf-8", html_of(form)};
  }
  return fault(FaultKind::malformed, "compilation.parameter",
               {"kind 应为 declaration、ex-ante、zero-base、ceiling、version 或 issue。",
                "kind is declaration, ex-ante, zero-base, ceiling, version or issue."});
}

} // namespace onebudget::compilation
