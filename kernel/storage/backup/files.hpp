#pragma once
// Files of a backup. Inside storage only.

#include <string>
#include <vector>

#include "kernel/storage/storage.hpp"

namespace onebudget::storage {

Fault damaged_fault(const std::string& what);
Fault absent_fault(const std::string& what);
Fault exists_fault(const std::string& what);
Fault file_fault(const std::string& what);

/// Hex SM3 and size of a file.
Result<std::string> file_digest(const std::string& path, std::int64_t& bytes);
/// Whole content, at most `limit` bytes.
Result<std::string> read_small(const std::string& path, std::size_t limit);
/// Writes a new file (mode 0600) and flushes it; refuses to overwrite.
Result<void> write_new(const std::string& path, const std::string& content);
/// Copies to a new file (mode 0600) that appears whole or not at all; refuses to overwrite.
Result<void> copy_new(const std::string& from, const std::string& to);
/// Flushes a file or a directory to disk.
Result<void> flush(const std::string& path);

/// Runs a program with arguments (no shell) and `environment` on top of this process's; waits for it. Fault
/// storage.tool_missing, or storage.tool with what it said on its error output.
Result<void> run_tool(const std::vector<std::string>& arguments, const std::vector<std::string>& environment);

} // namespace onebudget::storage
