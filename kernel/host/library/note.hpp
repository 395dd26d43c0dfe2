#pragma once
// The note `.note.onebudget` in a library: owner "OneBudget", type 1, text "<id> <version> <abi major>.<abi minor>". It
// ties the library to its manifest before any code runs.

#include "kernel/host/library/inspect.hpp"

namespace onebudget::host {

/// Adds a refusal when the note is missing, there twice, or says something else than the manifest.
void check_note(const ElfFacts& facts, const Manifest& manifest, Inspection& inspection);

} // namespace onebudget::host
