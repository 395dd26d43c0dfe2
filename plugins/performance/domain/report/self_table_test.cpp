#include "plugins/performance/domain/report/self_table.hpp"

#include <gtest/gtest.h>

namespace onebudget::performance {
namespace {

SelfTable table() {
  SelfTable out;
  out.title = "项目支出绩效自评表";
  out.project = "<校舍> & \"操场\"";
  out.money = {{"财政拨款", "1.00", "1.00", "0.90", "90%"}};
  out.lines = {{"产出指标",
                "数量指标",
                "面积",
                "≥ 100平方米",
                "90平方米",
                "10.00",
                "9.00",
                "雨季停工\n已整改",
                "/x?a=1&b=2",
                {"验收单", "监理月报"}}};
  out.total = "99.00";
  return out;
}

TEST(SelfTableHtml, is_the_same_bytes_each_time_and_nothing_of_the_data_becomes_markup) {
  const std::string html = html_of(table());
  EXPECT_EQ(html, html_of(table()));
  EXPECT_NE(html.find("&lt;校舍&gt; &amp; &quot;操场&quot;"), std::string::npos);
  EXPECT_EQ(html.find("<校舍>"), std::string::npos);
  EXPECT_NE(html.find("雨季停工<br>已整改"), std::string::npos);
  EXPECT_NE(html.find("href=\"/x?a=1&amp;b=2\""), std::string::npos);
  EXPECT_NE(html.find("验收单；监理月报"), std::string::npos);
}

} // namespace
} // namespace onebudget::performance
