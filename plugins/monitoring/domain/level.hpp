#pragma once
// Levels and what a hit does. Corrections "Execute": grey forbids, red stops, orange asks for papers, yellow warns,
// blue records; a scheduled hit never blocks: it records and opens an inquiry letter (问询单).

#include <optional>
#include <string>
#include <string_view>

namespace onebudget::monitoring {

enum class Level { blue, yellow, orange, red, grey };
enum class Effect { record, warn, ask_papers, stop, forbid, inquire };

/// "blue" … "grey"; 蓝 … 灰; "record" … "inquire".
const char* code_of(Level level);
const char* title_of(Level level);
const char* code_of(Effect effect);
std::optional<Level> level_of(std::string_view code);

/// Rules that yield to 调剂 or 追加 only: nobody overrides an indicator's balance.
bool bound_to_balance(std::string_view rule);
/// Rules about progress, whose alerts may close themselves.
bool about_progress(std::string_view rule);

/// What a hit does. `live`: in the middle of the business (事中). `overridden`: somebody named took it on themselves;
/// holds for warnings (orange, yellow) only and then records.
Effect effect_of(std::string_view rule, Level level, bool live, bool overridden);
/// True for what may not go on.
bool blocks(Effect effect);
/// The alert closes by itself when its cause is gone: progress alerts of yellow and blue only.
bool closes_itself(std::string_view rule, Level level);

} // namespace onebudget::monitoring
