#include "plugins/compilation/domain/topics.hpp"

#include "plugins/compilation/tests/lines.hpp"

namespace onebudget::compilation {
namespace {

TEST(Topics, are_of_the_dictionary_in_every_case) {
  EXPECT_EQ(run("hot_std",
                [](const Case& one) {
                  Policy policy;
                  if (has(one, "words") && !policy.set("hot_topics", one.value("words"))) return Lines{"policy"};
                  Lines out = lines(check_topics(one.value("topics"), policy));
                  const std::string kept = topics_text(topics_of(one.value("topics")));
                  if (out.empty()) out.push_back(kept.empty() ? "（没有）" : kept);
                  return out;
                }),
            Lines());
}

} // namespace
} // namespace onebudget::compilation
