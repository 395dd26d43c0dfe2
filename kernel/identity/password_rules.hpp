#pragma once
// Which passwords are good enough. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "kernel/identity/identity.hpp"

namespace onebudget::identity {

/// One fault per broken rule; empty when the password will do. `context_words` are the account's own words (user name,
/// display name, phone): a password must not contain one of four bytes or more.
std::vector<FieldFault> password_faults(const Policy& policy, std::string_view password,
                                        const std::vector<std::string>& context_words);

/// True for a password of the list, also when disguised by case, common substitutions or a short tail
/// ("P@ssw0rd2026!").
bool is_common_password(std::string_view password);

/// A random password that every policy takes: 16 characters without look-alikes, all four classes.
std::string one_time_password();

/// ASCII letters lowered.
std::string lowered(std::string_view text);

/// One per line; made from common_passwords.txt.
extern const char* const kCommonPasswords;

} // namespace onebudget::identity
