#pragma once
// Idempotency-Key: a repeated POST gets the first answer for 24 hours.

#include "kernel/http/api/services.hpp"

namespace onebudget::http {

/// Wraps a handler. Without the header it changes nothing. The key is bound to caller, route and body; the same key
/// with another body is a fault http.idempotency (422). A duplicate that comes meanwhile waits for the first one's
/// answer. Answers of 5xx are not kept. `in_transaction`: the handler gives Request::receipt to the room that writes,
/// so the answer is there exactly when the write is, also after a crash; without it a crash in between leaves a key
/// whose outcome is unknown (409).
ApiHandler idempotent(ApiHandler handler, bool in_transaction);

/// "/rule-pack/{id}/preview" against "/rule-pack/17/preview".
bool match_pattern(std::string_view pattern, std::string_view path, Pairs& parameters);

} // namespace onebudget::http
