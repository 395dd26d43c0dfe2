#pragma once
// Reads a shared library as data. Every access is bounds-checked: a damaged file is a fault, never a crash. Nothing is
// mapped or executed; the facts come from the program headers and the dynamic segment, which the loader also uses.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::inspection {

struct ElfNote {
  std::string owner;
  std::uint32_t type = 0;
  std::string bytes;
};

struct ElfSymbol {
  std::string name;
  bool function = false;
  bool unique = false; ///< STB_GNU_UNIQUE: keeps the library mapped for ever and shares state with other copies
};

struct ElfFacts {
  std::vector<std::string> needed; ///< DT_NEEDED
  std::string soname;
  bool run_path = false; ///< DT_RPATH or DT_RUNPATH
  bool text_relocations = false;
  bool executable_stack = false;
  bool writable_code = false; ///< a segment that is writable and executable
  bool static_tls = false;
  std::vector<std::string> undefined; ///< names bound at load
  std::vector<ElfSymbol> exported;    ///< defined, global or weak, default or protected visibility
  std::vector<ElfNote> notes;
  std::uint64_t init_functions = 0; ///< entries of .init_array
};

/// Faults: host.elf (rule) with a message that names what is wrong: not ELF, other architecture, truncated, a table
/// that points outside the file.
Result<ElfFacts> read_elf(std::string_view file);

} // namespace onebudget::inspection
