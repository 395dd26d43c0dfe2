#include "plugins/performance/domain/goal/suggest.hpp"

#include <algorithm>
#include <charconv>

#include "plugins/performance/service/facts.hpp"

namespace onebudget::performance {

namespace {

constexpr std::size_t kUsual = 20, kMost = 100;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t to = std::min(text.find("、", from), text.size());
    if (to > from) out.push_back(text.substr(from, to - from));
    from = to + std::string("、").size();
  }
  return out;
}

std::size_t limit_of(const Request& request) {
  const std::string text = request.parameter("limit").value_or("");
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool good = error == std::errc() && end == text.data() + text.size() && number > 0;
  return good ? std::min(number, kMost) : kUsual;
}

Result<ProjectText> text_of(const Call& call, const Row& project) {
  ProjectText out;
  out.name = project.text("name");
  for (const char* field : {"summary", "design_basis", "performance_goal", "plan"})
    out.text += project.text(field) + "\n";
  out.types = types_of(out.name, project.flag("is_construction"), project.flag("is_procurement"));
  if (!project.has("functional_class")) return out;
  OB_TRY(const Row listed, call.records().get("standards.functional_class", project.ref("functional_class")));
  out.function_class = listed.text("code");
  return out;
}

} // namespace

Result<Answer> suggest_indicators(Call& call, const Request& request) {
  const std::string words = request.parameter("text").value_or("");
  ProjectText text;
  if (words.empty() || request.parameter("project")) {
    OB_TRY(const RecordId id, request.id("project"));
    OB_TRY(const Row project, call.records().get(kProject, id));
    OB_TRY(text, text_of(call, project));
  }
  text.text += words;
  std::vector<Row> rows;
  std::vector<LibraryEntry> library;
  OB_CHECK(call.records().each(
      "performance.indicator", where("status==in_force", "code"), [&](const Row& row) -> Result<void> {
        library.push_back({row.text("code"), row.text("name"), row.text("keywords"), row.text("first_level"),
                           row.text("second_level"), row.text("industry"), split(row.text("functional_classes")),
                           split(row.text("project_types"))});
        rows.push_back(row);
        return {};
      }));
  Json items = Json::array();
  for (const Suggestion& one : suggest(text, library, limit_of(request))) {
    const Row& row = rows[one.entry];
    Json reasons = Json::array();
    for (const Text& reason : one.reasons) reasons.push_back(reason.in(call.language()));
    Json item = {{"indicator", row.id().str()}, {"score", one.score}, {"reasons", reasons}};
    for (const char* field : {"code", "name", "industry", "first_level", "second_level", "nature", "formula",
                              "unit_of_measure", "data_source", "benchmark", "benchmark_kind"})
      item[field] = row.at(field);
    items.push_back(std::move(item));
  }
  return Answer::json({{"types", text.types}, {"function", text.function_class}, {"items", items}});
}

} // namespace onebudget::performance
