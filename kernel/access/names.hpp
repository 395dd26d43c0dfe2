// The words that stand for kinds, levels and reach wherever they are written or read.
#pragma once

#include "kernel/access/access.hpp"
#include "sdk/values/words.hpp"

namespace onebudget::access {

inline constexpr Word<NodeKind> kKinds[] = {{"region", NodeKind::region},
                                            {"zone", NodeKind::zone},
                                            {"department", NodeKind::department},
                                            {"unit", NodeKind::unit}};
inline constexpr Word<GovLevel> kLevels[] = {{"none", GovLevel::none},
                                             {"province", GovLevel::province},
                                             {"city", GovLevel::city},
                                             {"county", GovLevel::county},
                                             {"town", GovLevel::town}};
inline constexpr Word<Reach> kReaches[] = {{"self", Reach::self}, {"level", Reach::level}, {"subtree", Reach::subtree}};

using onebudget::name_in;
using onebudget::of_name;

constexpr const char* name_of(NodeKind kind) { return name_in(kKinds, kind); }
constexpr const char* name_of(GovLevel level) { return name_in(kLevels, level); }
constexpr const char* name_of(Reach reach) { return name_in(kReaches, reach); }

} // namespace onebudget::access
