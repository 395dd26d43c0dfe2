#pragma once
// The bundled web UI: files of one folder, and index.html for every page address that the UI itself routes.

#include <string>

#include "kernel/http/http.hpp"

namespace onebudget::http {

/// Adds GET / and everything below that is no API route. Files below /assets/ carry a hash in their name and are cached
/// for a year; index.html is asked for anew each time. `<file>.gz` is sent where the client takes gzip. Addresses below
/// /api/ that no route matched are 404 problems, never the UI.
void add_static_ui(Router& router, const std::string& folder);

} // namespace onebudget::http
