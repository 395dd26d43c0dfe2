#include "plugins/compilation/domain/print/sheet.hpp"

#include <gtest/gtest.h>

namespace onebudget::compilation {
namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST(Form, closes_every_row_and_shows_no_text_as_markup) {
  Form form;
  form.title = "项目申报书";
  form.fields = {
      {"项目名称", "<script>", true}, {"甲", "1", false}, {"乙", "2", false}, {"丙", "3", false}, {"丁", "4", true}};
  form.tables = {{"支出明细", {{"任务", false}, {"金额", true}}, {{"购置"}, {"合计", "1.00"}}, true},
                 {"空表", {{"列", false}}, {}, false}};
  form.signatures = {"申报单位（盖章）"};
  const std::string html = html_of(form);
  EXPECT_EQ(count(html, "<tr"), count(html, "</tr>"));
  EXPECT_EQ(html.find("<script>"), std::string::npos);
  EXPECT_NE(html.find("&lt;script&gt;"), std::string::npos);
  EXPECT_EQ(count(html, "colspan=\"3\""), 3U) << "a field that stands alone fills its row";
  EXPECT_NE(html.find("<tr class=\"total\"><td>合计</td><td class=\"n\">1.00</td>"), std::string::npos);
  EXPECT_NE(html.find("（无）"), std::string::npos);
}

} // namespace
} // namespace onebudget::compilation
