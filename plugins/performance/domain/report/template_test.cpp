#include "plugins/performance/domain/report/template.hpp"

#include "plugins/performance/domain/report/html.hpp"
#include "plugins/performance/tests/lines.hpp"

namespace onebudget::performance {
namespace {

std::string unfolded(std::string text) {
  for (std::size_t at = 0; (at = text.find("\\n", at)) != std::string::npos;) text.replace(at, 2, "\n");
  return text;
}

Lines checked(const Case& one) {
  const auto findings = check_template(unfolded(one.value("body")), catalogue_of(ReportKind::project));
  if (findings.empty()) return {"good"};
  const FieldFault& first = findings.front();
  return {first.code + " " + first.field + " " + first.message.zh.substr(0, first.message.zh.find("：")),
          first.remedy.zh};
}

TEST(Template, is_refused_with_the_place_and_what_is_known) { EXPECT_EQ(run("template", checked), Lines{}); }

Facts facts() {
  Facts out;
  out.set("project.name", "校舍<维修>", "/compilation/project/1");
  out.set("total", "91.50");
  out.tables["evaluations"] = {
      {{"E-1", "/performance/evaluation/7"}, {"自评", ""}, {"已确认", ""}, {"91.50", ""}, {"优", ""}}};
  out.charts["levels"] = {"%", {{"产出指标", 9'150, ""}, {"效益指标", 10'000, "/x"}}};
  return out;
}

const char* const kBody =
    "# {{project.name}}\n第一行{{total}}，\n同一段\n\n@if problems\n不出现\n@end\n@table evaluations total "
    "number\n@chart levels";

TEST(Template, is_filled_into_blocks_and_leaves_out_what_has_no_value) {
  const auto document = fill(kBody, catalogue_of(ReportKind::project), facts());
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->title, "校舍<维修>");
  ASSERT_EQ(document->blocks.size(), 4U);
  std::string paragraph;
  for (const auto& run : document->blocks[1].runs) paragraph += run.text;
  EXPECT_EQ(paragraph, "第一行91.50，同一段");
  EXPECT_EQ(document->blocks[2].rows.at(0).at(1).link, "/performance/evaluation/7") << "columns in the order asked for";
}

TEST(Template, prints_the_same_bytes_with_links_charts_and_their_numbers) {
  const auto document = fill(kBody, catalogue_of(ReportKind::project), facts());
  ASSERT_TRUE(document.ok());
  const std::string html = html_of(*document);
  EXPECT_EQ(html, html_of(*document));
  EXPECT_EQ(html.find("<维修>"), std::string::npos) << "nothing of the data becomes markup";
  EXPECT_NE(html.find("<a href=\"/performance/evaluation/7\">E-1</a>"), std::string::npos);
  EXPECT_NE(html.find("aria-label=\"一级指标得分率：产出指标 91.5%，效益指标 100%\""), std::string::npos);
  EXPECT_NE(html.find("<td class=\"n\">91.5</td>"), std::string::npos) << "the chart's numbers stand under it";
  EXPECT_NE(html.find("<th scope=\"col\" class=\"s\">效益指标</th>"), std::string::npos)
      << "few and short: beside each other";
}

TEST(Template, knows_numbers_without_floating_point) {
  EXPECT_EQ(decimal_text(9'150), "91.5");
  EXPECT_EQ(decimal_text(-5), "-0.05");
  EXPECT_EQ(decimal_text(10'000), "100");
}

} // namespace
} // namespace onebudget::performance
