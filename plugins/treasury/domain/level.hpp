#pragma once
// What a hit of a rule does to a document: 灰 forbids, 红 stops, 橙 asks for papers, 黄 warns, 蓝 records
// (corrections, "Execute").

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::treasury {

enum class Level { blue, yellow, orange, red, grey };

/// "grey", "red", "orange", "yellow", "blue"; nothing for any other word.
std::optional<Level> level_of(std::string_view code);
const char* name_of(Level level);

/// One rule that a document met. `evidence` is a JSON object as text, for people to open.
struct Hit {
  std::string rule; ///< "R27", "treasury.no_plan"
  Level level = Level::blue;
  Text message;
  std::string evidence;
};

/// Rule treasury.level: what keeps the document from moving. A grey or red hit always does, an orange one until a paper
/// answers its rule (`answered`: rules that papers name); yellow and blue hits never do. Fields are "/rules/<rule>".
std::vector<FieldFault> judge(const std::vector<Hit>& hits, const std::vector<std::string>& answered);

/// The gravest level among the hits; nothing without hits.
std::optional<Level> gravest(const std::vector<Hit>& hits);

} // namespace onebudget::treasury
