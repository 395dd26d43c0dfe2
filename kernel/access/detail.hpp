#pragma once
// Details of audit lines as JSON text.

#include <string>

#include "sdk/text/json_door.hpp"

namespace onebudget::access {

inline std::string detail(const Json& values) { return values.dump(-1, ' ', false, Json::error_handler_t::replace); }

} // namespace onebudget::access
