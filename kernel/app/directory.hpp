#pragma once
// Joins sign-in by directory with the organisation tree and with grants.

#include "kernel/access/access.hpp"
#include "kernel/identity/identity.hpp"

namespace onebudget::app {

identity::DirectoryRights directory_rights(access::Access& access);

} // namespace onebudget::app
