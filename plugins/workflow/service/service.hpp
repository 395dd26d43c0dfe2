#pragma once
// What the plugin does for others, one file per verb.

#include "sdk/cpp/handlers.hpp"

namespace onebudget::workflow {

/// POST /workflow/preview {definition, facts}: what is wrong with the definition, or the way the case takes, rank by
/// rank. Nothing is kept.
Result<plugin::Answer> preview(plugin::Call& call, const plugin::Request& request);

} // namespace onebudget::workflow
