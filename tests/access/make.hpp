#pragma once
// Random worlds and random questions.

#include <random>

#include "tests/access/question.hpp"

namespace onebudget::oracle {

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  World world(); ///< tree, roles and rows; no grants yet
  /// A new set of people with their grants, tokens and delegations; replaces the former. What a delegated grant or a
  /// token's is worth is for the rule to say: the real side may refuse it, and then it does not exist.
  std::vector<Grant> grants(World& world, std::int64_t first_user);
  Question question(const World& world);

  std::int64_t below(std::int64_t limit) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(limit));
  }
  bool one_in(std::int64_t of) { return below(of) == 0; }
  std::vector<std::string> permissions(); ///< of a role

 private:
  template <class List>
  auto any(const List& list) -> decltype(*list.begin()) {
    return *std::next(list.begin(), static_cast<std::ptrdiff_t>(below(static_cast<std::int64_t>(list.size()))));
  }
  void tree(World& world);
  void rows(World& world);
  Cell value(const World& world, const Field& field);
  Row row(World& world, int entity);
  Condition term(const World& world, int entity, bool masked);
  Condition condition(const World& world, int entity, bool masked);
  Grant grant(World& world, std::int64_t user);
  int pick(const World& world, const Question& question);
  void read_question(const World& world, Question& question);
  void write_question(const World& world, Question& question);

  std::mt19937_64 random_;
  std::vector<std::int64_t> users_;
};

} // namespace onebudget::oracle
