#pragma once
// What is done to SQL as text. Inside storage only.

#include <string>
#include <string_view>
#include <vector>

#include "kernel/storage/storage.hpp"

namespace onebudget::storage {

/// `?` outside quotes, comments and dollar quotes becomes $1, $2, … . `count` gets their number.
std::string numbered(std::string_view sql, int& count);

/// The statements of a script, parted at semicolons outside quotes and comments, without empty ones.
std::vector<std::string_view> statements(std::string_view sql);

/// The first word of a statement in capitals, behind blanks and comments.
std::string first_word(std::string_view sql);

/// True for [a-z_][a-z0-9_]*, at most 63 bytes: what may stand in SQL as a name without quotes. Everything else is
/// refused rather than quoted.
bool plain_name(std::string_view name);

/// Fault "storage.name" unless the table and every column are plain names.
Result<void> check_names(std::string_view table, const std::vector<std::string>& columns);

/// "a, b, c"
std::string joined(const std::vector<std::string>& names);

} // namespace onebudget::storage
