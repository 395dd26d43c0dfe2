#pragma once
// 项目支出绩效自评表 as HTML, in the layout of J12. The same data gives the same bytes: no clock, no random, no order
// of hashing.

#include <string>
#include <vector>

namespace onebudget::performance {

struct TableMoney {
  std::string title, initial, full, executed, rate; ///< yuan and percent as shown
};

struct TableLine {
  std::string first_level, second_level, name, target, actual, weight, points, reason;
  std::string link;                  ///< address of the row the figures come from
  std::vector<std::string> evidence; ///< titles
};

struct SelfTable {
  std::string title, number, year, project, department, unit;
  std::vector<TableMoney> money;
  std::string execution_rate, execution_points;
  std::string expected, reached;
  std::vector<TableLine> lines;
  std::string total, grade, problems, suggestions;
};

std::string html_of(const SelfTable& table);

} // namespace onebudget::performance
