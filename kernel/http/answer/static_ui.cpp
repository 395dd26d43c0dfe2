#include "kernel/http/answer/static_ui.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "kernel/http/problem.hpp"

namespace onebudget::http {

namespace {

constexpr std::pair<std::string_view, const char*> kTypes[] = {{".html", "text/html; charset=utf-8"},
                                                               {".js", "text/javascript; charset=utf-8"},
                                                               {".mjs", "text/javascript; charset=utf-8"},
                                                               {".css", "text/css; charset=utf-8"},
                                                               {".json", "application/json"},
                                                               {".svg", "image/svg+xml"},
                                                               {".png", "image/png"},
                                                               {".ico", "image/x-icon"},
                                                               {".woff2", "font/woff2"},
                                                               {".woff", "font/woff"},
                                                               {".ttf", "font/ttf"},
                                                               {".txt", "text/plain; charset=utf-8"},
                                                               {".map", "application/json"},
                                                               {".webmanifest", "application/manifest+json"}};

const char* type_of(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  const std::string_view ending = dot == std::string_view::npos ? std::string_view() : path.substr(dot);
  for (const auto& [known, type] : kTypes)
    if (ending == known) return type;
  return "application/octet-stream";
}

/// A file of the folder and its validator; the path is normalised by the server, so it cannot climb out.
struct Asset {
  File file;
  std::string etag;
  bool gzip = false;
};

bool plain_path(std::string_view path) {
  for (const char c : path)
    if (static_cast<unsigned char>(c) < 0x20 || c == '\\') return false;
  return path.find("/.") == std::string_view::npos;
}

bool open_asset(const std::string& path, bool gzip, Asset& asset) {
  for (const bool packed : {true, false}) {
    if (packed && !gzip) continue;
    auto file = File::open(packed ? path + ".gz" : path);
    if (!file) continue;
    struct stat info {};
    if (::fstat(file->descriptor(), &info) != 0) continue;
    asset = {*std::move(file), fmt::format("\"{:x}-{:x}{}\"", info.st_mtime, info.st_size, packed ? "-gz" : ""),
             packed};
    return true;
  }
  return false;
}

bool takes_gzip(const Request& request) {
  return request.header("accept-encoding").find("gzip") != std::string_view::npos;
}

Response no_such_route(const Request& request) {
  return problem(fault(FaultKind::not_found, "http.not_found",
                       {"没有这个地址。请检查拼写，或从首页重新进入。",
                        "There is no such address; check its spelling or start from the home page."}),
                 request.context);
}

/// The policy that the UI's build wrote beside its page: it names the hash of the page's own import map.
std::string own_policy(const std::string& folder) {
  auto file = File::open(folder + "/content-security-policy");
  if (!file) return {};
  std::string text(2048, '\0');
  const auto size = file->read_at(0, text.data(), text.size());
  text.resize(size ? *size : 0);
  return text;
}

Response serve(const std::string& folder, const Request& request) {
  if (request.path.rfind("/api/", 0) == 0 || !plain_path(request.path)) return no_such_route(request);
  const bool asset_path = request.path.rfind("/assets/", 0) == 0;
  Asset asset;
  std::string found = request.path == "/" ? "/index.html" : request.path;
  if (!open_asset(folder + found, takes_gzip(request), asset)) {
    // A page address of the UI: no file ending, and the browser wants a page.
    const bool page = !asset_path && request.path.find('.') == std::string::npos &&
                      request.header("accept").find("text/html") != std::string_view::npos;
    found = "/index.html";
    if (!page || !open_asset(folder + found, takes_gzip(request), asset)) return no_such_route(request);
  }
  const bool unchanged = request.header("if-none-match") == asset.etag;
  Response response(unchanged ? 304 : 200);
  response.set("ETag", asset.etag)
      .set("Cache-Control", asset_path ? "public, max-age=31536000, immutable" : "no-cache");
  // Also of a page that has not changed: what comes with the 304 takes the place of what the browser kept.
  if (const std::string policy = found == "/index.html" ? own_policy(folder) : ""; !policy.empty())
    response.set("Content-Security-Policy", policy);
  if (unchanged) return response;
  response.set("Content-Type", type_of(found)).set("Vary", "Accept-Encoding");
  if (asset.gzip) response.set("Content-Encoding", "gzip");
  const std::uint64_t size = asset.file.size();
  response.body = FileBody{std::move(asset.file), 0, size};
  return response;
}

} // namespace

void add_static_ui(Router& router, const std::string& folder) {
  for (const char* pattern : {"/", "/{rest*}"})
    router.add("GET", pattern, {}, [folder](Request& request) { return serve(folder, request); });
}

void add_plugin_ui(Router& router, PluginFiles files) {
  router.add("GET", "/plugin-ui/{plugin}/{digest}/{file}", {}, [files = std::move(files)](Request& request) {
    auto found = files(request.param("plugin"), request.param("digest"), request.param("file"));
    if (!found) return no_such_route(request);
    Response response(200, type_of(request.path), *std::move(found));
    return std::move(response.set("Cache-Control", "public, max-age=31536000, immutable"));
  });
}

} // namespace onebudget::http
