// The permission oracle: random worlds and questions, put to the real rooms and to a plain evaluator, which must agree.
//
//   access_oracle --database sqlite|postgresql [--cases N] [--seed N]
//     [--mutate untold-grant|untold-revoke|untold-role|drafts-above]
//
// Ends with 0 when no answer differed (with --mutate: when some did, which proves that a difference is found).

#include <charconv>
#include <cstdio>
#include <cstring>

#include "tests/access/run.hpp"

int main(int argc, char** argv) {
  using namespace onebudget;
  oracle::Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    std::uint64_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    if (name == "--database")
      settings.dialect = value == "postgresql" ? storage::Dialect::postgresql : storage::Dialect::sqlite;
    else if (name == "--cases")
      settings.cases = number;
    else if (name == "--seed")
      settings.seed = number;
    else if (name == "--mutate")
      settings.mutation = value;
    else
      return std::fprintf(stderr, "unknown argument %s\n", name.c_str()), 2;
  }
  if (!storage::TestDatabase::available(settings.dialect)) {
    std::printf("OB_TEST_PG is not set: skipped\n");
    return 77;
  }
  const oracle::Outcome outcome = oracle::run(settings);
  std::printf("seed %llu: %llu cases in %d worlds, %llu admitted, %llu refused, %d differences\n",
              static_cast<unsigned long long>(settings.seed), static_cast<unsigned long long>(outcome.cases),
              outcome.worlds, static_cast<unsigned long long>(outcome.answered),
              static_cast<unsigned long long>(outcome.refused), outcome.differences);
  for (const auto& [kind, count] : outcome.kinds)
    std::printf("  %s %llu\n", kind.c_str(), static_cast<unsigned long long>(count));
  if (!settings.mutation.empty()) return outcome.differences > 0 ? 0 : 1;
  // A comparison in which everybody may do everything, or nobody anything, would prove nothing.
  const bool telling = outcome.refused * 20 > outcome.cases && outcome.answered * 5 > outcome.cases;
  if (!telling && settings.cases >= 1000) std::printf("The cases are one-sided and prove little.\n");
  return outcome.differences == 0 && (telling || settings.cases < 1000) ? 0 : 1;
}
