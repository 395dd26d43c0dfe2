// J1 项目申报书: the project, its money by year, the lines, the papers and the reviews.
#include "plugins/compilation/service/print/forms.hpp"
#include "sdk/values/money_text.hpp"

namespace onebudget::compilation {

namespace {

std::string yes(const Row& row, const char* field) { return row.flag(field) ? "是" : "否"; }

Result<std::vector<FormField>> head_of(const Call& call, const Row& p) {
  OB_TRY(const std::string unit, placed(call, p.ref("unit")));
  OB_TRY(const Row node, call.node(p.ref("unit")));
  OB_TRY(const std::string fund, listed(call, "fund_kind", p, "fund_kind"));
  OB_TRY(const std::string function, listed(call, "functional_class", p, "functional_class"));
  OB_TRY(const std::string special, listed(call, "special_fund", p, "special_fund"));
  return std::vector<FormField>{
      {"项目名称", p.text("name"), true},
      {"项目代码", p.text("code")},
      {"项目类别", word(p.text("category"))},
      {"支出项目类别", word(p.text("payout_kind"))},
      {"项目单位", unit},
      {"主管部门", node.text("department_code")},
      {"存续状态", word(p.text("existence"))},
      {"项目来源", word(p.text("origin"))},
      {"起止年度", std::to_string(p.number("start_year")) + "—" + std::to_string(p.number("end_year"))},
      {"项目期限（年）", std::to_string(p.number("term_years"))},
      {"项目总额", grouped(p.money("total_amount"))},
      {"其中社会投入", grouped(p.money("social_investment"))},
      {"预算年度", std::to_string(p.number("fiscal_year"))},
      {"本年申报数", grouped(p.money("year_amount"))},
      {"资金性质", fund},
      {"支出功能分类", function},
      {"专项资金", special},
      {"上级文号", p.text("upper_document_no")},
      {"支出保障顺序", p.text("spending_order") == "new" ? "新增特定目标" : word(p.text("spending_order"))},
      {"三保标识", tick(p, "three_guarantees")},
      {"热点分类", p.text("hot_std")},
      {"分配方式", word(p.text("distribution"))},
      {"建设地点", p.text("location")},
      {"是否基建", yes(p, "is_construction")},
      {"是否政府采购", yes(p, "is_procurement")},
      {"是否涉密", yes(p, "is_secret")},
      {"是否直达资金", yes(p, "is_direct")},
      {"申报联系人", p.text("contact_name")},
      {"联系电话", p.text("contact_phone")},
      {"职能职责", p.text("duty"), true},
      {"设立依据", p.text("design_basis"), true},
      {"项目概述", p.text("summary"), true},
      {"实施方案", p.text("plan"), true},
      {"绩效目标", p.text("performance_goal"), true}};
}

Result<FormTable> lines_of(const Call& call, const std::string& own) {
  FormTable out{"支出明细",
                {{"年度"},
                 {"任务名称"},
                 {"功能科目"},
                 {"部门经济"},
                 {"政府经济"},
                 {"资金来源"},
                 {"单位"},
                 {"数量", true},
                 {"单价", true},
                 {"测算公式"},
                 {"金额", true}},
                {},
                true};
  std::vector<Row> lines;
  OB_CHECK(call.records().each("compilation.expenditure_line", where(own, "year,line_no"),
                               [&](const Row& row) -> Result<void> { return lines.push_back(row), Result<void>(); }));
  std::vector<std::pair<const char*, std::map<std::string, std::string>>> codes; // in the order of the columns
  for (const char* field : {"functional_class", "department_economic_class", "government_economic_class"}) {
    std::set<std::string> ids;
    for (const Row& line : lines) ids.insert(line.text(field));
    OB_TRY(auto known, codes_of(call, std::string("standards.") + field, ids));
    codes.emplace_back(field, std::move(known));
  }
  Money sum;
  for (const Row& line : lines) {
    OB_TRY(sum, sum.plus(line.money("amount")));
    std::vector<std::string> row = {std::to_string(line.number("year")), line.text("task")};
    for (auto& [field, known] : codes) row.push_back(known[line.text(field)]);
    const bool priced = Money() < line.money("price"); // else the formula says how the amount comes about
    const std::string price = priced ? grouped(line.money("price")) : "";
    const std::string quantity = priced ? line.text("quantity") : "";
    for (const std::string& cell : {word(line.text("fund_source")), line.text("unit_of_measure"), quantity, price,
                                    line.text("formula"), grouped(line.money("amount"))})
      row.push_back(cell);
    out.rows.push_back(std::move(row));
  }
  out.total = !out.rows.empty();
  if (out.total) out.rows.push_back({"合计", "", "", "", "", "", "", "", "", "", grouped(sum)});
  return out;
}

Result<FormTable> years_of(const Call& call, const std::string& own) {
  FormTable out{"分年安排", {{"编制年度"}, {"版次", true}, {"年度"}, {"金额", true}, {"说明"}}, {}};
  OB_CHECK(call.records().each(
      "compilation.year_amount", where(own, "base_year,version_no,year"), [&](const Row& row) -> Result<void> {
        out.rows.push_back({std::to_string(row.number("base_year")), std::to_string(row.number("version_no")),
                            std::to_string(row.number("year")), grouped(row.money("amount")), row.text("reason")});
        return {};
      }));
  return out;
}

Result<FormTable> papers_of(const Call& call, const std::string& own) {
  FormTable out{"申报材料", {{"种类"}, {"名称"}, {"文号"}, {"日期"}}, {}};
  OB_CHECK(call.records().each("compilation.project_paper", where(own, "id"), [&](const Row& row) -> Result<void> {
    out.rows.push_back({word(row.text("kind")), row.text("title"), row.text("number"), row.text("issued_on")});
    return {};
  }));
  return out;
}

Result<FormTable> reviews_of(const Call& call, const std::string& own) {
  FormTable out{
      "评审情况",
      {{"评审"}, {"文号"}, {"日期"}, {"送审数", true}, {"审定数", true}, {"核减数", true}, {"结论"}, {"意见"}},
      {}};
  OB_CHECK(
      call.records().each("compilation.project_review", where(own, "decided_on"), [&](const Row& row) -> Result<void> {
        const auto amount = [&](const char* field) { return row.has(field) ? grouped(row.money(field)) : ""; };
        const std::string conclusion = row.text("conclusion");
        out.rows.push_back({word(row.text("kind")), row.text("document_no"), row.text("decided_on"),
                            amount("submitted_amount"), amount("approved_amount"), amount("cut_amount"),
                            conclusion == "adjust" ? "调整" : word(conclusion), row.text("opinion")});
        return {};
      }));
  return out;
}

} // namespace

Result<Form> declaration_form(const Call& call, const Row& project) {
  const std::string own = "project==" + project.id().str();
  Form out;
  out.title = "项目申报书";
  out.number = "项目代码：" + project.text("code");
  OB_TRY(out.fields, head_of(call, project));
  OB_TRY(auto lines, lines_of(call, own));
  OB_TRY(auto years, years_of(call, own));
  OB_TRY(auto papers, papers_of(call, own));
  OB_TRY(auto reviews, reviews_of(call, own));
  out.tables = {std::move(lines), std::move(years), std::move(papers), std::move(reviews)};
  out.opinions = {{"主管部门审核意见", "", true}, {"财政部门审核意见", "", true}};
  out.signatures = {"申报单位（盖章）", "单位负责人", "填报日期"};
  return out;
}

} // namespace onebudget::compilation
