#include "plugins/compilation/service/line/headcount.hpp"

namespace onebudget::compilation {

Result<Standard> standard_of(const Call& call, const Row& row) {
  Standard out;
  if (!row.has("standard")) return out;
  OB_TRY(const Row standard, call.records().get("standards.expenditure_standard", row.ref("standard")));
  out.unit_of_measure = standard.text("unit_of_measure");
  if (standard.has("ceiling")) out.ceiling = standard.money("ceiling");
  return out;
}

HeadcountFacts headcount_of(Category category, const Row& line, const Standard& standard,
                            const std::string& department_class, const std::optional<Row>& profile) {
  HeadcountFacts facts;
  facts.category = category;
  facts.department_class = department_class;
  facts.unit_of_measure = standard.unit_of_measure.empty() ? line.text("unit_of_measure") : standard.unit_of_measure;
  const auto quantity = Decimal::parse(line.text("quantity"));
  facts.quantity = quantity ? *quantity : Decimal::whole(1);
  facts.standard = standard.ceiling;
  facts.amount = line.money("amount");
  if (profile)
    facts.confirmed =
        Headcount{static_cast<int>(profile->number("posts")), static_cast<int>(profile->number("retirees"))};
  return facts;
}

Result<void> report_headcount(const Call& call, const Row& project, Verdict& verdict) {
  const Category category = category_of(project.text("category"));
  if (category != Category::personnel && category != Category::operating) return {};
  const int year = static_cast<int>(project.number("fiscal_year"));
  OB_TRY(const auto profile, profile_of(call, project.ref("unit"), year));
  if (!profile) return {};
  std::vector<Row> lines;
  std::set<std::string> classes;
  const std::string own = "project==" + project.id().str() + ";year==" + std::to_string(year);
  OB_CHECK(
      call.records().each("compilation.expenditure_line", where(own, "line_no"), [&](const Row& row) -> Result<void> {
        classes.insert(row.text("department_economic_class"));
        lines.push_back(row);
        return {};
      }));
  OB_TRY(auto codes, codes_of(call, "standards.department_economic_class", classes));
  for (const Row& line : lines) {
    OB_TRY(const Standard standard, standard_of(call, line));
    const std::string number = std::to_string(line.number("line_no"));
    const auto facts = headcount_of(category, line, standard, codes[line.text("department_economic_class")], profile);
    for (FieldFault finding : check_headcount(facts)) {
      finding.field = "/lines/" + number;
      finding.message = {"第 " + number + " 行：" + finding.message.zh, "Line " + number + ": " + finding.message.en};
      verdict.report(finding);
    }
  }
  return {};
}

} // namespace onebudget::compilation
