#pragma once
// Faults as RFC 9457 problem documents, in the caller's language.

#include <string>
#include <string_view>

#include "kernel/base/context.hpp"
#include "kernel/http/http.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::http {

/// Internal faults (500) show their code and request id, never their message.
/// `members` is JSON to add at the end, like `"rows":12,"valid":3`; empty for none.
Response problem(const Fault& fault, const Context& context, std::string_view members = {});

/// Appends `text` as a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD.
void append_json(std::string& out, std::string_view text);

/// "Not Found", for the status line.
const char* reason_phrase(int status);

} // namespace onebudget::http
