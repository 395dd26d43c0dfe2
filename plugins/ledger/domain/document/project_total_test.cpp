#include "plugins/ledger/domain/document/project_total.hpp"

#include "plugins/ledger/tests/lines.hpp"

namespace onebudget::ledger {
namespace {

std::optional<Indicator> side(const Case& one, const std::string& name, const std::string& line) {
  const std::string stage = one.value(name + line);
  if (stage.empty()) return std::nullopt;
  Indicator out;
  out.stage = stage;
  out.elements["project_code"] = one.value(name + line + ".project", "P1");
  return out;
}

TEST(ProjectTotalRule, holds_in_every_case) {
  EXPECT_EQ(run("project_total",
                [](const Case& one) {
                  Document document;
                  document.kind = one.value("kind", "add");
                  for (int n = 1; n <= 2; ++n) {
                    const std::string line = n == 1 ? "" : "." + std::to_string(n);
                    if (!has(one, "amount" + line)) continue;
                    document.lines.push_back(
                        {n, side(one, "source", line), side(one, "target", line), yuan(one, "amount" + line)});
                  }
                  std::map<std::string, ProjectFacts> projects;
                  if (has(one, "total")) projects["P1"] = {yuan(one, "total"), yuan(one, "issued")};
                  return lines(check_project_totals(document, projects));
                }),
            Lines());
}

} // namespace
} // namespace onebudget::ledger
