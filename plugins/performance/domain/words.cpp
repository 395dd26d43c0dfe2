#include "plugins/performance/domain/words.hpp"

#include <cstddef>
#include <iterator>

namespace onebudget::performance {

namespace {

constexpr const char* kNatures[] = {"at_least", "at_most", "equal", "qualitative"};
constexpr const char* kReached[] = {"achieved", "partly", "missed"};
constexpr const char* kGrades[] = {"excellent", "good", "fair", "poor"};
constexpr const char* kKinds[] = {"self", "department", "finance", "unit_whole", "cost"};

template <class Word, std::size_t size>
std::optional<Word> found(const char* const (&codes)[size], std::string_view code) {
  for (std::size_t i = 0; i < size; ++i)
    if (code == codes[i]) return static_cast<Word>(i);
  return std::nullopt;
}

} // namespace

std::optional<Nature> nature_of(std::string_view code) { return found<Nature>(kNatures, code); }
std::optional<Reached> reached_of(std::string_view code) { return found<Reached>(kReached, code); }
std::optional<Grade> grade_of(std::string_view code) { return found<Grade>(kGrades, code); }
std::optional<Kind> kind_of(std::string_view code) { return found<Kind>(kKinds, code); }
const char* code_of(Grade grade) { return kGrades[static_cast<std::size_t>(grade)]; }
const char* code_of(Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

Text title_of(Grade grade) {
  static const Text kTitles[] = {{"优", "excellent"}, {"良", "good"}, {"中", "fair"}, {"差", "poor"}};
  return kTitles[static_cast<std::size_t>(grade)];
}

} // namespace onebudget::performance
