#include "plugins/compilation/service/plan/library.hpp"

namespace onebudget::compilation {

namespace {

constexpr std::size_t kMost = 20'000;
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

Result<void> add_reviews(const Call& call, int fiscal_year, std::map<std::string, LibraryProject>& projects) {
  const std::string filter = "fiscal_year==" + std::to_string(fiscal_year) + ";status==decided";
  return call.records().each("compilation.zero_base_review", where(filter), [&](const Row& row) -> Result<void> {
    const auto project = projects.find(row.text("project"));
    if (project == projects.end()) return {};
    project->second.claim.score = static_cast<int>(row.number("total"));
    project->second.claim.grade = grade_of(row.text("grade"));
    project->second.claim.amount = row.money("approved_amount");
    return {};
  });
}

Result<void> add_marks(const Call& call, int fiscal_year, std::map<std::string, LibraryProject>& projects) {
  OB_CHECK(call.records().each(
      "compilation.duplicate_pair", where("status==confirmed"), [&](const Row& row) -> Result<void> {
        const auto one = projects.find(row.text("first_project")), other = projects.find(row.text("second_project"));
        if (one == projects.end() || other == projects.end()) return {};
        const std::string twin = one->second.twin.empty() ? "pair " + row.id().str() : one->second.twin;
        one->second.twin = other->second.twin = twin;
        return {};
      }));
  const std::string lines = "year==" + std::to_string(fiscal_year);
  return call.records().each("compilation.expenditure_line", where(lines, "", {"project", "standard"}),
                             [&](const Row& row) -> Result<void> {
                               const auto project = projects.find(row.text("project"));
                               if (project != projects.end() && row.has("standard")) project->second.by_standard = true;
                               return {};
                             });
}

Result<void> add_codes(const Call& call, std::map<std::string, LibraryProject>& projects) {
  std::set<std::string> functions, funds;
  for (const auto& [id, project] : projects) {
    functions.insert(project.function);
    funds.insert(project.fund);
  }
  OB_TRY(auto function, codes_of(call, "standards.functional_class", functions));
  OB_TRY(auto fund, codes_of(call, "standards.fund_kind", funds));
  for (auto& [id, project] : projects) {
    project.function = function[project.function];
    project.fund = fund[project.fund];
  }
  return {};
}

} // namespace

Result<std::vector<LibraryProject>> library_of(const Call& call, const Row& region, int fiscal_year, bool below) {
  std::map<std::string, LibraryProject> projects;
  Nodes nodes(call);
  const std::string code = region.text("region_code"), path = region.text("path");
  const std::string filter = "fiscal_year==" + std::to_string(fiscal_year) + ";status=in=" + kLibraryStates;
  OB_CHECK(call.records().each(kProject, where(filter), [&](const Row& row) -> Result<void> {
    OB_TRY(const Row* unit, nodes.of(row.ref("unit")));
    const bool inside = below ? unit->text("path").rfind(path, 0) == 0 : unit->text("region_code") == code;
    if (!inside) return {};
    if (projects.size() == kMost)
      return fault(FaultKind::rule, "plugin.too_many",
                   {"项目超过 20000 个。请缩小范围。", "There are more than 20,000 projects. Narrow the scope."});
    LibraryProject& one = projects[row.id().str()];
    one.claim = {row.id().str(), order_of(row.text("spending_order")), kUnreviewed, ZeroBaseClass::b,
                 row.money("year_amount")};
    one.name = row.text("name");
    one.code = row.text("code");
    one.department = unit->text("department_code");
    one.region = unit->text("region_code");
    one.function = row.text("functional_class");
    one.fund = row.text("fund_kind");
    one.category = row.text("category");
    return {};
  }));
  OB_CHECK(add_codes(call, projects));
  OB_CHECK(add_reviews(call, fiscal_year, projects));
  OB_CHECK(add_marks(call, fiscal_year, projects));
  std::vector<LibraryProject> out;
  for (auto& [id, project] : projects) out.push_back(std::move(project));
  return out;
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
