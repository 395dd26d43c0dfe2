#pragma once
// What differs between the databases behind ODBC, in one place. Rooms above write for PostgreSQL; a server that speaks
// otherwise is spoken to through this. Inside storage only.

#include <string>
#include <string_view>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::storage::odbc {

enum class Server { postgresql, dm };

/// From SQL_DBMS_NAME; fault storage.dialect for a database that nothing is known of.
Result<Server> server_of(std::string_view dbms_name);

/// The statements that make a fresh transaction what it should be; `limit_ms` 0 = no time limit.
std::vector<std::string> opening(Server server, bool writing, std::int64_t limit_ms);

/// A statement in the words of the server. Fault storage.dialect for what it has no words for.
Result<std::string> spoken(Server server, std::string_view sql);

/// From SQLSTATE and the server's own number.
Fault server_fault(Server server, std::string_view state, int native, std::string_view detail);
bool may_repeat(Server server, std::string_view state, int native);

} // namespace onebudget::storage::odbc
