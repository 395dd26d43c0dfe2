#include "plugins/compilation/domain/forecast/scenario.hpp"

#include <sstream>

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

/// "department function region order score amount [standard]"
ScenarioProject project_of(const std::string& id, const std::string& text) {
  std::istringstream words(text);
  ScenarioProject out;
  std::string amount, by;
  words >> out.department >> out.function >> out.region >> out.claim.order >> out.claim.score >> amount >> by;
  out.claim.id = id;
  out.claim.amount = yuan(amount);
  out.by_standard = by == "standard";
  return out;
}

/// "kind department function region value"; "*" = all
ScenarioChange change_of(const std::string& text) {
  std::istringstream words(text);
  std::string kind, value;
  ScenarioChange out;
  words >> kind >> out.department >> out.function >> out.region >> value;
  for (std::string* part : {&out.department, &out.function, &out.region})
    if (*part == "*") part->clear();
  out.kind = kind == "standard" ? ChangeKind::standard
             : kind == "growth" ? ChangeKind::growth
             : kind == "score"  ? ChangeKind::score
             : kind == "cut"    ? ChangeKind::cut
                                : ChangeKind::ceiling;
  if (out.kind == ChangeKind::score)
    out.points = std::stoi(value);
  else
    out.factor = *Ratio::parse(value);
  return out;
}

TEST(Scenario, is_compared_with_its_base_in_every_case) {
  EXPECT_EQ(run("scenario",
                [](const Case& one) {
                  std::vector<ScenarioProject> projects;
                  std::vector<ScenarioChange> changes;
                  std::map<std::string, Money> envelopes;
                  for (const auto& [name, value] : one.given) {
                    if (name == "change")
                      changes.push_back(change_of(value));
                    else if (name.rfind("财力", 0) == 0)
                      envelopes[name.substr(6)] = yuan(value);
                    else
                      projects.push_back(project_of(name, value));
                  }
                  const Lines wrong = lines(check_scenario(changes));
                  if (!wrong.empty()) return wrong;
                  const auto result = run_scenario(projects, envelopes, changes, {});
                  const auto again = run_scenario(projects, envelopes, changes, {});
                  EXPECT_EQ(result->digest, again->digest);
                  Lines out;
                  for (std::size_t i = 0; i < result->lines.size(); ++i)
                    out.push_back(result->projects[i].claim.id + " " + result->lines[i].base.to_yuan() + " " +
                                  result->lines[i].now.to_yuan());
                  return out;
                }),
            Lines());
}

TEST(Scenario, another_change_has_another_digest) {
  const std::vector<ScenarioProject> projects = {project_of("甲", "106 205 3205 8 80 100.00")};
  const std::map<std::string, Money> envelopes = {{"3205", yuan("1000.00")}};
  const auto one = run_scenario(projects, envelopes, {change_of("growth * * * 1.1")}, {});
  const auto two = run_scenario(projects, envelopes, {change_of("growth * * * 1.2")}, {});
  EXPECT_EQ(one->digest.size(), 16U);
  EXPECT_NE(one->digest, two->digest);
  EXPECT_EQ(one->base_total, two->base_total);
}

} // namespace
} // namespace onebudget::compilation
