#include "plugins/compilation/domain/similar/shortlist.hpp"

#include <algorithm>
#include <tuple>

namespace onebudget::compilation {

Shortlist shortlist(std::vector<Candidate> found, std::map<std::string, int> open, int most) {
  std::sort(found.begin(), found.end(), [](const Candidate& left, const Candidate& right) {
    return std::tie(right.score, right.at_stake, left.first, left.second) <
           std::tie(left.score, left.at_stake, right.first, right.second);
  });
  Shortlist out;
  for (Candidate& one : found) {
    int& first = open[one.first_unit];
    int& second = open[one.second_unit];
    if (first >= most || second >= most) {
      ++out.held_back;
      continue;
    }
    ++first;
    if (!one.same_unit) ++second;
    out.shown.push_back(std::move(one));
  }
  return out;
}

} // namespace onebudget::compilation
