#include "plugins/compilation/service/round/issue_event.hpp"

#include "plugins/compilation/service/facts.hpp"

namespace onebudget::compilation {

namespace {

constexpr std::size_t kLinesOfEvent = 40; ///< an event holds 64 KB
constexpr const char* kTransferClass = "230";
constexpr const char* kOfLine[] = {"project_code", "functional_class", "government_class",
                                   "department_class"}; ///< elements that have the line's own name
constexpr const char* kOfIssue[] = {"business_office", "indicator_office", "revenue_class", "payment_method"};
constexpr const char* kMarks[] = {"is_procurement", "is_payroll", "is_direct",
                                  "is_research",    "is_debt",    "is_construction"};

/// 预算来源 as the national element writes it.
const char* source_code(const std::string& source) {
  if (source == "adjustment") return "2";
  return source == "reallocation" ? "3" : "1";
}

/// The elements that all lines of a batch share.
Result<Json> shared_elements(const Call& call, const IssuedBatch& batch) {
  const Row& issue = batch.issue;
  OB_TRY(const Row node, call.node(issue.ref("unit")));
  std::string receiver;
  if (issue.has("receiver_region")) {
    OB_TRY(const Row region, call.node(issue.ref("receiver_region")));
    receiver = region.text("region_code");
  }
  Json out = {{"fiscal_year", issue.number("fiscal_year")},
              {"region", node.text("region_code")},
              {"document_no", issue.text("document_no")},
              {"unit", node.text("code")},
              {"indicator_type", node.text("kind") == "unit" ? "executable" : "pending"},
              {"budget_source", source_code(issue.text("source"))},
              {"is_advance", issue.text("ground") != "none"},
              {"receiver_region", receiver},
              {"budget_level", node.text("gov_level")}};
  for (const char* name : kOfIssue) out[name] = issue.text(name);
  return out;
}

Json elements_of(const Row& line, const Row& issue, const Json& shared) {
  Json out = shared;
  for (const char* name : kOfLine) out[name] = line.text(name);
  for (const char* name : kMarks) out[name] = line.flag(name);
  out["fund_kind"] = line.text("fund");
  const std::string function = line.text("functional_class");
  out["transfer_class"] = function.rfind(kTransferClass, 0) == 0 ? function : std::string();
  const std::string upper = line.text("upper_document_no");
  out["upper_document_no"] = upper.empty() ? issue.text("upper_document_no") : upper;
  return out;
}

Json previous_of(const Row& line, const Row& issue) {
  if (!line.has("previous")) return nullptr;
  return {{"issue", issue.text("changes")},
          {"line", line.text("previous")},
          {"amount", plugin::abi(line.money("previous_amount"))}};
}

} // namespace

Result<void> publish_issued(const Call& call, const IssuedBatch& batch) {
  const Row& issue = batch.issue;
  OB_TRY(const Json shared, shared_elements(call, batch));
  const std::string key = issue.text("unit") + "/" + std::to_string(issue.number("fiscal_year"));
  const std::size_t parts = (batch.lines.size() + kLinesOfEvent - 1) / kLinesOfEvent;
  for (std::size_t part = 0; part < parts; ++part) {
    Json lines = Json::array();
    for (std::size_t i = part * kLinesOfEvent; i < batch.lines.size() && i < (part + 1) * kLinesOfEvent; ++i) {
      const Row& line = batch.lines[i];
      lines.push_back({{"line", line.id().str()},
                       {"project", line.text("project")},
                       {"amount", plugin::abi(line.money("amount"))},
                       {"previous", previous_of(line, issue)},
                       {"elements", elements_of(line, issue, shared)}});
    }
    OB_CHECK(call.publish("compilation.budget.issued", key,
                          {{"batch", batch.id.str()},
                           {"document_no", issue.text("document_no")},
                           {"title", issue.text("title")},
                           {"unit", issue.text("unit")},
                           {"region", shared["region"]},
                           {"fiscal_year", issue.number("fiscal_year")},
                           {"issued_on", call.today().str()},
                           {"ground", issue.text("ground")},
                           {"source", source_code(issue.text("source"))},
                           {"changes", issue.has("changes") ? Json(issue.text("changes")) : Json(nullptr)},
                           {"to_unit", issue.flag("to_unit")},
                           {"total", plugin::abi(batch.total)},
                           {"part", part + 1},
                           {"parts", parts},
                           {"lines", lines}}));
  }
  return {};
}

} // namespace onebudget::compilation
