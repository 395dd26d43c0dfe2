#include "sdk/inspection/note.hpp"

namespace onebudget::inspection {

void check_note(const ElfFacts& facts, const declarations::Manifest& manifest, Inspection& inspection) {
  const auto expected = manifest.id + " " + manifest.version.str() + " " + std::to_string(manifest.abi_major) + "." +
                        std::to_string(manifest.abi_min_minor);
  std::string found;
  int count = 0;
  for (const auto& note : facts.notes) {
    if (note.owner != "OneBudget" || note.type != 1) continue;
    ++count;
    found = note.bytes;
  }
  if (count == 1 && found == expected) return;
  // What stands there comes from a file that may be damaged: only plain characters are shown.
  std::string shown = count == 0 ? "-" : "";
  for (const char c : found.substr(0, 80)) shown += c >= 0x20 && c < 0x7f ? c : '?';
  inspection.refusals.push_back({".note.onebudget",
                                 "elf.note",
                                 {"库的标识（" + shown + "）与 plugin.json（" + expected + "）不一致。",
                                  "The library says it is \"" + shown + "\", plugin.json says \"" + expected + "\"."},
                                 {"库和清单不是同一次构建，请重新构建或重新安装。",
                                  "Library and manifest are not of one build. Build or install the plugin again."}});
}

} // namespace onebudget::inspection
