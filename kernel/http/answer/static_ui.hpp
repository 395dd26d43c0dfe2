#pragma once
// The bundled web UI: files of one folder, and index.html for every page address that the UI itself routes.

#include <functional>
#include <optional>
#include <string>

#include "kernel/http/http.hpp"

namespace onebudget::http {

/// Adds GET / and everything below that is no API route. Files below /assets/ carry a hash in their name and are cached
/// for a year; index.html is asked for anew each time. `<file>.gz` is sent where the client takes gzip. Addresses below
/// /api/ that no route matched are 404 problems, never the UI.
/// A file `content-security-policy` in the folder is the page's policy instead of the server's own.
void add_static_ui(Router& router, const std::string& folder);

/// A file of an enabled plugin's folder ui/: by plugin, digest of the folder and name. Thread-safe.
using PluginFiles =
    std::function<std::optional<std::string>(const std::string&, const std::string&, const std::string&)>;

/// Adds GET /plugin-ui/{plugin}/{digest}/{file}: the digest changes with the content, so browsers keep it for a year.
void add_plugin_ui(Router& router, PluginFiles files);

} // namespace onebudget::http
