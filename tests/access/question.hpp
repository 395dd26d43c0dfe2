#pragma once
// One question to the real rooms, and the answers that the rule allows, as text: "ok …" or the code of the refusal.

#include <string>
#include <vector>

#include "tests/access/world.hpp"

namespace onebudget::oracle {

enum class Ask {
  list,
  walk,
  aggregate,
  get,
  history,
  abilities,
  exported,
  explain,
  update,
  transition,
  remove,
  create
};

struct Question {
  Ask ask = Ask::list;
  Caller who;
  int entity = kItem;
  std::optional<Condition> filter;
  std::string text;                               ///< q=
  std::vector<std::pair<std::string, bool>> sort; ///< field, descending
  int limit = 1000;
  std::vector<std::string> group, aggregates;
  int handle = 0;   ///< of the row; 0 = no row (explain: anywhere)
  std::string verb; ///< of explain, or the name of the transition
  std::string comment;
  bool stale = false; ///< names a version that is not the row's
  std::map<std::string, Cell> changes;
};

/// Everything that would be a true answer; one when the question has one answer.
[[nodiscard]] std::vector<std::string> expected(const World& world, const Question& question);
/// What a write that succeeded makes of the world; `id` of a created row.
void apply(World& world, const Question& question, std::int64_t id);

/// A row as both sides write it: "#7 code=a1 amount=12.00 …".
[[nodiscard]] std::string money(std::int64_t fen);
[[nodiscard]] std::string node_name(const Node& node);

/// For people.
[[nodiscard]] const char* name_of(Ask ask);
[[nodiscard]] std::string rsql(const World& world, const Condition& condition);
[[nodiscard]] std::string sort_text(const Question& question);
[[nodiscard]] std::string in_words(const World& world, const Question& question);
[[nodiscard]] std::string in_words(const World& world);
[[nodiscard]] std::string in_words(const World& world, const Grant& grant);

struct TransitionRule {
  const char* name;
  std::vector<std::string> from;
  const char* to;
  const char* verb;
  bool comment, not_maker;
};
const std::vector<TransitionRule>& transitions();

} // namespace onebudget::oracle
