#pragma once
// Effects of results as rows: who may be touched, and how they are told.

#include "plugins/compilation/domain/round/result_effect.hpp"
#include "plugins/compilation/service/facts.hpp"

namespace onebudget::compilation {

inline constexpr const char* kEffect = "compilation.result_effect";
inline constexpr const char* kCeiling = "compilation.ceiling";

/// By what the project is now, or by what the result says of it: 三保, debt service, legal commitments, contracts.
bool shielded(const Row& effect, const Row& project);
/// The effect in force for a project and a year, if there is one.
Result<std::optional<Row>> effect_on(const Call& call, const std::string& project, std::int64_t fiscal_year);
Json effect_json(const Row& effect);

} // namespace onebudget::compilation
