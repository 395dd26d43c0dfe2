#include "plugins/compilation/domain/similar/duplicate.hpp"

#include "plugins/compilation/domain/similar/search.hpp"
#include "plugins/compilation/tests/lines.hpp"
#include "plugins/compilation/tests/outsiders.hpp"

namespace onebudget::compilation {
namespace {

DeclaredProject project_of(const Case& one, const std::string& side) {
  const auto text = [&](const char* name, const char* otherwise) { return one.value(side + name, otherwise); };
  DeclaredProject p;
  p.id = side;
  p.name = text("名称", "校舍安全监测");
  p.purpose = text("用途", "对中小学校舍开展安全监测");
  p.place = text("地点", "");
  p.unit = text("单位", "第一中学");
  p.special_fund = text("专项", "");
  p.fiscal_year = std::stoi(text("年度", "2026"));
  p.amount = yuan(text("金额", "100.00"));
  p.total_investment = yuan(text("总投资", "0.00"));
  return p;
}

TEST(Duplicate, is_found_and_explained_in_every_case) {
  EXPECT_EQ(run("duplicate",
                [](const Case& one) {
                  Lines out;
                  for (const Candidate& found : judge_pair(project_of(one, "甲"), project_of(one, "乙"), {})) {
                    EXPECT_FALSE(found.reason.zh.empty() || found.reason.en.empty());
                    out.push_back(found.rule);
                  }
                  return out;
                }),
            Lines());
}

std::vector<Candidate> find_duplicates(const std::vector<DeclaredProject>& projects) {
  DuplicateSearch search(projects, {});
  std::vector<Candidate> out;
  for (std::size_t at = 0; at < search.size(); ++at) {
    const auto found = search.candidates(at);
    out.insert(out.end(), found.begin(), found.end());
  }
  return out;
}

Quality measured(const char* set, const Labelled& labelled) {
  const Quality quality = quality_of(find_duplicates(labelled.projects), labelled.pairs);
  std::printf("duplicates, %s: %zu projects, %d labelled, %d found, precision %s, recall %s\n", set,
              labelled.projects.size(), quality.wanted, quality.found, quality.precision().percent().c_str(),
              quality.recall().percent().c_str());
  return quality;
}

TEST(Duplicate, is_found_with_known_precision_and_recall) {
  const Quality tuned = measured("tuned on", make_twins(3000, 20260101));
  EXPECT_GE(tuned.recall(), Ratio::from_percent(95));
  EXPECT_GE(tuned.precision(), Ratio::from_percent(75));
  const Quality again = measured("same words, other seed", make_twins(3000, 977));
  EXPECT_GE(again.recall(), Ratio::from_percent(95));
  EXPECT_GE(again.precision(), Ratio::from_percent(75));
}

/// The figures to believe are those of words that nothing was developed on; the neighbours there are as close as can
/// be: the same work at the same kind of house in every town, and every work at one house.
TEST(Duplicate, is_found_in_words_never_seen) {
  const Quality developed = measured("other words, developed on", make_strangers(kDeveloped, 2400, 31));
  EXPECT_GE(developed.recall(), Ratio::from_percent(90));
  EXPECT_GE(developed.precision(), Ratio::from_percent(90));
  for (const unsigned seed : {4711U, 4712U, 4713U}) {
    const Quality unseen = measured("held out, words never seen", make_strangers(kUnseen, 2400, seed));
    EXPECT_GE(unseen.recall(), Ratio::from_percent(80));
    EXPECT_GE(unseen.precision(), Ratio::from_percent(80));
  }
  const Quality near = measured("another style, developed on", make_outsiders(kNear, 800, 90210));
  EXPECT_GE(near.recall(), Ratio::from_percent(85));
  EXPECT_GE(near.precision(), Ratio::from_percent(90));
  const Quality far = measured("another style, other words", make_outsiders(kFar, 800, 5150));
  EXPECT_GE(far.recall(), Ratio::from_percent(80));
  EXPECT_GE(far.precision(), Ratio::from_percent(80));
}

TEST(Duplicate, blocking_loses_nothing_that_comparing_all_would_find) {
  const Labelled set = make_twins(300, 11);
  std::set<std::string> all;
  for (std::size_t i = 0; i < set.projects.size(); ++i)
    for (std::size_t j = i + 1; j < set.projects.size(); ++j)
      for (const Candidate& one : judge_pair(set.projects[i], set.projects[j], {}))
        all.insert(pair_key(one.first, one.second));
  const Quality quality = quality_of(find_duplicates(set.projects), all);
  EXPECT_GE(quality.recall(), Ratio::from_percent(97));
  EXPECT_EQ(quality.precision(), Ratio::from_percent(100));
}

} // namespace
} // namespace onebudget::compilation
