#include "plugins/compilation/service/plan/library.hpp"

#include <algorithm>

#include "plugins/compilation/service/result/results.hpp"

namespace onebudget::compilation {

namespace {

constexpr int kUnreviewed = 70;

ZeroBaseClass grade_of(const std::string& text) {
  return text == "a"   ? ZeroBaseClass::a
         : text == "c" ? ZeroBaseClass::c
         : text == "d" ? ZeroBaseClass::d
                       : ZeroBaseClass::b;
}

/// Nodes are asked for once each.
class Nodes {
 public:
  explicit Nodes(const Call& call) : call_(call) {}
  Result<const Row*> of(RecordId id) {
    auto known = rows_.find(id.value);
    if (known == rows_.end()) {
      OB_TRY(Row node, call_.node(id));
      known = rows_.emplace(id.value, std::move(node)).first;
    }
    return &known->second;
  }

 private:
  const Call& call_;
  std::map<std::int64_t, Row> rows_;
};

/// The project of that id, or null.
LibraryProject* find(std::vector<LibraryProject>& projects, const std::string& id) {
  const auto at =
      std::lower_bound(projects.begin(), projects.end(), id,
                       [](const LibraryProject& one, const std::string& sought) { return one.claim.id < sought; });
  return at == projects.end() || at->claim.id != id ? nullptr : &*at;
}

Result<void> add_reviews(const Call& call, int fiscal_year, std::vector<LibraryProject>& projects) {
  const std::string filter = "fiscal_year==" + std::to_string(fiscal_year) + ";status==decided";
  return call.records().each("compilation.zero_base_review",
                             where(filter, "", {"project", "total", "grade", "approved_amount"}),
                             [&](const Row& row) -> Result<void> {
                               LibraryProject* project = find(projects, row.text("project"));
                               if (project == nullptr) return {};
                               project->claim.score = static_cast<int>(row.number("total"));
                               project->claim.grade = grade_of(row.text("grade"));
                               project->claim.amount = row.money("approved_amount");
                               return {};
                             });
}

/// What evaluations of two years before did to the places of projects.
Result<void> add_priorities(const Call& call, int fiscal_year, std::vector<LibraryProject>& projects) {
  const std::string filter = "fiscal_year==" + std::to_string(fiscal_year) + ";status==in_force";
  return call.records().each(kEffect, where(filter, "id", {"project", "priority", "number"}),
                             [&](const Row& row) -> Result<void> {
                               LibraryProject* project = find(projects, row.text("project"));
                               if (project == nullptr) return {};
                               project->claim.priority = static_cast<int>(row.number("priority"));
                               project->claim.result = row.text("number");
                               return {};
                             });
}

Result<void> add_twins(const Call& call, std::vector<LibraryProject>& projects) {
  return call.records().each("compilation.duplicate_pair", where("status==confirmed"),
                             [&](const Row& row) -> Result<void> {
                               LibraryProject* one = find(projects, row.text("first_project"));
                               LibraryProject* other = find(projects, row.text("second_project"));
                               if (one == nullptr || other == nullptr) return {};
                               const std::string twin = one->twin.empty() ? "pair " + row.id().str() : one->twin;
                               one->twin = other->twin = twin;
                               return {};
                             });
}

Result<void> add_standards(const Call& call, int fiscal_year, std::vector<LibraryProject>& projects) {
  const std::string lines = "year==" + std::to_string(fiscal_year) + ";standard=null=false";
  return call.records().each("compilation.expenditure_line", where(lines, "", {"project"}),
                             [&](const Row& row) -> Result<void> {
                               LibraryProject* project = find(projects, row.text("project"));
                               if (project != nullptr) project->by_standard = true;
                               return {};
                             });
}

Result<void> add_codes(const Call& call, std::vector<LibraryProject>& projects) {
  std::set<std::string> functions, funds;
  for (const LibraryProject& project : projects) {
    functions.insert(project.function);
    funds.insert(project.fund);
  }
  OB_TRY(auto function, codes_of(call, "standards.functional_class", functions));
  OB_TRY(auto fund, codes_of(call, "standards.fund_kind", funds));
  for (LibraryProject& project : projects) {
    project.function = function[project.function];
    project.fund = fund[project.fund];
  }
  return {};
}

LibraryProject project_of(const Row& row, const Row& unit) {
  LibraryProject one;
  one.claim.id = row.id().str();
  one.claim.order = order_of(row.text("spending_order"));
  one.claim.score = kUnreviewed;
  one.claim.grade = ZeroBaseClass::b;
  one.claim.amount = row.money("year_amount");
  one.department = unit.text("department_code");
  one.region = unit.text("region_code");
  one.function = row.text("functional_class");
  one.fund = row.text("fund_kind");
  one.category = row.text("category");
  return one;
}

} // namespace

Result<std::vector<LibraryProject>> library_of(const Call& call, const Row& region, int fiscal_year,
                                               const LibraryScope& scope) {
  std::vector<LibraryProject> projects;
  Nodes nodes(call);
  const std::string code = region.text("region_code"), path = region.text("path");
  const std::string filter = "fiscal_year==" + std::to_string(fiscal_year) + ";status=in=" + kLibraryStates;
  const std::vector<std::string> fields = {"unit",      "spending_order", "year_amount", "functional_class",
                                           "fund_kind", "category"};
  OB_CHECK(call.records().each(kProject, where(filter, "", fields), [&](const Row& row) -> Result<void> {
    OB_TRY(const Row* unit, nodes.of(row.ref("unit")));
    const bool inside = scope.below ? unit->text("path").rfind(path, 0) == 0 : unit->text("region_code") == code;
    if (!inside) return {};
    if (projects.size() == scope.most) {
      const std::string most = std::to_string(scope.most);
      return fault(
          FaultKind::rule, "plugin.too_many",
          {"项目超过 " + most + " 个。请缩小范围。", "There are more than " + most + " projects. Narrow the scope."});
    }
    projects.push_back(project_of(row, *unit));
    return {};
  }));
  std::sort(projects.begin(), projects.end(),
            [](const LibraryProject& left, const LibraryProject& right) { return left.claim.id < right.claim.id; });
  OB_CHECK(add_codes(call, projects));
  OB_CHECK(add_reviews(call, fiscal_year, projects));
  OB_CHECK(add_priorities(call, fiscal_year, projects));
  if (scope.twins) OB_CHECK(add_twins(call, projects));
  if (scope.standards) OB_CHECK(add_standards(call, fiscal_year, projects));
  return projects;
}

Result<std::map<std::string, Money>> resources_of(const Call& call, RecordId region, int fiscal_year) {
  std::map<std::string, Money> out;
  const std::string filter =
      "region==" + region.str() + ";fiscal_year==" + std::to_string(fiscal_year) + ";status==decided";
  OB_CHECK(call.records().each("compilation.revenue_estimate", where(filter), [&](const Row& row) -> Result<void> {
    out[row.text("source")] = row.money("amount");
    return {};
  }));
  return out;
}

} // namespace onebudget::compilation
