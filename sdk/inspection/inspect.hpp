#pragma once
// What a plugin's library may look like. Checked on the facts of the file, before any of its code can run: constructors
// run inside dlopen, so nothing may be checked afterwards.

#include <string>
#include <string_view>
#include <vector>

#include "sdk/inspection/elf.hpp"

namespace onebudget::inspection {

inline constexpr std::string_view kEntrySymbol = "ob_plugin_entry_v0";
inline constexpr std::size_t kLibraryBytes = 256U << 20U; ///< the largest library that is read

struct Inspection {
  std::vector<FieldFault> refusals; ///< field is the name of the file's part or symbol
  std::vector<FieldFault> warnings;
};

/// Checks exports, imports, needed libraries, search paths, stack, relocations.
Inspection inspect(const ElfFacts& facts);

/// True when a function of the C library may not be called by a plugin (fork, exec…, exit, signal, dlopen, …).
[[nodiscard]] bool forbidden_symbol(std::string_view name);

} // namespace onebudget::inspection
