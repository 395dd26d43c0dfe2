#include "plugins/compilation/domain/round/version.hpp"

#include <sstream>

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

TEST(Version, is_compared_in_every_case) {
  EXPECT_EQ(run("version_compare",
                [](const Case& one) {
                  Cells left, right;
                  for (const auto& [name, value] : one.given) {
                    std::istringstream words(value);
                    std::string cell, amount;
                    words >> cell >> amount;
                    (name == "left" ? left : right)[cell] = yuan(amount);
                  }
                  Lines out;
                  const char* const names[] = {"added", "removed", "changed"};
                  const auto differences = compare_versions(left, right);
                  for (const CellDifference& each : *differences)
                    out.push_back(std::string(names[static_cast<int>(each.kind)]) + " " + each.cell + " " +
                                  each.difference.to_yuan());
                  return out;
                }),
            Lines());
}

TEST(Version, rolls_up_in_every_case) {
  EXPECT_EQ(
      run("roll_up",
          [](const Case& one) {
            std::vector<TreeCell> cells;
            for (const auto& [code, value] : one.given) {
              std::istringstream words(value);
              std::string parent, column, amount;
              words >> parent >> column >> amount;
              cells.push_back({code, parent == "-" ? "" : parent, column, yuan(amount)});
            }
            const auto differences = check_roll_up(cells);
            if (!differences) return Lines{differences.fault().code};
            Lines out;
            for (const RollUpDifference& each : *differences)
              out.push_back(each.code + " " + each.column + " " + each.stated.to_yuan() + " " + each.summed.to_yuan());
            return out;
          }),
      Lines());
}

/// "T-1 = 30201 50201 100.00"; "-" where no class was chosen.
TEST(Version, has_its_economic_classes_in_every_case) {
  EXPECT_EQ(run("two_up_classes",
                [](const Case& one) {
                  std::vector<ClassedCell> cells;
                  for (const auto& [project, value] : one.given) {
                    std::istringstream words(value);
                    std::string department, government, amount;
                    words >> department >> government >> amount;
                    cells.push_back({project, department == "-" ? "" : department, government == "-" ? "" : government,
                                     yuan(amount)});
                  }
                  return lines(check_classed(cells));
                }),
            Lines());
}

TEST(Version, is_sent_up_in_every_case) {
  EXPECT_EQ(run("version_sent_up",
                [](const Case& one) {
                  const std::string step = one.value("step", "二上");
                  return lines(check_sent_up({step == "一上" || step == "二上", has(one, "newer"), has(one, "note")}));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::compilation
