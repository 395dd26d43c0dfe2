#include "plugins/compilation/domain/similar/shortlist.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

/// "1/a 2/b 90 100.00": projects with their units, the likeness in per cent, the money at stake.
Candidate candidate_of(const std::string& text) {
  std::istringstream words(text);
  std::string first, second, amount;
  int score = 0;
  words >> first >> second >> score >> amount;
  Candidate out;
  out.first = first.substr(0, first.find('/'));
  out.first_unit = first.substr(first.find('/') + 1);
  out.second = second.substr(0, second.find('/'));
  out.second_unit = second.substr(second.find('/') + 1);
  out.same_unit = out.first_unit == out.second_unit;
  out.score = Ratio::from_percent(score);
  out.at_stake = *Money::parse_yuan(amount);
  return out;
}

TEST(Shortlist, is_ranked_and_bounded_in_every_case) {
  EXPECT_EQ(run("duplicate_shortlist",
                [](const Case& one) {
                  std::vector<Candidate> found;
                  std::map<std::string, int> open;
                  for (const auto& [name, value] : one.given) {
                    if (name == "pair") found.push_back(candidate_of(value));
                    if (name == "open") ++open[value];
                  }
                  const Shortlist list = shortlist(std::move(found), open, number(one, "most", 2));
                  Lines out;
                  for (const Candidate& each : list.shown) out.push_back(each.first + " " + each.second);
                  if (list.held_back > 0) out.push_back("held back " + std::to_string(list.held_back));
                  return out;
                }),
            Lines());
}

} // namespace
} // namespace onebudget::compilation
