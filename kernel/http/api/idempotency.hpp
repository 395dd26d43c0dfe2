#pragma once
// Idempotency-Key: a repeated POST gets the first answer for 24 hours.

#include "kernel/http/api/services.hpp"

namespace onebudget::http {

/// Wraps a handler. Without the header it changes nothing. The key is bound to caller, route and body; the same key
/// with another body is a fault http.idempotency (409). Answers of 5xx are not kept.
ApiHandler idempotent(ApiHandler handler);

/// "/rule-pack/{id}/preview" against "/rule-pack/17/preview".
bool match_pattern(std::string_view pattern, std::string_view path, Pairs& parameters);

} // namespace onebudget::http
