#pragma once
// The note `.note.onebudget` in a library: owner "OneBudget", type 1, text "<id> <version> <abi major>.<abi minor>". It
// ties the library to its manifest before any code runs.

#include "sdk/declarations/package/manifest.hpp"
#include "sdk/inspection/inspect.hpp"

namespace onebudget::inspection {

/// Adds a refusal when the note is missing, there twice, or says something else than the manifest.
void check_note(const ElfFacts& facts, const declarations::Manifest& manifest, Inspection& inspection);

} // namespace onebudget::inspection
