#pragma once
// What a file is by its content, whatever it calls itself.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "sdk/values/result.hpp"

namespace onebudget {

/// At most `size` bytes of a file from `at` on; fewer at its end.
using FileBytes = std::function<std::string(std::uint64_t at, std::size_t size)>;

struct FileContent {
  std::string media_type; ///< "application/pdf"; "application/octet-stream" when it is none of those known
  Text title;             ///< for people: "PDF 文件", "PDF file"
  bool program = false;   ///< something that runs: programs, scripts with #!, Java archives, documents with macros
};

/// Looks at the beginning and, of ZIP containers (OOXML, OFD), at the list of parts. Reads at most some 200 KiB.
FileContent content_of(std::uint64_t size, const FileBytes& bytes);

/// Refuses programs, names that run when opened (".exe", ".bat", …), and content that is not what the extension of
/// `name`, or the media type that the sender declared ("" = none), says. Faults: file.program, file.content (rule).
/// An extension that is not known here says nothing; text may call itself any kind of text.
Result<void> check_content(const FileContent& content, std::string_view name, std::string_view declared);

} // namespace onebudget
